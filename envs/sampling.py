"""Random values that are valid under a JSON Schema.

Built top down from the keywords that say how (type, enum, properties, bounds, patterns, ...); what
the others demand (not, if, contains, ...) is left to luck, and every value is checked in the end.
It makes valid values, not typical ones: for exploring, fuzzing and testing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from numpy.random import Generator

from envs.patterns import sample_pattern
from envs.schema import Schema, errors
from envs.types import JSON

TRIES = 100
"""How many values are tried before a schema counts as one that cannot be sampled."""
_DEEP = 5
"""Levels below which only what is required is made."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FORMATS = {
    "date": "2024-05-{:02d}",
    "time": "12:{:02d}:00Z",
    "date-time": "2024-05-{:02d}T12:00:00Z",
    "email": "user{}@example.com",
    "uri": "https://example.com/{}",
    "ipv4": "192.0.2.{}",
    "uuid": "00000000-0000-4000-8000-0000000000{:02d}",
}


class _Dead(Exception):
    """No valid value lies this way."""


def sample(schema: Schema, rng: Generator) -> JSON:
    """Make a value that is valid under `schema`.

    Raises:
        ValueError: none was found; the schema is unusable, too demanding or contradictory.
    """
    sampler = _Sampler(schema, rng)
    reason = "its parts contradict each other"
    for _ in range(TRIES):
        try:
            value = sampler.value(dict(schema), 0)
        except _Dead as dead:
            reason = str(dead) or reason
            continue
        wrong = errors(value, schema)
        if not wrong:
            return value
        reason = wrong[0]
    raise ValueError(f"no valid value found for the schema: {reason}")


class _Sampler:
    def __init__(self, root: Schema, rng: Generator) -> None:
        self.root = root
        self.rng = rng

    # --- chance

    def below(self, n: int) -> int:
        return int(self.rng.integers(n))

    def between(self, low: int, high: int) -> int:
        if low > high:
            raise _Dead("nothing lies between the bounds")
        if high - low >= 2**62:  # beyond what the generator takes
            return low + int(self.rng.random() * (high - low))
        return low + self.below(high - low + 1)

    # --- any schema

    def value(self, schema: JSON, depth: int) -> JSON:
        if schema is False:
            raise _Dead("a part of the schema allows nothing")
        if schema is True:
            schema = {}
        if depth > 40:
            raise _Dead("the schema goes too deep")
        schema = self.resolved(schema, 0)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.choice(schema)
        kind = self.kind(schema)
        if kind == "object":
            return self.object(schema, depth)
        if kind == "array":
            return self.array(schema, depth)
        if kind == "string":
            return self.string(schema)
        if kind in ("integer", "number"):
            return self.number(schema, kind == "integer")
        return None if kind == "null" else bool(self.below(2))

    def resolved(self, schema: dict[str, JSON], level: int) -> dict[str, JSON]:
        """The schema with references, ``allOf`` and one alternative merged in."""
        if level > 20:
            raise _Dead("a reference leads back to itself")
        merged = {k: v for k, v in schema.items() if k not in ("$ref", "allOf", "anyOf", "oneOf")}
        parts = [self.target(schema["$ref"])] if "$ref" in schema else []
        parts += schema.get("allOf", [])
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                parts.append(schema[keyword][self.below(len(schema[keyword]))])
        for part in parts:
            if part is False:
                raise _Dead("a part of the schema allows nothing")
            if isinstance(part, dict):
                merged = _merge(merged, self.resolved(part, level + 1))
        return merged

    def target(self, reference: str) -> JSON:
        if not reference.startswith("#"):
            raise _Dead(f"$ref {reference!r} leads out of the schema")
        found: JSON = self.root
        for part in reference[1:].split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            try:
                found = found[int(part)] if isinstance(found, list) else found[part]
            except (KeyError, IndexError, ValueError, TypeError):
                raise _Dead(f"$ref {reference!r} leads nowhere") from None
        return found

    def choice(self, schema: dict[str, JSON]) -> JSON:
        rest = {k: v for k, v in schema.items() if k != "enum" and k in _CHECKED_ALONE}
        fitting = [value for value in schema["enum"] if not rest or not errors(value, rest)]
        if not fitting:
            raise _Dead("no value of the enum fits the rest")
        return fitting[self.below(len(fitting))]

    def kind(self, schema: dict[str, JSON]) -> str:
        kinds = schema.get("type") or [
            kind for kind, hints in _HINTS.items() if any(hint in schema for hint in hints)
        ]
        if isinstance(kinds, str):
            return kinds
        if not kinds:
            kinds = ["string", "integer", "boolean", "null"]
        return str(kinds[self.below(len(kinds))])

    # --- one type each

    def object(self, schema: dict[str, JSON], depth: int) -> dict[str, JSON]:
        properties: Mapping[str, JSON] = schema.get("properties", {})
        required = list(schema.get("required", []))
        optional = [name for name in properties if name not in required]
        least = schema.get("minProperties", 0)
        most = schema.get("maxProperties", math.inf)
        wanted = set(required)
        for name in self.rng.permutation(optional).tolist() if optional else []:
            some = depth < _DEEP and self.below(2)
            if len(wanted) < most and (some or len(wanted) < least):
                wanted.add(name)
        for name in [n for n in properties if n in wanted] + [n for n in required]:
            for more in schema.get("dependentRequired", {}).get(name, []):
                wanted.add(more)
        extra = schema.get("additionalProperties", True)
        if extra is not False and "additionalProperties" in schema and depth < _DEEP:
            least = max(least, len(wanted) + self.below(3))
        while len(wanted) < min(least, most):
            if extra is False:
                raise _Dead("more fields are demanded than there are")
            name = self.string(self.resolved(_as_dict(schema.get("propertyNames", {})), 0))
            wanted.add(name or "x")
        ordered = [n for n in properties if n in wanted]
        ordered += sorted(wanted - set(properties))
        return {name: self.value(self.field(schema, name), depth + 1) for name in ordered}

    def field(self, schema: dict[str, JSON], name: str) -> JSON:
        import re

        if name in schema.get("properties", {}):
            return schema["properties"][name]
        for pattern, inner in schema.get("patternProperties", {}).items():
            if re.search(pattern, name):
                return inner
        return schema.get("additionalProperties", True)

    def array(self, schema: dict[str, JSON], depth: int) -> list[JSON]:
        first: list[JSON] = schema.get("prefixItems", [])
        rest = schema.get("items", True)
        least = schema.get("minItems", 0)
        usual = max(least, len(first), 0 if depth >= _DEEP else 3)
        most = min(schema.get("maxItems", usual), usual)
        if rest is False:
            most = min(most, len(first))
        least = max(least, schema.get("minContains", 1) if "contains" in schema else 0)
        length = self.between(least, max(least, most) if "contains" in schema else most)
        items: list[JSON] = []
        for index in range(length):
            inner = first[index] if index < len(first) else rest
            if "contains" in schema and index < schema.get("minContains", 1):
                inner = {"allOf": [inner, schema["contains"]]}
            items.append(self.fresh(inner, items, depth, bool(schema.get("uniqueItems"))))
        return items

    def fresh(self, schema: JSON, taken: list[JSON], depth: int, unique: bool) -> JSON:
        for _ in range(20):
            value = self.value(schema, depth + 1)
            if not unique or value not in taken:
                return value
        raise _Dead("not enough different items")

    def string(self, schema: dict[str, JSON]) -> str:
        low = schema.get("minLength", 0)
        high = schema.get("maxLength", max(low, 12))
        if "pattern" in schema:
            try:
                return sample_pattern(schema["pattern"], self.below)
            except ValueError as error:
                raise _Dead(str(error)) from None
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]].format(10 + self.below(18))
        length = self.between(max(low, min(1, high)), min(high, max(low, 12)))
        return "".join(_LETTERS[self.below(len(_LETTERS))] for _ in range(length))

    def number(self, schema: dict[str, JSON], whole: bool) -> int | float:
        lows = [schema[k] for k in ("minimum", "exclusiveMinimum") if k in schema]
        highs = [schema[k] for k in ("maximum", "exclusiveMaximum") if k in schema]
        low = max(lows) if lows else (min(highs) - 100 if highs else -10)
        high = min(highs) if highs else max(low, 0) + 100
        step = schema.get("multipleOf", 1 if whole else None)
        if step is not None:
            if whole and step != int(step):
                step = step * round(1 / step) if step < 1 else step
            least, most = math.ceil(low / step), math.floor(high / step)
            if "exclusiveMinimum" in schema and least * step <= schema["exclusiveMinimum"]:
                least += 1
            if "exclusiveMaximum" in schema and most * step >= schema["exclusiveMaximum"]:
                most -= 1
            product = self.between(least, most) * step
            return int(product) if whole else product
        return float(low + (high - low) * self.rng.random())


_HINTS = {
    "object": ("properties", "required", "additionalProperties", "patternProperties"),
    "array": ("items", "prefixItems", "minItems", "uniqueItems", "contains"),
    "string": ("pattern", "minLength", "maxLength", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
"""Keywords that tell the type where ``type`` does not."""

_CHECKED_ALONE = {
    *("type", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("multipleOf", "minLength", "maxLength", "pattern"),
}
_LARGER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_SMALLER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}


def _merge(a: dict[str, JSON], b: dict[str, JSON]) -> dict[str, JSON]:
    """A schema that demands what both do, as far as one keyword can say it."""
    merged = {**a, **b}
    for keyword in a.keys() & b.keys():
        one, other = a[keyword], b[keyword]
        if keyword == "properties":
            merged[keyword] = {
                name: {"allOf": [one[name], other[name]]}
                if name in one and name in other
                else inner
                for name, inner in {**one, **other}.items()
            }
        elif keyword == "required":
            merged[keyword] = list(dict.fromkeys([*one, *other]))
        elif keyword in _LARGER:
            merged[keyword] = max(one, other)
        elif keyword in _SMALLER:
            merged[keyword] = min(one, other)
        elif keyword == "enum":
            merged[keyword] = [value for value in one if value in other]
        elif keyword == "type":
            merged[keyword] = _common_types(one, other)
        elif keyword == "additionalProperties":
            merged[keyword] = False if False in (one, other) else {"allOf": [one, other]}
        elif keyword == "items":
            merged[keyword] = {"allOf": [one, other]}
    return merged


def _common_types(a: JSON, b: JSON) -> list[str]:
    one, other = ([kinds] if isinstance(kinds, str) else list(kinds) for kinds in (a, b))
    common = [kind for kind in one if kind in other]
    if "integer" in (*one, *other) and "number" in (*one, *other) and "integer" not in common:
        common.append("integer")
    if not common:
        raise _Dead("two parts of the schema demand different types")
    return common


def _as_dict(schema: JSON) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else {}
