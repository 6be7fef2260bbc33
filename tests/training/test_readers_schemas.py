"""Types and schemas as data sets write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.schema import check_schema
from envs.types import ToolSpec
from training.readers.dialogue import Names, writable
from training.readers.schemas import normalise, parameters_of, tool_of, type_of

NUMBERS = {"type": "array", "items": {"type": "number"}}


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("str", {"type": "string"}),
        ("Float", {"type": "number"}),
        ("dict", {"type": "object"}),
        ("HashMap", {"type": "object"}),
        ("int, optional", {"type": "integer"}),
        ("Optional[int]", {"type": "integer"}),
        ("List[int]", {"type": "array", "items": {"type": "integer"}}),
        ("list[dict]", {"type": "array", "items": {"type": "object"}}),
        ("List[List[float]]", {"type": "array", "items": NUMBERS}),
        ("string[]", {"type": "array", "items": {"type": "string"}}),
        ("array of strings", {"type": "array", "items": {"type": "string"}}),
        ("array<string>", {"type": "array", "items": {"type": "string"}}),
        ("Tuple[int, int]", {"type": "array", "items": {"type": "integer"}}),
        ("Tuple[int, str]", {"type": "array"}),
        ("Dict[str, bool]", {"type": "object", "additionalProperties": {"type": "boolean"}}),
        ("Union[int, str]", {"type": ["integer", "string"]}),
        ("str | None", {"type": ["string", "null"]}),
        ("int or List[float]", {"anyOf": [{"type": "integer"}, NUMBERS]}),
        ("Union[int, Thing]", {}),
        ("Literal['a', 'b']", {"enum": ["a", "b"]}),
        (["string", "null"], {"type": ["string", "null"]}),
        (["string", "thing"], {}),
        ("any", {}),
        ("Callable[[int], str]", {}),
        (None, {}),
    ],
)  # fmt: skip
def test_types(name: object, schema: dict[str, Any]) -> None:
    assert type_of(name) == schema


def test_a_schema_at_every_level() -> None:
    given = {
        "type": "dict",
        "description": None,
        "properties": {
            "who": {"type": "dict", "properties": {"age": {"type": "int", "required": True}}},
            "tags": {"type": "list", "items": "str"},
            "pair": {"type": "array", "items": [{"type": "int"}, {"type": "str"}]},
            "kind": {"type": "string", "enum": []},
            "note": {"type": "str, optional"},
            "plain": "float",
            "told": "The name of it",
            "gone": None,
        },
        "required": ["who", "note", "nobody", "who"],
        "optional": [],
    }
    assert normalise(given) == {
        "type": "object",
        "properties": {
            "who": {
                "type": "object",
                "properties": {"age": {"type": "integer"}},
                "required": ["age"],
            },
            "tags": {"type": "array", "items": {"type": "string"}},
            "pair": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]},
            "kind": {"type": "string"},
            "note": {"type": "string"},
            "plain": {"type": "number"},
            "told": {"description": "The name of it"},
        },
        "required": ["who"],
    }


@pytest.mark.parametrize(
    "value", [None, {}, {"type": "dict"}, {"type": "object", "properties": None}]
)
def test_no_parameters(value: object) -> None:
    assert parameters_of(value) == {"type": "object", "properties": {}}


def test_parameters_one_by_one() -> None:
    found = parameters_of(
        {"type": {"type": "str"}, "properties": {"type": "int", "required": False}}
    )
    assert found["properties"].keys() == {"type", "properties"}
    assert "required" not in found  # one says whether it is, so those that do not are not
    assert parameters_of({"x": "int", "y": "int, optional"})["required"] == ["x"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "required", "items", "enum", "anyOf", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
PARTS = st.sampled_from(
    ["int", "List[", "]", ",", "Dict[str, ", "|", " or ", "Optional[", "(", "x"]
)


@given(JSON)
def test_whatever_is_written_becomes_a_schema(value: object) -> None:
    check_schema(ToolSpec("f", parameters=parameters_of(value)))


@given(st.lists(PARTS, max_size=12).map("".join) | st.text(max_size=30))
def test_whatever_is_called_a_type(name: str) -> None:
    check_schema(ToolSpec("f", parameters={"type": "object", "properties": {"x": type_of(name)}}))


@given(JSON)
def test_normal_schemas_stay(value: object) -> None:
    once = parameters_of(value)
    assert parameters_of(once) == once


@given(st.text(max_size=90))
def test_names_can_be_written(name: str) -> None:
    clean = writable(name)
    assert len(clean) <= 64 and all(part.isidentifier() for part in clean.split("."))
    assert writable(clean) == clean


def test_names_stay_apart() -> None:
    names = Names([ToolSpec("a b"), ToolSpec("a/b"), ToolSpec("a b"), ToolSpec("class.2x")])
    assert [tool.name for tool in names.tools] == ["a_b", "a_b_2", "_class._2x"]
    assert names("a/b") == "a_b_2" and names("other one") == "other_one"
    twice = Names([ToolSpec("f", "one"), ToolSpec("f", "two")])  # for the checks to refuse
    assert [tool.name for tool in twice.tools] == ["f", "f"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(3, "tools[0]: an object"), ({}, "tools[0].name: a text"), ({"name": " "}, "tools[0].name")],
)
def test_no_tool(value: object, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        tool_of(value, "tools[0]")
    assert str(caught.value).startswith(said)
