r"""The texts in which a Python pattern is found, as a regular expression of Rust's syntax.

Anchors, sets, groups, alternatives and repetitions keep their meaning. Where the dialects could
differ (``.``, ``\w``, negated sets) only ASCII is generated, which both read alike; look-around,
back references, word boundaries, flags, and anchors inside a text are refused. No text has quotes,
backslashes or controls, so that it may stand in a quoted string as it is.

Python's own parser reads the pattern (`re._parser`, private but the same from 3.11 on): the
alternative is a second parser that would have to agree with it in every corner.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_ASCII = frozenset(range(0x20, 0x7F)) - frozenset(map(ord, '"\\'))
_MAX_REPEAT = 1000
_CATEGORIES = {
    "DIGIT": "0123456789",
    "SPACE": " ",
    "WORD": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
}


class UnsupportedPattern(ValueError):
    """Part of a pattern cannot be generated; says which."""


@dataclass(frozen=True)
class Piece:
    """A regular expression and how long its matches may be."""

    regex: str
    lengths: int
    """Bit n is set if a match has n characters; 0 where nothing matches."""


def searched(pattern: str, most: int) -> Piece:
    """The texts of up to `most` characters in which `re.search` finds `pattern`.

    Raises:
        UnsupportedPattern: part of it cannot be generated.
    """
    parser: Any = importlib.import_module("re._parser")
    try:
        tree = parser.parse(pattern)
        if tree.state.flags & ~32:  # re.UNICODE is on in every pattern of text
            raise UnsupportedPattern("flags are not supported")
        return _Translator(most).sequence(list(tree), start=True, end=True)
    except (re.error, ValueError, OverflowError, RecursionError) as error:
        raise UnsupportedPattern(f"pattern {pattern!r}: {error}") from None


class _Translator:
    def __init__(self, most: int) -> None:
        self._all = (1 << most + 1) - 1
        everything = _set(_ASCII)
        self._free = Piece(f"{everything}*", self._all)
        self._empty = Piece("", 1)

    def sequence(self, items: list[Any], *, start: bool = False, end: bool = False) -> Piece:
        """Items in a row. At the `start` and the `end` of a search other text may stand around.

        A group that stands there passes this on, as each of its alternatives may have an anchor.
        """
        before = after = self._empty
        if start and not (items and _is_group(items[0])):
            start = False
            if items and _is_anchor(items[0], "AT_BEGINNING"):
                items = items[1:]
            else:
                before = self._free
        if end and not (items and _is_group(items[-1])):
            end = False
            if items and _is_anchor(items[-1], "AT_END"):
                items = items[:-1]
            else:
                after = self._free
        last = len(items) - 1
        parts = [
            self._item(item, start=start and index == 0, end=end and index == last)
            for index, item in enumerate(items)
        ]
        return self._row([before, *parts, after])

    def _item(self, item: Any, *, start: bool, end: bool) -> Piece:
        kind, value = str(item[0]), item[1]
        match kind:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                body = _character(kind, value)
                return Piece(body, 2 & self._all if body else 0)
            case "BRANCH":
                options = [self.sequence(list(b), start=start, end=end) for b in value[1]]
                return self._either(options)
            case "SUBPATTERN":
                _, added, removed, body = value
                if added or removed:
                    raise UnsupportedPattern("flags are not supported")
                return self._either([self.sequence(list(body), start=start, end=end)])
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, body = value
                return self._repeat(int(least), int(most), self.sequence(list(body)))
        raise UnsupportedPattern(f"{kind.lower()} is not supported here")

    def _row(self, parts: list[Piece]) -> Piece:
        lengths = 1
        for part in parts:
            lengths = self._sums(lengths, part.lengths)
        return Piece("".join(part.regex for part in parts), lengths)

    def _either(self, options: list[Piece]) -> Piece:
        possible = [option for option in options if option.lengths]
        lengths = 0
        for option in possible:
            lengths |= option.lengths
        return Piece(f"(?:{'|'.join(option.regex for option in possible)})", lengths)

    def _repeat(self, least: int, most: int, part: Piece) -> Piece:
        if least > _MAX_REPEAT:
            raise UnsupportedPattern(f"more than {_MAX_REPEAT} repetitions")
        if not part.lengths:
            return self._empty if least == 0 else part
        lengths = 1
        for _ in range(least):
            lengths = self._sums(lengths, part.lengths)
        for _ in range(most - least):
            longer = lengths | self._sums(lengths, part.lengths)
            if longer == lengths:
                break
            lengths = longer
        limit = most if most <= _MAX_REPEAT else ""
        return Piece(f"(?:{part.regex}){{{least},{limit}}}", lengths)

    def _sums(self, some: int, others: int) -> int:
        """The lengths of two texts in a row."""
        total = 0
        while others:
            lowest = others & -others
            total |= some * lowest
            others ^= lowest
        return total & self._all


def _is_group(item: Any) -> bool:
    return str(item[0]) in ("BRANCH", "SUBPATTERN")


def _is_anchor(item: Any, name: str) -> bool:
    return str(item[0]) == "AT" and str(item[1]) in (name, f"{name}_STRING")


def _character(kind: str, value: Any) -> str:
    """One character, or nothing where none may be generated."""
    match kind:
        case "ANY":
            return _set(_ASCII)
        case "LITERAL":
            return _set([value])
        case "NOT_LITERAL":
            return _set(_ASCII - {value})
    members: set[int] = set()
    negated = False
    for what, item in value:
        match str(what):
            case "NEGATE":
                negated = True
            case "LITERAL":
                members.add(item)
            case "RANGE":
                members.update(range(item[0], item[1] + 1))
            case "CATEGORY":
                members |= _category(str(item))
            case other:
                raise UnsupportedPattern(f"{other.lower()} is not supported")
    return _set(_ASCII - members if negated else members)


def _category(name: str) -> frozenset[int]:
    r"""The ASCII part of ``\d``, ``\W`` and so on."""
    *negated, kind = name.removeprefix("CATEGORY_").split("_")
    members = frozenset(map(ord, _CATEGORIES[kind]))
    return _ASCII - members if negated else members


def _set(codes: Iterable[int]) -> str:
    """A set of characters in Rust's syntax, without those that a quoted string has to escape."""
    ranges: list[list[int]] = []
    for code in sorted(c for c in codes if c in _ASCII or (c > 0x7F and not 0xD800 <= c < 0xE000)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    body = "".join(rf"\x{{{a:x}}}" if a == b else rf"\x{{{a:x}}}-\x{{{b:x}}}" for a, b in ranges)
    return f"[{body}]" if body else ""
