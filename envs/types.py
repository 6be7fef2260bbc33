"""The data that every environment, agent, trainer and evaluator shares.

All of it is immutable and plain: an episode is made of these and of JSON. Nothing here knows a
model, a benchmark or Gymnasium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]
JSON = Any
"""A value that ``json.dumps`` takes as it is."""


@dataclass(frozen=True)
class ToolSpec:
    """A tool as the model sees it."""

    name: str
    """What the model calls; dots are allowed (``math.factorial``)."""
    description: str = ""
    """One or a few sentences for the model."""
    parameters: Mapping[str, JSON] = field(
        default_factory=lambda: {"type": "object", "properties": {}}
    )
    """JSON Schema (Draft 2020-12) of the arguments, always of type ``object``."""

    def to_openai(self) -> dict[str, JSON]:
        """The tool in the shape of OpenAI's ``tools`` list."""
        return {
            "type": "function",
            "function": {
                "name": self.name,
                "description": self.description,
                "parameters": dict(self.parameters),
            },
        }


@dataclass(frozen=True)
class ToolCall:
    """One call that an assistant turn asks for."""

    name: str
    arguments: Mapping[str, JSON] = field(default_factory=dict)
    id: str | None = None
    """Ties a result to its call; the environment gives one where the model gave none."""


@dataclass(frozen=True)
class Action:
    """One assistant turn. No calls means a reply to the user."""

    text: str = ""
    """What the assistant says beside its calls."""
    calls: tuple[ToolCall, ...] = ()
    error: str | None = None
    """Why the calls of the turn could not be read; ``None`` when they could."""
    raw: str | None = field(default=None, compare=False)
    """The model's text to the letter, where a model wrote the turn."""


@dataclass(frozen=True)
class Message:
    """One entry of a conversation."""

    role: Role
    content: str = ""
    calls: tuple[ToolCall, ...] = ()
    """The calls of an assistant message."""
    call_id: str | None = None
    """Of a tool message: the call that it answers."""
    name: str | None = None
    """Of a tool message: the tool that answered."""


@dataclass(frozen=True)
class Observation:
    """All that an agent may see: the conversation so far and the tools on offer."""

    messages: tuple[Message, ...] = ()
    tools: tuple[ToolSpec, ...] = ()


@dataclass(frozen=True)
class Task:
    """One thing to get done in a world."""

    id: str
    """Unique within its world."""
    messages: tuple[Message, ...]
    """How the conversation opens. A plain string in its place means one user message."""
    data: Mapping[str, JSON] = field(default_factory=dict)
    """What the world needs to set the task up and to score it."""
    gold: tuple[Action, ...] | None = None
    """Actions that solve the task, one per step; ``None`` where none is known."""
    split: str = "test"
    """``train`` or ``test``; search with outcome rewards never touches ``test``."""
    tags: tuple[str, ...] = ()

    def __init__(
        self,
        id: str,
        messages: str | Sequence[Message],
        data: Mapping[str, JSON] | None = None,
        gold: Sequence[Action] | None = None,
        split: str = "test",
        tags: Sequence[str] = (),
    ) -> None:
        if isinstance(messages, str):
            messages = (Message("user", messages),)
        values = (id, tuple(messages), data or {}, None if gold is None else tuple(gold))
        for name, value in zip(("id", "messages", "data", "gold"), values, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "split", split)
        object.__setattr__(self, "tags", tuple(tags))


class Outcome(StrEnum):
    """How an episode ended. Only the first two say anything about the task."""

    SUCCESS = "success"
    """The score is 1."""
    FAILURE = "failure"
    """It ended by itself with a score below 1."""
    MAX_TURNS = "max_turns"
    DEADLINE = "deadline"
    CONTEXT_OVERFLOW = "context_overflow"
    """The prompt did not fit the model: the model's failure, listed apart."""
    TOO_MANY_ERRORS = "too_many_errors"
    """Too many assistant turns that could not be carried out."""
    ERROR = "error"
    """The machine failed: no reward, not scored, not trained on."""


class ToolError(Exception):
    """Raised by a tool to tell the model what went wrong; its text becomes the tool's answer.

    Any other exception out of a world is a bug of the world: the episode ends with the outcome
    ``error`` and has no reward.
    """
