"""OpenAI's chat messages: ``messages`` with ``tool_calls``, ``tools`` beside them.

Older ``functions`` and ``function_call`` are read too, and so are contents in parts, among them
LLaMA-Factory's ``tool_call`` parts; what is in parts for reasoning is left out. A turn with
``"weight": 0`` is context only, as in OpenAI's fine-tuning files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from envs.openai_messages import message_to_json, messages_from_json
from envs.types import JSON, Message, ToolSpec
from training.readers.dialogue import Dialogue, list_of, rows_of
from training.readers.records import Record
from training.readers.sharegpt import listed_tools
from training.rows import Row

_ROLES = {"developer": "system", "function": "tool"}


def rows(record: Record, source: str) -> Iterator[Row]:
    """The rows of a conversation.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    turns = list_of(record.value, "messages")
    messages = messages_from_json([_modern(turn, f"messages[{n}]") for n, turn in enumerate(turns)])
    skipped = {n for n, turn in enumerate(turns) if turn.get("weight") == 0}
    dialogue = Dialogue(_tools(record), list(messages), skipped=skipped)
    return rows_of(dialogue, record, source)


def _tools(record: Record) -> list[ToolSpec]:
    for key in ("tools", "functions"):
        if record.value.get(key) not in (None, ""):
            return listed_tools(list_of(record.value, key), key)
    return []


def _modern(turn: JSON, where: str) -> JSON:
    """A message as the chat API has it now."""
    if not isinstance(turn, Mapping):
        return turn
    made = dict(turn)
    made["role"] = _ROLES.get(str(turn.get("role")), turn.get("role"))
    if turn.get("function_call") and not turn.get("tool_calls"):
        made["tool_calls"] = [turn["function_call"]]
    if isinstance(turn.get("content"), list):
        said, calls = _parts(turn["content"], f"{where}.content")
        made["content"] = "\n".join(said)
        if calls:
            made["tool_calls"] = calls
    return made


def _parts(content: list[JSON], where: str) -> tuple[list[str], list[JSON]]:
    """The texts and the calls of a content in parts.

    Raises:
        ValueError: a part is neither, nor reasoning.
    """
    said: list[str] = []
    calls: list[JSON] = []
    for n, part in enumerate(content):
        kind = part.get("type") if isinstance(part, Mapping) else None
        text = part.get("text", part.get("value")) if isinstance(part, Mapping) else None
        if kind in ("reasoning", "thinking"):
            continue
        if not isinstance(text, str):
            raise ValueError(f"{where}[{n}]: a part without text")
        if kind == "tool_call":
            calls.append(_written(text, f"{where}[{n}]"))
        else:
            said.append(text)
    return said, calls


def _written(text: str, where: str) -> JSON:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where}: not JSON: {error}") from None


def to_record(row: Row) -> dict[str, JSON]:
    """A row as such a record: the conversation with the turn at its end."""
    answer = Message("assistant", row.action.text, row.action.calls)
    return {
        "messages": [message_to_json(message) for message in (*row.messages, answer)],
        "tools": [tool.to_openai() for tool in row.tools],
    }
