"""Any environment as a suite: its tasks of a split, and the world's own score.

Categories are the tasks' first tags; an environment without tags has one category.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from envs.common.errors import UserError, suggest
from envs.env import ToolEnv
from envs.episode import Episode
from envs.types import Action, Outcome, Task
from envs.world import World, WorldError
from eval.samples import draw
from eval.suite import Group, Overall, Score, Suite, Verdict

UNTAGGED = "tasks"


class EnvSuite(Suite):
    """The tasks of an environment, scored by its world.

    Args:
        name: id of the environment.
        make: a fresh world.
        split: take the tasks of this split; ``None`` for all.
        chosen: categories; all by default.
        ids: these tasks alone, of any split.
        limit: a fixed sample of this many, spread over the categories; ``None`` for all.

    Raises:
        UserError: no such split, category or task, or none is left.
    """

    scored_by_world = True
    shows_diffs = True

    def __init__(
        self,
        name: str,
        make: Callable[[], World],
        *,
        split: str | None = "test",
        chosen: Sequence[str] = (),
        ids: Sequence[str] = (),
        limit: int | None = None,
    ) -> None:
        self.name = name
        self._make = make
        env = ToolEnv(make())
        everything = env.tasks
        if ids:
            tasks = [_known(everything, task_id, name) for task_id in dict.fromkeys(ids)]
        else:
            tasks = _of_split(list(everything.values()), split, name)
        by_category: dict[str, list[Task]] = {}
        for task in tasks:
            by_category.setdefault(self.category(task), []).append(task)
        for category in chosen:
            if category not in by_category:
                raise UserError(
                    f"{name}: no category {category!r}{suggest(category, list(by_category))}"
                )
        if chosen:
            by_category = {c: own for c, own in by_category.items() if c in chosen}
        self.tasks: Sequence[Task] = draw(by_category, limit)
        self.groups = (Group("all", tuple(by_category)),)
        self.complete = len(self.tasks) == len(_of_split(list(everything.values()), split, name))
        self._tools = env.action_space.tools  # type: ignore[attr-defined]
        self._floors: dict[str, float | None] | None = None

    def category(self, task: Task) -> str:
        """The task's first tag."""
        return task.tags[0] if task.tags else UNTAGGED

    def tools(self, task: Task) -> Sequence[str]:
        """The tools that the environment always offers."""
        return [spec.name for spec in self._tools or ()]

    def world(self, task: Task) -> World:
        """A fresh world for one episode."""
        return self._make()

    def score(self, task: Task, episode: Episode) -> Score:
        """What the world said; an episode that did not end by itself is a failure."""
        return score_of(episode)

    def floor(self, category: str) -> float | None:
        """What replies without text and calls score, tried; unknown where worlds are costly."""
        if not self._make().copyable:
            return None
        if self._floors is None:
            self._floors = self._try_nothing()
        return self._floors[category]

    def overall(self, verdicts: Sequence[Verdict]) -> Sequence[Overall]:
        """The share of all tasks, and the mean reward."""
        judged = [v for v in verdicts if v.valid is not None]
        if not judged:
            return ()
        share = sum(v.valid is True for v in judged) / len(judged)
        mean = sum(v.reward or 0.0 for v in judged) / len(judged)
        scores = [Overall("success", share, note=f"n={len(judged)}")]
        if mean != share:
            scores.append(Overall("mean reward", mean, note=f"n={len(judged)}"))
        return scores

    def describe(self) -> Mapping[str, Any]:
        """Tasks and tools of this run."""
        prompts = "\0".join(m.content for task in self.tasks for m in task.messages)
        tools = json.dumps([spec.to_openai() for spec in self._tools or ()], sort_keys=True)
        return {
            "prompts": hashlib.sha256(prompts.encode()).hexdigest(),
            "tools": hashlib.sha256(tools.encode()).hexdigest(),
            **super().describe(),
        }

    def _try_nothing(self) -> dict[str, float | None]:
        won: dict[str, list[bool | None]] = {}
        for task in self.tasks:
            won.setdefault(self.category(task), []).append(self._wins_by_nothing(task))
        known = {c: [win for win in own if win is not None] for c, own in won.items()}
        return {c: sum(own) / len(own) if own else None for c, own in known.items()}

    def _wins_by_nothing(self, task: Task) -> bool | None:
        env = ToolEnv(self._make())
        try:
            env.reset(seed=0, options={"task": task})
            while not env.ended:
                env.step(Action())
        except WorldError:
            return None
        return env.outcome is Outcome.SUCCESS


def score_of(episode: Episode) -> Score:
    """What the world said at the end of an episode, from the record alone."""
    reward = episode.reward or 0.0
    if episode.outcome is Outcome.SUCCESS:
        return Score(True, reward=1.0)
    if episode.outcome is None:
        return Score(None, "unscored", "The world did not score this episode.")
    missed = {name: part for name, part in episode.parts.items() if part < 1}
    kind = str(episode.outcome)
    if episode.outcome is Outcome.FAILURE and (parts := missed.keys() - {"score"}):
        kind += ": " + ", ".join(sorted(parts))
    return Score(False, kind, _why(episode, missed), reward=reward)


def _of_split(tasks: Sequence[Task], split: str | None, name: str) -> list[Task]:
    own = [task for task in tasks if split in (None, task.split)]
    if not own:
        splits = sorted({task.split for task in tasks})
        of = f" in the split {split!r}; it has: {', '.join(splits)}" if splits else ""
        raise UserError(f"{name}: no tasks{of}")
    return own


def _known(tasks: Mapping[str, Task], task_id: str, name: str) -> Task:
    if task_id not in tasks:
        raise UserError(f"{name}: no task {task_id!r}{suggest(task_id, list(tasks))}")
    return tasks[task_id]


def _why(episode: Episode, missed: Mapping[str, float]) -> str:
    """One sentence: which parts are missing, and what went wrong last."""
    errors = [error for step in episode.steps for error in step.errors]
    said = [f"{name} = {value:g}" for name, value in missed.items() if name != "score"]
    if errors:
        said.append(f"{len(errors)} errors, the last: {errors[-1].get('text', '')}")
    if not said:
        said.append(f"it ended after {len(episode.steps)} turns and the world scored it 0")
    return "; ".join(said)
