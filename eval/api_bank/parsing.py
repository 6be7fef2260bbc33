"""The official reading of an answer: which call is in it, and what its arguments are worth.

It is done with regular expressions and knows no escapes, no nesting and no types; what it cannot
read it drops in silence. `eval.api_bank.reading` is the proper one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from eval.api_bank.docs import spaced
from eval.api_bank.tools.base import Api, Escape

_START = re.compile(r"\[(\w+)\(")
# Names are taken whole, which changes nothing and takes linear time: no match ends inside a word.
_ARGUMENT = re.compile(
    r"""(?<!\w)(?:(\w++)\s*=\s*['"](.+?)['"]|(\w++)\s*=\s*(\[.*\])|(\w++)\s*=\s*(\w+))"""
)


class ReadCall(NamedTuple):
    """A call as the official code reads it."""

    name: str
    arguments: Mapping[str, str]


def parse(text: str) -> ReadCall | None:
    """The first ``[Name(...)]`` of an answer, up to the last ``)]`` of its line."""
    for line in text.split("\n"):
        end = line.rfind(")]")
        found = _START.search(line, 0, end) if end >= 0 else None
        if found:
            return ReadCall(found[1], dict(_arguments(line[found.end() : end])))
    return None


def _arguments(text: str) -> list[tuple[str, str]]:
    """Later duplicates come later."""
    pairs = []
    for found in _ARGUMENT.finditer(text):
        name, value = (part for part in found.groups() if part is not None)
        pairs.append((name, value))
    return pairs


def typed(api: Api, arguments: Mapping[str, str]) -> dict[str, Any]:
    """Arguments with the declared types, as far as the official code turns texts into them.

    Raises:
        Escape: a name is not declared, or a text is not of its type.
    """
    values: dict[str, Any] = {}
    for name, text in arguments.items():
        kind = api.kinds.get(name)
        if kind is None:
            raise Escape("AssertionError", f"invalid parameter name. parameter: {name}")
        values[name] = _TYPED.get(kind, _as_is)(text)
    return values


def spaced_keywords(arguments: Mapping[str, str]) -> dict[str, str]:
    """Level 3's arguments for ToolSearcher: a space before each capital.

    Raises:
        Escape: there are no keywords.
    """
    if "keywords" not in arguments:
        raise Escape("KeyError", "'keywords'")
    return {**arguments, "keywords": spaced(arguments["keywords"])}


def _int(text: str) -> int:
    if not text.isdigit():
        raise Escape("AssertionError", f"invalid parameter type. parameter: {text}")
    return int(_number(text, int))


def _float(text: str) -> float:
    if not text.replace(".", "", 1).isdigit():
        raise Escape("AssertionError", "invalid parameter type.")
    return float(_number(text, float))


def _number(text: str, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(text)
    except ValueError as error:  # digits such as a superscript two, or too many of them
        raise Escape("ValueError", str(error)) from None


def _bool(text: str) -> bool:
    return text == "True"


def _as_is(text: str) -> str:
    return text


_TYPED = {"int": _int, "float": _float, "bool": _bool}
