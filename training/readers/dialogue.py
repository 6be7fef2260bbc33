"""A conversation with tools, and the rows that it gives: one for each turn of the assistant.

Readers make a `Dialogue` of what a record says and leave the rest to this: names that every format
can write, results tied to their calls, rows. A turn whose calls cannot be read still gives a row,
marked in ``meta["unfit"]``, and so do the turns behind it: `training.checks` counts and drops them.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from envs.types import JSON, Message, ToolCall, ToolSpec
from training.readers.records import Record
from training.rows import Row

UNFIT = "unfit"
"""Key of a row's `meta`: why the row must not be learned, as a reason of `training.checks`."""
UNREADABLE = "unreadable turn"
GAVE_UP = "gave up"
SILENT = "says nothing"

_LONGEST = 64


@dataclass
class Dialogue:
    """A conversation in the making."""

    tools: Sequence[ToolSpec]
    messages: list[Message] = field(default_factory=list)
    unfit: dict[int, str] = field(default_factory=dict)
    """Index of a message -> why it, and what comes behind it, must not be learned."""
    skipped: set[int] = field(default_factory=set)
    """Indices of turns that are context only."""
    silence_refuses: bool = False
    """A turn without calls and words says that no tool fits; otherwise it is unfit."""


def rows_of(
    dialogue: Dialogue,
    record: Record,
    source: str,
    meta: Mapping[str, JSON] | None = None,
) -> Iterator[Row]:
    """The rows of a conversation, in order."""
    messages = tied(dialogue.messages)
    unfit: str | None = None
    for place, message in enumerate(messages):
        unfit = unfit or dialogue.unfit.get(place)
        if message.role != "assistant" or place in dialogue.skipped:
            continue
        silent = not (message.calls or message.content or dialogue.silence_refuses)
        reason = unfit or (SILENT if silent else None)
        yield Row(
            id=f"{source}-{record.number}.{place}",
            tools=tuple(dialogue.tools),
            messages=tuple(messages[:place]),
            answer=tuple(replace(call, id=None) for call in message.calls),
            answer_text=message.content or None,
            source=source,
            meta={**(meta or {}), **({UNFIT: reason} if reason else {})},
        )


def tied(messages: Sequence[Message]) -> list[Message]:
    """The messages with an id for every call, and with the id of its call for every result."""
    made: list[Message] = []
    waiting: list[ToolCall] = []
    for place, message in enumerate(messages):
        if message.role == "assistant":
            calls = tuple(
                call if call.id is not None else replace(call, id=f"call_{place}_{n}")
                for n, call in enumerate(message.calls)
            )
            message, waiting = replace(message, calls=calls), list(calls)
        elif message.role == "tool" and message.call_id is None:
            named = [call for call in waiting if message.name in (None, call.name)]
            if named:
                waiting.remove(named[0])
                message = replace(message, call_id=named[0].id, name=named[0].name)
        made.append(message)
    return made


def results_of(text: str, calls: int) -> list[tuple[str | None, str]]:
    """Name and content of each result in a message that may hold several in a JSON list."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return [(None, text)]
    if not (isinstance(found, list) and len(found) == calls):
        return [(None, text)]
    return [_named_result(item) for item in found]


def _named_result(item: JSON) -> tuple[str | None, str]:
    name = item.get("name") if isinstance(item, dict) else None
    if isinstance(name, str):
        for key in ("results", "result", "content", "response"):
            if item.keys() == {"name", key}:
                return name, as_text(item[key])
    return None, as_text(item)


def as_text(value: JSON) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- names


class Names:
    """The tools of a dialogue under names that every tool format can write.

    ``Market Trends API`` becomes ``Market_Trends_API``. A tool that is listed twice alike is there
    once; what differs under one name stays, for `training.checks` to refuse.
    """

    def __init__(self, tools: Sequence[ToolSpec]) -> None:
        distinct: list[ToolSpec] = []
        for tool in tools:
            if tool not in distinct:
                distinct.append(tool)
        self._clean: dict[str, str] = {}
        for name in dict.fromkeys(tool.name for tool in distinct):
            clean, n = writable(name), 2
            while clean in self._clean.values():
                clean, n = f"{writable(name)[: _LONGEST - 3]}_{n}", n + 1
            self._clean[name] = clean
        self.tools = tuple(replace(tool, name=self._clean[tool.name]) for tool in distinct)

    @property
    def raw(self) -> Sequence[str]:
        """The names as the data has them."""
        return list(self._clean)

    def __call__(self, name: str) -> str:
        """The name of a tool, of one that is not on offer too."""
        return self._clean.get(name.strip()) or writable(name)

    def calls(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """The calls under these names."""
        return tuple(replace(call, name=self(call.name)) for call in calls)


def writable(name: str) -> str:
    """A name in letters, digits, ``_`` and dots, a Python name between the dots, 64 at most."""
    clean = ".".join(filter(None, map(_part, name.split("."))))
    return clean[:_LONGEST].rstrip(".") or "_"


def _part(text: str) -> str:
    part = re.sub(r"[^A-Za-z0-9_]+", " ", text).strip().replace(" ", "_")
    if part[:1].isdigit() or keyword.iskeyword(part):
        part = f"_{part}"
    return part


# --- fields of records


def text_of(value: Mapping[str, JSON], key: str, where: str = "") -> str:
    """A field that is a text.

    Raises:
        ValueError: it is missing or none.
    """
    found = value.get(key)
    if not isinstance(found, str):
        place = f"{where}.{key}" if where else key
        was = "missing" if found is None else f"a text is needed, not {type(found).__name__}"
        raise ValueError(f"{place}: {was}")
    return found


def list_of(value: Mapping[str, JSON], key: str) -> list[JSON]:
    """A field that is a list, or the JSON text of one.

    Raises:
        ValueError: it is neither.
    """
    found = value.get(key)
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{key}: not JSON: {error}") from None
    if found is None:
        raise ValueError(f"{key}: missing")
    if not isinstance(found, list):
        raise ValueError(f"{key}: a list is needed, not {type(found).__name__}")
    return found
