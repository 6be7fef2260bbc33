"""Who acts: a language model behind a prompt, a tool format and a way of decoding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from agents.engines.base import Completion, Constraint, Engine, Request
from agents.formats import get_format
from agents.formats.base import ToolFormat
from envs.common.errors import UserError
from envs.episode import ModelCall
from envs.types import Action, Message, Observation

Decoding = Literal["plain", "calls", "any"]
"""``plain``: the model writes what it likes, as on leaderboards; ``calls``: it can only write
schema-valid calls, at least one; ``any``: those, or a reply without a call."""

Prompt = Callable[[Observation], tuple[Message, ...]]
"""Turns what is seen into what the model reads."""


def as_given(observation: Observation) -> tuple[Message, ...]:
    """The conversation as it stands: a benchmark's own prompt is in it already."""
    return observation.messages


@dataclass(frozen=True)
class Decision:
    """What an agent does, and the model calls that it cost."""

    action: Action
    model_calls: tuple[ModelCall, ...] = ()


@runtime_checkable
class Agent(Protocol):
    """Anything that acts in an environment."""

    @property
    def name(self) -> str:
        """What reports call it; unique within a run."""

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        """Choose the next assistant turn."""


@dataclass(frozen=True)
class Sampling:
    """How completions are drawn."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 512


@dataclass(frozen=True)
class Policy:
    """A model that takes one sample a turn."""

    engine: Engine
    format: ToolFormat
    prompt: Prompt = as_given
    decoding: Decoding = "plain"
    sampling: Sampling = field(default_factory=Sampling)
    offer_tools: bool = False
    """Also hand the tools to the chat template (function-calling models)."""
    thoughts: bool = False
    """The model thinks aloud: what it thinks is no part of its turn."""

    @property
    def name(self) -> str:
        """The decoding names the agent."""
        return self.decoding

    def request(self, observation: Observation, *, seed: int, n: int = 1) -> Request:
        """The engine request for the next turn.

        Raises:
            UnsupportedSchema: constrained decoding cannot promise a tool's schema.
        """
        constraint = None
        if self.decoding != "plain" and observation.tools:
            grammar = self.format.grammar(observation.tools, self.decoding)
            constraint = Constraint(grammar, self.decoding)
        return Request(
            messages=self.prompt(observation),
            tools=observation.tools if self.offer_tools else (),
            n=n,
            max_tokens=self.sampling.max_tokens,
            temperature=self.sampling.temperature,
            top_p=self.sampling.top_p,
            seed=seed,
            constraint=constraint,
        )

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        """Sample one turn."""
        (completion,) = await self.engine.generate(self.request(observation, seed=seed))
        action = completion.action
        if action is None:
            text = completion.text
            if self.thoughts:
                from agents.formats.detect import cut_thoughts

                text = cut_thoughts(text)
            action = self.format.parse(text)
        return Decision(action, (model_call(completion),))


def policy_for(
    engine: Engine,
    *,
    format: str | None = None,
    decoding: Decoding = "plain",
    sampling: Sampling | None = None,
) -> Policy:
    """A policy that offers an environment's tools the way the model knows best.

    A model whose chat template takes tools gets them there and answers in the template's format;
    a server that reads calls itself gets them with the request; any other model reads them in a
    system prompt of ours (`agents.prompts.tool_prompt`).

    Args:
        engine: the model.
        format: name of a tool format, in place of the one that the model knows best.
        decoding: how answers are held to valid calls.
        sampling: how answers are drawn.

    Raises:
        UserError: no such format, or the engine cannot constrain answers.
    """
    from agents.formats.detect import detect, known_format, template_takes_tools, thinks
    from agents.prompts import tool_prompt

    if decoding != "plain" and not engine.capabilities.constrained:
        raise UserError(f"--constrained {decoding}: {engine.name} cannot constrain answers")
    template = getattr(engine, "chat_template", None)
    known = None
    if getattr(engine, "reads_calls", False):
        known = "native"
    elif template_takes_tools(getattr(engine, "tokenizer", None)):
        known = known_format(template)
    tool_format = get_format(format or known or detect(template))
    natural = tool_format.name == known
    return Policy(
        engine,
        tool_format,
        prompt=as_given if natural else tool_prompt(tool_format),
        decoding=decoding,
        sampling=sampling or Sampling(),
        offer_tools=natural,
        thoughts=thinks(template),
    )


def model_call(completion: Completion, purpose: str = "policy") -> ModelCall:
    """The log record of a completion."""
    return ModelCall(
        text=completion.text,
        finish=completion.finish,
        prompt_ids=completion.prompt_ids,
        ids=completion.ids,
        logprobs=completion.logprobs,
        prompt_tokens=completion.usage.prompt or len(completion.prompt_ids),
        completion_tokens=completion.usage.completion or len(completion.ids),
        purpose=purpose,
    )


def derive_seed(*parts: object) -> int:
    """A seed that depends on its parts alone: the run's seed, the task, the trial, the step."""
    text = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest(), "big")
