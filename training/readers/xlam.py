"""XLAM and APIGen: ``query``, ``tools`` and ``answers``, the latter two as JSON texts.

    {"query": "...", "tools": "[{...}]", "answers": "[{...}]"}

An answer is ``{"name": "f", "arguments": {"x": 1}}``; an empty list says that no tool fits.
One record is one row.
"""

from __future__ import annotations

from collections.abc import Iterator

from agents.formats.base import Unreadable
from agents.formats.json_calls import read_call
from envs.types import Message, ToolCall
from training.readers.dialogue import Dialogue, Names, list_of, rows_of, text_of
from training.readers.records import Record
from training.readers.sharegpt import listed_tools
from training.rows import Row


def rows(record: Record, source: str) -> Iterator[Row]:
    """The row of a record.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    query = text_of(record.value, "query")
    names = Names(listed_tools(list_of(record.value, "tools"), "tools"))
    answers = list_of(record.value, "answers")
    calls = names.calls([_call(value, f"answers[{n}]") for n, value in enumerate(answers)])
    said = [Message("user", query.strip()), Message("assistant", calls=calls)]
    return rows_of(Dialogue(names.tools, said, silence_refuses=True), record, source)


def _call(value: object, where: str) -> ToolCall:
    try:
        return read_call(value)
    except Unreadable as error:
        raise ValueError(f"{where}: {error}") from None
