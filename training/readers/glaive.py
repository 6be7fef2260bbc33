"""Glaive: one text with ``USER:``, ``ASSISTANT:``, ``FUNCTION RESPONSE:``, or the same as turns.

``system`` has the functions one after the other, ``chat`` the conversation, and a call is

    <functioncall> {"name": "f", "arguments": '{"x": 1}'}

The arguments stand as JSON between single quotes, which makes the whole no JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.formats.base import Unreadable
from agents.formats.json_calls import read_arguments, read_call
from agents.formats.json_values import read_value
from envs.types import JSON, Action, ToolCall, ToolSpec
from training.readers.dialogue import Names, list_of, rows_of, text_of
from training.readers.hermes import literal
from training.readers.records import Record
from training.readers.sharegpt import Dialect, Said, dialogue_of, listed_tools, turns_of
from training.rows import Row

_MARK = "<functioncall>"
_SPEAKERS = {
    "SYSTEM": "system",
    "USER": "user",
    "ASSISTANT": "assistant",
    "FUNCTION RESPONSE": "tool",
}
_SPEAKER = re.compile(rf"^[ \t]*({'|'.join(_SPEAKERS)}):", re.MULTILINE)
_END = "<|endoftext|>"
_QUOTED_ARGUMENTS = re.compile(
    r"""\{\s*"name"\s*:\s*"([^"]+)"\s*,\s*"arguments"\s*:\s*'(.*)'\s*\}""", re.DOTALL
)


def rows(record: Record, source: str) -> Iterator[Row]:
    """The rows of a dialogue.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    turns = turns_of(record) if record.given("conversations") else _turns(record)
    return rows_of(dialogue_of(record, turns, DIALECT), record, source)


def _turns(record: Record) -> list[Said]:
    """The turns of a text."""
    whole = next((key for key in ("sample", "text") if record.given(key)), "chat")
    text = text_of(record.value, whole)
    found: list[Said] = []
    if whole == "chat" and record.given("system"):
        found.append(Said("system", text_of(record.value, "system"), "system"))
    marks = list(_SPEAKER.finditer(text))
    if not marks:
        raise ValueError(f"{whole}: no 'USER:' and 'ASSISTANT:' in it")
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = len(text) if following is None else following.start()
        said = text[mark.end() : end].replace(_END, "").strip()
        found.append(Said(_SPEAKERS[mark[1]], said, whole))
    return found


def _tools(record: Record, system: str) -> list[ToolSpec]:
    """The objects behind the first words of the system prompt."""
    if record.given("tools"):
        return listed_tools(list_of(record.value, "tools"), "tools")
    found: list[JSON] = []
    at = 0
    while (at := system.find("{", at)) >= 0:
        try:
            value, at = read_value(system, at)
        except Unreadable as error:
            raise ValueError(f"system: function[{len(found)}]: {error}") from None
        found.append(value)
    return listed_tools(found, "system: function")


def _turn(text: str, names: Names) -> Action:
    text = text.replace(_END, "").strip()
    said, mark, called = text.partition(_MARK)
    if not mark:
        return Action(text)
    try:
        calls = tuple(read_quoted_call(part.strip()) for part in called.split(_MARK))
    except Unreadable as error:
        return Action(text, error=str(error))
    return Action(said.strip(), calls)


def read_quoted_call(text: str) -> ToolCall:
    """A call as Glaive writes it.

    Raises:
        Unreadable: it is none.
    """
    if match := _QUOTED_ARGUMENTS.fullmatch(text):
        written = match[2]
        try:
            return read_arguments(match[1], written)
        except Unreadable:
            return read_arguments(match[1], written.replace("\\'", "'"))
    try:
        value, end = read_value(text)
    except Unreadable:
        if (found := literal(text)) is None:
            raise
        value, end = found, len(text)
    if text[end:].strip():
        raise Unreadable(f"expected nothing behind the call, found {text[end : end + 20]!r}")
    return read_call(value)


DIALECT = Dialect(_tools, _turn)
