"""JavaScript source text -> values, by the type that a doc declares.

As in the official converter, text that does not spell a value of its type stays text. An array is
read up to its first closing bracket and split at every comma; an object is flat.
"""

from __future__ import annotations

import re
from typing import Any

from eval.bfcl.decode_javascript import unquoted

TYPES: dict[str, type] = {
    "String": str,
    "integer": int,
    "float": float,
    "Bigint": int,
    "Boolean": bool,
    "dict": dict,
    "array": list,
    "any": str,
}
"""Declared type -> the type of the converted value."""

MAX_LENGTH = 10_000
"""Longest text that is read as a collection; a longer one stays text."""

_INTEGER = re.compile(r"-?\d+$")
_FLOAT = re.compile(r"-?\d+(\.\d+)?$")
_BIGINT = re.compile(r"-?\d+n$")
_ROWS_START = re.compile(r"(?:\[|new\s+Array(\())\s*\[")
_NEXT_ROW = re.compile(r"\s*,\s*\[")
_SPACE = re.compile(r"\s*")
_ROW = re.compile(r"\[(.*?)\]")
_ARRAY = re.compile(r"\[(.*?)\]|new\s+Array\((.*?)\)")
_OBJECT = re.compile(r"\{(.*?)\}")
_PAIR = re.compile(r"([^:]+):\s*(.*?)(?:,\s*(?=[^,]+:)|$)")


def convert(text: str, kind: str, element: str | None = None) -> Any:
    """Read `text` as a value of the declared type `kind`.

    Args:
        text: JavaScript source.
        kind: a key of `TYPES`.
        element: the declared type of elements, of an ``array``.

    Raises:
        KeyError: `kind` is no type.
        ValueError: a number has more digits than Python reads.
    """
    match kind:
        case "String":
            return unquoted(text)
        case "integer":
            return int(text) if _INTEGER.match(text) else text
        case "float":
            return float(text) if _FLOAT.match(text) else text
        case "Bigint":
            return int(text.rstrip("\n")[:-1]) if _BIGINT.match(text) else text
        case "Boolean":
            return text == "true" if text in ("true", "false") else text
        case "array":
            return _array(text.strip(), element)
        case "dict":
            return _object(text.strip())
        case "any":
            return text
    raise KeyError(kind)


def _array(text: str, element: str | None) -> Any:
    if len(text) > MAX_LENGTH:
        return text
    end = _rows_end(text)
    if end is not None:
        return [_row(row, first=at == 0) for at, row in enumerate(_ROW.findall(text[:end]))]
    found = _ARRAY.match(text)
    if not found:
        return text
    inner = (found[1] if found[1] is not None else found[2]).strip()
    items = [item.strip() for item in inner.split(",")] if inner else []
    try:
        return [convert(item, element) if element else _guess(item) for item in items]
    except (ValueError, KeyError):
        return text


def _row(text: str, *, first: bool) -> list[Any]:
    text = text.strip()
    if first:
        text = text.removeprefix("[")
    return [_guess(item) for item in text.split(",")]


def _rows_end(text: str) -> int | None:
    """Where an array of arrays at the start of `text` ends; ``None`` if there is none.

    A row may run over brackets, though not over a line end; the shortest rows that lead to a
    closing bracket count. Every ``]`` is looked at once, from the last to the first.
    """
    start = _ROWS_START.match(text)
    if not start:
        return None
    closing = ")" if start[1] else "]"
    end: int | None = None  # of the array, from the nearest `]` that leads to one
    nearest = len(text)  # that `]`
    for at in range(len(text) - 1, start.end() - 1, -1):
        if text[at] != "]":
            continue
        follows = _NEXT_ROW.match(text, at + 1)
        if follows:
            leads = end is not None and "\n" not in text[follows.end() : nearest]
        else:
            close = _SPACE.match(text, at + 1).end()  # type: ignore[union-attr]
            leads = text.startswith(closing, close)
            if leads:
                end = close + 1
        if leads:
            nearest = at
    return end if end is not None and "\n" not in text[start.end() : nearest] else None


def _object(text: str) -> Any:
    if text == "{}":
        return {}
    found = len(text) <= MAX_LENGTH and _OBJECT.match(text)
    if not found:
        return text
    entries: dict[str, Any] = {}
    for key, value in _PAIR.findall(found[1]):
        value = value.strip()
        if value.startswith("[") and value.endswith("]"):
            read = _array(value, None)
        else:
            read = _guess(value.strip("'\""))
        entries[key.strip().strip("'\"")] = read
    return entries


def _guess(text: str) -> Any:
    """Read a value whose type is not declared."""
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    if (bare := unquoted(text)) != text:
        return bare
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
