"""Which tasks a collecting run searches: rows, a replay buffer, or an environment's training tasks.

Tasks of a test split are refused here, whatever they come from.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from envs.common.errors import UserError
from envs.common.progress import timed
from envs.env import ToolEnv
from envs.types import Task
from training.data import gather, rows_hash
from training.replay import ReplayBuffer
from training.rows import Row

if TYPE_CHECKING:
    from training.collect import Config


@dataclass(frozen=True)
class Subject:
    """A task to search."""

    task: Task
    make: Callable[[], ToolEnv]
    row: Row | None = None
    """The row behind it, if there is one."""


def subjects_of(config: Config) -> list[Subject]:
    """The tasks that the flags choose.

    Raises:
        UserError: there are none, or one is of a test split.
    """
    subjects = _of_env(config.env) if config.env is not None else _of_rows(_rows(config))
    for subject in subjects:
        if subject.task.split == "test":
            raise UserError(
                f"task {subject.task.id!r} is of the split 'test': it is for evaluation alone, and "
                "no pairs are collected from it"
            )
    if not subjects:
        raise UserError("there is nothing to search: the flags choose no task")
    return subjects[: config.tasks]


def _of_env(env: str) -> list[Subject]:
    from envs.registry import make

    tasks = make(env).tasks.values()
    train = [task for task in tasks if task.split == "train"]
    if not train:
        raise UserError(f"--env {env}: it has no training tasks, and test tasks are not searched")
    return [Subject(task, lambda: make(env)) for task in train]


def _of_rows(rows: list[Row]) -> list[Subject]:
    from training.answers import Answers, task_of

    world = Answers(rows)
    return [Subject(task_of(row), lambda: ToolEnv(copy.copy(world)), row) for row in rows]


def _rows(config: Config) -> list[Row]:
    if config.buffer is not None:
        buffer = ReplayBuffer.load(config.buffer)
        if all(entry.complexity is None for entry in buffer):
            return [entry.row for entry in buffer]
        return buffer.hardest(config.alpha)
    with timed("gather the rows"):
        gathered = gather(config)
    rows = {"kept-back": gathered.kept_back, "warm-up": gathered.warmup}
    if config.part == "all":
        return [*gathered.warmup, *gathered.kept_back]
    return list(rows[config.part])


def hash_of(subjects: list[Subject]) -> str:
    """SHA-256 over what is searched, in its order."""
    rows = [subject.row for subject in subjects if subject.row is not None]
    tasks = [
        Row(s.task.id, (), s.task.messages, meta={"data": repr(s.task.data)})
        for s in subjects
        if s.row is None
    ]
    return rows_hash([*rows, *tasks])
