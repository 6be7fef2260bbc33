"""Hermes and Qwen: functions in ``<tools>``, a ``<tool_call>`` block for each call.

    <tool_call>
    {"name": "f", "arguments": {"x": 1}}
    </tool_call>

Results stand in ``<tool_response>`` blocks. Some data sets write calls as Python dictionaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.formats import get_format
from agents.formats.base import Unreadable
from agents.formats.json_calls import read_call
from agents.formats.json_values import read_value as read_json
from agents.formats.python_values import read_value as read_literal
from envs.common.python_source import parse_expression
from envs.types import JSON, Action, ToolCall, ToolSpec
from training.readers.dialogue import Names, as_text, list_of, results_of
from training.readers.records import Record
from training.readers.sharegpt import Dialect, between, dialogue_rows, listed_tools, objects_in
from training.rows import Row

_CALL = re.compile(r"<tool_call>(.*?)(?:</tool_call>|(?=<tool_call>)|\Z)", re.DOTALL)
_LONGEST = 200_000


def rows(record: Record, source: str) -> Iterator[Row]:
    """The rows of a dialogue.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    return dialogue_rows(record, source, DIALECT)


def _tools(record: Record, system: str) -> list[ToolSpec]:
    blocks = between(system, "<tools>", "</tools>")
    filled = [block for block in blocks if block[:1] in ("[", "{")]
    if not filled:
        return (
            listed_tools(list_of(record.value, "tools"), "tools") if record.given("tools") else []
        )
    try:
        values = objects_in(filled[-1])
    except Unreadable as error:
        value = literal(filled[-1])
        if value is None:
            raise ValueError(f"system: <tools>: {error}") from None
        values = value if isinstance(value, list) else [value]
    return listed_tools(values, "system: <tools>")


def _turn(text: str, names: Names) -> Action:
    action = get_format("hermes").parse(text)
    if action.error is None:
        return action
    calls: list[ToolCall] = []
    for match in _CALL.finditer(text):
        try:
            calls.append(read_call(literal(match[1])))
        except Unreadable:
            return action
    return Action(_CALL.sub("", text).strip(), tuple(calls)) if calls else action


def _results(text: str, calls: int) -> list[tuple[str | None, str]]:
    blocks = between(text, "<tool_response>", "</tool_response>")
    if not blocks:
        return results_of(text, calls)
    return [_result(block) for block in blocks]


def _result(block: str) -> tuple[str | None, str]:
    try:
        value, _ = read_json(block)
    except Unreadable:
        value = literal(block)
    if isinstance(value, dict) and isinstance(value.get("name"), str) and "content" in value:
        return value["name"], as_text(value["content"])
    return None, block


def literal(text: str) -> JSON | None:
    """The value of a Python literal that is JSON; ``None`` where it is none."""
    if len(text) > _LONGEST:
        return None
    try:
        return read_literal(parse_expression(text.strip()).body)
    except (Unreadable, SyntaxError, ValueError, MemoryError, RecursionError):
        return None


DIALECT = Dialect(_tools, _turn, _results)
