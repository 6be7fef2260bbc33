"""Calls written as JSON objects, ``{"name": "f", "arguments": {"x": 1}}``: found, read, written.

Found are objects and lists of objects, wherever they stand in a text, and whatever follows a
family's marker. Read are also the slips that families make: ``parameters`` for ``arguments`` and
the other way round, arguments as a string of JSON or ``null``, and OpenAI's
``{"type": "function", "function": {...}}``. Which marker a family has, and what it writes around
its calls, is said in the family's own module.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from agents.formats.base import Unreadable
from agents.formats.json_values import read_value, too_deep
from agents.formats.spelling import COLON, COMMA, JSON, MAX_DEPTH, quote
from envs.types import ToolCall

Found = tuple[tuple[ToolCall, ...], str]
"""The calls of a text, and the text around them."""
Reader = Callable[[str, int], tuple[list[ToolCall], int]]
"""Reads the calls that have to stand at a place in a text; gives them and where they end."""

_OPENING = r"(?:\[\s*)?\{"
_CALL = rf"""{_OPENING}\s*["'](?:name|arguments|parameters|function|type|id)["']\s*:"""
_NAMED = re.compile(r"""["'](?:name|function)["']\s*:""")
_NEXT = re.compile(rf"[\s,;]*+(?={_OPENING})")
_SEPARATORS = " \t\r\n,;"
_EMPTY_FENCE = re.compile(r"```[\w-]*\s*```")
_TRIES = 16
"""How many unreadable objects are passed over: bounds the time spent on hostile text."""
_SHAPE = '{"name": ..., "arguments": {...}}'


def find_calls(text: str, marker: str, read: Reader) -> Found:
    """All calls of a text.

    Without a marker in front, only what has the shape of a call is one; other JSON is part of the
    prose, and so is a broken object in the middle of a line.

    Args:
        text: an assistant turn.
        marker: what announces calls; empty where the family has none.
        read: reads what follows a marker.

    Raises:
        Unreadable: what starts like a call cannot be read.
    """
    calls: list[ToolCall] = []
    around: list[str] = []
    taken = position = tries = 0
    pattern = _pattern(marker)
    while tries < _TRIES and (match := pattern.search(text, position)):
        start = match.start()
        if match["marker"]:
            found, end = read(text, match.end())
        else:
            try:
                value, end = read_value(text, start)
                found = _calls_in(value)
            except Unreadable:
                if _is_meant_as_call(text, start, taken):
                    raise
                position, tries = match.end(), tries + 1
                continue
        position = end
        if found:
            around.append(text[taken:start])
            calls += found
            taken = end
    around.append(text[taken:])
    between = [piece if piece.strip(_SEPARATORS) else "\n" for piece in around[1:]]
    return tuple(calls), _EMPTY_FENCE.sub("", "".join([around[0], *between])).strip()


def read_calls(text: str, position: int) -> tuple[list[ToolCall], int]:
    """The calls at `position`, one after the other: objects, or lists of them.

    Raises:
        Unreadable: there is none, or one cannot be read.
    """
    calls: list[ToolCall] = []
    while match := _NEXT.match(text, position):
        value, position = read_value(text, match.end())
        calls += [read_call(item) for item in (value if isinstance(value, list) else [value])]
    if not calls:
        raise Unreadable(f"expected {_SHAPE}, found {text[position : position + 20].strip()!r}")
    return calls, position


def read_call(value: Any) -> ToolCall:
    """The call that an object stands for.

    Raises:
        Unreadable: it stands for none.
    """
    if not isinstance(value, dict):
        raise Unreadable(f"expected {_SHAPE}, found {_kind(value)}")
    value = _unwrapped(value)
    name = value.get("name")
    if not isinstance(name, str) or not name:
        raise Unreadable('a call needs the name of its tool: "name": "..."')
    if "arguments" in value and "parameters" in value:
        raise Unreadable(f'{name[:40]}: both "arguments" and "parameters" are given')
    return read_arguments(name, value.get("arguments", value.get("parameters")))


def read_arguments(name: str, arguments: Any) -> ToolCall:
    """The call of `name` with arguments as models give them: an object, its JSON, or nothing.

    Raises:
        Unreadable: they are anything else, or nested too deep.
    """
    if isinstance(arguments, str):
        written = arguments.strip() or "{}"
        arguments, end = read_value(written)
        if end < len(written):
            raise Unreadable(f"{name[:40]}: the arguments go on behind their JSON")
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        raise Unreadable(f"{name[:40]}: the arguments have to be an object, not {_kind(arguments)}")
    if too_deep(arguments):
        raise Unreadable(f"{name[:40]}: arguments nested deeper than {MAX_DEPTH}")
    return ToolCall(name, arguments)


def write_call(call: ToolCall, key: str) -> str:
    """A call as an object whose arguments stand under `key`.

    Raises:
        ValueError: it has no name, or an argument is not a JSON value.
    """
    if not call.name:
        raise ValueError("a call has no name")
    try:
        arguments = JSON.write(dict(call.arguments))
    except ValueError as error:
        raise ValueError(f"{call.name}: {error}") from None
    return f"{before_arguments(call.name, key)}{arguments}}}"


def before_arguments(name: str, key: str) -> str:
    """A call's text up to its arguments."""
    return f'{{"name"{COLON}{quote(name)}{COMMA}"{key}"{COLON}'


@functools.cache
def _pattern(marker: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<marker>{re.escape(marker) or '(?!)'})|{_CALL}")


def _is_meant_as_call(text: str, start: int, taken: int) -> bool:
    """Whether the unreadable object at `start` says that it is a call.

    It does when it names something and is a list, or has nothing before it on its line but calls.
    """
    line = max(text.rfind("\n", 0, start) + 1, taken)
    alone = text[start] == "[" or not text[line:start].strip(_SEPARATORS)
    return alone and _NAMED.search(text, start) is not None


def _calls_in(value: Any) -> list[ToolCall]:
    """The calls of an object or a list that has their shape; none of any other.

    Raises:
        Unreadable: a call in it cannot be read.
    """
    items = value if isinstance(value, list) else [value]
    return [read_call(item) for item in items] if items and _looks_like_call(items[0]) else []


def _looks_like_call(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    value = _unwrapped(value)
    described = "description" in value  # then it is a tool, told to the user
    return "name" in value and ("arguments" in value or "parameters" in value) and not described


def _unwrapped(value: dict[str, Any]) -> dict[str, Any]:
    inner = value.get("function")
    return inner if isinstance(inner, dict) else value


def _kind(value: Any) -> str:
    """What a value is, in words a model knows."""
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case Mapping():
            return "an object"
    return "a list"
