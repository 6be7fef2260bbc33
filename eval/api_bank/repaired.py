"""A repaired verdict beside the official one: whether the call does what the right one does.

What is changed, and nothing else:

1. The answer is read as Python or as history writes calls, and arguments get their declared
   types; lists are lists (`eval.api_bank.reading`).
2. The calls of the dialogue so far have been carried out, with the ids and tokens they had then.
3. Parameters that were renamed since the recording count under either name.
4. DeleteMeeting is compared by the start of the meeting, as its siblings are by time;
   RecordHealthData by its measurements too; ToolSearcher by the names of the tools that it finds.
   Where an official comparison fails by itself, results have to be equal.
5. Where the right call no longer gives what was recorded (a database or a description has
   changed), what it gives today counts as well, unless today it fails.
6. What the official verdict accepts is right.

A truth that even its own call cannot meet is not judged; `why_not` says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from envs.state import copied
from eval.api_bank.data import Dialogue, Sample
from eval.api_bank.reading import Unfit, fit, read_call
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.base import Api, Check, CheckCrash, Escape, Result, ToolSet
from eval.api_bank.tools.checks import compare, deleted, strict, uppered
from eval.api_bank.tools.library import Library
from eval.api_bank.tools.lookup import SEARCH, names_found
from eval.api_bank.tools.named import WrongTool
from eval.api_bank.tools.times import same_time
from eval.api_bank.verdict import Verdict, judge


def _same_measurements(response: Result, truth: Result) -> bool:
    mine, theirs = (_measurements(result["input"]["health_data"]) for result in (response, truth))
    return mine == theirs and _same_record(response, truth)


def _measurements(items: Iterable[Any] | None) -> list[str]:
    """Names with their values, in any order."""
    pairs = ((i.get("name"), i.get("value")) if isinstance(i, Mapping) else i for i in items or ())
    return sorted(map(str, pairs))


def _same_tools(response: Result, truth: Result) -> bool:
    return names_found(response["output"]) == names_found(truth["output"])


_same_record = compare(user_id=uppered, time=same_time)

CHECKS: Mapping[str, Check] = {
    "DeleteMeeting": deleted("start_time"),
    "RecordHealthData": _same_measurements,
    SEARCH: _same_tools,
}
"""Comparisons in place of the official ones."""


class Repaired(NamedTuple):
    """A repaired verdict."""

    correct: bool | None
    """``None`` where the data cannot support any verdict."""
    message: str = ""
    """Why it is wrong, or why there is no verdict."""


class Truth(NamedTuple):
    """What a sample's right call gives."""

    accepted: tuple[Result, ...]
    """Results of which one has to be met."""
    why_not: str
    """Why no answer can be right; empty where one can."""


class Judge:
    """Repaired verdicts on the samples of levels 1 and 2; keeps what samples share.

    Args:
        library: of the level.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._states: dict[tuple[str, int, int], dict[str, Any]] = {}
        self._truths: dict[tuple[str, int, int], Truth] = {}

    def judge(self, sample: Sample, text: str, official: Verdict | None = None) -> Repaired:
        """Judge an answer to a sample that asks for a call.

        Args:
            sample: of kind ``api``.
            text: the answer to the letter.
            official: the official verdict, where it is known already.
        """
        official = official or judge(sample, text, self._library)
        if official.correct:
            return Repaired(True)
        truth = self._truth(sample)
        if truth.why_not:
            return Repaired(None, truth.why_not)
        return judge_call(
            sample.truth.name, text, self._tools(sample), truth.accepted, asked_for=True
        )

    def why_not(self, sample: Sample) -> str:
        """Why no answer to a sample can be right; empty where one can."""
        return self._truth(sample).why_not

    def _tools(self, sample: Sample) -> ToolSet:
        state = copied(self._state(sample.dialogue, sample.place))
        return LEVELS[sample.dialogue.level](self._library, state)

    def _state(self, dialogue: Dialogue, place: int) -> dict[str, Any]:
        """The databases after the first lines of a dialogue."""
        key = (dialogue.file, dialogue.level, place)
        if key not in self._states:
            if place == 0:
                self._states[key] = {}
            else:
                self._states[key] = self._after(dialogue, place - 1)
        return self._states[key]

    def _after(self, dialogue: Dialogue, place: int) -> dict[str, Any]:
        before, line = self._state(dialogue, place), dialogue.lines[place]
        tools = LEVELS[dialogue.level](self._library, copied(before))
        if line.role != "API" or line.name not in tools.apis or line.result is None:
            return before
        try:
            arguments = fit(tools.apis[line.name], line.result["input"] or {})
        except Unfit:
            return before
        tools.repeat(line.name, arguments, line.result["output"])
        return tools.databases

    def _truth(self, sample: Sample) -> Truth:
        key = (sample.dialogue.file, sample.dialogue.level, sample.place)
        if key not in self._truths:
            line = sample.truth
            self._truths[key] = settle(line.name, line.result or {}, self._tools(sample))
        return self._truths[key]


def settle(name: str, recorded: Mapping[str, Any], tools: ToolSet) -> Truth:
    """What the right call gives.

    Args:
        name: of the tool.
        recorded: the recorded result.
        tools: with the databases as the calls before have left them; the call changes them.
    """
    found = tools.apis.get(name)
    if found is None:
        return Truth((), f"there is no tool {name}")
    try:
        arguments = fit(found, recorded["input"] or {})
        today = tools.call(name, arguments)
    except (Unfit, Escape) as error:
        return Truth((), f"the recorded call cannot be carried out: {error}")
    typed = {**recorded, "input": found.input(arguments)}
    if meets(found, today, typed):
        return Truth((typed,), "")
    if today["exception"] is None:
        return Truth((typed, today), "")
    return Truth((), f"the recorded call fails today: {today['exception']}")


def judge_call(
    name: str,
    text: str,
    tools: ToolSet,
    accepted: tuple[Result, ...],
    *,
    asked_for: bool = False,
) -> Repaired:
    """Judge one call by the results that count.

    Args:
        name: of the right tool.
        text: the answer to the letter.
        tools: with the databases as the calls before have left them; the call changes them.
        accepted: results of which one has to be met, with arguments of declared types.
        asked_for: a call of another tool is not carried out.
    """
    call = read_call(text)
    if call is None:
        return Repaired(False, "The answer has no call.")
    if call.name != name and asked_for:
        return Repaired(False, f"The answer calls {call.name}, not {name}.")
    try:
        found = tools.find(call.name)
        response = tools.call(call.name, fit(found, call.arguments))
    except (Unfit, Escape) as error:
        return Repaired(False, f"The call cannot be carried out: {error}.")
    if call.name != name:
        return Repaired(False, f"The answer calls {call.name}, not {name}.")
    if any(meets(found, response, result) for result in accepted):
        return Repaired(True)
    if response["exception"]:
        return Repaired(False, f"The tool refuses the call: {response['exception']}")
    return Repaired(False, "The call does something else than the right one.")


def judge_plan_call(
    truth: Mapping[str, Any], text: str, tools: ToolSet, official: Verdict
) -> Repaired:
    """Judge one call of level 3.

    Args:
        truth: the result that the right call gives, with its ``api_name``.
        text: the answer to the letter.
        tools: with the databases as the run has left them, by this reading; the call changes them.
        official: the official verdict.
    """
    name = str(truth["api_name"])
    before = copied(tools.databases)
    accepted, why_not = settle(name, truth, type(tools)(tools.library, before))
    repaired = judge_call(name, text, tools, accepted)
    if official.correct:
        return Repaired(True)
    return Repaired(None, why_not) if why_not else repaired


def meets(api: Api, response: Result, truth: Result) -> bool:
    """Whether a result meets another."""
    try:
        return CHECKS.get(api.name, api.check)(response, truth)
    except WrongTool:
        return False
    except (KeyError, CheckCrash):
        return strict(response, truth)
