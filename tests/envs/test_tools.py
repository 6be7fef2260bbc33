from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, NewType, NotRequired, Optional, TypedDict, Union

import pytest

from envs.schema import errors
from envs.tools import spec_of, tool, tool_of, toolkit, tools_of
from envs.world import World


class Unit(Enum):
    C = "celsius"
    F = "fahrenheit"


class Place(TypedDict):
    city: str
    zip: NotRequired[int]


@dataclass
class Point:
    x: int
    y: float = 0.0


@dataclass
class Line:
    ends: tuple[Point, Point]


@dataclass
class Loop:
    inner: Optional[Loop]  # noqa: UP045


UserId = NewType("UserId", int)


def schema_of(annotation: Any) -> Any:
    def function(x):
        """Do."""

    function.__annotations__ = {"x": annotation}
    return spec_of(function).parameters["properties"]["x"]


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (bool, {"type": "boolean"}),
        (None, {"type": "null"}),
        (Any, {}),
        (list, {"type": "array"}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (dict, {"type": "object"}),
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (
            tuple[int, str],
            {
                "type": "array",
                "prefixItems": [{"type": "integer"}, {"type": "string"}],
                "items": False,
                "minItems": 2,
            },
        ),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal[1, "b"], {"enum": [1, "b"]}),
        (Literal["a"] | None, {"type": ["string", "null"], "enum": ["a", None]}),
        (Unit, {"type": "string", "enum": ["celsius", "fahrenheit"]}),
        (Optional[int], {"type": ["integer", "null"]}),  # noqa: UP045
        (Union[int, str], {"type": ["integer", "string"]}),  # noqa: UP007
        (list[int] | None, {"type": ["array", "null"], "items": {"type": "integer"}}),
        (
            list[int] | str,
            {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "string"}]},
        ),
        (Annotated[int, "how many"], {"type": "integer", "description": "how many"}),
        (UserId, {"type": "integer"}),
        (
            Place,
            {
                "type": "object",
                "properties": {"city": {"type": "string"}, "zip": {"type": "integer"}},
                "required": ["city"],
                "additionalProperties": False,
            },
        ),
        (
            Point,
            {
                "type": "object",
                "properties": {"x": {"type": "integer"}, "y": {"type": "number"}},
                "required": ["x"],
                "additionalProperties": False,
            },
        ),
    ],
)
def test_schema_of_annotations(annotation, schema):
    assert schema_of(annotation) == schema


def test_description_defaults_and_required():
    def transfer(source: str, amount: Annotated[int, "whole euros"], note: str = "", unit=Unit.C):
        """Move money.

        At once,
        without a fee.

        Args:
            source (str): where from,
                by number.
            amount: ignored, since the hint says it.
            note: for the statement

        Returns:
            nothing: of interest
        """

    transfer.__annotations__["unit"] = Unit
    spec = spec_of(transfer)
    assert spec.name == "transfer"
    assert spec.description == "Move money.\nAt once, without a fee."
    assert spec.parameters["required"] == ["source", "amount"]
    assert spec.parameters["additionalProperties"] is False
    properties = spec.parameters["properties"]
    assert properties["source"]["description"] == "where from, by number."
    assert properties["amount"]["description"] == "whole euros"
    assert properties["note"] == {
        "type": "string",
        "description": "for the statement",
        "default": "",
    }
    assert properties["unit"]["default"] == "celsius"


def odd_set(x: set[int]): ...
def odd_keys(x: dict[int, str]): ...
def no_hint(x): ...
def star(*x: int): ...
def recursive(x: Loop): ...
def unknown(x: Nowhere): ...  # noqa: F821


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (odd_set, r"odd_set: parameter 'x': set\[int\] has no JSON Schema"),
        (odd_keys, "odd_keys: parameter 'x': .* keys that are not str"),
        (no_hint, "no_hint: parameter 'x' has no annotation"),
        (star, "star: parameter 'x' is variadic positional"),
        (recursive, "recursive: parameter 'x': Loop contains itself"),
        (unknown, "unknown: cannot read the annotations: name 'Nowhere'"),
    ],
)
def test_what_is_not_supported_is_one_sentence(function, text):
    with pytest.raises(TypeError, match=text) as caught:
        spec_of(function)
    assert "\n" not in str(caught.value)


def test_values_become_what_the_hints_say():
    seen = {}

    def f(
        n: int,
        x: float,
        u: Unit,
        p: tuple[int, str],
        line: Line,
        maybe: Unit | None = None,
        either: int | float = 0,
        many: list[Unit] = [],  # noqa: B006
    ):
        seen.update(locals())

    f.__annotations__ = {
        **{"n": int, "x": float, "u": Unit, "p": tuple[int, str], "line": Line},
        **{"maybe": Unit | None, "either": int | float, "many": list[Unit]},
    }
    arguments = {
        **{"n": 2.0, "x": 1, "u": "celsius", "p": [1, "a"], "maybe": "fahrenheit"},
        **{"line": {"ends": [{"x": 1.0}, {"x": 2, "y": 3}]}, "either": 2.0, "many": ["celsius"]},
    }
    made = tool_of(f)
    assert errors(arguments, made.spec.parameters) == []
    made.call(arguments)
    assert type(seen["n"]) is int
    assert type(seen["x"]) is float
    assert type(seen["either"]) is float
    assert (seen["u"], seen["maybe"], seen["many"]) == (Unit.C, Unit.F, [Unit.C])
    assert seen["p"] == (1, "a")
    assert seen["line"] == Line((Point(1), Point(2, 3.0)))
    made.call({**arguments, "maybe": None})
    assert seen["maybe"] is None


def test_methods_are_collected_bases_first_and_may_be_overridden():
    class Base(World):
        @tool
        def one(self) -> int:
            """One."""
            return 1

        @tool(name="math.two")
        def two(self) -> int:
            """Two."""
            return 2

        @tool
        def gone(self) -> int:
            return 3

        def helper(self) -> int:
            return 4

    class Derived(Base):
        gone = None

        def one(self) -> int:
            return 10

        @tool
        def three(self) -> int:
            return 3

    assert list(tools_of(Base)) == ["one", "math.two", "gone"]
    assert list(tools_of(Derived)) == ["one", "math.two", "three"]
    assert tools_of(Derived)["one"].call({}, Derived()) == 10
    assert tools_of(Derived)["math.two"].call({}, Derived()) == 2


def test_marked_functions_stay_functions_and_names_are_unique():
    @tool
    def f(x: int) -> int:
        return x + 1

    assert f(1) == 2

    @tool(name="f")
    def g(x: int) -> int:
        return x

    with pytest.raises(ValueError, match="two tools are called 'f'"):
        toolkit(f, g)
    with pytest.raises(TypeError, match="@tool goes on a function"):
        tool(staticmethod(f))
