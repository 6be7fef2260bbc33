"""What a rollout looks like: everything in its place, and strangers' texts only as text."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from agents import views
from envs.common.text import one_line, visible
from envs.episode import Episode, ModelCall, Step
from envs.state import ABSENT, Change
from envs.types import Action, Message, Outcome, ToolCall


def drawn(renderable: RenderableType, width: int = 80, **options: Any) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, **options)
    console.print(renderable)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def labels(text: str) -> list[str]:
    """The labels of the gutter, rules left out."""
    return [
        line.split()[0] for line in text.splitlines() if line[:1] not in " " and "──" not in line
    ]


TWO_CALLS = Step(
    Action("Let me.", (ToolCall("look", {"at": "cup"}), ToolCall("put", {"count": "two"}))),
    model_calls=(ModelCall("…", prompt_tokens=1200, completion_tokens=34),),
    messages=(
        Message("tool", "a cup", call_id="call_1_0", name="look"),
        Message("tool", "Error: count: 'two' is not an integer", call_id="call_1_1", name="put"),
    ),
    errors=({"kind": "schema", "call": 1, "text": "count: 'two' is not an integer"},),
    seconds=1.25,
)


def test_a_call_has_all_that_came_of_it_below_it() -> None:
    text = drawn(views.turn(1, TWO_CALLS, [[Change("seen[0]", ABSENT, "cup")], []]))
    assert text.splitlines() == [
        "turn 1 · 1,200 + 34 tokens · 1.2 s " + "─" * 45,
        "assistant Let me.",
        'call      look {"at": "cup"}',
        "result    a cup",
        'state     + seen[0]: "cup"',
        'call      put {"count": "two"}',
        "error     schema: count: 'two' is not an integer",
    ]


def test_changes_say_what_came_went_and_became() -> None:
    diff = [Change("a.b", 1, 2), Change("new", ABSENT, {"x": 1}), Change("old", [1], ABSENT)]
    text = drawn(views.turn(1, Step(Action(calls=(ToolCall("f"),))), [diff]))
    assert 'state     a.b: 1 → 2\n          + new: {"x": 1}\n          - old: [1]\n' in text


def test_a_turn_that_could_not_be_read_is_shown_to_the_letter() -> None:
    step = Step(
        Action("", error="not closed", raw="[f("),
        messages=(Message("user", "Error: the calls of this turn could not be read: not closed"),),
        errors=({"kind": "unreadable", "call": None, "text": "not closed"},),
    )
    body = drawn(views.turn(2, step)).splitlines()[1:]
    assert body == ["assistant [f(", "error     unreadable: not closed"]


def test_a_reply_and_what_the_user_says_to_it() -> None:
    step = Step(Action("Done."), messages=(Message("user", "And now?"),), reward=0.5)
    diff = [Change("asks[0]", "And now?", ABSENT)]
    body = drawn(views.turn(1, step, [diff])).splitlines()[1:]
    assert body == [
        "assistant Done.",
        "user      And now?",
        'state     - asks[0]: "And now?"',
        "reward    0.5",
    ]
    assert "assistant (nothing)" in drawn(views.turn(1, Step(Action())))
    cut = Step(Action("x"), model_calls=(ModelCall("x", "length"),))
    assert "cut at its token limit" in drawn(views.turn(1, cut))


def test_long_texts_are_cut_and_say_so() -> None:
    step = Step(Action("x\n" * 100), messages=(Message("user", "y" * 5000),))
    text = drawn(views.turn(1, step))
    assert text.count("x\n") == views.LONG_LINES
    assert "… 169 more characters" in text
    assert "… 3,800 more characters" in text


def test_long_arguments_are_indented() -> None:
    call = ToolCall("transfer", {"source": "AC-1", "target": "AC-2" * 20, "amount": 5})
    text = drawn(views.turn(1, Step(Action(calls=(call,)))))
    assert 'call      transfer {\n            "source": "AC-1",\n' in text


def test_the_opening_and_the_ending() -> None:
    call = Message("assistant", calls=(ToolCall("f", {"x": 1}),))
    said = (Message("system", "Be good."), call, Message("tool", "2", name="f"))
    text = drawn(views.opening("itool/X · t", {"model": "m"}, said))
    assert labels(text) == ["model", "system", "call", "result"]
    episode = Episode(
        "e",
        "t",
        "plain",
        steps=(TWO_CALLS,),
        outcome=Outcome.FAILURE,
        reward=0.0,
        parts={"books": 1.0, "answer": 0.0},
        seconds=2.0,
    )
    assert drawn(views.ending(episode)).splitlines() == [
        "failure · reward 0 " + "─" * 61,
        "score     books 1, answer 0",
        "total     1 turn · 2 calls · 1 error · 1,200 + 34 tokens · 2.0 s",
    ]
    lost = Episode("e", "t", "plain", outcome=Outcome.ERROR, error="the server is gone")
    assert "error     the server is gone" in drawn(views.ending(lost))
    assert drawn(views.ending(Episode("e", "t", "plain"))).startswith("not scored ─")


HOSTILE = "\x1b[2J\x1b]0;owned\x07 [bold red]x[/] :smile: \u202eevil\u2066 \r\x00\ud800 \u2028z"


def test_what_drives_a_terminal_is_shown() -> None:
    text = drawn(views.turn(1, Step(Action(HOSTILE))), 200, force_terminal=True)
    for shown in (r"\x1b[2J\x1b]0;owned\x07", "[bold red]x[/]", ":smile:", r"\u202eevil\u2066"):
        assert shown in text
    assert r"\r\x00\ud800 \u2028z" in text
    assert set(re.findall(r"\x1b.{3}", text)) <= {"\x1b[1;", "\x1b[0m", "\x1b[2m", "\x1b[32"}


@pytest.mark.parametrize("width", [20, 80, 120])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_text_leaves_its_place(width: int, data: st.DataObject) -> None:
    texts = st.one_of(st.text(st.characters(), max_size=40), st.just(HOSTILE))
    draw = data.draw
    call = ToolCall(draw(texts), {draw(texts): draw(texts)})
    step = Step(
        Action(draw(texts), (call,), raw=draw(texts), error=draw(st.none() | texts)),
        messages=(Message("tool", draw(texts), name="f"), Message("user", draw(texts))),
        errors=({"kind": draw(texts), "call": 0, "text": draw(texts)},),
    )
    diffs = [[Change(draw(texts), draw(texts), draw(texts))]]
    text = drawn(views.turn(1, step, diffs), width)
    assert visible(text) == text
    known = {"assistant", "call", "error", "result", "state", "user"}
    for line in text.split("\n")[1:-1]:
        assert line == "" or line[: views.GUTTER].strip() in {"", *known}


@given(st.text(st.characters()))
def test_visible_is_safe_and_leaves_plain_text_alone(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert visible(shown) == shown
    assert shown == text or not text.isprintable()
    assert "\n" not in one_line(text)


def test_visible_keeps_what_people_write() -> None:
    plain = "naïve 日本語 1\N{NARROW NO-BREAK SPACE}000 €\n\tend"
    assert visible(plain) == plain
    assert visible("a\x9b31m\u200f\x7f") == r"a\x9b31m\u200f\x7f"
