"""Who acts: a language model behind a prompt, a tool format and a way of decoding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from agents.engines.base import Completion, Constraint, Engine, Request
from agents.formats.base import ToolFormat
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
        action = completion.action or self.format.parse(completion.text)
        return Decision(action, (model_call(completion),))


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
