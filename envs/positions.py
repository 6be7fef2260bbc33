"""Where an episode is, as immutable data: what `envs.env.ToolEnv` moves between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from envs.guards import History
from envs.turn import Diff, Said
from envs.types import Action, Observation, Outcome, Task


class Position(NamedTuple):
    """Where an episode is, the world's state apart. Immutable, so snapshots share it."""

    observation: Observation
    actions: tuple[Action, ...] = ()
    failed_turns: int = 0
    history: History = History()
    ended: bool = False
    outcome: Outcome | None = None
    diffs: tuple[Diff, ...] = ()
    said: tuple[Said | None, ...] = ()
    """For each action, what `ToolEnv.step` was given with it."""


@dataclass(frozen=True, eq=False, slots=True)
class Snapshot:
    """A position to go back to, any number of times. Lives in memory: to keep one on disk, keep
    the task, the seed and the actions, and replay them.
    """

    task: Task
    position: Position
    rng: Mapping[str, Any]
    """State of the bit generator; of a replayed world, at the start of the episode."""
    initial: Any = None
    """The world's state at the start of the episode."""
    state: Any = None
    """A copy of the world's state; unused for a world that is replayed."""
    seconds: float = 0.0
    """How long the episode had taken."""
