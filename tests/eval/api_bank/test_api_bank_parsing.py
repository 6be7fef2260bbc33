from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.api_bank.parsing import parse, typed
from eval.api_bank.reading import Unfit, fit, read_call
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.base import Escape

BOOK = LEVELS[1].apis["BookHotel"]
MEET = LEVELS[1].apis["AddMeeting"]
SWITCH = LEVELS[1].apis["TimedSwitch"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[F(a='1', b=\"2\", c=3)]", ("F", {"a": "1", "b": "2", "c": "3"})),
        ("Sure: [F()] is it.", ("F", {})),
        ("[F(a='it's')]", ("F", {"a": "it"})),
        ("[F(a='x')], [G(b='y')]", ("F", {"a": "x", "b": "y"})),
        ("[F(a='x')]\n[G(b='y')]", ("F", {"a": "x"})),
        ("[F(a='x'\n)]", None),
        ("[F (a='x')]", None),
        ("[F(a='x') ]", None),
        ("F(a='x')]", None),
        ("[F(a=2023-01-01, b=-5, c=1.5)]", ("F", {"a": "2023", "c": "1"})),
        ("[F(a='', b='y')]", ("F", {"a": "', b="})),
        ("[F(a=['x', 'y'], b='z')]", ("F", {"a": "['x', 'y']", "b": "z"})),
        ("[F(a='['x', 'y']')]", ("F", {"a": "["})),
        ("[F(a='1', a='2')]", ("F", {"a": "2"})),
        ("[F('1')]", ("F", {})),
        ("no [call] (here)", None),
        ("[x] [F(a='1')]", ("F", {"a": "1"})),
    ],
)
def test_the_official_reading(text: str, expected: Any) -> None:
    assert parse(text) == expected


@given(st.text("[]()='\", \nFab1", max_size=60))
def test_the_official_reading_is_its_regular_expressions(text: str) -> None:
    import re

    hit = re.search(r"\[(\w+)\((.*)\)\]", text)
    if hit is None:
        assert parse(text) is None
        return
    pattern = r"(\w+)\s*=\s*['\"](.+?)['\"]|(\w+)\s*=\s*(\[.*\])|(\w+)\s*=\s*(\w+)"
    arguments = {}
    for name_1, value_1, name_2, value_2, name_3, value_3 in re.findall(pattern, hit[2]):
        arguments[name_1 or name_2 or name_3] = value_1 or value_2 or value_3
    assert parse(text) == (hit[1], arguments)


@pytest.mark.parametrize("text", ["[F(" + "a" * 30_000 + ")]", "[a(" * 10_000, "[F(a=[" * 3_000])
def test_hostile_texts_are_read_quickly(text: str) -> None:
    parse(text)
    read_call(text)


def test_official_types() -> None:
    assert typed(BOOK, {"room_count": "2"}) == {"room_count": 2}
    assert typed(SWITCH, {"on": "True"}) == {"on": True}
    assert typed(SWITCH, {"on": "true"}) == {"on": False}
    for arguments in ({"room_count": "-1"}, {"room_count": "²"}, {"room_count": "9" * 5000}):
        with pytest.raises(Escape):
            typed(BOOK, arguments)
    with pytest.raises(Escape, match=r"invalid parameter name\. parameter: rooms"):
        typed(BOOK, {"rooms": "2"})


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("[F(a='it\\'s', b=[1, 2], c=-1.5)]", {"a": "it's", "b": [1, 2], "c": -1.5}),
        ("[F(a='it's here', b='x')]", {"a": "it's here", "b": "x"}),
        ("[F(a='['x', 'y']', b='z')]", {"a": "['x', 'y']", "b": "z"}),
        ("F(a='x')", {"a": "x"}),
        ("[F (a='x',\n b='y')]", {"a": "x", "b": "y"}),
        ("[F(a=two words, b=2023-01-01)]", {"a": "two words", "b": "2023-01-01"}),
    ],
)
def test_the_proper_reading(text: str, arguments: dict[str, Any]) -> None:
    call = read_call(text)
    assert call is not None
    assert (call.name, call.arguments) == ("F", arguments)


@given(st.text(max_size=80))
def test_the_proper_reading_never_fails(text: str) -> None:
    read_call(text)
    read_call(f"[F(a='{text}')]")


def test_arguments_get_their_types() -> None:
    assert fit(BOOK, {"room_count": " 2 ", "adult_count": 2.0}) == {
        "room_count": 2,
        "adult_count": 2,
    }
    assert fit(MEET, {"attendees": "['A', 'B']"}) == {"attendees": ["A", "B"]}
    assert fit(MEET, {"attendees": '["A"]'}) == {"attendees": ["A"]}
    assert fit(MEET, {"attendees": "A", "token": 12}) == {"attendees": ["A"], "token": "12"}
    assert fit(SWITCH, {"on": "false", "device_id": "7"}) == {"on": False, "name": "7"}
    wrong: list[dict[str, Any]] = [
        {"room_count": 2.5},
        {"room_count": True},
        {"rooms": 1},
        {"hotel_name": ["x"]},
        {"hotel_name": None},
        {"room_count": float("nan")},
    ]
    for arguments in wrong:
        with pytest.raises(Unfit):
            fit(BOOK, arguments)
