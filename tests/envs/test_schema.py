from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from envs.acceptor import acceptor
from envs.schema import MAX_ERRORS, MAX_LENGTH, call_errors, check_schema, errors
from envs.types import ToolCall, ToolSpec

TRANSFER = ToolSpec(
    "transfer",
    "",
    {
        "type": "object",
        "properties": {
            "source": {"type": "string"},
            "amount": {"type": "integer", "minimum": 1},
            "unit": {"enum": ["euro", "dollar"]},
            "to": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "tags": {"type": "array"}},
                "required": ["city"],
                "additionalProperties": False,
            },
            "when": {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^d"}]},
        },
        "required": ["source", "amount"],
        "additionalProperties": False,
    },
)


@pytest.mark.parametrize(
    ("arguments", "texts"),
    [
        ({"source": "a", "amount": 1}, []),
        ({"source": "a", "amount": 1.0}, []),
        ({"source": "a", "amount": "ten"}, ["amount: 'ten' is not an integer"]),
        ({"source": "a", "amount": True}, ["amount: True is not an integer"]),
        ({"source": "a", "amount": 0}, ["amount: 0 is less than 1"]),
        ({"amount": 1}, ["missing required argument 'source'"]),
        (
            {"source": "a", "amout": 1},
            [
                "missing required argument 'amount'",
                "unknown argument 'amout' (did you mean 'amount'?)",
            ],
        ),
        (
            {"source": "a", "amount": 1, "unit": "yen"},
            ["unit: 'yen' is not one of 'euro', 'dollar'"],
        ),
        (
            {"source": "a", "amount": 1, "to": {"tags": 3, "x": 1}},
            [
                "to.tags: 3 is not an array",
                "to: missing required field 'city'",
                "to: unknown field 'x' (one of: city, tags)",
            ],
        ),
        (
            {"source": "a", "amount": 1, "when": "x"},
            [
                "when: no alternative fits: 'x' is not an integer; "
                "'x' does not match the pattern '^d'"
            ],
        ),
        ({"source": "a", "amount": float("nan")}, ["amount: nan is not a JSON number"]),
        ({"source": "a", "amount": float("inf")}, ["amount: inf is not a JSON number"]),
        ({"source": "a", "amount": 10**400}, ["amount: a number is too large"]),
        ({"source": "a", "amount": {1}}, ["amount: a value of type set is not JSON"]),
        (
            {"source": "a", "amount": 1, "to": {1: 2}},
            ["to: the names in an object have to be strings"],
        ),
    ],
)
def test_texts(arguments, texts):
    assert sorted(call_errors(ToolCall("transfer", arguments), [TRANSFER])) == sorted(texts)


def test_unknown_tools_get_a_suggestion():
    assert call_errors(ToolCall("transferr"), [TRANSFER]) == [
        "unknown tool 'transferr' (did you mean 'transfer'?)"
    ]
    assert call_errors(ToolCall("x" * 5000), []) == [
        text for text in call_errors(ToolCall("x" * 5000), []) if len(text) <= MAX_LENGTH
    ]


def test_errors_are_bounded():
    many = {f"field{i}" * 100: i for i in range(100)}
    texts = errors(many, TRANSFER.parameters)
    assert len(texts) == MAX_ERRORS
    assert all(len(text) <= MAX_LENGTH for text in texts)
    assert texts[-1].startswith("and ")
    closed = {"enum": [f"v{i}" for i in range(500)]}
    assert errors("w", closed) == ["'w' is not one of the 500 allowed values"]


def nested(depth: int, kind: str) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value] if kind == "list" else {"a": value}
    return value


@pytest.mark.parametrize("kind", ["list", "dict"])
@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"$ref": "#/$defs/n", "$defs": {"n": {"items": {"$ref": "#/$defs/n"}}}},
    ],
)
def test_hostile_depth_is_an_error_and_not_an_exception(kind, schema):
    (text,) = errors(nested(100_000, kind), schema)
    assert text.endswith("nested deeper than 64 levels")
    errors(nested(60, kind), schema)


def test_references_are_followed_inside_only_and_never_fetched():
    tree = {
        "$ref": "#/$defs/t",
        "$defs": {"t": {"type": "array", "items": {"$ref": "#/$defs/t"}}},
    }
    assert errors([[], [[]]], tree) == []
    assert errors([[1]], tree) == ["[0][0]: 1 is not an array"]
    with pytest.raises(ValueError, match="the schema cannot be used"):
        errors(1, {"$ref": "https://example.invalid/schema.json"})
    assert errors(1, {"$ref": "#"}) == ["the value is too deep or too large to be checked"]


def test_tuples_count_as_arrays():
    assert errors((1, 2), {"type": "array", "items": {"type": "integer"}}) == []


def test_broken_schemas_are_told():
    def spec(parameters):
        return ToolSpec("f", "", parameters)

    check_schema(TRANSFER)
    check_schema(
        spec({"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {}}})
    )
    for parameters, text in [
        ({"type": "string"}, "have to be of type 'object'"),
        ({"type": "object", "required": "a"}, "not of type 'array'"),
        ({"type": "object", "properties": {"a": {"type": "dict"}}}, r"\$.properties.a.type"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/x"}}}, "leads nowhere"),
        ({"type": "object", "properties": {"a": {"const": {1, 2}}}}, "not JSON"),
    ]:
        with pytest.raises(ValueError, match=text):
            check_schema(spec(parameters))
    for parameters in [
        {"type": "object", "properties": {"a": {"type": "dict"}}},
        {"properties": {"a": {"minimum": "x"}}},
        {"properties": {"a": {"pattern": "("}}},
    ]:
        with pytest.raises(ValueError, match="the schema cannot be used"):
            errors({"a": "1"} if "pattern" in str(parameters) else {"a": 1}, parameters)


SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
PLAIN = st.recursive(
    st.sampled_from(
        [
            {},
            {"type": "string"},
            {"type": "integer", "minimum": 0, "description": "n"},
            {"type": "number", "maximum": 2.5},
            {"type": ["integer", "null"]},
            {"type": "boolean"},
            {"enum": ["a", "b", 1]},
            {"type": "integer", "enum": [1]},
            {"type": "string", "minLength": 1},
            {"const": 1},
        ]
    ),
    lambda inner: (
        st.builds(lambda i: {"type": "array", "items": i}, inner)
        | st.builds(
            lambda properties, required, closed: {
                "type": "object",
                "properties": properties,
                "required": required,
                **({"additionalProperties": False} if closed else {}),
            },
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            st.lists(st.sampled_from("abc"), max_size=2, unique=True),
            st.booleans(),
        )
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(PLAIN, VALUES)
def test_the_acceptor_says_yes_to_valid_values_only(schema, value):
    valid = Draft202012Validator(schema).is_valid(value)
    if acceptor(schema)(value):
        assert valid
    texts = errors(value, schema)
    assert not texts or not valid or "JSON number" in texts[0]
    assert texts or valid


def test_the_acceptor_takes_the_usual_calls():
    accepts = acceptor(json.loads(json.dumps(dict(TRANSFER.parameters))))
    assert accepts({"source": "a", "amount": 3, "unit": "euro", "to": {"city": "x"}})
    assert not accepts({"source": "a", "amount": 3, "when": 1})  # left to the validator
    assert not accepts({"source": "a", "amount": 10**400})


def test_checkers_are_shared_between_threads():
    found: list[list[str]] = []

    def work(n: int) -> None:
        for i in range(200):
            schema = {"type": "object", "properties": {f"k{i % 20}": {"type": "integer"}}}
            found.append(errors({f"k{i % 20}": "x"}, schema))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 800
    assert all(len(texts) == 1 for texts in found)
