"""A fast reader of Python calls whose arguments are plain literals.

Most answers are lists of calls with strings, numbers, names, lists and dicts. Those are read here
with a few regular expressions, several times as fast as through a syntax tree and with the same
result. Where reading stops, the next characters often prove that no Python expression, or no list
of calls, goes on like this; then the answer is refused at once. Anything else (escapes, operators,
nested calls, comments, ...) is left to `eval.bfcl.decode_python`.
"""

from __future__ import annotations

import keyword
import re
from typing import Any

from eval.bfcl.calls import Arguments, Call, DecodeError

MAX_DEPTH = 20
"""Deepest nesting of lists and dicts that is read here."""

_S = r"[ \t\n]*"
_NAME = r"[A-Za-z_][A-Za-z_0-9]*"
_TEXT = r"""(?:'([^'\\\x00-\x1f\ud800-\udfff]*)'|"([^"\\\x00-\x1f\ud800-\udfff]*)\")"""
_INTEGER = r"(-?(?:0|[1-9][0-9]{0,17}))"
_FLOAT = r"(-?[0-9]{1,17}(?:\.[0-9]{1,17}(?:e-?[0-9]{1,3})?|e-?[0-9]{1,3}))"
_SCALAR = rf"(?:{_TEXT}|{_INTEGER}|{_FLOAT}|({_NAME}))"
"""Five groups: text in either quotes, integer, float, name."""

_AFTER = rf"{_S}(?:,{_S}|(?=[)\]}}]))"
"""What follows a value or a call: a comma, or a closing bracket that is left to be read."""

_CALL = re.compile(rf"({_NAME}(?:\.{_NAME})*){_S}\({_S}").match
_ARGUMENT = re.compile(rf"({_NAME}){_S}={_S}(?:{_SCALAR}{_AFTER}|(?=[\[{{]))").match
_VALUE = re.compile(rf"{_SCALAR}{_AFTER}").match
_KEY = re.compile(rf"{_TEXT}{_S}:{_S}").match
_CLOSING = re.compile(rf".{_AFTER}").match
_OPENING = re.compile(rf"[\[{{]{_S}").match

_WORD = rf"(?!(?:{'|'.join(keyword.kwlist)})\b){_NAME}"
_NOT_AN_ELEMENT = re.compile(rf"[<>=/|&%@^,:;!?$)}}]|(?:{_NAME}[ \t]+)*{_WORD}[ \t]+{_WORD}").match
"""No expression starts like this: an infix mark, a wrong bracket, two words in a row."""
_NOT_AFTER_CALL = re.compile(rf"{_S}(?:[)}};:$?'\"0-9]|{_WORD})").match
_NOT_AN_ARGUMENT = re.compile(
    rf"[\]}}<>=/|&%@^,:;!?$]|{_WORD}{_S}:(?!=)"
    rf"|{_NAME}{_S}={_S}(?:{_SCALAR}{_S}[\]}};]|{_WORD}[ \t]+{_WORD})"
).match

_CONSTANTS = {"True": True, "False": False, "None": None}
_RESERVED = frozenset(keyword.kwlist) | {"__debug__"}


class _NotPlain(Exception):
    """The text has something that is not read here."""


def read_plain(text: str) -> list[Call] | None:
    """The calls of a list in brackets; ``None`` where it takes a syntax tree to tell.

    Raises:
        DecodeError: it is certainly no list of calls.
    """
    calls: list[Call] = []
    if not text.startswith("["):
        return None
    try:
        at = _read(_OPENING(text)).end()
        while text[at : at + 1] != "]":
            call, at = _call(text, at)
            calls.append(call)
    except _NotPlain:
        return None
    if at == len(text) - 1:
        return calls
    if _ends_as_list(text):
        raise DecodeError("there is more than one list")
    return None


def _ends_as_list(text: str) -> bool:
    """Whether the text ends in a bracket, not in a comment.

    If so, it is no call of something in brackets, the one way to decode without a list of calls.
    """
    return text.endswith("]") and "#" not in text


def _call(text: str, at: int) -> tuple[Call, int]:
    """A call, and where the next one starts."""
    found = _CALL(text, at)
    if found is None:
        if _NOT_AN_ELEMENT(text, at):
            raise DecodeError("not a Python list of calls: invalid syntax")
        if _VALUE(text, at) and _ends_as_list(text):
            raise DecodeError("an element of the list is no call")
        raise _NotPlain
    name, at = found[1], found.end()
    if name in _RESERVED or ("." in name and not _RESERVED.isdisjoint(name.split("."))):
        raise _NotPlain
    arguments: Arguments = {}
    while text[at : at + 1] != ")":
        argument = _ARGUMENT(text, at)
        if argument is None:
            at = _unnamed(text, at, arguments)
            continue
        key, kind, at = argument[1], argument.lastindex or 0, argument.end()
        if key in _RESERVED:
            raise _NotPlain
        if kind == 1:
            arguments[key], at = _container(text, at, MAX_DEPTH)
        elif kind <= 3:
            arguments[key] = argument[kind]
        else:
            arguments[key] = _scalar(argument, 1)
    found = _CLOSING(text, at)
    if found is None:
        if _NOT_AFTER_CALL(text, at + 1):
            raise DecodeError(f"not a Python list of calls: invalid syntax after {name}(...)")
        raise _NotPlain
    return {name: arguments}, found.end()


def _unnamed(text: str, at: int, before: Arguments) -> int:
    """Skip an argument without a name, as the official decoder does; it precedes the named."""
    found = _VALUE(text, at)
    if found is None:
        if _NOT_AN_ARGUMENT(text, at):
            raise DecodeError("not a Python list of calls: invalid syntax in an argument")
        raise _NotPlain
    _scalar(found, 0)
    if before:
        raise _NotPlain
    return found.end()


def _container(text: str, at: int, depth: int) -> tuple[Any, int]:
    """A list or dict, and where what follows it starts."""
    if not depth:
        raise _NotPlain
    is_list = text.startswith("[", at)
    closing = "]" if is_list else "}"
    items: list[Any] = []
    keys: list[str] = []
    at = _read(_OPENING(text, at)).end()
    while text[at : at + 1] != closing:
        if not is_list:
            found = _read(_KEY(text, at))
            keys.append(found[found.lastindex or 0])
            at = found.end()
        scalar = _VALUE(text, at)
        if scalar:
            item, at = _scalar(scalar, 0), scalar.end()
        else:
            item, at = _container(text, at, depth - 1)
        items.append(item)
    end = _read(_CLOSING(text, at)).end()
    return (items if is_list else dict(zip(keys, items, strict=True))), end


def _scalar(found: re.Match[str], before: int) -> Any:
    """The value in the groups of `_SCALAR`, with `before` groups before them."""
    group = found.lastindex or 0
    text: str = found[group]
    kind = group - before
    if kind <= 2:
        return text
    if kind == 3:
        return int(text)
    if kind == 4:
        return float(text)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text in _RESERVED:
        raise _NotPlain
    return text


def _read(found: re.Match[str] | None) -> re.Match[str]:
    if found is None:
        raise _NotPlain
    return found
