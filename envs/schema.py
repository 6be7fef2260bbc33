"""JSON Schema for tool calls: whether a call is valid, and if not, what to do about it.

Draft 2020-12, by jsonschema. ``format`` is an annotation only, as the draft has it. References are
followed inside the schema alone: nothing is ever fetched. Schemas are taken as immutable.
"""

from __future__ import annotations

import json
import math
import reprlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from envs.acceptor import Acceptor, acceptor
from envs.common.errors import suggest
from envs.types import JSON, ToolCall, ToolSpec

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator
    from referencing import Registry

Schema = Mapping[str, JSON]

MAX_ERRORS = 8
"""Most errors told about one value."""
MAX_LENGTH = 200
"""Longest error text, in characters."""
MAX_DEPTH = 64
"""Deepest nesting of a value."""
_LARGEST = int(sys.float_info.max)

_NOUNS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "array": "an array",
    "object": "an object",
    "null": "null",
}


def errors(value: JSON, schema: Schema) -> list[str]:
    """All that is wrong with a value, in texts that a model can act on; empty for a valid one.

    At most `MAX_ERRORS` texts of at most `MAX_LENGTH` characters each. Hostile values (too deep,
    not finite, not JSON) are errors like any other.

    Raises:
        ValueError: the schema itself cannot be used.
    """
    checker = _checker(schema)
    if checker.accepts(value):
        return []
    if problem := _unfit(value):
        return [_located(problem, value)]
    validator = checker.validator
    try:
        if validator.is_valid(value):
            return []
        texts = [text for error in validator.iter_errors(value) for text in _texts(error)]
    except (RecursionError, OverflowError):
        return ["the value is too deep or too large to be checked"]
    except Exception as error:  # a bad pattern, a reference to nowhere, an unknown type
        raise ValueError(f"the schema cannot be used: {_cut(str(error))}") from error
    texts = list(dict.fromkeys(texts))
    if len(texts) > MAX_ERRORS:
        texts[MAX_ERRORS - 1 :] = [f"and {len(texts) - MAX_ERRORS + 1} more errors"]
    return texts


def call_errors(call: ToolCall, tools: Iterable[ToolSpec]) -> list[str]:
    """All that is wrong with a call: an unknown tool, or `errors` of its arguments."""
    names = []
    for spec in tools:
        if spec.name == call.name:
            arguments = call.arguments
            return errors(
                arguments if type(arguments) is dict else dict(arguments), spec.parameters
            )
        names.append(spec.name)
    return [f"unknown tool {_show(call.name)}{suggest(call.name[:100], names)}"]


def check_schema(spec: ToolSpec) -> None:
    """See that a tool's parameters are a schema of an object that can be used.

    Raises:
        ValueError: they are not; says what is wrong and where.
    """
    from jsonschema import Draft202012Validator, SchemaError

    schema = json.loads(_text(spec.parameters))
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise ValueError(f"tool {spec.name!r}: the parameters have to be of type 'object'")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"tool {spec.name!r}: {error.json_path}: {_cut(error.message)}") from None
    for reference in _references(schema):
        if not resolves(reference, schema):
            raise ValueError(f"tool {spec.name!r}: $ref {reference!r} leads nowhere in the schema")


def resolves(reference: str, schema: Schema) -> bool:
    """Whether a ``$ref`` leads to a place in the schema."""
    from referencing import Registry, Resource
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    resource = Resource.from_contents(dict(schema), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("", resource).crawl()
    try:
        registry.resolver().lookup(reference)
    except Unresolvable:
        return False
    return True


def _references(schema: JSON) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from _references(item)
    elif isinstance(schema, dict):
        for key, item in schema.items():
            if key == "$ref" and isinstance(item, str):
                yield item
            elif key not in ("const", "enum", "default", "examples"):
                yield from _references(item)


# --- compiled schemas: kept here, since an environment that held one could not be pickled


@dataclass(frozen=True, slots=True)
class _Checker:
    schema: Schema
    """As it was given: holding it keeps its id its own."""
    accepts: Acceptor
    validator: Validator


_by_identity: dict[int, _Checker] = {}


def _checker(schema: Schema) -> _Checker:
    known = _by_identity.get(id(schema))
    if known is not None and known.schema is schema:
        return known
    checker = _Checker(schema, *_compile(_text(schema)))
    if len(_by_identity) >= 4096:
        _by_identity.clear()
    _by_identity[id(schema)] = checker
    return checker


@lru_cache(maxsize=2048)
def _compile(text: str) -> tuple[Acceptor, Validator]:
    cls, registry = _validator_class()
    schema = json.loads(text)
    return acceptor(schema), cls(schema, registry=registry)


@lru_cache(maxsize=1)
def _validator_class() -> tuple[type[Validator], Registry[Any]]:
    """The draft with tuples as arrays, and a registry that fetches nothing."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry

    types = Draft202012Validator.TYPE_CHECKER.redefine(
        "array", lambda _, value: isinstance(value, list | tuple)
    )
    cls: type[Validator] = extend(Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call]
    return cls, Registry()


def _text(schema: Schema) -> str:
    try:
        return json.dumps(schema if type(schema) is dict else dict(schema))
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"the schema is not JSON: {error}") from None


# --- texts


def _unfit(value: JSON) -> str | None:
    """Why a value cannot be given to a validator or a tool, if so. Does not recurse."""
    level: list[JSON] = [value]
    for _ in range(MAX_DEPTH):
        below: list[JSON] = []
        for item in level:
            kind = type(item)
            if kind is str or kind is bool or item is None:
                continue
            if isinstance(item, int):
                if not -_LARGEST <= item <= _LARGEST:
                    return "a number is too large"
            elif isinstance(item, float):
                if not math.isfinite(item):
                    return f"{item} is not a JSON number"
            elif kind is dict:
                if not all(isinstance(key, str) for key in item):
                    return "the names in an object have to be strings"
                below.extend(item.values())
            elif kind is list or kind is tuple:
                below.extend(item)
            elif not isinstance(item, str):
                return f"a value of type {kind.__name__} is not JSON"
        if not below:
            return None
        level = below
    return f"nested deeper than {MAX_DEPTH} levels"


def _located(problem: str, value: JSON) -> str:
    if isinstance(value, dict):
        for name, item in value.items():
            if _unfit(item):
                return _cut(f"{name}: {problem}")
    return problem


def _texts(error: ValidationError) -> Iterator[str]:
    """The texts of one error, each with its path."""
    path = _path(error.absolute_path)
    for text in _explain(error, "field" if path else "argument"):
        yield _cut(f"{path}: {text}" if path else text)


def _explain(error: ValidationError, noun: str) -> Iterable[str]:
    rule: Any = error.validator_value
    found: Any = error.instance
    keyword = str(error.validator)
    if keyword == "required":  # one error for each name; the message alone tells which
        return [f"missing required {noun} {_missing(error)!r}"]
    if keyword == "additionalProperties" and rule is False:
        return _unknown(error, noun)
    if keyword == "type":
        kinds = [rule] if isinstance(rule, str) else rule
        return [f"{_show(found)} is not {' or '.join(_NOUNS.get(k, k) for k in kinds)}"]
    if keyword == "enum":
        return [f"{_show(found)} is not one of {_choices(found, rule)}"]
    if keyword in ("anyOf", "oneOf"):
        return [_alternatives(error)]
    if keyword in _RULES:
        return [f"{_show(found)} {_RULES[keyword].format(_show(rule))}"]
    return [error.message]


_RULES = {
    "const": "is not {}",
    "minimum": "is less than {}",
    "maximum": "is greater than {}",
    "exclusiveMinimum": "is not greater than {}",
    "exclusiveMaximum": "is not less than {}",
    "multipleOf": "is not a multiple of {}",
    "minLength": "is shorter than {} characters",
    "maxLength": "is longer than {} characters",
    "pattern": "does not match the pattern {}",
    "minItems": "has fewer than {} items",
    "maxItems": "has more than {} items",
    "minProperties": "has fewer than {} fields",
    "maxProperties": "has more than {} fields",
    "uniqueItems": "has items that are equal",
    "not": "is not allowed here",
}


def _choices(found: JSON, allowed: list[JSON]) -> str:
    if len(allowed) <= 20:
        return ", ".join(map(_show, allowed))
    names = [value for value in allowed if isinstance(value, str)]
    near = suggest(found[:100], names) if isinstance(found, str) else ""
    return f"the {len(allowed)} allowed values{near}"


def _missing(error: ValidationError) -> str:
    rule: Any = error.validator_value
    told = [n for n in rule if error.message.startswith(f"{n!r} is a required")]
    return str(told[0]) if told else error.message


def _unknown(error: ValidationError, noun: str) -> Iterator[str]:
    import re

    schema: Schema = error.schema if isinstance(error.schema, Mapping) else {}
    known = list(schema.get("properties", {}))
    patterns = list(schema.get("patternProperties", {}))
    found: Any = error.instance
    for name in found:
        if name not in known and not any(re.search(p, name) for p in patterns):
            yield f"unknown {noun} {_show(name)}{suggest(name[:100], known)}"


def _alternatives(error: ValidationError) -> str:
    if not error.context:
        return f"{_show(error.instance)} matches more than one alternative"
    firsts: dict[int, ValidationError] = {}
    for inner in error.context:
        firsts.setdefault(int(inner.schema_path[0]), inner)
    told = list(dict.fromkeys(text for e in firsts.values() for text in _branch(e)))
    return f"no alternative fits: {'; '.join(told[:4])}"


def _branch(error: ValidationError) -> Iterator[str]:
    path = _path(error.relative_path)
    for text in _explain(error, "field"):
        yield f"{path}: {text}" if path else text


def _path(parts: Iterable[str | int]) -> str:
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _show(value: JSON) -> str:
    return _SHORT.repr(value)


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60
_SHORT.maxlist = _SHORT.maxdict = _SHORT.maxtuple = 6
_SHORT.maxlevel = 3
