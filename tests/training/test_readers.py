"""Formats told apart, sources of all kinds, and records that are broken."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_samples import GLAIVE, HERMES, TOOLACE, TOOLBENCH, XLAM, error_of, jsonl, rows_of

from envs.common.errors import UserError
from training.checks import check
from training.readers import FORMATS, detect, read
from training.rows import Row, write_rows


def test_formats_are_told_apart() -> None:
    assert detect(TOOLACE) == "toolace" and detect(XLAM) == "xlam" and detect(HERMES) == "hermes"
    assert detect(GLAIVE) == "glaive" and detect(TOOLBENCH) == "toolbench"
    assert detect({"tools": [], "messages": [], "answer": []}) == "rows"
    assert detect({"messages": [{"role": "user", "content": ""}], "tools": None}) == "openai"
    assert detect({"conversations": [{"from": "function_call", "value": ""}]}) == "llamafactory"
    assert detect({"text": "just prose"}) is None
    assert detect({"conversations": [{"from": "human", "value": "hi"}]}) is None


def test_a_format_can_be_named(tmp_path: Path) -> None:
    plain = {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "ho"}]}
    said = error_of(tmp_path, plain)
    assert said.startswith("data.jsonl:1: no known format has these fields: 'conversations'")
    assert all(name in said for name in FORMATS)
    (row,) = rows_of(tmp_path, plain, format="toolace")
    assert row.answer_text == "ho" and row.tools == ()
    assert "did you mean 'toolace'" in error_of(tmp_path, plain, format="tool_ace")


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for source, said in {
        "none.jsonl": "none.jsonl: No such file or directory",
        "none.parquet": "none.parquet: no such file",
        "": "a folder without a run in it",
    }.items():
        with pytest.raises(UserError, match=said):
            list(read(tmp_path / source))
    with pytest.raises(UserError, match=r"hub:a/b/c: hub:org/name, :split"):
        list(read("hub:a/b/c"))
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(UserError, match="no records in it"):
        list(read(tmp_path / "empty.jsonl"))


SAMPLES = [TOOLACE, XLAM, HERMES, GLAIVE, TOOLBENCH]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just("[{'a': ("),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@given(st.sampled_from(SAMPLES), st.sampled_from([*FORMATS][:-1]), st.data())
def test_broken_records_are_rows_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, sample: Any, format: str, data: st.DataObject
) -> None:
    """Whatever stands anywhere in a record of whatever format."""
    record = json.loads(json.dumps(sample))
    if format != detect(sample) and data.draw(st.booleans()):
        format = detect(sample) or format
    spot, key = record, data.draw(st.sampled_from([*record]))
    while data.draw(st.booleans()) and spot[key] and isinstance(spot[key], dict | list):
        spot = spot[key]
        key = data.draw(st.sampled_from([*spot] if isinstance(spot, dict) else range(len(spot))))
    whole = spot[key]
    if isinstance(whole, str) and data.draw(st.booleans()):
        cut = data.draw(st.integers(0, len(whole)))
        spot[key] = whole[:cut] + data.draw(st.sampled_from(["", "{", "'", "<tool_call>", "["]))
    else:
        spot[key] = data.draw(JSON)
    path = jsonl(tmp_path_factory.mktemp("data") / "data.jsonl", record)
    skipped: Counter[str] = Counter()
    for row in read(path, format, skipped=skipped):
        check(row)
        assert Row.from_json(row.to_json()) == row
    if skipped:
        with pytest.raises(UserError, match=r"data\.jsonl:1: "):
            list(read(path, format))


def test_broken_records_can_be_left_out(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "data.jsonl", XLAM, {**XLAM, "tools": [3]}, {**XLAM, "query": 1}, XLAM)
    skipped: Counter[str] = Counter()
    assert [row.id for row in read(path, skipped=skipped)] == ["data-0.1", "data-3.1"]
    assert skipped == {
        "tools[]: an object is needed, not int": 1,
        "query: a text is needed, not int": 1,
    }


def test_own_rows_and_limit(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, TOOLACE, HERMES, format="toolace")
    write_rows(tmp_path / "rows.jsonl", rows)
    assert list(read(tmp_path / "rows.jsonl")) == rows
    assert list(read(tmp_path / "rows.jsonl", limit=2)) == rows[:2]
    assert error_of(tmp_path, {"tools": [], "messages": [], "answer": {}, "id": "x"}) == (
        "data.jsonl:1: answer: a list is needed, not dict"
    )
