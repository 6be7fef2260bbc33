"""Whether a text is a right answer to a row, or the beginning of one; decided by the gold's calls.

The text is followed character by character against what the gold allows: the row's calls in any
order, their arguments in any order, numbers and texts in whatever spelling, arguments that only
repeat a default there or not. It shares no code with what the search scores or filters by
(`training.answers`, `agents.search.steps`), and reads Python's spelling of calls alone: an answer
that begins with anything but its calls cannot become right here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

OPEN = -1
"""Stands for the place behind a text that ended in the middle of something right."""

Places = set[int]
"""Where the text goes on behind what was matched; `OPEN` where it ends within it."""

_NUMBER = re.compile(r"[+-]?[\d_]*\.?[\d_]*(?:[eE][+-]?\d*)?")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "/": "/"}
_CODES = {"x": 2, "u": 4, "U": 8}


def may_be_right(text: str, row: Any, *, ends: bool) -> bool:
    """Whether the text is a right answer, or (where it does not end) may still become one.

    Args:
        text: the answer from its first character on.
        row: with `answer` (the right calls) and `tools`.
        ends: the answer ends with the text.
    """
    defaults = {tool.name: _defaults(tool.parameters) for tool in row.tools}
    places = _answer(text, tuple(row.answer), defaults)
    if any(place != OPEN and _nothing_more(text[place:]) for place in places):
        return True
    return OPEN in places and not ends


def _defaults(parameters: Mapping[str, Any]) -> dict[str, Any]:
    properties = parameters.get("properties", {})
    return {
        name: schema["default"]
        for name, schema in properties.items()
        if isinstance(schema, Mapping) and "default" in schema
    }


def _nothing_more(rest: str) -> bool:
    """Words behind the calls do no harm; further calls would."""
    return "[" not in rest and "(" not in rest


def _answer(text: str, calls: Sequence[Any], defaults: Mapping[str, Any]) -> Places:
    places = _word(text, 0, "[")
    left: set[tuple[int, frozenset[int]]] = {(p, frozenset(range(len(calls)))) for p in places}
    done: Places = {OPEN} & places
    while left:
        following: set[tuple[int, frozenset[int]]] = set()
        for at, wanted in left:
            if at == OPEN:
                done.add(OPEN)
                continue
            if not wanted:
                done |= _word(text, at, "]")
                continue
            begins = _word(text, at, ",") if len(wanted) < len(calls) else {at}
            for start in begins:
                for one in wanted:
                    ends = {OPEN} if start == OPEN else _call(text, start, calls[one], defaults)
                    following |= {(end, wanted - {one}) for end in ends}
        left = following
    return done


def _call(text: str, at: int, call: Any, defaults: Mapping[str, Any]) -> Places:
    places: Places = set()
    for opened in _then(text, _word(text, at, call.name), "("):
        if opened == OPEN:
            places.add(OPEN)
            continue
        own = defaults.get(call.name, {})
        known = {**own, **call.arguments}
        for inside in _arguments(text, opened, known, frozenset(known), True):
            at_end, left = inside
            needed = [n for n in left if n not in own or not _same(known[n], own[n])]
            if at_end == OPEN:
                places.add(OPEN)
            elif not needed:
                places |= _word(text, at_end, ")")
    return places


def _arguments(
    text: str, at: int, known: Mapping[str, Any], left: frozenset[str], first: bool
) -> Iterator[tuple[int, frozenset[str]]]:
    """Places behind any arguments, and which were not given."""
    yield at, left
    for begin in {at} if first else _word(text, at, ","):
        if begin == OPEN:
            yield OPEN, left
            continue
        for name in left:
            for value_at in _then(text, _word(text, begin, name), "="):
                ends = {OPEN} if value_at == OPEN else _value(text, value_at, known[name])
                for end in ends:
                    if end == OPEN:
                        yield OPEN, left
                    else:
                        yield from _arguments(text, end, known, left - {name}, False)


def _value(text: str, at: int, value: Any) -> Places:
    at = _skip(text, at)
    if at == len(text):
        return {OPEN}
    if value is None or isinstance(value, bool):
        words = ("None", "null") if value is None else (str(value), str(value).lower())
        return set().union(*(_word(text, at, word) for word in words))
    if isinstance(value, int | float):
        return _number(text, at, value)
    if isinstance(value, str):
        return _text(text, at, value)
    if isinstance(value, Mapping):
        return _record(text, at, dict(value))
    return _list(text, at, list(value))


def _number(text: str, at: int, value: float) -> Places:
    match = _NUMBER.match(text, at)
    found = match[0] if match else ""
    if at + len(found) == len(text):
        spellings = {repr(value), repr(float(value))}
        if float(value).is_integer():
            spellings |= {repr(int(value)), f"{int(value)}.0"}
        return {OPEN} if any(each.startswith(found) for each in spellings) else set()
    try:
        return {at + len(found)} if float(found.replace("_", "")) == value else set()
    except ValueError:
        return set()


def _text(text: str, at: int, value: str) -> Places:
    quote, at = text[at], at + 1
    if quote not in "'\"":
        return set()
    said: list[str] = []
    while at < len(text) and text[at] != quote:
        if text[at] != "\\":
            said.append(text[at])
            at += 1
            continue
        length = _CODES.get(text[at + 1 : at + 2], 0)
        code = text[at + 2 : at + 2 + length]
        if at + 2 + length > len(text):
            at = len(text)  # an escape that is not complete yet
        else:
            letter = text[at + 1]
            said.append(chr(int(code, 16)) if length else _ESCAPES.get(letter, "\\" + letter))
            at += 2 + length
    given, wanted = "".join(said), value.strip()
    if at >= len(text):
        goes_on = wanted.startswith(given.lstrip()) or given.strip() == wanted
        return {OPEN} if goes_on else set()
    return {at + 1} if given.strip() == wanted else set()


def _list(text: str, at: int, items: list[Any]) -> Places:
    closing = {"[": "]", "(": ")"}.get(text[at])
    if closing is None:
        return set()
    places: Places = {at + 1}
    for number, item in enumerate(items):
        if number:
            places = _then(text, places, ",")
        places = _after(places, lambda p, item=item: _value(text, p, item))
    return _then(text, places, closing)


def _record(text: str, at: int, left: dict[str, Any], opened: bool = False) -> Places:
    """An object, its keys in any order."""
    if not opened:
        places = _word(text, at, "{")
        return _after(places, lambda p: _record(text, p, left, True))
    if not left:
        return _word(text, at, "}")
    places = set()
    for key in left:
        values = _then(text, _value(text, at, key), ":")
        ends = _after(values, lambda p, key=key: _value(text, p, left[key]))
        rest = {name: value for name, value in left.items() if name != key}
        if rest:
            ends = _then(text, ends, ",")
        places |= _after(ends, lambda p, rest=rest: _record(text, p, rest, True))
    return places


def _word(text: str, at: int, word: str) -> Places:
    """Behind a word that stands at a place, white space before it left out."""
    at = _skip(text, at)
    if text.startswith(word, at):
        return {at + len(word)}
    return {OPEN} if word.startswith(text[at:]) else set()


def _then(text: str, places: Places, word: str) -> Places:
    return _after(places, lambda place: _word(text, place, word))


def _after(places: Places, step: Any) -> Places:
    found: Places = set()
    for place in places:
        found |= {OPEN} if place == OPEN else step(place)
    return found


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
