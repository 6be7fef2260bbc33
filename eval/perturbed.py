"""An environment as it is beside the same environment made harder (`envs.perturb`).

Every task is asked once in the world as it is and once in each perturbed one; the overall score is
that of the first, and a table tells what each way costs, task by task. It says nothing of why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from envs.episode import Episode
from envs.types import Task
from envs.world import World
from eval.env_suite import EnvSuite
from eval.suite import Extra, Group, Overall, Score, Suite, Verdict

MARK = " ~ "
"""Stands between the id of a task, or a category, and the way in which it is perturbed."""


class PerturbedSuite(Suite):
    """One environment in several states of repair.

    Args:
        plain: as it is.
        others: way -> the same tasks in a world perturbed so.
    """

    scored_by_world = True
    shows_diffs = True

    def __init__(self, plain: EnvSuite, others: Mapping[str, EnvSuite]) -> None:
        self.name = plain.name
        self.complete = plain.complete
        self._plain, self._others = plain, others
        # The same tasks in every world: what a way adds to a task's tags makes no other category.
        chosen = {task.id for task in plain.tasks}
        self._categories = {task.id: plain.category(task) for task in plain.tasks}
        self.tasks: Sequence[Task] = [
            *plain.tasks,
            *(
                replace(task, id=task.id + MARK + way)
                for way, suite in others.items()
                for task in suite.tasks
                if task.id in chosen
            ),
        ]
        own = tuple(dict.fromkeys(self._categories.values()))
        self.groups = (
            Group("as it is", own),
            *(Group(way, tuple(name + MARK + way for name in own)) for way in others),
        )

    def category(self, task: Task) -> str:
        """The task's own category, and the way."""
        name, mark, way = task.id.partition(MARK)
        return self._categories[name] + mark + way

    def world(self, task: Task) -> World:
        """A fresh world, perturbed or not."""
        return self._suite(task).world(task)

    def score(self, task: Task, episode: Episode) -> Score:
        """What the world said."""
        return self._suite(task).score(task, episode)

    def tools(self, task: Task) -> Sequence[str]:
        """The tools that the environment always offers."""
        return self._suite(task).tools(task)

    def floor(self, category: str) -> float | None:
        """What doing nothing scores there."""
        name, _, way = category.partition(MARK)
        return None if way else self._plain.floor(name)

    def overall(self, verdicts: Sequence[Verdict]) -> Sequence[Overall]:
        """Of the world as it is."""
        return self._plain.overall([v for v in verdicts if MARK not in v.task])

    def extras(self, verdicts: Sequence[Verdict]) -> Sequence[Extra]:
        """What each way costs."""
        head = ("", "n", "as it is", "perturbed", "difference", "lost", "won", "p")
        note = "Difference: perturbed minus as it is, in percent, with its paired 95 % interval."
        return [Extra("What the perturbations cost", head, tuple(self._costs(verdicts)), note)]

    def describe(self) -> Mapping[str, Any]:
        """Tasks and tools of this run, and the ways."""
        return {**self._plain.describe(), **super().describe(), "perturbed": list(self._others)}

    def _suite(self, task: Task) -> EnvSuite:
        way = task.id.partition(MARK)[2]
        return self._others[way] if way else self._plain

    def _costs(self, verdicts: Sequence[Verdict]) -> Iterator[tuple[str, ...]]:
        from eval.paired import compare_verdicts

        plain = [v for v in verdicts if MARK not in v.task]
        for way in self._others:
            own = [
                replace(v, task=v.task.removesuffix(MARK + way))
                for v in verdicts
                if v.task.endswith(MARK + way)
            ]
            row = compare_verdicts(plain, own).whole
            if row.difference is None:
                yield (way, "0", *["-"] * 6)
                continue
            difference = f"{100 * row.difference:+.1f}"
            if row.interval is not None:
                difference += " [{:+.1f}, {:+.1f}]".format(*(100 * x for x in row.interval))
            yield (
                way,
                str(row.n),
                f"{100 * (row.a.score or 0):.1f}",
                f"{100 * (row.b.score or 0):.1f}",
                difference,
                str(row.lost),
                str(row.won),
                "-" if row.p is None else f"{row.p:.3f}",
            )
