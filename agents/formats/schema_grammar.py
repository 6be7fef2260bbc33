"""A tool's JSON Schema as grammar rules: what constrained decoding lets a model write.

Every value that the rules allow is valid under the schema (Draft 2020-12); not every valid value
can be written. Lists, strings, numbers and free values have caps, so that a small model comes to
an end; properties stand in their declared order; of an object that declares properties only those
are written, unless ``additionalProperties`` gives a schema for others. A keyword that cannot be
promised is refused by name; annotations (``default``, ``format``, ``nullable``, unknown words) are
passed over, as validators do. docs/constrained-decoding.md has the table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from agents.formats.base import UnsupportedSchema
from agents.formats.lark import (
    IMPOSSIBLE,
    NOTHING,
    Alt,
    Grammar,
    Node,
    Ref,
    Regex,
    Repeat,
    Seq,
    Text,
)
from agents.formats.number_regex import exact, integers, numbers
from agents.formats.pattern_regex import UnsupportedPattern
from agents.formats.schema_facts import Schema, SchemaFacts
from agents.formats.spelling import COLON, COMMA, Spelling, quote
from agents.formats.string_regex import keys, strings
from envs.types import ToolSpec

MAX_ITEMS = 32
"""Most items of a list, and most free keys of a dictionary, where the schema sets no limit."""
FREE_DEPTH = 2
"""How deep lists and dictionaries nest in a value about which the schema says nothing."""
_MAX_NESTING = 64

REFUSED = frozenset(
    (
        *("$dynamicRef", "$id", "allOf", "else", "if", "not", "then"),
        *("contains", "maxContains", "minContains", "unevaluatedItems", "uniqueItems"),
        *("dependentRequired", "dependentSchemas", "maxProperties", "minProperties"),
        *("patternProperties", "propertyNames", "unevaluatedProperties", "multipleOf"),
    )
)
"""Keywords that restrict values in a way that the rules cannot promise."""

_ABOUT = {
    "object": ("properties", "required", "additionalProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems"),
    "string": ("minLength", "maxLength", "pattern"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
"""Type -> the supported keywords that are about it."""
_TYPED = frozenset(("type", *(word for words in _ABOUT.values() for word in words)))
_CHOICES = ("$ref", "anyOf", "oneOf")
_RESTRICTING = REFUSED | _TYPED | {"enum", "const", *_CHOICES}

Member = Callable[[str, Node], Node]
"""Writes the name of a property before the rule of its value."""
_Path = tuple[str, ...]


class SchemaGrammar:
    """Adds the rules of one tool's arguments to a grammar."""

    def __init__(self, grammar: Grammar, spelling: Spelling, tool: ToolSpec) -> None:
        self._grammar = grammar
        self._spelling = spelling
        self._tool = tool
        self._shared: dict[str, Ref] = {}
        try:
            self._facts = SchemaFacts(tool.parameters)
        except ValueError as error:
            raise self._error((), f"not a JSON Schema: {error}") from None

    def arguments(self, member: Member) -> Node:
        """The named arguments of a call, separated by commas; `member` writes one.

        Raises:
            UnsupportedSchema: a keyword is not supported, or no arguments can be written.
        """
        root = self._tool.parameters
        if root.get("type", "object") != "object":
            raise self._error((), "its parameters are not of type object")
        self._refuse(root, (), allowed=("type", "$id", *_ABOUT["object"]))
        node = self._members(root, (), member, free=False)
        if not self._grammar.possible(node):
            raise self._error((), "no arguments can be written that its schema allows")
        return node

    def value(self, schema: Schema, path: _Path) -> Node:
        """The values that `schema` allows, spelled as the language spells them."""
        if len(path) > _MAX_NESTING:
            raise self._error(path, f"schemas nested deeper than {_MAX_NESTING} are not supported")
        if isinstance(schema, bool):
            return self._anything(FREE_DEPTH) if schema else IMPOSSIBLE
        if "enum" in schema or "const" in schema:
            return self._listed(schema, path)
        for choice in _CHOICES:
            if choice in schema:
                self._refuse(schema, path, allowed=(choice,), beside=choice)
                return self._chosen(choice, schema[choice], path)
        self._refuse(schema, path, allowed=_TYPED)
        given = schema.get("type") or [
            name for name, words in _ABOUT.items() if not schema.keys().isdisjoint(words)
        ]
        names = [given] if isinstance(given, str) else given
        if not names:
            return self._anything(FREE_DEPTH)
        return Alt(tuple(self._typed(name, schema, path) for name in names))

    # --- keywords that are about any type ------------------------------------------------------

    def _listed(self, schema: Mapping[str, Any], path: _Path) -> Node:
        """Every value of ``enum`` or ``const`` that the rest of the schema allows too."""
        values = schema["enum"] if "enum" in schema else [schema["const"]]
        try:
            return Alt(tuple(self._literal(v) for v in values if self._facts.accepts(schema, v)))
        except ValueError as error:
            raise self._error(path, str(error)) from None

    def _literal(self, value: Any) -> Node:
        # Mark by mark, so that a constant list shares its lexemes with lists in general.
        match value:
            case list():
                return _bracketed("[]", [self._literal(item) for item in value])
            case Mapping():
                members = [_member(key, self._literal(item)) for key, item in value.items()]
                return _bracketed("{}", members)
        return Text(self._spelling.write(value))

    def _chosen(self, keyword: str, value: Any, path: _Path) -> Node:
        if keyword == "$ref":
            return self._reference(value, path)
        for index, option in enumerate(value if keyword == "oneOf" else ()):
            if not all(self._facts.disjoint(option, other) for other in value[:index]):
                raise self._error(path, "'oneOf' is supported only where no two options overlap")
        return Alt(tuple(self.value(option, (*path, keyword)) for option in value))

    def _reference(self, ref: str, path: _Path) -> Ref:
        if ref not in self._shared:
            try:
                target = self._facts.resolve(ref)
            except LookupError:
                raise self._error(path, f"$ref {ref!r} is not within the tool's schema") from None
            self._shared[ref] = self._grammar.declare("ref")
            self._grammar.define(self._shared[ref], self.value(target, (*path, "$ref")))
        return self._shared[ref]

    def _anything(self, depth: int) -> Ref:
        """Any JSON value, its lists and dictionaries nested up to `depth`."""
        key = f"anything {depth}"
        if key not in self._shared:
            node = self.value({"type": ["string", "number", "boolean", "null"]}, ())
            if depth:
                item = self._anything(depth - 1)
                members = self._free_members(item, ())
                node = Alt((node, _list([], item, 0, MAX_ITEMS), _braced(members)))
            self._shared[key] = self._grammar.rule("anything", node)
        return self._shared[key]

    # --- one type each -------------------------------------------------------------------------

    def _typed(self, name: str, schema: Mapping[str, Any], path: _Path) -> Node:
        match name:
            case "null":
                return Text(self._spelling.null)
            case "boolean":
                return Alt((Text(self._spelling.true), Text(self._spelling.false)))
            case "integer" | "number":
                pattern = _number(schema, whole=name == "integer")
                return IMPOSSIBLE if pattern is None else Regex(pattern)
            case "string":
                return self._string(schema, path)
            case "array":
                return self._array(schema, path)
        return _braced(self._members(schema, path, _member, free=True))

    def _string(self, schema: Mapping[str, Any], path: _Path) -> Node:
        least, most = _count(schema, "minLength"), _count(schema, "maxLength")
        try:
            return strings(least or 0, most, schema.get("pattern")) or IMPOSSIBLE
        except UnsupportedPattern as error:
            raise self._error(path, str(error)) from None

    def _array(self, schema: Mapping[str, Any], path: _Path) -> Node:
        first, more = schema.get("prefixItems", []), schema.get("items", True)
        least, most = _count(schema, "minItems") or 0, _count(schema, "maxItems")
        if most is None:
            most = max(least, len(first) if first and "items" not in schema else MAX_ITEMS)
        if more is False:
            most = min(most, len(first))
        if least > most:
            return IMPOSSIBLE
        prefix = [self.value(part, (*path, str(i))) for i, part in enumerate(first[:most])]
        item: Node = IMPOSSIBLE
        if most > len(first):
            item = self._grammar.rule("item", self.value(more, (*path, "items")))
        return _list(prefix, item, least, most)

    def _members(
        self, schema: Mapping[str, Any], path: _Path, member: Member, *, free: bool
    ) -> Node:
        """Properties in their declared order, the optional ones left out at will.

        With `free`, other keys follow where the schema says what they hold, or declares none.
        """
        declared, required = schema.get("properties", {}), schema.get("required", ())
        others = schema.get("additionalProperties", True)
        names = [*declared, *(name for name in required if name not in declared)]
        first: Node = NOTHING
        rest: Node = NOTHING
        if free and ("additionalProperties" in schema or not names):
            item = self._grammar.rule("item", self.value(others, (*path, "additionalProperties")))
            first = self._free_members(item, names)
            rest = Repeat(Seq((Text(COMMA), _free_member(item, names))), 0, MAX_ITEMS)
        options = [first]
        for name in reversed(names):
            value = self.value(declared.get(name, others), (*path, name))
            part = self._grammar.rule("member", member(name, value))
            after = Seq((Text(COMMA), part))
            options = [Seq((part, rest)), *([] if name in required else options)]
            following = after if name in required else Repeat(after, 0, 1)
            rest = self._grammar.rule("rest", Seq((following, rest)))
        return Alt(tuple(options))

    def _free_members(self, item: Node, taken: Sequence[str]) -> Node:
        """Up to `MAX_ITEMS` keys that the schema does not name."""
        free = _free_member(item, taken)
        return Alt((Seq((free, Repeat(Seq((Text(COMMA), free)), 0, MAX_ITEMS - 1))), NOTHING))

    # --- refusals ------------------------------------------------------------------------------

    def _refuse(
        self, schema: Mapping[str, Any], path: _Path, *, allowed: Iterable[str], beside: str = ""
    ) -> None:
        """Name the first keyword that restricts values and is not one of those `allowed`."""
        for word in schema:
            if word in _RESTRICTING and word not in allowed and schema[word] is not False:
                what = f"{word!r} beside {beside!r}" if beside else repr(word)
                raise self._error(path, f"{what} is not supported in constrained decoding")

    def _error(self, path: _Path, text: str) -> UnsupportedSchema:
        where = f", parameter {'.'.join(path)}" if path else ""
        return UnsupportedSchema(f"tool {self._tool.name}{where}: {text}")


def _count(schema: Mapping[str, Any], word: str) -> int | None:
    return int(schema[word]) if word in schema else None  # 2.0 is a length too


def _number(schema: Mapping[str, Any], *, whole: bool) -> str | None:
    """The regular expression of the numbers between the bounds."""

    def bound(word: str) -> Fraction | None:
        return exact(schema[word]) if word in schema else None

    low, above = bound("minimum"), bound("exclusiveMinimum")
    high, below = bound("maximum"), bound("exclusiveMaximum")
    open_low = above is not None and (low is None or above >= low)
    open_high = below is not None and (high is None or below <= high)
    least, most = above if open_low else low, below if open_high else high
    if whole:
        if least is not None and open_low:
            least = Fraction(math.floor(least) + 1)
        if most is not None and open_high:
            most = Fraction(math.ceil(most) - 1)
        return integers(least, most)
    return numbers(least, most, open_low=open_low, open_high=open_high)


def _list(prefix: Sequence[Node], item: Node, least: int, most: int) -> Node:
    """A list of `least` to `most` items: `prefix`, then `item` over and over."""
    comma = Text(COMMA)
    beyond = most - len(prefix)
    rest: Node = NOTHING
    if beyond > 0 and prefix:
        rest = Repeat(Seq((comma, item)), max(least - len(prefix), 0), beyond)
    elif beyond > 0:
        rest = Seq((item, Repeat(Seq((comma, item)), max(least - 1, 0), most - 1)))
        rest = rest if least else Alt((rest, NOTHING))
    for index in range(len(prefix) - 1, -1, -1):
        step = Seq((comma if index else NOTHING, prefix[index], rest))
        rest = step if index < least else Alt((step, NOTHING))
    return Seq((Text("["), rest, Text("]")))


def _bracketed(brackets: str, items: Sequence[Node]) -> Node:
    parts = [Seq((Text(COMMA) if index else NOTHING, item)) for index, item in enumerate(items)]
    return Seq((Text(brackets[0]), *parts, Text(brackets[1])))


def _braced(members: Node) -> Node:
    return Seq((Text("{"), members, Text("}")))


def _member(key: str, value: Node) -> Node:
    return Seq((Text(quote(key) + COLON), value))


def _free_member(value: Node, taken: Sequence[str]) -> Node:
    return Seq((keys(taken), Text(COLON), value))
