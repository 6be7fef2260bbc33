"""Arguments of a call, one after another, from the tool's JSON Schema.

Texts that a person types become JSON values and are checked by the environment's own check, so
that the person reads what a model would. It reads and prints nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.formats import FORMATS, get_format
from envs.schema import Schema, errors
from envs.types import JSON, Action, Message, ToolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_SEEN = 300
"""Values of the episode that completion offers at most."""
_ID = re.compile(r"\b[A-Za-z]+[-_]?\d[\w-]*\b|\b\d{2,}\b")


class Missing(Exception):
    """An optional argument that is left out."""


@dataclass(frozen=True)
class Field:
    """One argument of a tool."""

    name: str
    schema: Mapping[str, JSON]
    """Of the argument."""
    required: bool
    whole: Schema
    """Of all arguments: what references lead into."""

    @property
    def told(self) -> str:
        """One line: type, allowed values, default, whether it has to be given, what it is."""
        parts = [_type(self.schema), "required" if self.required else "optional"]
        if "default" in self.schema:
            parts.append(f"default {json.dumps(self.schema['default'], ensure_ascii=False)}")
        if about := self.schema.get("description"):
            parts.append(str(about))
        return ", ".join(parts)

    def read(self, text: str) -> JSON:
        """The value that a text stands for.

        Raises:
            Missing: nothing was typed, and nothing has to be.
            ValueError: it is wrong, in the words of the environment's check.
        """
        if not text:
            if not self.required:
                raise Missing
            self._check({}, [self.name])
        value = self._value(text)
        self._check({self.name: value}, [])
        return value

    def choices(self) -> list[str]:
        """Texts that the schema itself offers."""
        schema = self.schema
        values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
        if schema.get("type") == "boolean":
            values += [True, False]
        if "default" in schema:
            values.append(schema["default"])
        return list(dict.fromkeys(map(_text, values)))

    def _check(self, arguments: dict[str, JSON], required: list[str]) -> None:
        if wrong := errors(arguments, {**self.whole, "required": required}):
            raise ValueError("; ".join(wrong))

    def _value(self, text: str) -> JSON:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(value, str):  # in quotes, such as ""
            return value
        as_text = self._fits(text) and not self._fits(value)
        return text if as_text or self.schema.get("type") == "string" else value

    def _fits(self, value: JSON) -> bool:
        return not errors({self.name: value}, {**self.whole, "required": []})


def fields_of(spec: ToolSpec) -> list[Field]:
    """The arguments of a tool: those that have to be given first."""
    whole = spec.parameters
    required = whole.get("required", ())
    fields = [
        Field(name, schema if isinstance(schema, dict) else {}, name in required, whole)
        for name, schema in whole.get("properties", {}).items()
    ]
    return sorted(fields, key=lambda field: not field.required)


def seen_values(messages: Iterable[Message]) -> list[str]:
    """Values of the conversation so far that an argument may want, the latest first."""
    found: dict[str, None] = {}
    for message in reversed(list(messages)):
        for call in message.calls:
            found.update(dict.fromkeys(_leaves(dict(call.arguments))))
        try:
            value = json.loads(message.content) if message.role == "tool" else None
        except (ValueError, RecursionError):
            value = None
        found.update(dict.fromkeys(_leaves(value)))
        found.update(dict.fromkeys(_ID.findall(message.content)))
        if len(found) >= MOST_SEEN:
            break
    return [text for text in found if text.isprintable()][:MOST_SEEN]


def read_calls(text: str) -> Action | None:
    """The calls of a text in whichever format it is written; ``None`` where it holds none."""
    for candidate in (text, f"[{text}]"):
        for name in FORMATS:
            action = get_format(name).parse(candidate)
            if action.calls and action.error is None:
                return Action(action.text, action.calls)
    return None


def why_unreadable(text: str) -> str | None:
    """What is wrong with a text that looks like a call; ``None`` where it does not."""
    said: Sequence[str | None] = [get_format(name).parse(text).error for name in FORMATS]
    return next((error for error in said if error), None)


def _type(schema: Mapping[str, JSON]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(map(_text, schema["enum"]))
    kind = schema.get("type", "any value")
    if kind == "array" and isinstance(items := schema.get("items"), dict):
        return f"array (JSON) of {_type(items)}"
    if kind == "object":
        return "object (JSON)"
    return " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind)


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _leaves(value: JSON) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if _ID.fullmatch(key):
                yield key
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str) and 0 < len(value) <= 60:
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
