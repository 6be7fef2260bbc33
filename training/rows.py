"""Training rows: tools on offer, a conversation, and the next assistant turn that is right.

One row is one assistant turn. Rows live in JSON lines of one shape, whatever they came from:
``tools`` as OpenAI lists them, ``messages`` that end with a user or tool message, ``answer`` (the
calls of the next turn, ``[]`` for none), ``answer_text`` (what is said where nothing is called).
How a model writes the turn is not decided here: see `training.render`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from envs.common.errors import UserError
from envs.common.runs import disk_errors, read_jsonl
from envs.openai_messages import (
    call_from_json,
    message_to_json,
    messages_from_json,
    tool_from_json,
    typed,
)
from envs.types import JSON, Action, Message, ToolCall, ToolSpec

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
            id=typed(value, "id", str),
            tools=tuple(
                tool_from_json(tool, f"tools[{n}]")
                for n, tool in enumerate(typed(value, "tools", list))
            ),
            messages=messages_from_json(typed(value, "messages", list)),
            answer=tuple(
                call_from_json(call, f"answer[{n}]")
                for n, call in enumerate(typed(value, "answer", list))
            ),
            answer_text=typed(value, "answer_text", str, None),
            source=typed(value, "source", str, ""),
            meta=typed(value, "meta", dict, {}),
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
