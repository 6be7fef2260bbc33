"""What is known of the schemas of one tool: references, members, overlap.

Answers are on the safe side: `disjoint` says yes only where it can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

Schema = Any
"""A JSON Schema: a mapping, or a Boolean."""

_MAX_DEPTH = 8


class SchemaFacts:
    """The schemas inside one document.

    Raises:
        ValueError: `root` is not a JSON Schema.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        from jsonschema import Draft202012Validator, SchemaError

        try:
            Draft202012Validator.check_schema(root)
        except SchemaError as error:
            raise ValueError(f"{error.json_path}: {error.message}") from None
        self._root = root
        self._validator = Draft202012Validator(root)

    def resolve(self, ref: str) -> Schema:
        """The schema that a reference within the document (``#/$defs/x``) points at.

        Raises:
            LookupError: it points elsewhere or at nothing.
        """
        if ref != "#" and not ref.startswith("#/"):
            raise LookupError(ref)
        node: Any = self._root
        for part in ref.split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            try:
                node = node[int(key)] if isinstance(node, list) else node[key]
            except (KeyError, ValueError, IndexError, TypeError):
                raise LookupError(ref) from None
        if not isinstance(node, Mapping | bool):
            raise LookupError(ref)
        return node

    def accepts(self, schema: Schema, value: Any) -> bool:
        """Whether `value` is valid under `schema`, a part of the document."""
        valid: bool = self._validator.evolve(schema=schema).is_valid(value)
        return valid

    def disjoint(self, one: Schema, other: Schema, depth: int = 0) -> bool:
        """Whether no value is valid under both, as far as types and listed values tell."""
        one, other = self._followed(one), self._followed(other)
        if depth > _MAX_DEPTH:
            return False
        if isinstance(one, bool) or isinstance(other, bool):
            return one is False or other is False
        for listed, rest in ((one, other), (other, one)):
            values = _values(listed)
            if values is not None:
                return not any(self.accepts(rest, value) for value in values)
        types = _types(one), _types(other)
        if not types[0] & types[1]:
            return True
        if types[0] | types[1] != {"object"}:
            return False
        mine, theirs = one.get("properties", {}), other.get("properties", {})
        both = (
            mine.keys() & theirs.keys() & {*one.get("required", ())} & {*other.get("required", ())}
        )
        return any(self.disjoint(mine[name], theirs[name], depth + 1) for name in both)

    def _followed(self, schema: Schema) -> Schema:
        """A schema that is nothing but a reference, replaced by what it means."""
        for _ in range(_MAX_DEPTH):
            if isinstance(schema, bool) or "$ref" not in schema:
                break
            schema = self.resolve(schema["$ref"])
        return schema


def _values(schema: Mapping[str, Any]) -> list[Any] | None:
    """All that the schema can allow, where it lists its values."""
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _types(schema: Mapping[str, Any]) -> set[str]:
    """The types that the schema can allow; integers are numbers."""
    given = schema.get("type", ["object", "array", "string", "number", "boolean", "null"])
    names = {given} if isinstance(given, str) else set(given)
    return {"number" if name == "integer" else name for name in names}
