"""Which rows and tasks a ranking or collecting run works on.

Rows come from ``--data``, by the part of the split, or from a replay buffer; tasks are rows or an
environment's training tasks. Tasks of a test split are refused here, whatever they come from.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from envs.common.errors import UserError
from envs.common.progress import timed
from envs.env import ToolEnv
from envs.types import Task
from training.answers import TEST, Answers, on_track, task_of
from training.data import DataOptions, gather, rows_hash
from training.replay import ReplayBuffer
from training.rows import Row

if TYPE_CHECKING:
    from agents.policies import Policy
    from agents.search.env_problem import EnvProblem, ProblemConfig
    from agents.search.judge import Critic
    from training.collect import Config

Part = Literal["kept-back", "warm-up", "all"]


@dataclass(frozen=True)
class Subject:
    """A task to search."""

    task: Task
    make: Callable[[], ToolEnv]
    row: Row | None = None
    """The row behind it, if there is one."""

    def problem(
        self, policy: Policy, critic: Critic | None, how: ProblemConfig, seed: int
    ) -> EnvProblem:
        """It as something to search; answers to a row are followed where `how` gives credit."""
        from agents.search.env_problem import EnvProblem

        row, follow = self.row, None
        if row is not None and how.partial:
            follow = partial(on_track, row, policy.format)
        return EnvProblem(
            self.make,
            self.task,
            policy,
            critic=critic,
            config=how,
            seed=seed,
            on_track=follow,
        )


def rows_of(options: DataOptions, part: Part) -> tuple[list[Row], dict[str, dict[str, int]]]:
    """The rows of ``--data`` that are in a part of the split, and what became of the others.

    Raises:
        UserError: a source cannot be read, or nothing is left of it.
    """
    with timed("gather the rows"):
        gathered = gather(options)
    warmup = gathered.warmup if part != "kept-back" else ()
    kept_back = gathered.kept_back if part != "warm-up" else ()
    return [*warmup, *kept_back], gathered.counts


def refuse_test(tasks: Iterable[Task]) -> None:
    """Keep tasks for evaluation out of all that training looks at.

    Raises:
        UserError: one of them is of a test split.
    """
    for task in tasks:
        if task.split == TEST:
            raise UserError(
                f"task {task.id!r} is of the split 'test': it is for evaluation alone, and is "
                "neither ranked nor searched"
            )


def subjects_of(config: Config) -> list[Subject]:
    """The tasks that the flags choose.

    Raises:
        UserError: there are none, or one is of a test split.
    """
    subjects = _of_env(config.env) if config.env is not None else _of_rows(_rows(config))
    refuse_test(subject.task for subject in subjects)
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
    world = Answers(rows)
    return [Subject(task_of(row), lambda: ToolEnv(copy.copy(world)), row) for row in rows]


def _rows(config: Config) -> list[Row]:
    if config.buffer is None:
        return rows_of(config, config.part)[0]
    buffer = ReplayBuffer.load(config.buffer)
    if all(entry.complexity is None for entry in buffer):
        return [entry.row for entry in buffer]
    return buffer.hardest(config.alpha)


def hash_of(subjects: list[Subject]) -> str:
    """SHA-256 over what is searched, in its order."""
    rows = [subject.row for subject in subjects if subject.row is not None]
    tasks = [
        Row(s.task.id, (), s.task.messages, meta={"data": repr(s.task.data)})
        for s in subjects
        if s.row is None
    ]
    return rows_hash([*rows, *tasks])
