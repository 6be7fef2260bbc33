"""The official verdict on an answer to a sample of level 1 or 2.

Every answer is judged on fresh databases: what the dialogue did before does not exist. The
categories are those of the official evaluator that reads predictions from a file; where that one
would end with an error, the answer is wrong with the category ``CRASH``. Repeated samples are
judged each on its own copy of the truth.
"""

from __future__ import annotations

from typing import NamedTuple

from eval.api_bank.data import Line, Sample
from eval.api_bank.parsing import parse, typed
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.base import Check, CheckCrash, Escape, Result
from eval.api_bank.tools.library import Library

NO_API_CALL = "NO_API_CALL"
API_NAME_MISMATCH = "API_NAME_MISMATCH"
INVALID_INPUT_PARAMETER = "INVALID_INPUT_PARAMETER"
MISS_INPUT_ARGUMENT = "MISS_INPUT_ARGUMENT"
KEY_ERROR = "KEY_ERROR"
HAS_EXCEPTION = "HAS_EXCEPTION"
OUTPUT_MISMATCH = "OUTPUT_MISMATCH"
INPUT_MISMATCH = "INPUT_MISMATCH"
UNCATEGORISED = "UNCATEGORISED"
CRASH = "CRASH"


class Verdict(NamedTuple):
    """Whether an answer counts as right, and why not."""

    correct: bool
    category: str | None = None
    """The official name of what is wrong."""
    message: str = ""
    """One sentence for people; empty for a right answer."""
    result: Result | None = None
    """Of the call in the answer, where there was one to carry out."""


def judge(sample: Sample, text: str, library: Library) -> Verdict:
    """Judge an answer to a sample that asks for a call.

    Args:
        sample: of kind ``api``.
        text: the answer to the letter.
        library: of the sample's level.
    """
    call = parse(text)
    truth = sample.truth
    if call is None:
        return Verdict(False, NO_API_CALL, "The answer has no call of the form [Name(...)].")
    if call.name != truth.name:
        return Verdict(False, API_NAME_MISMATCH, f"The answer calls {call.name}, not {truth.name}.")
    tools = LEVELS[sample.dialogue.level](library)
    try:
        found = tools.find(truth.name)
        response = tools.call(truth.name, typed(found, call.arguments))
    except Escape as error:
        return Verdict(False, _escaped(error), f"The call cannot be carried out: {error}.")
    return compare(response, truth, found.check)


def compare(response: Result, truth: Line, check: Check) -> Verdict:
    """The verdict on a result.

    Args:
        response: what the answer's call gave.
        truth: the line that was asked for.
        check: the tool's comparison.
    """
    expected = dict(truth.result or {})
    try:
        if check(response, expected):
            return Verdict(True, result=response)
    except KeyError as error:
        message = f"The official comparison looks for {error}, which is not there."
        return Verdict(False, KEY_ERROR, message, response)
    except CheckCrash as crash:
        message = f"The official comparison fails: {crash}."
        return Verdict(False, CRASH, message, response)
    if response["exception"]:
        message = f"The tool refuses the call: {response['exception']}"
        return Verdict(False, HAS_EXCEPTION, message, response)
    if response["output"] != expected["output"]:
        message = f"The call gives {_short(response['output'])}, not {_short(expected['output'])}."
        return Verdict(False, OUTPUT_MISMATCH, message, response)
    if response["input"] != expected["input"]:
        message = f"The call has {_short(response['input'])}, not {_short(expected['input'])}."
        return Verdict(False, INPUT_MISMATCH, message, response)
    return Verdict(False, UNCATEGORISED, "The official comparison says no.", response)


def _escaped(error: Escape) -> str:
    text = str(error)
    if error.kind == "AssertionError" and "invalid parameter name" in text:
        return INVALID_INPUT_PARAMETER
    if error.kind == "TypeError" and "required positional argument" in text:
        return MISS_INPUT_ARGUMENT
    return CRASH


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
