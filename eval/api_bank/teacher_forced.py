"""Levels 1 and 2 as officially asked: one answer to each sample, after the recorded history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from envs.episode import Episode
from envs.types import JSON, Action, Message, Task, ToolSpec
from envs.world import World
from eval.api_bank.data import Dialogue, Sample, samples
from eval.api_bank.prompts import (
    Mode,
    Prompts,
    function_calling_text,
    history,
    system_text,
    written,
)
from eval.api_bank.repaired import Judge
from eval.api_bank.rouge import rouge_l
from eval.api_bank.tasks import task_id
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.library import Library
from eval.api_bank.tools.lookup import SEARCH, names_found
from eval.api_bank.verdict import judge
from eval.suite import Score

CALLS = {1: "level-1", 2: "level-2"}
REPLIES = {1: "level-1-replies", 2: "level-2-replies"}


class Question(World):
    """One sample; the first assistant turn is the answer, and nothing is carried out."""

    single_answer = True

    def setup(self, task: Task) -> None:
        """There is nothing to set up."""
        self.state = {}

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The tools that the model has been shown; none where a reply is asked for."""
        specs: Sequence[ToolSpec] = task.data["specs"]
        return specs


class TeacherForced:
    """Asks and judges samples.

    Args:
        dialogues: of levels 1 and 2.
        library: of these levels.
        prompts: the instructions.
        mode: how tools are offered and calls are read.
    """

    def __init__(
        self, dialogues: Sequence[Dialogue], library: Library, prompts: Prompts, mode: Mode
    ) -> None:
        self._library, self._prompts, self._mode = library, prompts, mode
        self._judge = Judge(library)
        asked = [sample for dialogue in dialogues for sample in samples(dialogue)]
        self._samples = {_sample_id(s): s for s in asked if s.kind != "user"}

    def tasks(self) -> list[Task]:
        """All samples but those that ask for a user's line."""
        return [self._task(id, sample) for id, sample in self._samples.items()]

    def world(self, task: Task) -> World:
        """The first turn is the answer."""
        return Question()

    def tools(self, task: Task) -> Sequence[str]:
        """Names of the tools that the model has been shown."""
        return [spec.name for spec in task.data["specs"]]

    def score(self, task: Task, episode: Episode) -> Score:
        """The official verdict with the repaired one in ``details``; of a reply its ROUGE-L."""
        sample = self._samples[task.id]
        text = _answer(episode, self._mode)
        if sample.kind == "reply":
            score = rouge_l(text, sample.truth.text)
            return Score(None, message="Replies have no verdict, but a ROUGE-L.", reward=score)
        official = judge(sample, text, self._library)
        repaired = self._judge.judge(sample, text, official)
        details: Mapping[str, JSON] = {"repaired": repaired.correct, "why": repaired.message}
        return Score(official.correct, official.category, official.message, details=details)

    def reachable(self, task: Task) -> bool:
        """Whether the official verdict accepts the recorded call itself."""
        sample = self._samples[task.id]
        return judge(sample, sample.truth.call, self._library).correct

    def _task(self, id: str, sample: Sample) -> Task:
        level = sample.dialogue.level
        purpose: Literal["call", "reply"] = "call" if sample.kind == "api" else "reply"
        names = _shown(sample)
        if self._mode == "fc":
            system = function_calling_text(purpose)
        else:
            # Officially level 2 describes ToolSearcher alone: the rest is in the history.
            listed = (SEARCH,) if level == 2 and purpose == "call" else sample.dialogue.tools
            instruction = self._prompts.call if purpose == "call" else self._prompts.reply
            docs = self._library.docs
            system = system_text(instruction, [n for n in listed if n in docs], docs)
        return Task(
            id,
            (Message("system", system), *history(sample.history, self._mode)),
            {"specs": tuple(self._spec(name) for name in names)},
            (Action(sample.truth.call if purpose == "call" else sample.truth.text),),
            tags=((CALLS if purpose == "call" else REPLIES)[level],),
        )

    def _spec(self, name: str) -> ToolSpec:
        return self._library.docs[name].spec(LEVELS[1].apis[name])


def _answer(episode: Episode, mode: Mode) -> str:
    """The answer for the official reading: the text, or the first of the calls, written out."""
    if not episode.steps:
        return ""
    action = episode.steps[-1].action
    if action.calls and (mode == "fc" or action.raw is None):
        return written(action.calls[0])
    return action.text if action.raw is None else action.raw


def _sample_id(sample: Sample) -> str:
    return f"{task_id(sample.dialogue)}#{sample.id}"


def _shown(sample: Sample) -> list[str]:
    """The tools that may be called: the dialogue's; on level 2 those that were found so far."""
    if sample.kind == "reply":
        return []
    if sample.dialogue.level == 1:
        return [name for name in sample.dialogue.tools if name in LEVELS[1].apis]
    names = [SEARCH]
    for line in sample.history:
        if line.name == SEARCH and line.result:
            names += names_found(line.result["output"])
    return [name for name in dict.fromkeys(names) if name in LEVELS[1].apis]
