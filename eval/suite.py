"""What can be scored: the one interface of all benchmarks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from envs.episode import Episode
from envs.types import JSON, Task
from envs.world import World
from eval.samples import fingerprint


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
    details: Mapping[str, JSON] = field(default_factory=dict)
    """What else the suite wants to count."""
    reward: float | None = None
    """In [0, 1], where the suite gives partial credit; it is valid only at 1."""


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


@dataclass(frozen=True)
class Extra:
    """A table of a benchmark's own that stands below the scores."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Suite(ABC):
    """A benchmark: tasks, the world they live in, verdicts, and how scores add up.

    An author sets the attributes and writes `world` and `score`; the rest has defaults.
    """

    name: str
    """Id, such as ``bfcl``."""
    groups: Sequence[Group]
    """How a report arranges the categories."""
    tasks: Sequence[Task]
    """The tasks of this run, in the order that verdicts and reports keep."""
    complete: bool = True
    """The tasks of this run are all that the overall scores need."""
    scored_by_world: bool = False
    """The world scores an episode when it ends, and `score` reads its outcome; otherwise the world
    keeps silent and `score` judges the record alone."""

    prerequisites: Sequence[Task] = ()
    """Tasks that are played for what they leave to others, and not scored. One comes before those
    that depend on it."""

    shows_diffs: bool = False
    """What each call changed is kept in the record: for worlds with a state worth looking at."""

    @abstractmethod
    def world(self, task: Task) -> World:
        """A fresh world for one episode of a task."""

    @abstractmethod
    def score(self, task: Task, episode: Episode) -> Score:
        """The verdict on a finished episode; never called for the machine's failures."""

    def category(self, task: Task) -> str:
        """The category of a task; by default its first tag."""
        return task.tags[0]

    def depends_on(self, task: Task) -> Sequence[str]:
        """The prerequisites (their ids) that an agent has to play before a task."""
        return ()

    def resumed(self, task: Task, left: Mapping[str, JSON]) -> Task:
        """A task as it is after its prerequisites; `left` has what they left, by id."""
        return task

    def leaves(self, task: Task, world: World) -> JSON:
        """What an episode of a prerequisite leaves to others, from its world at the end."""
        return None

    def tools(self, task: Task) -> Sequence[str]:
        """Names of the tools that a task offers at its start, for the reader of a report."""
        return ()

    def floor(self, category: str) -> float | None:
        """What doing nothing scores there, in [0, 1]; ``None`` where nobody knows."""
        return None

    def ceiling(self, category: str) -> float | None:
        """The share of this run's tasks there whose truth can be met at all, likewise."""
        return None

    def overall(self, verdicts: Sequence[Verdict]) -> Sequence[Overall]:
        """The benchmark's overall scores of one agent."""
        return ()

    def extras(self, verdicts: Sequence[Verdict]) -> Sequence[Extra]:
        """Tables of the benchmark's own about one agent."""
        return ()

    def describe(self) -> Mapping[str, Any]:
        """What a manifest records (hashes of data and prompts); a resumed run has to have the same.

        Always there: ``sample``, a fingerprint of the tasks' ids, and ``tasks``, how many there
        are of each category.
        """
        return {
            "sample": fingerprint([task.id for task in self.tasks]),
            "tasks": dict(Counter(map(self.category, self.tasks))),
        }
