"""Conversations in ShareGPT's shape: ``conversations``, turns of ``from`` and ``value``.

Data sets share the shape and differ in where tools stand and how calls are written: a `Dialect`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.formats.base import Unreadable
from agents.formats.json_values import read_value
from envs.types import JSON, Action, Message, ToolSpec
from training.readers.dialogue import (
    GAVE_UP,
    UNREADABLE,
    Dialogue,
    Names,
    results_of,
    rows_of,
    text_of,
)
from training.readers.records import Record
from training.readers.schemas import tool_of
from training.rows import Row

ROLES: Mapping[str, str] = {
    **dict.fromkeys(("human", "user"), "user"),
    **dict.fromkeys(("gpt", "assistant", "model", "bot", "chatgpt"), "assistant"),
    **dict.fromkeys(("function_call", "function-call", "tool_call"), "call"),
    **dict.fromkeys(("tool", "function", "observation", "ipython"), "tool"),
    **dict.fromkeys(("function_response", "function-response", "tool_response"), "tool"),
    "system": "system",
}
"""What data sets call the roles; ``call`` is an assistant's turn that does nothing but call."""

_SENTENCE = re.compile(r"(?<=[.\n])")
_DATED = re.compile(r"\b(?:current (?:date|time)|today)\b.*\d{4}", re.IGNORECASE)
_LISTS = re.compile(r"\[\s*\{")


@dataclass(frozen=True)
class Said:
    """One turn of a record."""

    role: str
    """A value of `ROLES`."""
    text: str
    where: str
    """The field that it is from."""


@dataclass(frozen=True)
class Dialect:
    """Where tools stand and how turns are written."""

    tools: Callable[[Record, str], Sequence[ToolSpec]]
    """The tools, of a record and its system prompt."""
    turn: Callable[[str, Names], Action | None]
    """A turn of the assistant; ``None`` where it gives up."""
    results: Callable[[str, int], list[tuple[str | None, str]]] = results_of
    """Name and content of each result in a tool's turn, given how many calls wait for one."""
    user: Callable[[str], str] = str.strip
    keeps: Callable[[str], str] = lambda system: dates_in(system)
    """What of the system prompt the model still has to read; the tools it reads anyway."""


def dialogue_rows(record: Record, source: str, dialect: Dialect) -> Iterator[Row]:
    """The rows of a record.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    return rows_of(dialogue_of(record, turns_of(record), dialect), record, source)


def dialogue_of(record: Record, turns: Sequence[Said], dialect: Dialect) -> Dialogue:
    """Read the turns of a record.

    Raises:
        ValueError: its tools have not the shape.
    """
    system = "\n".join(turn.text for turn in turns if turn.role == "system")
    names = Names(dialect.tools(record, system))
    dialogue = Dialogue(names.tools)
    if kept := dialect.keeps(system).strip():
        dialogue.messages.append(Message("system", kept))
    waiting = 0
    for turn in turns:
        messages = dialogue.messages
        if turn.role == "user":
            messages.append(Message("user", dialect.user(turn.text)))
        elif turn.role == "tool":
            for name, content in dialect.results(turn.text, waiting):
                named = None if name is None else names(name)
                messages.append(Message("tool", content, name=named))
        elif turn.role != "system":
            action = dialect.turn(turn.text, names)
            if action is None:
                dialogue.unfit[0] = GAVE_UP  # what led to it is nothing to learn from either
                action = Action(turn.text.strip())
            elif action.error is not None:
                dialogue.unfit[len(messages)] = UNREADABLE
            calls = names.calls(action.calls)
            messages.append(Message("assistant", action.text.strip(), calls))
            waiting = len(calls)
    return dialogue


def turns_of(record: Record) -> list[Said]:
    """The turns of a record, its field ``system`` first.

    Raises:
        ValueError: they have not the shape; says which field.
    """
    key = "conversations" if record.value.get("conversations") is not None else "messages"
    turns = record.value.get(key)
    if not isinstance(turns, list):
        raise ValueError(f"{key}: a list of turns is needed")
    found = []
    if isinstance(record.value.get("system"), str):
        found.append(Said("system", record.value["system"], "system"))
    for n, turn in enumerate(turns):
        where = f"{key}[{n}]"
        if not isinstance(turn, Mapping):
            raise ValueError(f"{where}: an object is needed, not {type(turn).__name__}")
        by, says = ("role", "content") if "role" in turn else ("from", "value")
        role = ROLES.get(text_of(turn, by, where).lower())
        if role is None:
            raise ValueError(f"{where}.{by}: {turn[by]!r} is none of {', '.join(sorted(ROLES))}")
        found.append(Said(role, text_of(turn, says, where), f"{where}.{says}"))
    return found


def listed_tools(values: Sequence[JSON], where: str) -> list[ToolSpec]:
    """Tools out of their JSON.

    Raises:
        ValueError: one has not the shape.
    """
    return [tool_of(value, f"{where}[{n}]") for n, value in enumerate(values)]


def first_list(text: str) -> list[JSON] | None:
    """The first JSON list of objects with names in a text."""
    for match in _LISTS.finditer(text):
        try:
            value, _ = read_value(text, match.start())
        except Unreadable:
            continue
        if isinstance(value, list) and all(
            isinstance(v, dict) and "name" in _inner(v) for v in value
        ):
            return value
    return None


def objects_in(text: str) -> list[JSON]:
    """The JSON objects that a text holds one after the other, in lists or by themselves.

    Raises:
        Unreadable: it holds something else.
    """
    found: list[JSON] = []
    at = 0
    while rest := re.match(r"[\s,]*", text[at:]):
        at += rest.end()
        if at >= len(text):
            break
        value, at = read_value(text, at)
        found += value if isinstance(value, list) else [value]
    return found


def _inner(value: dict[str, JSON]) -> dict[str, JSON]:
    inner = value.get("function")
    return inner if isinstance(inner, dict) else value


def dates_in(system: str) -> str:
    """The sentences of a system prompt that say what day it is, outside its JSON."""
    start = min((at for mark in "[{" if (at := system.find(mark)) >= 0), default=len(system))
    end = max(system.rfind("]"), system.rfind("}"), start - 1) + 1
    sentences = _SENTENCE.split(system[:start]) + _SENTENCE.split(system[end:])
    return " ".join(said.strip() for said in sentences if _DATED.search(said))


def between(text: str, opening: str, closing: str) -> list[str]:
    """What stands between each mark that opens and the next that closes."""
    found = []
    at = text.find(opening)
    while at >= 0 and (end := text.find(closing, at)) >= 0:
        found.append(text[at + len(opening) : end].strip())
        at = text.find(opening, end)
    return found
