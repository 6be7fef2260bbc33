"""What is wrong with a row, counted: bad rows and repeated ones are dropped before training.

Checked is what can be known without a model: shape, names, schemas, and that the answer's calls are
valid. Whether they are what the user wants is not.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from envs.schema import call_errors, check_schema
from envs.types import JSON, ToolCall, ToolSpec
from training.overlap import Grams, normalised, words_of
from training.rows import Row


class Reason(StrEnum):
    """Why a row is dropped."""

    UNREADABLE = "unreadable turn"
    """The turn, or one before it, has calls that cannot be read."""
    GAVE_UP = "gave up"
    """The path that the turn is on led nowhere."""
    SILENT = "says nothing"
    """The turn neither calls nor says anything."""
    TEST_TASK = "test task"
    """It is from an episode of a test task."""
    NO_QUERY = "empty query"
    """The user said nothing, or only white space last."""
    NOT_NEXT = "last message not user or tool"
    """It is not the assistant's turn."""
    TWICE = "duplicate tool names"
    NAME = "name not writable"
    """A tool's name is not of 1 to 64 letters, digits, ``_``, ``-`` and dots."""
    SCHEMA = "broken schema"
    NO_TOOLS = "no tools for calls"
    UNKNOWN_TOOL = "unknown tool"
    UNKNOWN_ARGUMENT = "unknown argument"
    """The schema does not name it, and does not say that others are welcome."""
    MISSING = "required missing"
    ARGUMENTS = "bad arguments"
    """A value is against the schema."""
    REPEATED = "repeated"
    """Another row has the same conversation, tools and answer (`dedupe`)."""
    NEARLY = "nearly repeated"
    """Another row says almost the same and has the same answer (`dedupe`)."""


_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def check(row: Row) -> Reason | None:
    """The first thing that is wrong with a row; ``None`` for a good one."""
    if (reason := _marked(row)) or (reason := _conversation(row)) or (reason := _tools(row)):
        return reason
    if row.answer and not row.tools:
        return Reason.NO_TOOLS
    return next((reason for call in row.answer if (reason := _call(call, row.tools))), None)


def clean(rows: Iterable[Row], *, allow: Collection[str] = ()) -> tuple[list[Row], Counter[Reason]]:
    """The good rows, in their order, and how many others there are for each reason.

    Args:
        rows: any.
        allow: reasons that do not count, such as ``test task``; what such a row is as well is then
            not looked at.
    """
    kept: list[Row] = []
    dropped: Counter[Reason] = Counter()
    for row in rows:
        reason = check(row)
        if reason is None or reason in allow:
            kept.append(row)
        else:
            dropped[reason] += 1
    return kept, dropped


def dedupe(rows: Iterable[Row], *, near: float | None = None) -> tuple[list[Row], Counter[Reason]]:
    """The rows without repetitions, the first of each kept, and how many were dropped.

    Two rows are the same if their conversations (case, marks and white space apart), their tools
    and their answers are.

    Args:
        rows: any.
        near: also drop rows whose user messages have at least this Jaccard similarity of word
            3-grams, in (0, 1], with those of a kept row of the same answer.
    """
    kept: list[Row] = []
    dropped: Counter[Reason] = Counter()
    seen: set[tuple[str, ...]] = set()
    texts: dict[str, Grams] = {}
    for row in rows:
        key = _identity(row)
        if key in seen:
            dropped[Reason.REPEATED] += 1
            continue
        seen.add(key)
        if near is not None and row.answer:
            said = words_of("\n".join(m.content for m in row.messages if m.role == "user"))
            group = texts.setdefault(key[-1], Grams())
            if any(jaccard >= near for _, jaccard, _ in group.similar(said)):
                dropped[Reason.NEARLY] += 1
                continue
            group.add(said)
        kept.append(row)
    return kept, dropped


def summary(kept: int, dropped: Mapping[Reason, int]) -> str:
    """One line: how many rows are kept, how many are dropped, and why."""
    total = kept + sum(dropped.values())
    why = ", ".join(f"{n} {reason}" for reason, n in sorted(dropped.items(), key=lambda i: -i[1]))
    return f"{kept} of {total} rows kept" + (f"; dropped: {why}" if why else "")


# --- what can be wrong


def _marked(row: Row) -> Reason | None:
    """What the row's reader said of it."""
    marked = row.meta.get("unfit")
    if marked is not None:
        return Reason(marked) if marked in set(Reason) else Reason.UNREADABLE
    return Reason.TEST_TASK if row.meta.get("split") == "test" else None


def _conversation(row: Row) -> Reason | None:
    if not row.query.strip():
        return Reason.NO_QUERY
    if row.messages[-1].role not in ("user", "tool"):
        return Reason.NOT_NEXT
    return None


def _tools(row: Row) -> Reason | None:
    names = [tool.name for tool in row.tools]
    if len(set(names)) < len(names):
        return Reason.TWICE
    if not all(map(_NAME.fullmatch, names)):
        return Reason.NAME
    if not all(_usable(tool.parameters) for tool in row.tools):
        return Reason.SCHEMA
    return None


def _call(call: ToolCall, tools: Sequence[ToolSpec]) -> Reason | None:
    tool = next((tool for tool in tools if tool.name == call.name), None)
    if tool is None:
        return Reason.UNKNOWN_TOOL
    schema = tool.parameters
    known: Mapping[str, JSON] = schema.get("properties", {})
    closed = not schema.get("additionalProperties") and "patternProperties" not in schema
    if closed and not call.arguments.keys() <= known.keys():
        return Reason.UNKNOWN_ARGUMENT
    if not call.arguments.keys() >= {*schema.get("required", ())}:
        return Reason.MISSING
    try:
        wrong = call_errors(call, [tool])
    except ValueError:  # only now does it show that the schema cannot be used
        return Reason.SCHEMA
    return Reason.ARGUMENTS if wrong else None


# --- schemas: most are plain, and a full check of each takes a hundred times as long

_KINDS = frozenset(("string", "integer", "number", "boolean", "null", "array", "object"))
_NOTES = frozenset(("description", "title", "default", "example", "examples", "format"))


def _usable(schema: Mapping[str, JSON]) -> bool:
    try:
        return _plain(schema, top=True) or _checked(json.dumps(schema))
    except (TypeError, ValueError, RecursionError):  # not JSON
        return False


@lru_cache(maxsize=4096)
def _checked(text: str) -> bool:
    try:
        check_schema(ToolSpec("tool", parameters=json.loads(text)))
    except ValueError:
        return False
    return True


def _plain(schema: Any, *, top: bool = False) -> bool:
    """Whether a schema is certainly good: a few keywords with sound values."""
    if not isinstance(schema, dict) or (top and schema.get("type") != "object"):
        return False
    for key, value in schema.items():
        if key == "type":
            good = isinstance(value, str) and value in _KINDS
        elif key == "properties":
            good = isinstance(value, dict) and all(map(_plain, value.values()))
        elif key == "required":
            good = isinstance(value, list) and all(isinstance(name, str) for name in value)
            good = good and len({*value}) == len(value)
        elif key == "items":
            good = _plain(value)
        elif key == "enum":
            good = isinstance(value, list)
        elif key == "additionalProperties":
            good = isinstance(value, bool)
        elif key in ("description", "title", "format"):
            good = isinstance(value, str)
        else:
            good = key in _NOTES and key != "examples"
        if not good:
            return False
    return True


def _identity(row: Row) -> tuple[str, ...]:
    """Conversation, tools and answer of a row, each as a text."""
    said = "\0".join(f"{m.role} {normalised(m.content)} {_calls(m.calls)}" for m in row.messages)
    tools = sorted(json.dumps([tool.name, tool.parameters], sort_keys=True) for tool in row.tools)
    answer = _calls(row.answer) if row.answer else normalised(row.action.text)
    return (said, "\0".join(tools), answer)


def _calls(calls: Sequence[ToolCall]) -> str:
    return json.dumps([[call.name, call.arguments] for call in calls], sort_keys=True)
