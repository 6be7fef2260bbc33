"""A quick yes to the valid values of plain schemas.

Most tool schemas use a few keywords and most calls are valid; for those this answers some ten times
faster than a full validator. ``True`` is certain; ``False`` means only: ask the validator.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from envs.types import JSON

Acceptor = Callable[[Any], bool]

_NOTES = {"description", "title", "default", "examples", "deprecated", "format", "$comment"}
_NUMBERS = frozenset({int, float})
_TYPES: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": _NUMBERS,
    "boolean": frozenset({bool}),
    "null": frozenset({type(None)}),
}
_LARGEST = sys.float_info.max


def acceptor(schema: JSON) -> Acceptor:
    """Compile a schema, as far as it is plain; a broken one accepts nothing."""
    try:
        return _acceptor(schema)
    except (AttributeError, TypeError, KeyError):
        return _never


def _acceptor(schema: JSON) -> Acceptor:
    if not isinstance(schema, dict):
        return _never
    keywords = schema.keys() - _NOTES
    kind = schema.get("type")
    if kind == "object" and keywords <= {"type", "properties", "required", "additionalProperties"}:
        return _object(schema)
    if kind == "array" and keywords == {"type", "items"}:
        return _array(_acceptor(schema["items"]))
    if kind in (None, "string") and "enum" in keywords <= {"type", "enum"}:
        return _strings(schema["enum"])
    if kind is not None and keywords <= {"type", "minimum", "maximum"}:
        low, high = schema.get("minimum", -_LARGEST), schema.get("maximum", _LARGEST)
        return _scalar([kind] if isinstance(kind, str) else kind, low, high)
    return _never


def _never(value: Any) -> bool:
    return False


def _strings(allowed: list[JSON]) -> Acceptor:
    strings = frozenset(value for value in allowed if isinstance(value, str))
    return lambda value: type(value) is str and value in strings


def _scalar(kinds: list[str], low: float, high: float) -> Acceptor:
    types = frozenset[type]().union(*(_TYPES.get(kind, ()) for kind in kinds))
    if not low <= high:  # nothing lies between, or they are no numbers (a TypeError)
        return _never
    if not types & _NUMBERS:
        return lambda value: type(value) in types

    def accepts(value: Any) -> bool:
        kind = type(value)
        return kind in types and (kind not in _NUMBERS or low <= value <= high)

    return accepts


def _array(item: Acceptor) -> Acceptor:
    return lambda value: type(value) is list and all(map(item, value))


def _object(schema: dict[str, JSON]) -> Acceptor:
    fields = {name: _acceptor(inner) for name, inner in schema.get("properties", {}).items()}
    required = schema.get("required", [])
    if not isinstance(required, list):
        return _never

    def accepts(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name in required:
            if name not in value:
                return False
        for name, item in value.items():
            field = fields.get(name)
            if field is None or not field(item):
                return False
        return True

    return accepts
