"""What can be scored: the one interface of all benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from envs.episode import Episode
from envs.types import Task
from envs.world import World


@dataclass(frozen=True)
class Score:
    """What a suite says of one episode."""

    valid: bool | None
    """The benchmark's verdict; ``None`` where the machine failed or the official code would."""
    error_type: str | None = None
    """The kind of failure in the benchmark's own words."""
    message: str = ""
    """One sentence: what was expected, what came."""
    lenient: bool | None = None
    """The verdict of a fairer reading beside it, where the suite has one."""


@dataclass(frozen=True)
class Verdict(Score):
    """A score and whose it is."""

    agent: str = ""
    task: str = ""
    category: str = ""
    trial: int = 0
    overflow: bool = False
    """The prompt did not fit the model: wrong, and listed apart."""

    def to_json(self) -> dict[str, Any]:
        """The verdict as a row of ``verdicts.jsonl``."""
        return asdict(self)


@dataclass(frozen=True)
class Group:
    """Some categories that a report puts under one line."""

    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Overall:
    """One overall score with how it is made."""

    formula: str
    value: float | None
    """In [0, 1]; ``None`` where it cannot be given."""
    composition: tuple[Mapping[str, Any], ...] = ()
    """Parts: ``name``, ``weight``, ``value``, ``n``."""
    note: str = ""
    """Why there is no value, or what to know about it."""


class Suite(Protocol):
    """A benchmark: tasks, the world they live in, verdicts, and how scores add up."""

    @property
    def name(self) -> str:
        """Id, such as ``bfcl``."""

    @property
    def groups(self) -> Sequence[Group]:
        """How a report arranges the categories."""

    @property
    def tasks(self) -> Sequence[Task]:
        """The tasks of this run, in the order that verdicts and reports keep."""

    @property
    def complete(self) -> bool:
        """The tasks of this run are all that the overall scores need."""

    def category(self, task: Task) -> str:
        """The category of a task."""

    def world(self) -> World:
        """A fresh world for one episode."""

    def score(self, task: Task, episode: Episode) -> Score:
        """The verdict on a finished episode; never called for the machine's failures."""

    def floor(self, category: str) -> float:
        """What doing nothing scores there, in [0, 1]."""

    def ceiling(self, category: str) -> float:
        """The share of this run's tasks there whose truth can be met at all, in [0, 1]."""

    def overall(self, verdicts: Sequence[Verdict]) -> Sequence[Overall]:
        """The benchmark's overall scores of one agent."""

    def describe(self) -> Mapping[str, Any]:
        """What a manifest records: data hash, prompt hash, versions."""
