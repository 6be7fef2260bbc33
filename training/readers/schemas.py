"""Tools as data sets describe them, as tools with real JSON Schemas (Draft 2020-12).

Data sets write types of Python, Java and JavaScript (``str``, ``List[int]``, ``HashMap``), mark
optional parameters in their own ways, and give parameters without a schema around them. Types with
no counterpart become "any value". Whether the outcome is a usable schema is `training.checks`'s.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from envs.common.python_source import parse_expression
from envs.types import JSON, ToolSpec
from eval.bfcl.schemas import TYPES as BFCL_TYPES

TYPES: Mapping[str, str] = {
    **{name.lower(): kind for name, kind in BFCL_TYPES.items()},
    **dict.fromkeys(("text", "date", "datetime", "time", "uuid", "url", "email", "path"), "string"),
    **dict.fromkeys(("int32", "int64"), "integer"),
    **dict.fromkeys(("decimal", "numeric", "real"), "number"),
    **dict.fromkeys(("sequence", "iterable", "vector"), "array"),
    **dict.fromkeys(("mapping", "map", "json"), "object"),
    **dict.fromkeys(("null", "none", "nonetype"), "null"),
}
"""Names of types in lower case -> JSON Schema's. All others mean any value."""

_INSIDE = {
    "properties": "named",
    "patternProperties": "named",
    "$defs": "named",
    "definitions": "named",
    "dependentSchemas": "named",
    "anyOf": "list",
    "oneOf": "list",
    "allOf": "list",
    "prefixItems": "list",
    "items": "one",
    "additionalProperties": "one",
    "not": "one",
    "contains": "one",
}
"""Keywords that hold schemas."""
_DEEPEST = 40
_OPTIONAL = re.compile(r"\(?[,;\s]*\boptional\b\)?", re.IGNORECASE)
_WRAPPED = re.compile(r"^([\w.]+)\s*[\[<(]\s*(.*)\s*[\]>)]$", re.DOTALL)


def tool_of(value: JSON, where: str) -> ToolSpec:
    """A tool, with or without OpenAI's wrapping, its parameters a schema or named one by one.

    Raises:
        ValueError: it has not that shape; starts with `where`.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}: an object is needed, not {type(value).__name__}")
    body = value["function"] if isinstance(value.get("function"), Mapping) else value
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"{where}.name: a text is needed")
    described = body.get("description")
    description = described if isinstance(described, str) else ""
    parameters = body.get("parameters", body.get("arguments"))
    return ToolSpec(name.strip(), description, parameters_of(parameters))


def parameters_of(value: JSON) -> dict[str, JSON]:
    """The schema of a tool's arguments, from a schema or from ``{parameter: description}``.

    Of parameters without a schema around them, those are required that are neither called
    optional nor have a default.
    """
    if not isinstance(value, Mapping) or not value:
        return {"type": "object", "properties": {}}
    if _is_schema(value):
        schema = normalise({**value, "type": "object"})
        schema.setdefault("properties", {})
        return schema
    named = {str(key): item for key, item in value.items() if item is not None}
    schema = normalise({"type": "object", "properties": named})
    lacking = [
        name
        for name, item in named.items()
        if not (isinstance(item, Mapping) and "default" in item)
    ]
    given = any(isinstance(item, Mapping) and "required" in item for item in named.values())
    optional = {name for name, item in named.items() if _says_optional(item)}
    if not given and (required := [name for name in lacking if name not in optional]):
        schema["required"] = required
    return schema


def normalise(schema: JSON, depth: int = 0) -> dict[str, JSON]:
    """A schema with JSON Schema's names of types, at every level.

    ``str`` becomes ``string``, ``dict`` ``object``, ``List[int]`` an array of integers, ``float``
    ``number``, ``Optional[X]`` an X that is not required; a property's own ``required: true``
    moves into its object's list. Keywords without a value are left out, others stay as they are.
    """
    if depth > _DEEPEST:
        return {}
    if isinstance(schema, str):  # a type by itself, or a description
        found = type_of(schema)
        return found or {"description": schema}
    if not isinstance(schema, Mapping):
        return {}
    kept = {str(key): value for key, value in schema.items() if value is not None}
    made: dict[str, JSON] = {}
    for key, value in kept.items():
        if key == "type":
            made.update(type_of(value))
        elif key not in _INSIDE:
            made[key] = value
    for key in ("required", "optional", "enum"):
        if not (isinstance(made.get(key), list) and made[key]) or key == "optional":
            made.pop(key, None)
    for key, holds in _INSIDE.items():
        if key in kept:
            _normalise_inside(made, key, holds, kept[key], depth)
    _settle_required(made, kept)
    return made


def _normalise_inside(made: dict[str, JSON], key: str, holds: str, value: JSON, depth: int) -> None:
    """Set the keyword `key`, which holds schemas; nothing where it makes no sense."""
    if key == "items" and isinstance(value, list):  # drafts before 2020-12
        key, holds = "prefixItems", "list"
    if key == "additionalProperties" and isinstance(value, bool):
        made[key] = value
    elif holds == "named" and isinstance(value, Mapping):
        found = {str(name): item for name, item in value.items() if item is not None}
        made[key] = {name: normalise(item, depth + 1) for name, item in found.items()}
    elif holds == "list" and isinstance(value, list) and value:
        made[key] = [normalise(item, depth + 1) for item in value]
    elif holds == "one" and isinstance(value, Mapping | str):
        made[key] = normalise(value, depth + 1)


def _settle_required(made: dict[str, JSON], kept: Mapping[str, JSON]) -> None:
    """The list of required names: known ones, each once, those that say so themselves included."""
    required = [name for name in made.pop("required", []) if isinstance(name, str)]
    known: dict[str, dict[str, JSON]] = made.get("properties", {})
    named = kept["properties"] if known else {}
    for name, item in named.items():
        if isinstance(item, Mapping) and isinstance(item.get("required"), bool):
            known[name].pop("required", None)
            if item["required"]:
                required.append(name)
    required = [n for n in dict.fromkeys(required) if n in known and not _says_optional(named[n])]
    if required:
        made["required"] = required


def _says_optional(item: JSON) -> bool:
    kind = item.get("type") if isinstance(item, Mapping) else item
    if not isinstance(kind, str) or (isinstance(item, str) and not type_of(item)):
        return False
    return bool(re.search(r"\boptional\b", kind, re.IGNORECASE))


def _is_schema(parameters: Mapping[str, JSON]) -> bool:
    """Whether parameters are a schema, as against ``{parameter: description}``."""
    properties = parameters.get("properties")
    if isinstance(parameters.get("type"), str) and type_of(parameters["type"]) == {
        "type": "object"
    }:
        return properties is None or isinstance(properties, Mapping)
    inner = isinstance(properties, Mapping) and all(
        isinstance(item, Mapping | None) for item in properties.values()
    )
    return inner and not isinstance(parameters.get("type"), Mapping)


# --- names of types


def type_of(name: JSON) -> dict[str, JSON]:
    """What a name of a type says of a value, as a schema; ``{}`` where that is nothing."""
    if isinstance(name, list):
        kinds = [found for item in name if (found := TYPES.get(str(item).lower()))]
        kinds = list(dict.fromkeys(kinds))
        return {"type": kinds} if len(kinds) == len({*map(str, name)}) and kinds else {}
    if not isinstance(name, str) or len(name) > 500:
        return {}
    text = _OPTIONAL.sub("", name) if not re.match(r"\s*optional\s*[\[<(]", name, re.I) else name
    return _type(" ".join(text.split()).strip(" ,;"), 0)


def _type(text: str, depth: int) -> dict[str, JSON]:
    if depth > 8:
        return {}
    alternatives = _split(text, r"\||\bor\b")
    if len(alternatives) > 1:
        return _any_of([_type(part, depth + 1) for part in alternatives])
    if kind := TYPES.get(text.lower().removeprefix("typing.")):
        return {"type": kind}
    if text.endswith("[]"):
        return _array(text[:-2], depth)
    if match := re.match(r"^(?:array|list) of (.+?)s?$", text, re.IGNORECASE):
        return _array(match[1], depth)
    if match := _WRAPPED.match(text):
        return _wrapped(match[1].lower().removeprefix("typing."), match[2], depth)
    return {}


def _wrapped(outer: str, inner: str, depth: int) -> dict[str, JSON]:
    """A type with others in brackets."""
    parts = _split(inner, ",")
    if outer == "optional":
        return _type(inner, depth + 1)
    if outer == "union":
        return _any_of([_type(part, depth + 1) for part in parts])
    if outer == "literal":
        return _literal(inner)
    kind = TYPES.get(outer)
    if kind == "array":
        own = [part for part in parts if part != "..."]
        return _array(own[0], depth) if len({*own}) == 1 else {"type": "array"}
    if kind == "object":
        value = _type(parts[-1], depth + 1) if len(parts) == 2 else {}
        return {"type": "object"} | ({"additionalProperties": value} if value else {})
    return {"type": kind} if kind else {}


def _array(item: str, depth: int) -> dict[str, JSON]:
    inner = _type(item.strip(), depth + 1)
    return {"type": "array"} | ({"items": inner} if inner else {})


def _any_of(kinds: list[dict[str, JSON]]) -> dict[str, JSON]:
    """One of several types; anything where one of them is unknown."""
    if not all(kinds):
        return {}
    distinct = [kind for n, kind in enumerate(kinds) if kind not in kinds[:n]]
    if len(distinct) == 1:
        return distinct[0]
    if all(kind.keys() == {"type"} for kind in distinct):
        return {"type": [kind["type"] for kind in distinct]}
    return {"anyOf": distinct}


def _literal(inner: str) -> dict[str, JSON]:
    try:
        values: Any = ast.literal_eval(parse_expression(f"[{inner}]"))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return {}
    return {"enum": values} if values and all(isinstance(v, str | int) for v in values) else {}


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators outside all brackets, without white space around them."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"[\[<({{]|[\]>)}}]|{separator}", text):
        mark = match[0]
        if mark in "[<({":
            depth += 1
        elif mark in "]>)}":
            depth -= 1
        elif depth == 0:
            parts.append(text[start : match.start()].strip())
            start = match.end()
    return [*parts, text[start:].strip()]
