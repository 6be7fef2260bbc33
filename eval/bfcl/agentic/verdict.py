"""The official verdict on an agentic answer: the last message has to name one of the answers.

The result of an entry has one turn of many steps. Steps that read as calls were carried out; the
last one that does not is what counts, and it is searched as a whole, whatever its form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from eval.bfcl.messages import shown
from eval.bfcl.multi_turn.steps import Mode, has_calls
from eval.bfcl.verdict import Verdict

_DROPPED = re.compile(r"[,./\-_*^()]")


def judge_agentic(result: object, answers: Sequence[str], mode: Mode = "prompting") -> Verdict:
    """Judge the result of a memory question or a web search as the official evaluation does.

    Args:
        result: ``[[step, step, ...]]`` with the text of each step; in function-calling mode a
            step is a list of ``{name: arguments as a JSON string}``, or a text.
        answers: of which one has to be said.
        mode: what steps are.
    """
    if not (isinstance(result, list) and len(result) == 1):
        turns = f"{len(result)} turns" if isinstance(result, list) else type(result).__name__
        return _wrong("inference_error", f"Expected one turn of steps, got {turns}.")
    try:
        steps = list(result[0])
    except TypeError as error:
        reason = f"The official checker crashes on this result ({error})."
        return Verdict(None, "checker_crash", reason=reason)
    message = None
    for step in steps:
        if not has_calls(step, mode):
            message = step
    if not message:
        reason = f"None of the {len(steps)} steps is a message with an answer."
        return _wrong("no_last_message", reason)
    said = _standard(_text(message))
    if any(_occurs(_standard(answer), said) for answer in answers):
        return Verdict(True)
    wanted = " or ".join(map(shown, answers))
    return _wrong("answer_not_found", f"Expected {wanted} in the answer, got {shown(message)}.")


def _occurs(answer: str, said: str) -> bool:
    """Whether an answer stands in a text as words of its own, as regular expressions see them."""
    return re.search(rf"\b{re.escape(answer)}\b", said) is not None


def _standard(text: str) -> str:
    return _DROPPED.sub("", text).lower().replace("'", '"')


def _text(message: Any) -> str:
    """The text of a message; of a list, that of its first element."""
    return str(message[0] if isinstance(message, list) else message)


def _wrong(rule: str, reason: str) -> Verdict:
    return Verdict(False, f"agentic:{rule}", reason=reason)
