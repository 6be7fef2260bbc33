"""Dialogues and scenes played to their end: the model talks, calls, and sees what it has done.

Two ways to count calls stand side by side. Repaired: the expected calls that were made in their
order, on databases that keep what was done, other calls in between left alone. Official: the n-th
call is judged as the n-th expected one, as the official program judges it. An episode succeeds
where every expected call is met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from envs.env import ToolEnv
from envs.episode import Episode
from envs.types import Outcome, Task
from eval.api_bank.data import Dialogue, Sample
from eval.api_bank.level3 import judge_plan_call
from eval.api_bank.prompts import Mode, Prompts, written
from eval.api_bank.reading import read_call
from eval.api_bank.tasks import opening, task_id, task_of
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.library import Library
from eval.api_bank.verdict import Verdict, judge
from eval.api_bank.world import APIBank
from eval.suite import Score

NO_CALL = "no call"
MISSING = "calls missing"


class EndToEnd:
    """Plays and judges whole dialogues.

    Args:
        dialogues: of any level.
        libraries: by level.
        prompts: the instructions.
        mode: how tools are offered and calls are read.
    """

    def __init__(
        self,
        dialogues: Sequence[Dialogue],
        libraries: Mapping[int, Library],
        prompts: Prompts,
        mode: Mode,
    ) -> None:
        self._dialogues = {task_id(dialogue): dialogue for dialogue in dialogues}
        self._libraries, self._prompts, self._mode = libraries, prompts, mode

    def tasks(self) -> list[Task]:
        """All of them."""
        found = []
        for dialogue in self._dialogues.values():
            docs = self._libraries[dialogue.level].docs
            found.append(task_of(dialogue, opening(dialogue, self._mode, self._prompts, docs)))
        return found

    def world(self, task: Task) -> APIBank:
        """Fresh databases."""
        return APIBank([task], libraries=self._libraries, mode=self._mode)

    def tools(self, task: Task) -> Sequence[str]:
        """Names of the tools on offer at the start."""
        world = self.world(task)
        world.setup(task)
        return [spec.name for spec in world.specs(task)]

    def score(self, task: Task, episode: Episode) -> Score:
        """Whether every expected call was made in order; how many were, in ``details``."""
        met, expected = self._met(task, episode)
        verdicts = self._official(task, episode)
        right = sum(verdict.correct for verdict in verdicts)
        details = {"calls": expected, "official": right, "repaired": met}
        kind, message = None, ""
        if met < expected:
            missing = task.data["expected"][met]["name"]
            message = f"{met} of {expected} expected calls were made; the first missing: {missing}."
            kind = MISSING if verdicts else NO_CALL
            if episode.outcome is Outcome.MAX_TURNS:
                kind = str(episode.outcome)
        return Score(met == expected, kind, message, details=details, reward=met / expected)

    def reachable(self, task: Task) -> bool:
        """Whether every expected call can be carried out today."""
        return all(result is not None for _, result in self.world(task).expected(task))

    def _met(self, task: Task, episode: Episode) -> tuple[int, int]:
        """How many expected calls the episode met, by playing its turns again; and of how many."""
        world = self.world(task)
        env = ToolEnv(world, outcome_reward=False)
        env.reset(seed=0, options={"task": task})
        for step in episode.steps:
            if not env.ended:
                env.step(step.action)
        return world.met(task), len(task.data["expected"])

    def _official(self, task: Task, episode: Episode) -> list[Verdict]:
        """The official verdicts on the first calls, one for each expected call at most."""
        dialogue = self._dialogues[task.id]
        library = self._libraries[dialogue.level]
        places = [place for place, line in enumerate(dialogue.lines) if line.role == "API"]
        state: dict[str, Any] = {}
        verdicts = []
        for place, text in zip(places, self._calls(episode), strict=False):
            if dialogue.level == 3:
                truth = dialogue.lines[place].result or {}
                verdicts.append(judge_plan_call(truth, text, LEVELS[3](library, state)))
            else:
                verdicts.append(judge(Sample(dialogue, 0, place), text, library))
        return verdicts

    def _calls(self, episode: Episode) -> Iterator[str]:
        """The calls of an episode to the letter, for the official reading."""
        for step in episode.steps:
            action = step.action
            if self._mode == "prompting" and action.raw is not None:
                if read_call(action.raw) is not None:
                    yield action.raw
            else:
                yield from (written(call) for call in action.calls)
