"""The record of an episode: what was seen, said, answered, and how it ended.

One record type for all environments, agents and evaluators; ``episodes.jsonl`` holds one a line.
Model calls keep the token ids that were really used, so that training never re-renders them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from envs.common.errors import UserError
from envs.types import JSON, Action, Message, Outcome, ToolCall

VERSION = 1
"""Of the record's layout; a reader refuses a newer one."""


@dataclass(frozen=True)
class ModelCall:
    """One completion that an agent paid for."""

    text: str
    finish: str = "stop"
    """``stop`` or ``length``."""
    prompt_ids: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    """Completion ids, the end token included."""
    logprobs: tuple[float, ...] = ()
    """The model's own natural-log probability of each of `ids`."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    purpose: str = "policy"
    """What it was for: ``policy``, ``judge``, ``user``."""


@dataclass(frozen=True)
class Step:
    """One assistant turn and what the world made of it."""

    action: Action
    model_calls: tuple[ModelCall, ...] = ()
    messages: tuple[Message, ...] = ()
    """What followed: tool results, the user's next message."""
    errors: tuple[Mapping[str, JSON], ...] = ()
    """Typed errors of the turn: ``kind``, ``call``, ``text``."""
    reward: float = 0.0
    diffs: tuple[tuple[Mapping[str, JSON], ...], ...] = ()
    """What each call changed in the world, where that was kept: ``path``, ``before``, ``after``."""
    seconds: float = field(default=0.0, compare=False)
    """Wall clock, waiting for the engine included."""
    user_calls: tuple[ModelCall, ...] = ()
    """Of a model that played the user: apart from `model_calls`, so that nothing learns from them
    and what they cost is told apart."""


@dataclass(frozen=True)
class Episode:
    """One attempt at one task."""

    env: str
    """Id of the environment or suite."""
    task: str
    agent: str
    """Who acted; the decoding is part of the name."""
    trial: int = 0
    seed: int = 0
    steps: tuple[Step, ...] = ()
    outcome: Outcome | None = None
    """``None``: it ended by itself and was not scored."""
    reward: float | None = None
    """Sum over the steps; ``None`` where the machine failed or nobody scored."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """The named parts of the world's score; empty where the world did not score."""
    error: str | None = None
    """Why the outcome is ``error`` or ``context_overflow``."""
    seconds: float = 0.0
    """Wall clock, waiting for the engine included."""
    left: JSON = None
    """What the episode leaves to tasks that depend on it."""
    privileged: tuple[str, ...] = ()
    """What the agent used that a deployed model has not: ``simulator``."""
    version: int = VERSION

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes an episode of a run unique: agent, task, trial."""
        return (self.agent, self.task, self.trial)

    @property
    def answer(self) -> str:
        """The last assistant turn as the model wrote it; empty when there was none.

        Of a turn that the server took apart, which has no text of its own, its text and calls.
        """
        if not self.steps:
            return ""
        action = self.steps[-1].action
        if action.raw is not None:
            return action.raw
        calls = [json.dumps(call, ensure_ascii=False) for call in _calls_json(action.calls)]
        return "\n".join([action.text, *calls] if action.text else calls)

    def to_json(self) -> dict[str, JSON]:
        """The record as JSON; optional fields of its parts are left out at their defaults."""
        return {
            "version": self.version,
            "env": self.env,
            "task": self.task,
            "agent": self.agent,
            "trial": self.trial,
            "seed": self.seed,
            "outcome": None if self.outcome is None else str(self.outcome),
            "reward": self.reward,
            "parts": dict(self.parts),
            "error": self.error,
            "seconds": self.seconds,
            "left": self.left,
            "privileged": list(self.privileged),
            "steps": [_step_json(step) for step in self.steps],
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Episode:
        """Read a record.

        Raises:
            ValueError: written by a newer version, or not an episode.
        """
        if record.get("version", 0) > VERSION:
            raise ValueError(f"episode of version {record['version']}; this reads up to {VERSION}")
        try:
            fields = dict(record)
            fields["steps"] = tuple(_step(step) for step in record["steps"])
            fields["outcome"] = None if record["outcome"] is None else Outcome(record["outcome"])
            fields["privileged"] = tuple(record.get("privileged", ()))
            return cls(**fields)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not an episode: {error}") from None


def read_episode(record: Mapping[str, Any], where: str) -> Episode:
    """The episode in a record out of a file.

    Args:
        record: as `Episode.to_json` writes it.
        where: what errors call its place, as in ``episodes.jsonl:3``.

    Raises:
        UserError: it is none.
    """
    try:
        return Episode.from_json(record)
    except ValueError as error:
        raise UserError(f"{where}: {error}") from None


def _given(**fields: Any) -> dict[str, JSON]:
    """The fields that are not at their default of nothing."""
    return {k: v for k, v in fields.items() if v is not None and v != () and v != []}


def _calls_json(calls: tuple[ToolCall, ...]) -> list[dict[str, JSON]]:
    return [{"name": c.name, "arguments": dict(c.arguments)} | _given(id=c.id) for c in calls]


def _step_json(step: Step) -> dict[str, JSON]:
    action = step.action
    return {
        "action": {"text": action.text}
        | _given(calls=_calls_json(action.calls), error=action.error, raw=action.raw),
        "reward": step.reward,
    } | _given(
        seconds=step.seconds or None,
        model_calls=[asdict(call) for call in step.model_calls],
        messages=[_message_json(message) for message in step.messages],
        errors=list(step.errors),
        diffs=[[dict(change) for change in changed] for changed in step.diffs],
        user_calls=[asdict(call) for call in step.user_calls],
    )


def _message_json(message: Message) -> dict[str, JSON]:
    return {"role": message.role, "content": message.content} | _given(
        calls=_calls_json(message.calls), call_id=message.call_id, name=message.name
    )


def _calls(records: Any) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(c["name"], c.get("arguments", {}), c.get("id")) for c in records)


def _message(record: Mapping[str, Any]) -> Message:
    rest = {k: v for k, v in record.items() if k != "calls"}
    return Message(**rest, calls=_calls(record.get("calls", ())))


def _step(record: Mapping[str, Any]) -> Step:
    action = dict(record["action"])
    action["calls"] = _calls(action.get("calls", ()))
    return Step(
        action=Action(**action),
        model_calls=_model_calls(record.get("model_calls", ())),
        messages=tuple(_message(m) for m in record.get("messages", ())),
        errors=tuple(record.get("errors", ())),
        reward=record.get("reward", 0.0),
        diffs=tuple(tuple(changed) for changed in record.get("diffs", ())),
        seconds=record.get("seconds", 0.0),
        user_calls=_model_calls(record.get("user_calls", ())),
    )


def _model_calls(records: Any) -> tuple[ModelCall, ...]:
    return tuple(
        ModelCall(**call | {k: tuple(call.get(k, ())) for k in ("prompt_ids", "ids", "logprobs")})
        for call in records
    )
