"""Random strings that match a regular expression.

For the regular part of Python's syntax: literals, classes, groups, alternatives, repeats, anchors
at the ends. Look-around and back-references are refused.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Below = Callable[[int], int]
"""A random integer in [0, n)."""

_PRINTABLE = string.ascii_letters + string.digits + " _-.,:;!?/@#%&*+=()[]{}<>'\"$^|~`\\"
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    op.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}


def sample_pattern(pattern: str, below: Below, *, more: int = 4) -> str:
    """Make a string that matches `pattern`.

    Args:
        pattern: a regular expression in Python's syntax.
        below: the source of randomness.
        more: how far an open repeat (``*``, ``+``) goes beyond its minimum.

    Raises:
        ValueError: the pattern is broken or uses more than the regular part.
    """
    try:
        parsed = _parser.parse(pattern)
    except Exception as error:  # re.error, RecursionError, OverflowError
        raise ValueError(f"the pattern {pattern!r} is broken: {error}") from None
    return _many(parsed, below, more)


def _many(nodes: Iterable[tuple[Any, Any]], below: Below, more: int) -> str:
    return "".join(_one(code, argument, below, more) for code, argument in nodes)


def _one(code: Any, argument: Any, below: Below, more: int) -> str:
    if code is op.LITERAL:
        return chr(argument)
    if code is op.NOT_LITERAL:
        return _pick([c for c in _PRINTABLE if ord(c) != argument], below)
    if code is op.ANY:
        return _pick(_PRINTABLE, below)
    if code is op.IN:
        return _member(argument, below)
    if code is op.BRANCH:
        return _many(argument[1][below(len(argument[1]))], below, more)
    if code is op.SUBPATTERN:
        return _many(argument[3], below, more)
    if code is op.ATOMIC_GROUP:
        return _many(argument, below, more)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        low, high, inner = argument
        times = low + below(min(int(high) - low, more) + 1)
        return "".join(_many(inner, below, more) for _ in range(times))
    if code is op.AT:
        return ""
    raise ValueError(f"patterns with {str(code).lower()} cannot be sampled")


def _member(choices: list[tuple[Any, Any]], below: Below) -> str:
    if choices[0][0] is op.NEGATE:
        tests = choices[1:]
        return _pick([c for c in _PRINTABLE if not any(_fits(c, *test) for test in tests)], below)
    code, argument = choices[below(len(choices))]
    if code is op.LITERAL:
        return chr(argument)
    if code is op.RANGE:
        low, high = argument
        return chr(low + below(high - low + 1))
    return _pick([c for c in _PRINTABLE if _fits(c, code, argument)], below)


def _fits(character: str, code: Any, argument: Any) -> bool:
    if code is op.LITERAL:
        return bool(ord(character) == argument)
    if code is op.RANGE:
        return bool(argument[0] <= ord(character) <= argument[1])
    return bool(_CATEGORIES[argument](character))


def _pick(characters: Any, below: Below) -> str:
    if not characters:
        raise ValueError("a character class of the pattern is too odd to sample")
    return str(characters[below(len(characters))])
