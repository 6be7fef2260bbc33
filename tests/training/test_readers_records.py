"""Files and hub data sets as records, one at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.common.errors import UserError
from training.readers import read, records
from training.readers.records import records_of

XLAM = {"query": "Ring", "tools": '[{"name": "ring", "parameters": {}}]', "answers": "[]"}


def values(path: Path) -> list[object]:
    return [record.value for record in records_of(str(path))[1]]


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.text() | st.integers() | st.floats(0, 1))),
    st.sampled_from([None, 1]),
    st.integers(1, 40),
)
def test_a_list_is_read_in_pieces(
    tmp_path_factory: pytest.TempPathFactory, found: list[object], indent: int | None, chunk: int
) -> None:
    path = tmp_path_factory.mktemp("data") / "data.json"
    path.write_text(json.dumps(found, indent=indent), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_CHUNK", chunk)
        assert values(path) == found


def test_a_list_says_where_it_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    for text, said in {
        '[\n{"a": 1},\n{"a": oops},\n{"a": 1}]'
        + " " * 99: "data.json:3: not JSON: Expecting value",
        '[\n{"a": 1}\n{"a": 2}]': "data.json:3: not JSON: ',' or '\\]' is needed",
        '[\n{"a": 1},\n7]': "data.json:3: a JSON object is needed, not int",
        '[\n{"a": 1},\n': "data.json:3: not JSON: Expecting value",
        '[\n{"a": 1}\n': "data.json:3: not JSON: the list is not closed",
        '[\n{"a": "x': "data.json:2: not JSON: Unterminated string",
    }.items():
        path.write_text(text)
        with pytest.raises(UserError, match=said):
            values(path)


def test_lines_under_any_name(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text('{"a": 1}\n\n{"a": 2}\n')
    assert [record.where for record in records_of(str(path))[1]] == [f"{path}:1", f"{path}:3"]
    path.write_text('{"a": 1}\n{"a": \n')
    with pytest.raises(UserError, match=r"data\.json:2: not JSON"):
        values(path)


def test_the_first_records_of_a_broken_file_can_be_had(tmp_path: Path) -> None:
    """Nothing is read ahead beyond what the format is detected from."""
    path = tmp_path / "data.jsonl"
    path.write_text((json.dumps(XLAM) + "\n") * 30 + "oops\n")
    assert len(list(read(path, limit=30))) == 30
    with pytest.raises(UserError, match=r"data\.jsonl:31: not JSON"):
        list(read(path))


@pytest.mark.slow
def test_parquet_and_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder stands in for the hub: the package reads both alike."""
    datasets = pytest.importorskip("datasets")
    messages = [
        [
            {"role": "user", "content": "Ring", "tool_calls": None},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"function": {"name": name, "arguments": arguments}}],
            },
        ]
        for name, arguments in (("ring", {"times": 2}), ("call", {"who": "Ann"}))
    ]
    tools = json.dumps([{"name": n, "parameters": {}} for n in ("ring", "call")])
    table = datasets.Dataset.from_dict({"messages": messages, "tools": [tools, tools]})
    folder = tmp_path / "org" / "bells"
    folder.mkdir(parents=True)
    table.to_parquet(str(folder / "train.parquet"))

    rows = list(read(folder / "train.parquet"))
    # Columns give each struct the fields of all; what is null in them was never there.
    assert [dict(row.answer[0].arguments) for row in rows] == [{"times": 2}, {"who": "Ann"}]
    assert rows[0].messages[0].content == "Ring"

    monkeypatch.chdir(tmp_path)
    assert [row.answer for row in read("hub:org/bells")] == [row.answer for row in rows]
    assert next(read("hub:org/bells:train")).source == "bells"
    with pytest.raises(UserError, match="hub:org/bells:nope: cannot be read"):
        list(read("hub:org/bells:nope"))
