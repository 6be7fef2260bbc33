"""The kinds of BFCL entries: how each is read, asked, played and judged.

A family knows some categories. The suite (`eval.bfcl.suite`) picks what is asked and sums up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol

from envs.episode import Episode
from envs.types import JSON, Task
from envs.world import World
from eval.bfcl import data, prompts
from eval.bfcl.agentic import data as agentic_data
from eval.bfcl.agentic.memory import Memories
from eval.bfcl.agentic.tasks import PREREQUISITE, TaskMaker, prerequisites
from eval.bfcl.agentic.verdict import judge_agentic
from eval.bfcl.agentic.web import SearchBackend
from eval.bfcl.agentic.world import Agentic
from eval.bfcl.categories import AGENTIC, FORMAT_SENSITIVITY, MULTI_TURN, SINGLE_TURN
from eval.bfcl.function_calls import RECORDED, answer_of, judge_function_calls
from eval.bfcl.lenient import judge_lenient
from eval.bfcl.multi_turn import data as multi_turn_data
from eval.bfcl.multi_turn.checker import Checker
from eval.bfcl.multi_turn.steps import has_calls, step_of, turns_of
from eval.bfcl.multi_turn.tasks import make_tasks
from eval.bfcl.multi_turn.world import MultiTurn
from eval.bfcl.schemas import to_spec
from eval.bfcl.verdict import judge
from eval.bfcl.world import SingleTurn
from eval.suite import Score

Mode = Literal["prompting", "fc"]
"""``prompting``: the official system prompt lists the functions, and calls are read in the text;
``fc``: functions are offered as tools, and the answer is the calls that the model makes."""


class Family(Protocol):
    """Entries of one kind."""

    @property
    def categories(self) -> Sequence[str]:
        """Those whose entries it knows."""

    def load(self, category: str) -> Sequence[Any]:
        """The entries of a category, in the official order."""

    def tasks(self, entries: Sequence[Any]) -> list[Task]:
        """The entries as tasks, in their order; each holds its ``entry`` in its data."""

    def files(self, category: str) -> Sequence[Path]:
        """The data files behind a category."""

    def world(self, task: Task) -> World:
        """A fresh world for an episode of a task."""

    def result(self, task: Task, episode: Episode) -> Any:
        """An episode as official result files have it."""

    def score(self, task: Task, episode: Episode) -> Score:
        """The official verdict on an episode."""


class SingleTurnFamily:
    """One question, one answer; format sensitivity asks some of them in other words."""

    categories = (*SINGLE_TURN, FORMAT_SENSITIVITY)

    def __init__(self, root: Path, official: prompts.Prompts, mode: Mode) -> None:
        self._root, self._prompts, self._mode = root, official, mode

    def load(self, category: str) -> Sequence[data.Entry]:
        """The entries of a category, in the official order."""
        return data.load(self._root, category)

    def files(self, category: str) -> Sequence[Path]:
        """Questions and truths; of format sensitivity those that it asks again, too."""
        return data.files(self._root, category)

    def tasks(self, entries: Sequence[data.Entry]) -> list[Task]:
        """The official prompt, or in function-calling mode the entry's own messages."""
        return [self._task(entry) for entry in entries]

    def _task(self, entry: data.Entry) -> Task:
        specs = [to_spec(doc) for doc in prompts.hinted_functions(entry, self._prompts)]
        if self._mode == "fc":  # servers take no dots, and the official checker expects none
            specs = [replace(spec, name=spec.name.replace(".", "_")) for spec in specs]
        return Task(
            entry.id,
            entry.messages if self._mode == "fc" else prompts.render(entry, self._prompts),
            data={"entry": entry, "specs": tuple(specs)},
            tags=(entry.category if entry.config is None else FORMAT_SENSITIVITY,),
        )

    def world(self, task: Task) -> World:
        """The first turn is the answer."""
        return SingleTurn(calls=self._mode == "fc")

    def result(self, task: Task, episode: Episode) -> Any:
        """The text, or the calls."""
        return answer_of(episode) if self._mode == "fc" else episode.answer

    def score(self, task: Task, episode: Episode) -> Score:
        """The verdict on the raw text or on the calls, and the lenient one beside it."""
        entry: data.Entry = task.data["entry"]
        if self._mode == "fc":
            return _score_calls(entry, episode)
        args = (entry.category, entry.functions, entry.truth, episode.answer, entry.config)
        official = judge(*args)
        lenient = judge_lenient(*args, official=official)
        return Score(official.valid, official.error_type, official.message, lenient.valid)


def _score_calls(entry: data.Entry, episode: Episode) -> Score:
    """Judge calls; a text in their place is read leniently as prompting mode would."""
    args = (entry.category, entry.functions, entry.truth)
    answer = answer_of(episode)
    official = judge_function_calls(*args, answer)
    lenient = official
    if isinstance(answer, str):
        lenient = judge_lenient(*args, answer, official=official)
    return Score(official.valid, official.error_type, official.message, lenient.valid)


class MultiTurnFamily:
    """Several turns of a user over simulated APIs."""

    categories = MULTI_TURN

    def __init__(self, root: Path, official: prompts.Prompts, mode: Mode) -> None:
        self._root, self._prompts, self._mode = root, official, mode
        self._checker = Checker(root)

    def load(self, category: str) -> Sequence[multi_turn_data.MultiTurnEntry]:
        """The entries of a category, in the official order."""
        return multi_turn_data.load(self._root, category)

    def files(self, category: str) -> Sequence[Path]:
        """Questions and truths."""
        return data.files(self._root, category)

    def tasks(self, entries: Sequence[multi_turn_data.MultiTurnEntry]) -> list[Task]:
        """The first turn of the user, the rest in the tasks' data."""
        return make_tasks(entries, self._prompts, self._mode)

    def world(self, task: Task) -> World:
        """Instances of its own."""
        return MultiTurn(self._checker, mode=self._mode)

    def result(self, task: Task, episode: Episode) -> Any:
        """The steps, turn by turn."""
        return _result(episode, self._mode, len(task.data["turns"]))

    def score(self, task: Task, episode: Episode) -> Score:
        """The official verdict; ``details`` tell of turns that expect no call."""
        entry = task.data["entry"]
        result = self.result(task, episode)
        found = self._checker.judge(entry, result, self._mode)
        details: dict[str, JSON] = {}
        if found.refused:
            details["refused calls"] = found.refused
        if empty := [turn for turn, calls in enumerate(entry.truth) if not calls]:
            answered = [result[turn] for turn in empty if turn < len(result)]
            details["turns without a call to make"] = len(empty)
            details["of these with calls"] = sum(
                any(has_calls(step, self._mode) for step in steps) for steps in answered
            )
        return Score(found.valid, found.error_type, found.message, details=details)


class AgenticFamily:
    """Questions to a memory, which earlier conversations have filled, and to the web.

    Args:
        root: folder of the official package.
        official: its texts.
        mode: as in `Family`.
        memories: makes the memories.
        backend: who is asked in web searches; ``None`` where nobody can be.
    """

    categories = AGENTIC

    def __init__(
        self,
        root: Path,
        official: prompts.Prompts,
        mode: Mode,
        memories: Memories,
        backend: SearchBackend | None,
    ) -> None:
        self._root, self._mode = root, mode
        self._memories, self._backend = memories, backend
        self._maker = TaskMaker(official, memories, mode)

    def load(self, category: str) -> Sequence[agentic_data.Entry]:
        """The questions of a category, in the official order."""
        return agentic_data.load(self._root, category)

    def files(self, category: str) -> Sequence[Path]:
        """Questions, truths, docs and the conversations before the questions."""
        return agentic_data.files(self._root, category)

    def tasks(self, entries: Sequence[agentic_data.Entry]) -> list[Task]:
        """The questions, as with nothing in the memory; `resumed` puts it in."""
        return [self._maker.make(entry) for entry in entries]

    def prerequisites(self, entries: Sequence[agentic_data.Entry]) -> list[Task]:
        """The conversations to be had before these questions, those without needs first."""
        before = prerequisites(self._root, entries)
        return self.tasks(sorted(before, key=lambda entry: len(entry.depends_on)))

    def resumed(self, task: Task, left: Mapping[str, JSON]) -> Task:
        """The task with what its prerequisites left in the memory."""
        return self._maker.resume(task, left)

    def world(self, task: Task) -> World:
        """A memory or the web."""
        return Agentic(memories=self._memories, backend=self._backend, mode=self._mode)

    def result(self, task: Task, episode: Episode) -> Any:
        """The steps, in one turn."""
        return _result(episode, self._mode, 1)

    def score(self, task: Task, episode: Episode) -> Score:
        """The official verdict on the last message."""
        entry: agentic_data.Entry = task.data["entry"]
        if PREREQUISITE in task.tags or entry.answers is None:
            return Score(None)
        found = judge_agentic(self.result(task, episode), entry.answers, self._mode)
        return Score(found.valid, found.error_type, found.message)


def _result(episode: Episode, mode: Mode, turns: int) -> Any:
    """The conversation as official result files have it."""
    if episode.agent == RECORDED:
        return answer_of(episode)
    steps = [step_of(step.action, mode) for step in episode.steps]
    return turns_of(steps, mode, turns)
