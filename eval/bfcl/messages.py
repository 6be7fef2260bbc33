"""What went wrong in an answer, in one sentence for people."""

from __future__ import annotations

from typing import Any

from eval.bfcl.checker import Failure

MAX_SHOWN = 120
"""Longest value that is shown whole, in characters."""


def explain(failure: Failure) -> str:
    """One sentence: what was expected, what came."""
    error_type, parameter, expected, got = failure
    group, _, rule = error_type.partition(":")
    if rule == "wrong_count":
        return f"Expected {_count(expected)}, got {got}."
    if rule == "cannot_find_match":
        return f"No call left in the answer fits {_call(expected)}. {explain(got)}"
    if rule == "wrong_func_name":
        return f"Expected a call of {expected!r}, got {shown(got)}."
    if rule == "missing_required":
        return f"The required parameter {parameter!r} is missing."
    if rule == "unexpected_param":
        return f"The parameter {parameter!r} ({shown(got)}) has no place in the expected call."
    if rule == "missing_optional":
        return f"The parameter {parameter!r} is missing; expected {_choice(expected)}."
    what = "has the wrong type" if group == "type_error" else "is wrong"
    return f"The parameter {parameter!r} {what}: expected {_choice(expected)}, got {shown(got)}."


def shown(value: Any) -> str:
    """A value as Python writes it, cut where it gets long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of thousands of digits
        return f"a {type(value).__name__} too large to show"
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "..."


def _count(number: int) -> str:
    return f"{number} call" if number == 1 else f"{number} calls"


def _choice(values: Any) -> str:
    if not isinstance(values, list):
        return shown(values)
    kept = [shown(value) for value in values if value != ""]
    text = " or ".join(kept) or "nothing"
    return f"{text} or no such argument" if len(kept) < len(values) else text


def _call(expected: dict[str, dict[str, Any]]) -> str:
    ((name, parameters),) = expected.items()
    return f"{name}({', '.join(parameters)})"
