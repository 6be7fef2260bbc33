from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.patterns import sample_pattern
from envs.sampling import sample
from envs.schema import errors

LEAVES = st.sampled_from(
    [
        {},
        True,
        {"type": "string"},
        {"type": "string", "minLength": 3, "maxLength": 4},
        {"type": "string", "pattern": "^[A-Z]{2}-\\d+$"},
        {"type": "integer", "minimum": 3, "exclusiveMaximum": 5},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        {"type": "integer", "multipleOf": 7},
        {"type": "number", "multipleOf": 0.25, "minimum": 1},
        {"type": ["null", "boolean"]},
        {"enum": ["a", 2, None]},
        {"type": "integer", "enum": ["a", 2, 3]},
        {"const": {"a": [1]}},
        {"minimum": 5},
        {"not": {"type": "null"}},
        {"$ref": "#/$defs/tree"},
        {"type": "string", "format": "date"},
    ]
)


def combined(inner):
    names = st.sampled_from("abcd")
    objects = st.builds(
        lambda properties, required, closed, least: {
            "type": "object",
            "properties": properties,
            "required": [name for name in required if name in properties or not closed],
            "additionalProperties": not closed,
            "minProperties": min(least, len(properties)),
        },
        st.dictionaries(names, inner, max_size=3),
        st.lists(names, max_size=2, unique=True),
        st.booleans(),
        st.integers(0, 2),
    )
    arrays = st.builds(
        lambda items, least, more: {
            "type": "array",
            "items": items,
            "minItems": least,
            "maxItems": least + more,
        },
        inner,
        st.integers(0, 2),
        st.integers(0, 2),
    )
    return (
        objects
        | arrays
        | st.builds(
            lambda a, b: {"type": "array", "prefixItems": [a, b], "items": False}, inner, inner
        )
        | st.builds(lambda a, b: {"anyOf": [a, b]}, inner, inner)
        | st.builds(lambda a: {"allOf": [a, {"description": "x"}]}, inner)
    )


TREE = {
    "type": "object",
    "properties": {"v": {"type": "integer"}, "kids": {"items": {"$ref": "#/$defs/tree"}}},
    "required": ["v"],
}


@settings(max_examples=300, deadline=None)
@given(st.recursive(LEAVES, combined, max_leaves=6), st.integers(0, 2**32))
def test_samples_are_valid(schema, seed):
    schema = {"allOf": [schema], "$defs": {"tree": TREE}}
    assert errors(sample(schema, np.random.default_rng(seed)), schema) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 2}]},
        {"type": "array", "uniqueItems": True, "items": {"type": "boolean"}, "minItems": 2},
        {"type": "array", "contains": {"const": 3}, "minContains": 2},
        {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
        {"type": "object", "patternProperties": {"^x": {"type": "null"}}, "required": ["x1"]},
        {
            "type": "object",
            "properties": {"a": {"type": "null"}, "b": {"type": "null"}},
            "dependentRequired": {"a": ["b"]},
        },
        {"if": {"type": "string"}, "then": {"minLength": 2}},
        {
            "allOf": [{"properties": {"a": {"minimum": 2}}}, {"properties": {"a": {"maximum": 3}}}],
            "type": "object",
            "properties": {"a": {"type": "integer"}},
            "required": ["a"],
        },
        {"allOf": [{"type": "number"}, {"type": "integer"}]},
    ],
)
def test_harder_keywords(schema):
    rng = np.random.default_rng(0)
    for _ in range(30):
        assert errors(sample(schema, rng), schema) == []


def test_the_same_seed_gives_the_same_values():
    schema = {"type": "object", "properties": {"a": {}, "b": {"type": "string"}}}
    one, two = ([sample(schema, np.random.default_rng(5)) for _ in range(3)] for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "enum": [1]},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "array", "items": {"const": 1}, "uniqueItems": True, "minItems": 2},
        {"$ref": "#"},
        {"$ref": "https://example.invalid/x"},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"type": "object", "required": ["a"], "additionalProperties": False},
        {"type": "string", "pattern": "(?=x)y"},
    ],
)
def test_what_cannot_be_sampled_is_told(schema):
    with pytest.raises(ValueError, match="no valid value found"):
        sample(schema, np.random.default_rng(0))


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d{4}-\d{2}$",
        r"(foo|ba[rz])+x?",
        r"[^abc]\w\s\S",
        r"^(?:a|b){2,}$",
        r".*",
        r"\D\W",
        r"^[\w.+-]+@[\w-]+\.[a-z]{2,3}$",
    ],
)
def test_patterns_match(pattern):
    rng = np.random.default_rng(0)
    for _ in range(50):
        assert re.search(pattern, sample_pattern(pattern, lambda n: int(rng.integers(n))))
