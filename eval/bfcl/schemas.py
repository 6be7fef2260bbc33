"""BFCL function docs as tools with real JSON Schemas (Draft 2020-12).

The docs look like JSON Schema and are not: they have types of Python, Java and JavaScript, and
keywords of their own. What has no counterpart becomes "any value". Schemas guide and constrain
generation; verdicts use the docs themselves.
"""

from __future__ import annotations

from typing import Any

from envs.types import ToolSpec
from eval.bfcl.data import Doc

TYPES = {
    **dict.fromkeys(("string", "String", "char", "str"), "string"),
    **dict.fromkeys(("integer", "byte", "short", "long", "Bigint", "int"), "integer"),
    **dict.fromkeys(("float", "double", "number"), "number"),
    **dict.fromkeys(("boolean", "Boolean", "bool"), "boolean"),
    **dict.fromkeys(
        ("array", "tuple", "list", "Array", "ArrayList", "Queue", "Stack", "Set"), "array"
    ),
    **dict.fromkeys(("dict", "object", "HashMap", "Hashtable"), "object"),
}
"""BFCL's type names -> JSON Schema's. All others (``any``, the empty name) mean any value."""

KEPT = ("description", "default", "format")
"""Annotations: they promise nothing about a value."""

BOUNDS = {"maximum": ("integer", "number"), "minItems": ("array",), "maxItems": ("array",)}
"""Keywords that bound a value -> the types of value where they mean something."""


def to_spec(doc: Doc) -> ToolSpec:
    """The tool that a doc describes. Arguments it does not name are ruled out."""
    schema = to_schema({**doc["parameters"], "type": "dict"})
    schema.setdefault("properties", {})
    schema["additionalProperties"] = False
    known = schema["properties"]
    if "required" in schema:
        schema["required"] = [name for name in schema["required"] if name in known]
    return ToolSpec(doc["name"], doc.get("description", ""), schema)


def to_doc(spec: ToolSpec) -> Doc:
    """A tool as a doc of BFCL's: the other way round, with BFCL's names of types."""
    return {
        "name": spec.name,
        "description": spec.description,
        "parameters": _to_doc(spec.parameters),
    }


def _to_doc(schema: Any) -> Any:
    names = {"object": "dict", "number": "float"}
    doc = {key: value for key, value in schema.items() if key != "additionalProperties"}
    if isinstance(doc.get("type"), str):
        doc["type"] = names.get(doc["type"], doc["type"])
    if isinstance(doc.get("items"), dict):
        doc["items"] = _to_doc(doc["items"])
    if isinstance(doc.get("properties"), dict):
        doc["properties"] = {name: _to_doc(value) for name, value in doc["properties"].items()}
    return doc


def to_schema(doc: Any) -> dict[str, Any]:
    """The JSON Schema of one value. Never fails: what makes no sense is left out."""
    if not isinstance(doc, dict):
        return {}
    kind = TYPES.get(str(doc.get("type", "")))
    schema: dict[str, Any] = {} if kind is None else {"type": kind}
    schema.update((key, doc[key]) for key in KEPT if key in doc)
    schema.update((key, doc[key]) for key, kinds in BOUNDS.items() if kind in kinds and key in doc)
    if kind == "object" and isinstance(doc.get("properties"), dict):
        schema["properties"] = {name: to_schema(value) for name, value in doc["properties"].items()}
    if kind == "object" and isinstance(doc.get("required"), list):
        schema["required"] = list(dict.fromkeys(filter(_is_text, doc["required"])))
    if kind == "array" and "items" in doc:
        schema["items"] = to_schema(doc["items"])
    if isinstance(doc.get("enum"), list) and doc["enum"]:
        _add_enum(schema, kind, doc["enum"])
    return schema


def _add_enum(schema: dict[str, Any], kind: str | None, values: list[Any]) -> None:
    """Restrict a schema to the values of an ``enum``.

    Some enums of the data spell values as strings (``"True"`` for a boolean) or list values
    beside the type (``"dontcare"``); the former are read, the latter lift the type.
    """
    if kind == "array":  # the values are those of the elements
        items = schema.setdefault("items", {})
        _add_enum(items, items.get("type"), values)
        return
    read = [_spelled(value, kind) for value in values]
    schema["enum"] = [value for at, value in enumerate(read) if not _among(value, read[:at])]
    if kind is not None and not all(_is_a(value, kind) for value in read):
        del schema["type"]


def _spelled(value: Any, kind: str | None) -> Any:
    if not isinstance(value, str):
        return value
    if kind == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if kind in ("integer", "number"):
        try:
            return int(value)
        except ValueError:
            return value
    return value


def _is_a(value: Any, kind: str) -> bool:
    expected = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    if kind not in expected:
        return isinstance(value, dict)
    return isinstance(value, expected[kind]) and (kind == "boolean") == isinstance(value, bool)  # type: ignore[arg-type]


def _among(value: Any, others: list[Any]) -> bool:
    return any(type(value) is type(other) and value == other for other in others)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
