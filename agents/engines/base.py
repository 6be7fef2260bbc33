"""Where tokens come from: the one interface of all engines.

An engine turns a `Request` into `Completion`s and scores given targets. Async lives here and in
the schedulers alone; everybody else calls `generate_all` or `score_all`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from envs.types import JSON, Action, Message, ToolSpec

T = TypeVar("T")
Finish = Literal["stop", "length"]
"""``stop``: the model ended its answer (or a stop text or the constraint did); ``length``: cut."""


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do; a caller that needs more refuses it with one line."""

    ids: bool = False
    """Completions carry prompt and completion ids."""
    logprobs: bool = False
    """Completions carry the log-probability of every completion id."""
    score: bool = False
    """`Engine.score` works."""
    constrained: bool = False
    """`Request.constraint` is obeyed."""
    lora: bool = False
    """`Request.adapter` is obeyed."""


@dataclass(frozen=True)
class Constraint:
    """A language that an answer has to belong to."""

    grammar: str
    """A grammar in llguidance's Lark dialect."""
    mode: Literal["calls", "any"]
    """``calls``: at least one call; ``any``: a reply without a call is allowed too."""


@dataclass(frozen=True)
class Request:
    """One prompt and how to continue it. Give `messages` (with `tools`) or `ids`."""

    messages: tuple[Message, ...] = ()
    tools: tuple[ToolSpec, ...] = ()
    """Offered through the chat template; empty where the prompt itself lists them."""
    ids: tuple[int, ...] | None = None
    """Prompt ids, used as they are in place of `messages`."""
    n: int = 1
    """How many completions."""
    max_tokens: int = 512
    """Longest completion, in tokens."""
    temperature: float = 0.0
    """0 is greedy."""
    top_p: float = 1.0
    seed: int | None = None
    """Makes sampling repeatable, whatever else shares the batch. Completion k uses (seed, k)."""
    stop: tuple[str, ...] = ()
    """Texts that end the completion and are cut off its text, though not off its ids."""
    constraint: Constraint | None = None
    label_ids: tuple[int, ...] = ()
    """Tokens whose log-probabilities at the first position are wanted."""
    adapter: str | None = None
    """Folder of a LoRA adapter."""


@dataclass(frozen=True)
class Usage:
    """Tokens spent on one completion."""

    prompt: int = 0
    completion: int = 0


@dataclass(frozen=True)
class Completion:
    """One answer of a model."""

    text: str
    """Decoded without special tokens."""
    finish: Finish = "stop"
    ids: tuple[int, ...] = ()
    """Completion ids, the end token included; empty from an engine without ids."""
    logprobs: tuple[float, ...] = ()
    """Natural-log probability of each of `ids`: the model's own at temperature 1, before any
    constraint, temperature or top-p."""
    prompt_ids: tuple[int, ...] = ()
    label_logprobs: tuple[float, ...] = ()
    """One for each of `Request.label_ids`."""
    usage: Usage = field(default_factory=Usage)
    action: Action | None = None
    """The turn as the server read it, where it reads tool calls itself; its `error` says which
    could not be read. ``None``: `text` is the whole answer."""


class PromptTooLong(ValueError):
    """The prompt leaves no room for an answer: the model's failure, not the machine's."""


class EngineError(RuntimeError):
    """The machine failed (not the model): the request has no answer and may be tried again."""


@runtime_checkable
class Engine(Protocol):
    """Something that continues prompts. Cancelling the awaiting task cancels the request."""

    @property
    def name(self) -> str:
        """What reports and manifests call it."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    async def generate(self, request: Request) -> list[Completion]:
        """Answer with `request.n` completions.

        Raises:
            PromptTooLong: the prompt does not fit the model's context.
            EngineError: the machine failed.
        """

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        """Log-probability of every target id after the prompt and the targets before it."""

    async def aclose(self) -> None:
        """Free what it holds; pending requests are cancelled."""


def completion_seed(seed: int | None, k: int) -> int | None:
    """The seed of completion `k` where each is a request of its own; 31 bits, as servers keep."""
    return None if seed is None else random.Random(f"{seed}/{k}").getrandbits(31)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run async code from a plain function."""
    return asyncio.run(coroutine)


def described(engine: Engine) -> dict[str, JSON]:
    """What a manifest records of an engine: its name, and what it tells of itself."""
    describe = getattr(engine, "describe", None)
    return {"name": engine.name, **(describe() if describe else {})}


def generate_all(engine: Engine, requests: Sequence[Request]) -> list[list[Completion]]:
    """Answer all requests, in their order; the engine batches them as it likes."""

    async def go() -> list[list[Completion]]:
        return list(await asyncio.gather(*(engine.generate(r) for r in requests)))

    return run(go())


def score_all(
    engine: Engine, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> list[list[float]]:
    """Score all (prompt ids, target ids) pairs, in their order."""

    async def go() -> list[list[float]]:
        return list(await asyncio.gather(*(engine.score(p, t) for p, t in pairs)))

    return run(go())
