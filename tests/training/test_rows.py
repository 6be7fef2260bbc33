"""Rows go to JSON, to OpenAI's shape and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.types import JSON, Message, ToolCall, ToolSpec
from training.readers import openai, own
from training.readers.records import Record
from training.rows import NO_CALL, Row, read_rows, write_rows

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}(\.[a-z]{1,4})?", fullmatch=True)
VALUES: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)  # fmt: skip
CALLS = st.builds(ToolCall, NAMES, st.dictionaries(NAMES, VALUES, max_size=3))
TOOLS = st.builds(
    lambda name, said, arguments: ToolSpec(
        name,
        said,
        {"type": "object", "properties": {key: {"type": "string"} for key in arguments}},
    ),
    NAMES,
    st.text(),
    st.lists(NAMES, max_size=3),
)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Message, ...]:
    messages = [Message("user", draw(st.text(min_size=1)))]
    for turn in range(draw(st.integers(0, 2))):
        calls = draw(st.lists(CALLS, max_size=2))
        made = tuple(replace(call, id=f"c{turn}{n}") for n, call in enumerate(calls))
        messages.append(Message("assistant", draw(st.text()), made))
        messages += [
            Message("tool", draw(st.text()), call_id=call.id, name=call.name) for call in made
        ]
        messages.append(Message("user", draw(st.text())))
    return tuple(messages)


ROWS = st.builds(
    Row,
    st.text(min_size=1),
    st.lists(TOOLS, max_size=3).map(tuple),
    conversations(),
    st.lists(CALLS, max_size=2).map(tuple),
    st.none() | st.text(min_size=1),
    st.text(),
    st.dictionaries(st.text(max_size=4), VALUES, max_size=2),
)


@given(ROWS)
def test_json_and_back(row: Row) -> None:
    assert Row.from_json(json.loads(json.dumps(row.to_json()))) == row
    assert list(own.rows(Record(row.to_json(), 0, "here"), "data")) == [row]


@given(ROWS)
def test_openai_and_back(row: Row) -> None:
    record = json.loads(json.dumps(openai.to_record(row)))
    *_, last = openai.rows(Record(record, 0, "here"), "data")
    assert (last.tools, last.messages, last.action) == (row.tools, row.messages, row.action)


def test_files(tmp_path: Path) -> None:
    rows = [Row(str(n), (), (Message("user", "\u2028 hi"),)) for n in range(3)]
    write_rows(tmp_path / "rows.jsonl", iter(rows))
    assert list(read_rows(tmp_path / "rows.jsonl")) == rows
    assert rows[0].action.text == NO_CALL and rows[0].query == "\u2028 hi"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": None}, "id: missing"),
        ({"tools": {}}, "tools: a list is needed, not dict"),
        ({"tools": [{"name": 3}]}, "tools[0].name: a text is needed, not int"),
        ({"messages": [{"role": "alien"}]}, "messages[0].role: 'alien' is none of"),
        ({"answer": [{"name": "f", "arguments": []}]}, "answer[0].arguments: an object"),
        ({"answer": ["f"]}, "answer[0]: an object is needed, not str"),
        ({"answer_text": 3}, "answer_text: a text is needed, not int"),
    ],
)
def test_what_is_no_row(change: dict[str, JSON], said: str) -> None:
    good: dict[str, JSON] = {"id": "x", "tools": [], "messages": [], "answer": []}
    with pytest.raises(ValueError) as caught:
        Row.from_json({**good, **change})
    assert str(caught.value).startswith(said)
