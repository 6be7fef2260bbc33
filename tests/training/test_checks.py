"""What is dropped before training, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from envs.types import Message, ToolCall, ToolSpec
from training.checks import Reason, check, clean, dedupe, summary
from training.readers import read
from training.rows import Row


def tool(name: str = "ring", **schema: Any) -> ToolSpec:
    properties = {"times": {"type": "integer"}, "who": {"type": "object"}}
    return ToolSpec(
        name, "", {"type": "object", "properties": properties, "required": ["times"], **schema}
    )


GOOD = Row("r", (tool(),), (Message("user", "Ring twice"),), (ToolCall("ring", {"times": 2}),))


def said(*messages: Message) -> dict[str, Any]:
    return {"messages": messages}


USER, SAID = Message("user", "Ring"), Message("assistant", "Yes?")

BAD: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.UNREADABLE, {"meta": {"unfit": "unreadable turn"}}),
    (Reason.UNREADABLE, {"meta": {"unfit": "something new"}}),
    (Reason.GAVE_UP, {"meta": {"unfit": "gave up"}}),
    (Reason.SILENT, {"meta": {"unfit": "says nothing"}}),
    (Reason.TEST_TASK, {"meta": {"split": "test"}}),
    (Reason.NO_QUERY, said()),
    (Reason.NO_QUERY, said(Message("user", " \n"))),
    (Reason.NO_QUERY, said(Message("system", "Be brief."))),
    (Reason.NOT_NEXT, said(USER, SAID)),
    (Reason.TWICE, {"tools": (tool(), tool(description="other"))}),
    (Reason.NAME, {"tools": (tool(), tool("ring a bell"))}),
    (Reason.NAME, {"tools": (tool("x" * 65),)}),
    (Reason.SCHEMA, {"tools": (tool(properties={"times": {"type": "int"}}),)}),
    (Reason.SCHEMA, {"tools": (tool(type="string"),)}),
    (Reason.SCHEMA, {"tools": (tool(required=["times", "times"]),)}),
    (Reason.SCHEMA, {"tools": (tool(required="times"),)}),
    (Reason.SCHEMA, {"tools": (tool(minProperties="1"),)}),
    (Reason.SCHEMA, {"tools": (tool(properties={"x": {"$ref": "#/nowhere"}}),)}),
    (Reason.NO_TOOLS, {"tools": ()}),
    (Reason.UNKNOWN_TOOL, {"answer": (*GOOD.answer, ToolCall("sing"))}),
    (Reason.UNKNOWN_ARGUMENT, {"answer": (ToolCall("ring", {"times": 1, "loud": True}),)}),
    (Reason.MISSING, {"answer": (ToolCall("ring", {"who": {}}),)}),
    (Reason.ARGUMENTS, {"answer": (ToolCall("ring", {"times": "2"}),)}),
    (Reason.ARGUMENTS, {"answer": (ToolCall("ring", {"times": True}),)}),
    (Reason.ARGUMENTS, {"answer": (ToolCall("ring", {"times": float("nan")}),)}),
]


@pytest.mark.parametrize(("reason", "change"), BAD)
def test_one_thing_wrong(reason: Reason, change: dict[str, Any]) -> None:
    assert check(replace(GOOD, **change)) == reason


def test_nothing_wrong() -> None:
    assert check(GOOD) is None
    assert check(replace(GOOD, answer=())) is None
    assert check(replace(GOOD, tools=(), answer=(), answer_text="Hello.")) is None
    assert check(replace(GOOD, messages=(USER, SAID, Message("tool", "x")))) is None
    welcome = tool(additionalProperties=True)
    loud = (ToolCall("ring", {"times": 1, "loud": True}),)
    assert check(replace(GOOD, tools=(welcome,), answer=loud)) is None
    assert check(replace(GOOD, meta={"split": "train"})) is None


def test_reasons_are_counted() -> None:
    rows = [replace(GOOD, **change) for _, change in BAD]
    kept, dropped = clean([GOOD, *rows])
    assert kept == [GOOD] and dropped.total() == len(BAD)
    assert dropped[Reason.SCHEMA] == 6 and dropped[Reason.NO_QUERY] == 3
    assert summary(1, dropped).startswith(
        f"1 of {len(BAD) + 1} rows kept; dropped: 6 broken schema"
    )
    assert len(clean(rows, allow=("test task",))[0]) == 1


def test_repeated_rows() -> None:
    same = replace(GOOD, id="s", messages=(Message("user", "ring  TWICE!"),))
    other_tools = replace(GOOD, tools=(tool(), tool("sing")))
    other_answer = replace(GOOD, answer=(ToolCall("ring", {"times": 3}),))
    longer = replace(GOOD, messages=(USER, SAID, *GOOD.messages))
    kept, dropped = dedupe([GOOD, same, other_tools, other_answer, longer, GOOD])
    assert kept == [GOOD, other_tools, other_answer, longer]
    assert dropped == {Reason.REPEATED: 2}


def test_nearly_repeated_rows() -> None:
    def asks(text: str, times: int = 2) -> Row:
        call = ToolCall("ring", {"times": times})
        return replace(GOOD, messages=(Message("user", text),), answer=(call,))

    first = asks("Please ring the big bell in the tower two times now")
    near = asks("Please ring the big bell in the tower two times today")
    other = asks("Please ring the big bell in the tower two times now, or three", 3)
    far = asks("I would like to hear the bell, twice")
    assert dedupe([first, near, other, far])[0] == [first, near, other, far]
    kept, dropped = dedupe([first, near, other, far], near=0.7)
    assert kept == [first, other, far] and dropped == {Reason.NEARLY: 1}


@pytest.mark.slow
def test_prepared_rows_pass(shared: Path) -> None:
    rows = list(read(shared / "data" / "train" / "train.jsonl"))
    assert len(rows) == 5740
    kept, dropped = clean(rows)
    assert dropped == {} and kept == rows
    assert dedupe(rows)[1] == {}
