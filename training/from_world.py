"""Rows from any environment: the gold of its training tasks, played and verified.

Every turn of a gold path becomes a row with the tools and the conversation as they are then, kept
only if the world scores the episode as solved. Tasks of another split are never touched, and no
model is asked.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from envs.common.errors import UserError, suggest
from envs.types import JSON, Action, Observation, Outcome, Task
from training.rows import Row

if TYPE_CHECKING:
    from envs.env import ToolEnv
    from envs.world import World

log = logging.getLogger(__name__)

NO_GOLD = "no gold"
UNSOLVED = "not solved by its gold"
BROKEN = "the world broke"
SILENT_TURN = "a turn that says nothing"


@dataclass(frozen=True)
class Turn:
    """One turn that was played."""

    seen: Observation
    """What there was to see before it."""
    action: Action


def rows_of_world(
    world: World | type[World] | str,
    split: str = "train",
    limit: int | None = None,
    *,
    seed: int = 0,
    skipped: Counter[str] | None = None,
) -> Iterator[Row]:
    """The rows of a world's tasks, as they are played.

    Args:
        world: a world, its class, or the id of an environment.
        split: of the tasks; ``test`` has to be asked for by name.
        limit: at most this many tasks.
        seed: of the episodes.
        skipped: counts here which tasks, and turns of a path, give no rows and why.

    Raises:
        UserError: no such environment, or it has no tasks of that split.
    """
    from envs.registry import make

    skipped = Counter() if skipped is None else skipped
    env = make(world)
    tasks = [task for task in env.tasks.values() if task.split == split][:limit]
    if not tasks:
        splits = sorted({task.split for task in env.tasks.values()})
        raise UserError(f"{_name(world)}: no tasks of the split {split!r}{suggest(split, splits)}")
    for task in tasks:
        turns = _verified(env, task, seed, skipped)
        meta = {"split": task.split, "task": task.id}
        for row in rows_of_turns(turns, task.id, _name(world), meta):
            if row.answer or row.answer_text:
                yield row
            else:
                skipped[SILENT_TURN] += 1
    if skipped:
        told = ", ".join(f"{n} {why}" for why, n in skipped.items())
        log.info("%s: %d tasks; left out: %s", _name(world), len(tasks), told)


def rows_of_turns(
    turns: Iterable[Turn], id: str, source: str, meta: Mapping[str, JSON]
) -> Iterator[Row]:
    """A row for each turn that was played."""
    for number, turn in enumerate(turns):
        yield Row(
            id=f"{id}.{number}",
            tools=turn.seen.tools,
            messages=turn.seen.messages,
            answer=tuple(replace(call, id=None) for call in turn.action.calls),
            answer_text=turn.action.text or None,
            source=source,
            meta=meta,
        )


def _verified(env: ToolEnv, task: Task, seed: int, skipped: Counter[str]) -> list[Turn]:
    """The turns of a task's gold; none where it does not lead to success."""
    from agents.rollout import begin
    from envs.world import WorldError

    if task.gold is None:
        skipped[NO_GOLD] += 1
        return []
    turns = []
    try:
        begin(env, task, seed=seed, trial=0)
        for action in task.gold:
            if env.ended:
                break
            turns.append(Turn(env.observation, action))
            env.step(action)
    except WorldError:
        skipped[BROKEN] += 1
        return []
    if env.outcome is not Outcome.SUCCESS:
        skipped[UNSOLVED] += 1
        return []
    return turns


def _name(world: World | type[World] | str) -> str:
    if isinstance(world, str):
        return world
    return (world if isinstance(world, type) else type(world)).__name__
