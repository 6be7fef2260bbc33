"""Rows as token ids: one renderer for fine-tuning, perplexity, search and preferences.

The prompt is what the same policy reads when it acts (`agents.policies.Policy`), so what is
trained is what is played. The answer is the turn in the model's tool format, then the token that
ends a turn, and nothing behind it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from agents.formats import get_format
from envs.common.errors import UserError, suggest
from envs.types import Message, Observation, ToolSpec
from training.examples import Example
from training.rows import Row

if TYPE_CHECKING:
    from agents.policies import Policy, Prompt

PROMPTS: Mapping[str, str] = {
    "tools": "what the policy reads in environments: the chat template's, or ours",
    "bfcl": "the official system prompt of BFCL's prompting mode, for rows of one turn",
}
"""The prompts that rows can be written under, by name."""


@dataclass(frozen=True)
class PromptMix:
    """A policy under each of the prompts that rows are read under."""

    policies: Mapping[str, Policy]
    """Prompt name -> the policy that reads it."""
    shares: Sequence[str]
    """Prompt names, one of which is drawn for each list of tools; one may occur several times."""

    def name_of(self, row: Row) -> str:
        """The name of the row's prompt: the same for all rows with these tools."""
        if any(message.role in ("tool", "system") or message.calls for message in row.messages):
            return next((name for name in self.shares if name != "bfcl"), "tools")
        return self.shares[hashlib.sha256(_names(row).encode()).digest()[0] % len(self.shares)]

    def of(self, row: Row | None) -> Policy:
        """The policy that reads the row; of what is no row, that of environments."""
        return self.policies["tools" if row is None else self.name_of(row)]


@dataclass(frozen=True)
class Renderer:
    """Writes rows for one model."""

    tokenizer: Any
    end_id: int
    """What ends a turn."""
    mix: PromptMix

    def __call__(self, row: Row, part: int = 0) -> Example:
        """The row as ids.

        Raises:
            ValueError: the answer, or a call before it, cannot be written in the model's format.
        """
        policy = self.mix.of(row)
        try:
            prompt = self.prompt_ids(row, policy)
        except UserError as error:  # to a policy its user's choice of format; here the row's fault
            raise ValueError(str(error)) from None
        return Example(
            tuple(prompt),
            (*self._ids(policy.format.render(row.action)), self.end_id),
            part=part,
            group=hashlib.sha256(_names(row).encode()).hexdigest()[:16],
            id=row.id,
        )

    def prompt_ids(self, row: Row, policy: Policy) -> list[int]:
        """What the policy reads before the turn."""
        from agents.engines.chat import prompt_ids

        observation = Observation(row.messages, row.tools)
        return prompt_ids(self.tokenizer, policy.request(observation, seed=0))

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids


def renderer(
    tokenizer: Any,
    prompts: Sequence[str] = ("tools",),
    *,
    format: str | None = None,
    assets: Path | None = None,
    offline: bool = False,
) -> Renderer:
    """The renderer for a tokenizer.

    Args:
        tokenizer: of transformers.
        prompts: names out of `PROMPTS`; with several, each list of tools gets one of them.
        format: the tool format, in place of the one that the chat template teaches.
        assets: ``--assets DIR``, where packaged files are looked for.
        offline: never try to download.

    Raises:
        UserError: an unknown prompt or format, or the official prompt cannot be had.
    """
    from agents.engines.chat import end_of_turn

    end = end_of_turn(tokenizer)
    if end is None:
        end = tokenizer.eos_token_id
    if end is None:
        raise UserError("this tokenizer has no token that ends an answer (eos_token)")
    policy = _policy(tokenizer, format)
    mix = prompt_mix(policy, prompts, format=format, assets=assets, offline=offline)
    return Renderer(tokenizer, int(end), mix)


def prompt_mix(
    policy: Policy,
    prompts: Sequence[str],
    *,
    format: str | None = None,
    assets: Path | None = None,
    offline: bool = False,
) -> PromptMix:
    """The policy, under several prompts.

    Args:
        policy: as it acts in environments.
        prompts: names out of `PROMPTS`; with several, each list of tools gets one of them.
        format: the tool format that was asked for, if one was.
        assets: ``--assets DIR``, where packaged files are looked for.
        offline: never try to download.

    Raises:
        UserError: an unknown prompt, another format than the official prompt asks for, or it
            cannot be had.
    """
    check_prompts(prompts, format)
    policies = {"tools": policy}
    if "bfcl" in prompts:
        policies["bfcl"] = replace(
            policy,
            format=get_format("python"),
            prompt=_official(assets, offline),
            offer_tools=False,
        )
    return PromptMix(policies, tuple(prompts))


def check_prompts(prompts: Sequence[str], format: str | None) -> None:
    """Refuse prompts that there are not, before anything is loaded.

    Raises:
        UserError: no prompt, an unknown one, or another format than the official prompt asks for.
    """
    if unknown := [name for name in prompts if name not in PROMPTS]:
        raise UserError(f"unknown prompt {unknown[0]!r}{suggest(unknown[0], list(PROMPTS))}")
    if not prompts:
        raise UserError(f"no prompt is named; there are: {', '.join(PROMPTS)}")
    if "bfcl" in prompts and format not in (None, "python"):
        raise UserError(f"--format {format}: the prompt 'bfcl' asks for a list of calls in Python")


def data_hash(examples: Sequence[Example]) -> str:
    """SHA-256 over the ids of examples, in their order."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(json.dumps([example.prompt_ids, example.answer_ids]).encode())
    return digest.hexdigest()


def _names(row: Row) -> str:
    return "\n".join(tool.name for tool in row.tools)


def _policy(tokenizer: Any, format: str | None) -> Policy:
    from agents.engines.base import Capabilities
    from agents.engines.chat import chat_template
    from agents.policies import policy_for

    # All that a policy asks of an engine before it acts.
    model: Any = SimpleNamespace(
        name="",
        tokenizer=tokenizer,
        chat_template=chat_template(tokenizer),
        capabilities=Capabilities(),
    )
    return policy_for(model, format=format)


def _official(assets: Path | None, offline: bool) -> Prompt:
    """BFCL's system prompt with the tools as its docs, before the user's message."""
    from envs.common.assets import locate
    from eval.bfcl import prompts
    from eval.bfcl.formats import PromptConfig
    from eval.bfcl.hints import hinted
    from eval.bfcl.schemas import to_doc

    official = prompts.load(locate("bfcl-eval", folder=assets, offline=offline))

    def system(tools: Sequence[ToolSpec]) -> str:
        docs = hinted([to_doc(tool) for tool in tools], "python", official.hints)
        return prompts.system_prompt(docs, official, PromptConfig())

    def prompt(observation: Observation) -> tuple[Message, ...]:
        return (Message("system", system(observation.tools)), *observation.messages)

    return prompt
