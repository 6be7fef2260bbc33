"""The official verdict on a call of level 3.

One set of databases serves the whole run, so a verdict may depend on the calls before it. The
truth's tool compares; most of level 3's comparisons insist on their own tool. Sample accuracy
counts the samples without any wrong call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.api_bank.parsing import parse, spaced_keywords, typed
from eval.api_bank.tools.base import CheckCrash, Escape, ToolSet
from eval.api_bank.tools.lookup import SEARCH
from eval.api_bank.tools.named import WrongTool
from eval.api_bank.verdict import CRASH, KEY_ERROR, NO_API_CALL, Verdict

TYPE_ERROR = "TYPE_ERROR"
ASSERTION_ERROR = "ASSERTION_ERROR"
INVALID_TOOL_NAME = "INVALID_TOOL_NAME"
CHECK_ASSERTION = "CHECK_ASSERTION"
INCORRECT = "INCORRECT"

_ESCAPED = {
    "TypeError": TYPE_ERROR,
    "AssertionError": ASSERTION_ERROR,
    "Exception": INVALID_TOOL_NAME,
}


def judge_plan_call(truth: Mapping[str, Any], text: str, tools: ToolSet) -> Verdict:
    """Judge one call of a plan.

    Args:
        truth: the result that the right call gives, with its ``api_name``.
        text: the answer to the letter.
        tools: level 3's, with the databases as the run has left them; the call changes them.
    """
    call = parse(text)
    if call is None:
        return Verdict(False, NO_API_CALL, "The answer has no call of the form [Name(...)].")
    try:
        arguments = spaced_keywords(call.arguments) if call.name == SEARCH else call.arguments
        response = tools.call(call.name, typed(tools.find(call.name), arguments))
    except Escape as error:
        category = _ESCAPED.get(error.kind, CRASH)
        return Verdict(False, category, f"The call cannot be carried out: {error}.")
    expected = dict(truth)
    try:
        correct = tools.find(str(expected["api_name"])).check(response, expected)
    except KeyError as error:
        message = f"The official comparison looks for {error}, which is not there."
        return Verdict(False, KEY_ERROR, message, response)
    except WrongTool as error:
        return Verdict(False, CHECK_ASSERTION, f"{error}.", response)
    except CheckCrash as crash:
        return Verdict(False, CRASH, f"The official comparison fails: {crash}.", response)
    if correct:
        return Verdict(True, result=response)
    return Verdict(False, INCORRECT, "The call does not give what the right one gives.", response)
