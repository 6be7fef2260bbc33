"""Training rows: tools on offer, a conversation, and the next assistant turn that is right.

One row is one assistant turn. Rows live in JSON lines of one shape, whatever they came from:
``tools`` as OpenAI lists them, ``messages`` that end with a user or tool message, ``answer`` (the
calls of the next turn, ``[]`` for none), ``answer_text`` (what is said where nothing is called).
How a model writes the turn is not decided here: see `training.render`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from envs.common.errors import UserError
from envs.common.runs import disk_errors, read_jsonl
from envs.types import JSON, Action, Message, Role, ToolCall, ToolSpec

NO_CALL = "None of the functions can be used for this."
"""What a turn without calls says where its source gives no words."""


@dataclass(frozen=True)
class Row:
    """One assistant turn to learn."""

    id: str
    """Unique within its data set."""
    tools: tuple[ToolSpec, ...]
    messages: tuple[Message, ...]
    """The conversation before the turn; the last message is the user's or a tool's."""
    answer: tuple[ToolCall, ...] = ()
    """The calls of the turn; none where nothing is to be called."""
    answer_text: str | None = None
    """What the turn says, where it has words of its own."""
    source: str = ""
    """The data set that it is from."""
    meta: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """What the user said last."""
        said = [message.content for message in self.messages if message.role == "user"]
        return said[-1] if said else ""

    @property
    def action(self) -> Action:
        """The turn; one that neither calls nor says anything says `NO_CALL`."""
        if self.answer:
            return Action(self.answer_text or "", self.answer)
        return Action(self.answer_text or NO_CALL)

    def to_json(self) -> dict[str, JSON]:
        """The row as JSON."""
        return {
            "id": self.id,
            "source": self.source,
            "tools": [tool.to_openai() for tool in self.tools],
            "messages": [message_to_json(message) for message in self.messages],
            "answer": [
                {"name": call.name, "arguments": dict(call.arguments)} for call in self.answer
            ],
            "answer_text": self.answer_text,
            "meta": dict(self.meta),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, JSON]) -> Row:
        """Read a row.

        Raises:
            ValueError: it has not the shape of a row; says which field and what would be right.
        """
        return cls(
            id=_typed(value, "id", str),
            tools=tuple(
                tool_from_json(tool, f"tools[{n}]")
                for n, tool in enumerate(_typed(value, "tools", list))
            ),
            messages=messages_from_json(_typed(value, "messages", list)),
            answer=tuple(
                call_from_json(call, f"answer[{n}]")
                for n, call in enumerate(_typed(value, "answer", list))
            ),
            answer_text=_typed(value, "answer_text", str, None),
            source=_typed(value, "source", str, ""),
            meta=_typed(value, "meta", dict, {}),
        )


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a JSON-lines file.

    Raises:
        UserError: no such file, or a line that is no row; names line and field.
    """
    for number, value in read_jsonl(path):
        try:
            yield Row.from_json(value)
        except ValueError as error:
            raise UserError(f"{path}:{number}: {error}") from None


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as JSON lines; the file appears whole or not at all.

    Raises:
        UserError: the disk is full or the folder is missing.
    """
    temporary = path.with_name(f".{path.name}.new")
    with disk_errors(path):
        try:
            with temporary.open("w", encoding="utf-8") as file:
                for row in rows:
                    file.write(json.dumps(row.to_json(), ensure_ascii=False) + "\n")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


# --- OpenAI's shapes, in and out


def message_to_json(message: Message) -> dict[str, JSON]:
    """A message as OpenAI's chat API has it; arguments of calls are JSON texts."""
    value: dict[str, JSON] = {"role": message.role, "content": message.content}
    if message.calls:
        value["tool_calls"] = [
            {
                **({"id": call.id} if call.id is not None else {}),
                "type": "function",
                "function": {
                    "name": call.name,
                    "arguments": json.dumps(dict(call.arguments), ensure_ascii=False),
                },
            }
            for call in message.calls
        ]
    if message.call_id is not None:
        value["tool_call_id"] = message.call_id
    if message.name is not None:
        value["name"] = message.name
    return value


def messages_from_json(values: Sequence[JSON]) -> tuple[Message, ...]:
    """Read messages of OpenAI's chat API.

    Raises:
        ValueError: one has not its shape.
    """
    return tuple(_message(value, f"messages[{n}]") for n, value in enumerate(values))


def _message(value: JSON, where: str) -> Message:
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}: an object is needed, not {type(value).__name__}")
    role = value.get("role")
    if role not in get_args(Role):
        raise ValueError(f"{where}.role: {role!r} is none of {', '.join(get_args(Role))}")
    calls = value.get("tool_calls") or ()
    if not isinstance(calls, Sequence) or isinstance(calls, str):
        raise ValueError(f"{where}.tool_calls: a list is needed")
    return Message(
        cast(Role, role),
        _typed(value, "content", str, None, where) or "",
        tuple(call_from_json(call, f"{where}.tool_calls[{n}]") for n, call in enumerate(calls)),
        call_id=_typed(value, "tool_call_id", str, None, where),
        name=_typed(value, "name", str, None, where),
    )


def call_from_json(value: JSON, where: str) -> ToolCall:
    """A call, ``{name, arguments}`` by itself or under ``function``; arguments may be JSON text.

    Raises:
        ValueError: it has not that shape.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}: an object is needed, not {type(value).__name__}")
    body = value["function"] if isinstance(value.get("function"), Mapping) else value
    arguments = body.get("arguments", {})
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{where}.arguments: not JSON: {error}") from None
    if not isinstance(arguments, Mapping):
        raise ValueError(f"{where}.arguments: an object is needed")
    return ToolCall(
        _typed(body, "name", str, where=where), arguments, _typed(value, "id", str, None, where)
    )


def tool_from_json(value: JSON, where: str) -> ToolSpec:
    """A tool as OpenAI lists it, ``{name, description, parameters}`` with or without its wrapping.

    Raises:
        ValueError: it has not that shape.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}: an object is needed, not {type(value).__name__}")
    body = value["function"] if isinstance(value.get("function"), Mapping) else value
    parameters = body.get("parameters") or {"type": "object", "properties": {}}
    if not isinstance(parameters, Mapping):
        raise ValueError(f"{where}.parameters: an object is needed")
    description = _typed(body, "description", str, None, where)
    return ToolSpec(_typed(body, "name", str, where=where), description or "", parameters)


_MISSING = object()


def _typed(
    value: Mapping[str, JSON], key: str, kind: type, default: Any = _MISSING, where: str = ""
) -> Any:
    """``value[key]``, which has to be a `kind`; a missing or null one is the default."""
    found = value.get(key)
    place = f"{where}.{key}" if where else key
    if found is None:
        if default is _MISSING:
            raise ValueError(f"{place}: missing")
        return default
    if not isinstance(found, kind):
        noun = {"str": "a text", "list": "a list", "dict": "an object"}[kind.__name__]
        raise ValueError(f"{place}: {noun} is needed, not {type(found).__name__}")
    return found
