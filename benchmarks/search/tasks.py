"""The tasks of the measurement: generated, none of them seen by the warm-up, none of them BFCL's.

Rows are those that the warm-up of ``configs/cpu.toml`` keeps back, in two families: one right call,
or several. Conversations are training tasks of ``itool/ApiTasks-v0``. Which ones is decided by the
hash of their ids, so that more of them never change the ones there are.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from envs.common.errors import UserError
from envs.common.flags import from_json
from envs.env import ToolEnv
from envs.types import Task
from training.answers import Answers, task_of
from training.data import DataOptions, gather
from training.overlap import normalised
from training.rows import Row
from training.searched import Subject, hash_of
from training.splits import split

T = TypeVar("T")

CONFIG = Path(__file__).parents[2] / "configs" / "cpu.toml"
WORLD = "itool/ApiTasks-v0"
SINGLE, MULTI, TURNS = "single-call", "multi-call", "multi-turn"
FAMILIES = (SINGLE, MULTI, TURNS)


@dataclass(frozen=True)
class Trial:
    """A task of the measurement."""

    family: str
    subject: Subject

    @property
    def id(self) -> str:
        """Of the task."""
        return self.subject.task.id


def warmup_options() -> DataOptions:
    """The data flags of the warm-up."""
    import tomllib

    flags = tomllib.loads(CONFIG.read_text("utf-8"))
    known = {name: flags[name] for name in ("data", "rows", "per_list", "most_tools")}
    return DataOptions(**from_json(DataOptions, known))


def held_back(seed: int) -> list[Row]:
    """Rows that the warm-up has not seen: those it keeps back, or as many of another seed.

    Which rows the warm-up learns from is decided by a hash of the words of the question; the same
    hash chooses here, whatever generated the row.

    Args:
        seed: of the generator; 0 is the warm-up's own.

    Raises:
        UserError: a question is one of the warm-up's after all.
    """
    options = warmup_options()
    gathered = gather(options)
    kept = list(gathered.kept_back)
    if seed != options.seed:
        other = gather(replace(options, seed=seed))
        every = [*other.warmup, *other.kept_back]
        kept = split(every, options.share, seed=options.seed)[1]
    seen = {normalised(row.query) for row in gathered.warmup}
    if seed != options.seed:
        kept = [row for row in kept if normalised(row.query) not in seen]
    for row in kept:
        if normalised(row.query) in seen:
            raise UserError(f"row {row.id}: the warm-up has its question")
    return kept


def row_trials(rows: Iterable[Row], counts: Mapping[str, int], seed: int) -> list[Trial]:
    """So many rows of each family that has calls."""
    own: dict[str, list[Row]] = {SINGLE: [], MULTI: []}
    for row in rows:
        if row.answer:
            own[SINGLE if len(row.answer) == 1 else MULTI].append(row)
    chosen = {name: _first(own[name], counts[name], seed, lambda row: row.id) for name in own}
    world = Answers([row for rows in chosen.values() for row in rows])
    return [
        Trial(name, Subject(task_of(row), lambda: ToolEnv(copy.copy(world)), row))
        for name, rows in chosen.items()
        for row in rows
    ]


def turn_trials(count: int, seed: int, env: str = WORLD, part: str = "train") -> list[Trial]:
    """So many conversations, the themes in turns."""
    if not count:
        return []
    from envs.registry import make

    themes: dict[str, list[Task]] = {}
    for task in make(env).tasks.values():
        if task.split == part:
            themes.setdefault(task.tags[0] if task.tags else "", []).append(task)
    ranked = [_first(own, len(own), seed, lambda task: task.id) for own in themes.values()]
    turns = [own[n] for n in range(max(map(len, ranked))) for own in ranked if n < len(own)]
    return [Trial(TURNS, Subject(task, lambda: make(env))) for task in turns[:count]]


def all_trials(counts: Mapping[str, int], seed: int) -> list[Trial]:
    """The tasks of the measurement, the families mixed.

    Raises:
        UserError: there are not so many.
    """
    trials = row_trials(held_back(0), counts, seed) if counts[SINGLE] + counts[MULTI] else []
    trials += turn_trials(counts[TURNS], seed)
    for family in FAMILIES:
        found = sum(trial.family == family for trial in trials)
        if found < counts[family]:
            raise UserError(f"{counts[family]} tasks {family} asked for; there are {found}")
    return _first(trials, len(trials), seed, lambda trial: trial.id)


def trials_hash(trials: Sequence[Trial]) -> str:
    """SHA-256 over the tasks, in their order."""
    return hash_of([trial.subject for trial in trials])


def _first(items: Sequence[T], count: int, seed: int, name: Callable[[T], str]) -> list[T]:
    def rank(item: T) -> bytes:
        return hashlib.sha256(f"{seed}/{name(item)}".encode()).digest()

    return sorted(items, key=rank)[:count]
