"""Java source text -> values, by the type that a doc declares.

As in the official converter, text that does not spell a value of its type stays text. Patterns are
searched anywhere in the text, lists are split at every comma, and elements of a ``String[]`` keep
their quotes. Searches take linear or, on hostile text, quadratic time at worst.
"""

from __future__ import annotations

import re
from typing import Any

TYPES: dict[str, type] = {
    "byte": int,
    "short": int,
    "integer": int,
    "float": float,
    "double": float,
    "long": int,
    "boolean": bool,
    "char": str,
    "Array": list,
    "ArrayList": list,
    "Set": set,
    "HashMap": dict,
    "Hashtable": dict,
    "Queue": list,
    "Stack": list,
    "String": str,
    "any": str,
}
"""Declared type -> the type of the converted value."""

MAX_LENGTH = 10_000
"""Longest text that is searched for a collection; a longer one stays text."""

_INTEGER = re.compile(r"-?\d+$")
_LONG = re.compile(r"-?\d+[lL]$")
_FLOAT = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?[fF]$")
_DOUBLE = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?$")
_ARRAY = re.compile(r"new\s+\w+\[\]\s*\{(.*?)\}")
_AS_LIST = re.compile(r"new\s+ArrayList<\w*>\(Arrays\.asList\((.+?)\)\)")
_ARRAY_LIST = re.compile(r"new\s+ArrayList<\w*>\(\)")
_ARRAY_LIST_BODY = re.compile(r"new\s+ArrayList<\w*>\(\)\s*\{\{\s*")
_ADD = re.compile(r"add\((.+?)\)")
_HASH_MAP = re.compile(r"new\s+HashMap<.*?>\s*\(\)")
_HASH_MAP_BODY = re.compile(r"new\s+HashMap<.*?>\s*\(\)\s*\{\s*\{?\s*", re.DOTALL)
_SPACE = re.compile(r"\s*")


def convert(text: str, kind: str, element: str | None = None) -> Any:
    """Read `text` as a value of the declared type `kind`.

    Args:
        text: Java source.
        kind: a key of `TYPES`.
        element: the declared type of elements, of an ``Array`` or ``ArrayList``.

    Raises:
        NotImplementedError: a type that the official converter cannot convert.
        KeyError: `kind` or `element` is no type.
        ValueError: a number has more digits than Python reads.
    """
    match kind:
        case "byte" | "short" | "integer":
            return int(text) if _INTEGER.match(text) else text
        case "long":
            return int(text.rstrip("\n")[:-1]) if _LONG.match(text) else text
        case "float":
            return float(text.rstrip("\n")[:-1]) if _FLOAT.match(text) else text
        case "double":
            return float(text) if _DOUBLE.match(text) else text
        case "boolean":
            return text == "true" if text in ("true", "false") else text
        case "Array":
            return _array(text, element)
        case "ArrayList":
            return _array_list(text, element)
        case "HashMap":
            return _hash_map(text)
        case "Set" | "Hashtable" | "Queue" | "Stack":
            raise NotImplementedError(f"the official converter cannot convert a {kind}")
        case "char" | "String" | "any":
            return text
    raise KeyError(kind)


def _array(text: str, element: str | None) -> Any:
    found = len(text) <= MAX_LENGTH and _ARRAY.search(text)
    if not found:
        return text
    items = (item.strip() for item in found[1].split(","))
    return [convert(item, element) if element else _guess(item) for item in items if item]


def _array_list(text: str, element: str | None) -> Any:
    if len(text) > MAX_LENGTH:
        return text
    if found := _AS_LIST.search(text):
        items = found[1].split(",")
    elif found := _ARRAY_LIST_BODY.search(text):
        end = text.find("}}", found.end() + 1)
        items = _ADD.findall(text[found.end() : max(end, 0)])
    elif _ARRAY_LIST.search(text):
        items = []
    else:
        return text
    return [_list_item(item.strip(), element) for item in items]


def _list_item(text: str, element: str | None) -> Any:
    if element in ("char", "String"):
        return text[1:-1]
    return convert(text, element) if element else _guess(text)


def _hash_map(text: str) -> Any:
    if len(text) > MAX_LENGTH:
        return text
    if found := _HASH_MAP_BODY.search(text):
        end = text.find("}", found.end())
        if end >= 0:
            return _puts(text[found.end() : end])
    return {} if _HASH_MAP.search(text) else text


def _puts(body: str) -> dict[str, Any]:
    """The entries that ``put("key", value)`` statements make.

    Key and value end on their line, at the first ``",`` and the first ``)``. A line break may stand
    between them; where the first ``",`` leads nowhere, one that ends the line may.
    """
    entries: dict[str, Any] = {}
    at = 0
    while (start := body.find('put("', at)) >= 0:
        at = start + 1
        key = start + len('put("')
        line_end = body.find("\n", key)
        line = body[: line_end if line_end >= 0 else len(body)]
        for comma in (body.find('",', key, len(line)), len(line.rstrip()) - 2):
            if comma < key or body[comma : comma + 2] != '",':
                continue
            value = _SPACE.match(body, comma + 2).end()  # type: ignore[union-attr]
            close = body.find(")", value)
            if close >= 0 and "\n" not in body[value:close]:
                entries[body[key:comma]] = _guess(body[value:close].strip())
                at = close + 1
                break
    return entries


def _guess(text: str) -> Any:
    """Read a value whose type is not declared."""
    if text in ("true", "false"):
        return text == "true"
    if text.startswith('"') and text.endswith('"'):
        return text[1:-1]
    if _LONG.match(text):
        return int(text[:-1])
    if _FLOAT.match(text):
        return float(text[:-1])
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
