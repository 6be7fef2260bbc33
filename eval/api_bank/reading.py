"""A proper reading of an answer: which call it makes, with arguments of the declared types.

A call may be written in Python, or as the benchmark's own prompts write history, where a value
stands between quotes without escapes: ``attendees='['John', 'Jane']'``. Values become what their
parameter declares; lists may be spelled inside a text.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Mapping
from typing import Any

from agents.formats import get_format
from envs.common.python_source import parse_expression
from envs.types import JSON, ToolCall
from eval.api_bank.tools.base import Api

MAX_LENGTH = 20_000
"""Longest answer that is read, in characters."""

_START = re.compile(r"\[\s*(\w+)\s*\(")
_NAME = re.compile(r"[\s,]*(\w+)\s*=\s*")
_NEXT = r"(?:,\s*\w+\s*=|\)\s*\]|\)\s*$)"
_ENDS = {quote: re.compile(quote + rf"(?=\s*{_NEXT})") for quote in "'\""}
_END = re.compile(rf"(?={_NEXT})")
_INT = re.compile(r"\s*[+-]?\d{1,18}\s*")

RENAMED: Mapping[tuple[str, str], str] = {
    ("TimedSwitch", "device_id"): "name",
    ("CancelTimedSwitch", "device_id"): "name",
}
"""Parameters that had another name when the dialogues were recorded."""


class Unfit(ValueError):
    """Arguments that a tool does not take; the text says why, in official words."""


def read_call(text: str) -> ToolCall | None:
    """The first call of an answer, if there is any."""
    if len(text) > MAX_LENGTH:
        return None
    action = get_format("python").parse(text)
    if action.calls:
        return action.calls[0]
    start = _START.search(text)
    if start is None:
        return None
    return ToolCall(start[1], _unescaped(text, start.end()))


def _unescaped(text: str, at: int) -> dict[str, JSON]:
    """Arguments whose values end where the next one begins."""
    found: dict[str, JSON] = {}
    while (name := _NAME.match(text, at)) is not None:
        at = name.end()
        quote = text[at : at + 1]
        if quote in _ENDS:
            end = _ENDS[quote].search(text, at + 1)
            if end is None:
                return found
            found[name[1]], at = text[at + 1 : end.start()], end.end()
        else:
            end = _END.search(text, at)
            if end is None:
                return found
            found[name[1]], at = text[at : end.start()].strip(), end.end()
    return found


def fit(api: Api, arguments: Mapping[str, JSON]) -> dict[str, Any]:
    """Arguments with the declared types.

    Raises:
        Unfit: a name is not declared, or a value cannot be of its type.
    """
    values: dict[str, Any] = {}
    for given, value in arguments.items():
        name = RENAMED.get((api.name, given), given)
        kind = api.kinds.get(name)
        if kind is None:
            raise Unfit(f"invalid parameter name. parameter: {given}")
        if value is not None or name in api.required:
            values[name] = _fitted(kind, value)
    return values


def _fitted(kind: str, value: JSON) -> Any:
    if kind == "str" and isinstance(value, str | int | float):
        return str(value)
    if kind == "bool" and isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind in ("int", "float") and not isinstance(value, bool):
        number = _number(value)
        if kind == "float" and number is not None:
            return float(number)
        if number is not None and number == int(number):
            return int(number)
    if kind.startswith("list"):
        found = _listed(value)
        if isinstance(found, list):
            return found
        if isinstance(found, str):
            return [found]
    raise Unfit(f"invalid parameter type. parameter: {value}")


def _number(value: JSON) -> int | float | None:
    if isinstance(value, int | float):
        return value if abs(value) < float("inf") else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    if _INT.fullmatch(value):
        return int(value)
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _listed(value: JSON) -> JSON:
    """A list that is spelled in a text; anything else as it is."""
    if not (isinstance(value, str) and value.strip().startswith("[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(parse_expression(value.strip()))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return value
