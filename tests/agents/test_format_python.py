"""The Python call list: written and read back, and unreadable text."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agents.formats import get_format
from agents.formats.base import ToolFormat
from agents.formats.python_values import MAX_LENGTH
from envs.common.errors import UserError
from envs.types import Action, ToolCall

PYTHON = get_format("python")

texts = st.text(st.characters(exclude_categories=()), max_size=30)
names = st.from_regex(r"[A-Za-z_]\w{0,8}(\.[A-Za-z_]\w{0,8}){0,2}", fullmatch=True).filter(
    lambda name: not {"None", "True", "False"} & set(name.split("."))
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**30, 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
calls = st.builds(ToolCall, names, st.dictionaries(texts, values, max_size=4))


def test_the_registry_knows_it() -> None:
    assert isinstance(PYTHON, ToolFormat)
    assert PYTHON.name == "python"
    with pytest.raises(UserError, match=r"unknown tool format 'pyton'.*did you mean 'python'"):
        get_format("pyton")


def test_it_is_written_as_in_the_module_docstring() -> None:
    action = Action(
        calls=(
            ToolCall("math.add", {"a": 1, "b": [-2.5, None, {"k": True}]}, id="call_7"),
            ToolCall("send", {"from": "Ann", "a b": 'say "hi"\n', "größe": "é"}),
            ToolCall("now"),
        )
    )
    assert PYTHON.render(action) == (
        '[math.add(a=1, b=[-2.5, None, {"k": True}]), '
        'send(**{"from": "Ann"}, **{"a b": "say \\"hi\\"\\n"}, größe="é"), now()]'
    )


@given(st.lists(calls, min_size=1, max_size=3), st.sampled_from(["", "I will look.", "a\n\nb (c)"]))
@example([ToolCall("f", {"\ud800": "\udfff\U0001f642\x00\x85\u2028"})], "")
@example([ToolCall("f", {"x": [[[]]], "None": -0.0, "__debug__": 1})], "")
@settings(deadline=None)
def test_reading_gives_back_what_was_written(made: list[ToolCall], text: str) -> None:
    action = Action(text, tuple(made))
    try:
        written = PYTHON.render(action)
    except ValueError as error:
        assert "is not a dotted Python name" in str(error)
        return
    read = PYTHON.parse(written)
    assert read == action
    assert repr(read.calls) == repr(action.calls)  # 1 is not True, 0.0 is not -0.0
    assert read.raw == written


@given(st.text(max_size=200))
@settings(deadline=None)
def test_a_reply_is_written_as_it_is_or_refused(text: str) -> None:
    try:
        written = PYTHON.render(Action(text))
    except ValueError:
        return
    assert written == text
    assert PYTHON.parse(text) == Action(text)


@pytest.mark.parametrize(
    "arguments",
    [
        {"x": float("nan")},
        {"x": [float("-inf")]},
        {"x": {1: 2}},
        {"x": (1,)},
        {"x": b""},
        {"x": {1}},
    ],
)
def test_what_json_has_not_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="f: "):
        PYTHON.render(Action(calls=(ToolCall("f", arguments),)))


def test_names_that_python_reads_otherwise_are_refused() -> None:
    for name in ("get-weather", "class", "a..b", "", "ﬁ", "1st"):
        with pytest.raises(ValueError, match="not a dotted Python name"):
            PYTHON.render(Action(calls=(ToolCall(name),)))


def test_text_that_would_be_read_as_calls_is_refused() -> None:
    with pytest.raises(ValueError, match="would not be read back"):
        PYTHON.render(Action("[f(x=1)]"))
    with pytest.raises(ValueError, match="would not be read back"):
        PYTHON.render(Action("use [f(x=1)] here", (ToolCall("g"),)))


def test_a_turn_that_could_not_be_read_is_written_to_the_letter() -> None:
    broken = PYTHON.parse("[f(x=]")
    assert PYTHON.render(broken) == "[f(x=]"


CALLS = (ToolCall("f", {"x": 1}), ToolCall("g.h", {"y": "a]b"}))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ('[f(x=1), g.h(y="a]b")]', ""),
        ("  [ f( x = 1 ) ,\n g.h(y='a]b',) ]\n", ""),
        ('```python\n[f(x=1), g.h(y="a]b")]\n```', ""),
        ('Let me see.\n[f(x=1), g.h(y="a]b")]', "Let me see."),
        ('The calls are: [f(x=1), g.h(y="a]b")]. Done.', "The calls are: . Done."),
        ('[f(x=1)]\n[g.h(y="a]b")]', ""),
        ('Here:\n```\n[f(x=1), g.h(y="a]b")]\n```', "Here:"),
        ('f(x=1), g.h(y="a]b")', ""),
        ('f(x=1)\ng.h(y="a]b")', ""),
        ('```\nf(x=1); g.h(y="a]b")\n```', ""),
        ('I cite [1] and [a](b).\n[f(x=1), g.h(y="a]b")]', "I cite [1] and [a](b)."),
    ],
)
def test_calls_are_found_where_models_put_them(text: str, rest: str) -> None:
    assert PYTHON.parse(text) == Action(rest, CALLS)
    assert PYTHON.parse(text).raw == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "The capital is Paris.",
        "[]",
        "[1, 2]",
        "see [this](http://a.b) and f(x) = 2",
        "print(hello)",
        "a [link(x)](y) in prose",
        "def f(x): return x",
        "```json\n{}\n```",
    ],
)
def test_prose_is_a_reply(text: str) -> None:
    assert PYTHON.parse(text) == Action(text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[f(x=)]", "not valid Python syntax"),
        ("[f(x=1)", "the list of calls is not closed"),
        ("Sure.\n[f(x=1", "the list of calls is not closed"),
        ("[f(1)]", "f: every argument needs its name, as in name(argument=value)"),
        ("[f(x=abc)]", "f, argument 'x': 'abc' is not a literal value; strings need quotes"),
        ("[f(x=g())]", "f, argument 'x': a call is not a literal value"),
        ("[f(x=1+1)]", "f, argument 'x': an arithmetic expression is not a literal value"),
        ("[f(x={1: 2})]", "f, argument 'x': the keys of a dictionary must be strings"),
        ("[f(x={1, 2})]", "f, argument 'x': a set is not a literal value"),
        ("[f(x=b'')]", "f, argument 'x': bytes is not a JSON value"),
        ("[f(x=-True)]", "f, argument 'x': a sign is allowed before a number only"),
        ("[f(x=1e999)]", "f, argument 'x': the number is too large"),
        ("[f(x=f'{y}')]", "f, argument 'x': an f-string is not a literal value"),
        ("[f(x=1, **{'x': 2})]", "f: the argument 'x' is given twice"),
        ("[f(**y)]", "f: 'y' is not a literal value"),
        ("[f(**3)]", "f: ** needs a dictionary"),
        ("[f(x=1), 3]", "expected a call name(argument=value), found a constant"),
        ("[f(x=1)(y=2)]", "expected the name of a tool, found a call"),
        ("f(x=1", "not valid Python syntax"),
        ("f(x=1)\nimport os", "only calls are allowed, no statements"),
        ("[f(x=" + "[" * 40 + "]" * 40 + ")]", "nested deeper"),
        ("[f(x='" + "a" * MAX_LENGTH + "')]", "longer than"),
    ],
)
def test_calls_that_cannot_be_read_say_why(text: str, error: str) -> None:
    action = PYTHON.parse(text)
    assert action.error is not None
    assert error in action.error
    assert (action.calls, action.text, action.raw) == ((), text, text)


def test_words_of_json_are_values_too() -> None:
    (call,) = PYTHON.parse("[f(a=true, b=false, c=null, d=(1, +2), e='x' 'y')]").calls
    assert call.arguments == {"a": True, "b": False, "c": None, "d": [1, 2], "e": "xy"}


def hostile(draw: random.Random) -> str:
    """Calls taken apart and put together, with all sorts of things between."""
    pieces = [
        *(
            "[f(x=1)]",
            "[f(",
            "f(x=",
            "**{",
            "```",
            "```python\n",
            "\n",
            "\x00",
            "\ud800",
            "🙂",
            "é",
        ),
        *("'", '"', '"""', "\\", "\\u12", "\\N{x}", "(", "[", "{", ")", "]", "}", ", ", "=", ":"),
        *("lambda: ", "not ", "-" * 50, "1" * 50, "0x", "1e999", "1j", "f'{x}'", "b''", "...", "#"),
        *(
            "[" * 60,
            "(" * 300,
            "a." * 80,
            "x if y else ",
            "yield ",
            "await ",
            "import os",
            ";",
            "@",
        ),
        *draw.choices(string.printable, k=8),
    ]
    return "".join(draw.choices(pieces, k=draw.randint(0, 14)))


def test_ten_thousand_hostile_texts_raise_nothing() -> None:
    draw = random.Random(0)
    for _ in range(10_000):
        text = hostile(draw)
        action = PYTHON.parse(text)
        assert action.raw == text
        assert not (action.calls and action.error)


@pytest.mark.parametrize(
    "text",
    [
        "[f(x=" * 20_000,
        "[a" * 50_000,
        "[f(x=" + "(" * 90_000,
        "f(x=" + "-" * 90_000 + "1)",
        "[f(x=" + "a." * 40_000 + "b)]",
        "[f(x=" + "1+" * 40_000 + "1)]",
        "[f(x=" + "'\\" * 45_000,
        "```" * 50_000,
        "[" + "f(x=1), " * 12_000 + "]",
        "[f(x=1)]\n" * 10_000,
        "[" + " " * 90_000,
    ],
)
def test_large_hostile_texts_end(text: str) -> None:
    PYTHON.parse(text)
