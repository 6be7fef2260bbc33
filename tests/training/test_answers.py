"""Rows as an environment of one turn."""

from __future__ import annotations

import pytest

from agents.formats import get_format
from envs.check import check_env
from envs.common.errors import UserError
from envs.env import ToolEnv
from envs.registry import make
from envs.types import Action, Message, Outcome, ToolCall, ToolSpec
from training.answers import (
    Answers,
    can_be_right,
    on_track,
    same_calls,
    same_value,
    task_of,
)
from training.generator.compose import generated
from training.rows import Row, write_rows

TOOL = ToolSpec(
    "book",
    "Book a table.",
    {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "seats": {"type": "number", "default": 2},
            "where": {"type": "object"},
        },
    },
)


def asked(id: str, text: str, *calls: ToolCall, **changes) -> Row:
    return Row(id, (TOOL,), (Message("user", text),), calls, **changes)


def book(**arguments) -> ToolCall:
    return ToolCall("book", arguments)


ROWS = [
    asked("one", "A table for Ann.", book(name="Ann")),
    asked("two", "For Bo, four, and for Cy.", book(name="Bo", seats=4), book(name="Cy")),
    asked("none", "How are you?", answer_text="Fine."),
    asked("held", "For Di.", book(name="Di"), meta={"split": "test"}),
]


def played(row: Row, *actions: Action) -> Outcome | None:
    env = ToolEnv(Answers(ROWS))
    env.reset(seed=0, options={"task": row.id})
    for action in actions:
        env.step(action)
    return env.outcome


def test_it_is_an_environment_that_keeps_its_promises(tmp_path):
    write_rows(tmp_path / "rows.jsonl", ROWS)
    report = check_env("training.answers:Answers", rows=str(tmp_path / "rows.jsonl"))
    assert report.problems == []
    assert report.tasks == {"train": 3, "test": 1}
    env = make("training.answers:Answers", rows=tmp_path / "rows.jsonl")
    assert [*env.tasks] == ["one", "two", "none", "held"]


@pytest.mark.parametrize(
    ("row", "action", "outcome"),
    [
        (ROWS[0], Action(calls=(book(name="Ann"),)), Outcome.SUCCESS),
        (ROWS[0], Action("Gladly.", (book(name=" Ann", seats=2.0),)), Outcome.SUCCESS),
        (ROWS[0], Action(calls=(book(name="Ann", seats=3),)), Outcome.FAILURE),
        (ROWS[0], Action(calls=(book(name="ann"),)), Outcome.FAILURE),
        (ROWS[0], Action(calls=(ToolCall("cook", {"name": "Ann"}),)), Outcome.FAILURE),
        (ROWS[0], Action(calls=(book(name="Ann"), book(name="Ann"))), Outcome.FAILURE),
        (ROWS[0], Action("Done."), Outcome.FAILURE),
        (ROWS[1], Action(calls=(book(name="Cy"), book(seats=4.0, name="Bo"))), Outcome.SUCCESS),
        (ROWS[1], Action(calls=(book(name="Cy"), book(name="Cy"))), Outcome.FAILURE),
        (ROWS[1], Action(calls=(book(name="Bo", seats=4),)), Outcome.FAILURE),
        (ROWS[2], Action("Well, thank you."), Outcome.SUCCESS),
        (ROWS[2], Action(calls=(book(),)), Outcome.FAILURE),
        (ROWS[2], Action("[book(", error="not closed"), Outcome.FAILURE),
    ],
)
def test_what_is_right(row, action, outcome):
    assert played(row, action) is outcome


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (5, 5.0, True),
        (1, True, False),
        (0, False, False),
        (None, None, True),
        (None, 0, False),
        ([1, 2], [2, 1], False),
        ([1, [2.0]], (1, [2]), True),
        ({"a": 1, "b": [{}]}, {"b": [{}], "a": 1.0}, True),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ("x ", "x", True),
        ("x", "X", False),
        ("5", 5, False),
    ],
)
def test_same_values(one, other, same):
    assert same_value(one, other) is same
    assert same_value(other, one) is same


def test_calls_are_a_multiset():
    a, b = book(name="a"), book(name="b")
    assert same_calls([a, b, a], [a, a, b])
    assert not same_calls([a, b, b], [a, a, b])
    assert not same_calls([a], [a, a])


@pytest.mark.parametrize(
    ("row", "text", "ends", "right"),
    [
        (ROWS[1], "[book(name='Bo', seats=4), ", False, True),
        (ROWS[1], "[book(name='Cy'), ", False, True),
        (ROWS[1], "[book(name='Di'), ", False, False),
        (ROWS[1], "[book(name='Cy')]", True, False),
        (ROWS[1], "[book(name='Cy'), book(name='Bo', seats=4)]", True, True),
        (ROWS[2], "Fine, ", False, True),
        (ROWS[2], "[book()]", True, False),
        (ROWS[2], "Fine.", True, True),
        (ROWS[2], "[book(", True, False),
        (ROWS[2], "[book(", False, False),
        (ROWS[1], "[book(name='Bo', se", False, True),
        (ROWS[1], "[book(name='Di', se", False, False),
        (ROWS[1], "[book(name='Di', book(x=1", False, False),
        (ROWS[1], "[book(name='D", False, True),
        (ROWS[1], "[book(name='Cy'), book(name='Cy', ", False, False),
        (ROWS[1], "[book(name='Cy'), look(", False, False),
        (ROWS[1], "[book(name='Cy'), book(name='Bo', seats=4), book(", False, False),
    ],
)
def test_what_can_still_become_right(row, text, ends, right):
    assert can_be_right(row, get_format("python"), text, ends=ends) is right


@pytest.mark.parametrize(
    ("row", "text", "right"),
    [
        (ROWS[1], "", None),
        (ROWS[1], "Let me see. ", None),
        (ROWS[1], "[bo", None),
        (ROWS[1], "[book(", True),
        (ROWS[1], "[look(", False),
        (ROWS[1], "Let me see. [book(name='Bo', ", True),
        (ROWS[1], "[book(name='Bo', seats=5, ", False),
        (ROWS[1], "[book(name='Cy'), ", True),
        (ROWS[1], "[book(name='Cy'), bo", True),
        (ROWS[1], "[book(name='Cy', ", None),  # seats=2, the default, may follow
        (ROWS[1], "[book(name='Cy', seats=2, ", False),
        (ROWS[1], "[book(name='Cy'), book(name='Bo', seats=4)", True),
        (ROWS[1], "[book(name='Cy'), book(name='Bo', seats=4), ", False),
        (ROWS[1], "[book(name='Cy'), book(name='Bo', seats=4), b", False),
        (ROWS[1], "[book(name='Cy'): book(name='Bo', seats=4), ", False),
        (ROWS[1], "[book(name='Cy'), book(name='Bo', seats=4x, ", False),
        (ROWS[2], "Fine, ", None),
        (ROWS[2], "[bo", None),
        (ROWS[2], "[book(", False),
    ],
)
def test_what_is_on_track(row, text, right):
    assert on_track(row, get_format("python"), text) is right


@pytest.mark.parametrize("name", ["python", "hermes", "llama3", "mistral", "json"])
def test_no_beginning_of_a_right_answer_is_off_track(name):
    tool_format, calls = get_format(name), 0
    for row in generated(30, 5, per_list=6):
        try:
            text = tool_format.render(Action(calls=row.answer, text="" if row.answer else "Sorry."))
        except ValueError:  # the format cannot write it
            continue
        assert can_be_right(row, tool_format, text, ends=True), text
        for end in range(len(text)):
            assert on_track(row, tool_format, text[:end]) is not False, text[:end]
        calls += len(row.answer)
    assert calls > 10


def test_splits_and_bad_rows():
    assert [task_of(row).split for row in ROWS] == ["train", "train", "train", "test"]
    with pytest.raises(UserError, match="two rows have the id 'one'"):
        Answers([ROWS[0], ROWS[0]])
    with pytest.raises(UserError, match=r"no row 'on' .did you mean 'one'"):
        Answers(ROWS).row(task_of(Row("on", (), ())))
