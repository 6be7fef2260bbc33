"""Rows of a training command: read, counted, told apart."""

import json
from pathlib import Path

import pytest

from envs.common.errors import UserError
from training.data import DataOptions, gather
from training.generator.compose import generated


def _file(path: Path, seed: int, extra: tuple[dict, ...] = ()) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [row.to_json() for row in generated(6, seed)]
    path.write_text("".join(json.dumps(row) + "\n" for row in (*rows, *extra)), encoding="utf-8")
    return path


def test_records_that_have_not_their_shape_are_left_out_and_counted(tmp_path: Path) -> None:
    path = _file(tmp_path / "part.jsonl", 1, ({"tools": 3, "messages": [], "answer": []},))
    found = gather(DataOptions(data=(str(path),), drop_overlap=False, share=1))
    assert len(found.warmup) == 6
    assert sum(found.counts["not records of their format"].values()) == 1


def test_rows_of_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = [_file(tmp_path / folder / "part.jsonl", seed) for seed, folder in enumerate("ab")]
    for path in paths:  # ids as an author might give them
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        named = [{**row, "id": f"part-{n}"} for n, row in enumerate(rows)]
        path.write_text("".join(json.dumps(row) + "\n" for row in named), encoding="utf-8")
    found = gather(DataOptions(data=tuple(map(str, paths)), drop_overlap=False))
    ids = [row.id for row in (*found.warmup, *found.kept_back)]
    assert len(ids) == len(set(ids)) == 12


def test_nothing_usable_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"tools": 3, "messages": [], "answer": []}\n', encoding="utf-8")
    with pytest.raises(UserError, match="no usable row is left"):
        gather(DataOptions(data=(str(path),), drop_overlap=False))
