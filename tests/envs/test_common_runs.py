from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.common import runs
from envs.common.errors import UserError
from envs.common.runs import JsonlLog, RunFolder, read_jsonl


def test_a_torn_last_line_is_dropped_and_the_log_goes_on(tmp_path: Path) -> None:
    log = JsonlLog(tmp_path / "log.jsonl")
    log.append({"n": 1})
    whole = log.path.read_bytes()
    for cut in range(1, len(whole)):
        log.path.write_bytes(whole + whole[:cut])
        if cut == len(whole):
            continue
        assert list(log.read()) == [{"n": 1}]
        log.append({"n": 2})
        assert list(log.read()) == [{"n": 1}, {"n": 2}]


@given(st.lists(st.dictionaries(st.text(), st.text()), max_size=5))
def test_rows_come_back_as_they_went(tmp_path_factory: Any, rows: list[dict[str, str]]) -> None:
    log = JsonlLog(tmp_path_factory.mktemp("log") / "log.jsonl")
    for row in rows:
        log.append(row)
    assert list(log.read()) == rows


def test_lone_surrogates_survive(tmp_path: Path) -> None:
    log = JsonlLog(tmp_path / "log.jsonl")
    log.append({"text": "a\ud800b"})
    assert list(log.read()) == [{"text": "a\ud800b"}]


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    log = JsonlLog(tmp_path / "log.jsonl")
    log.path.write_text('{"n": 1}\nnonsense\n{"n": 2}\n')
    with pytest.raises(UserError, match=r"log.jsonl:2: not JSON"):
        list(log.read())
    log.path.write_text("[1]\n")
    with pytest.raises(UserError, match=r"log.jsonl:1: a JSON object is needed"):
        list(read_jsonl(log.path))
    with pytest.raises(UserError, match="No such file"):
        list(read_jsonl(tmp_path / "nowhere"))


def test_a_full_disk_leaves_no_torn_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = JsonlLog(tmp_path / "log.jsonl")
    log.append({"n": 1})
    real_open = open

    class Full:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self.file = real_open(*args, **kwargs)
            self.calls = 0

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def tell(self) -> int:
            return self.file.tell()

        def truncate(self, size: int) -> int:
            return self.file.truncate(size)

        def write(self, data: bytes) -> int:
            self.calls += 1
            if self.calls == 1:
                return self.file.write(data[:3])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(runs, "open", Full, raising=False)
    with pytest.raises(UserError, match="the disk is full"):
        log.append({"n": 2})
    monkeypatch.undo()
    assert log.path.read_text() == '{"n": 1}\n'


def test_a_really_full_disk_is_one_line() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    full = Path("/dev/full")
    with (
        pytest.raises(UserError, match="the disk is full"),
        runs.disk_errors(full),
        open(full, "wb", buffering=0) as file,
    ):
        file.write(b"x")


def test_a_run_is_neither_overwritten_nor_written_twice_at_a_time(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run", {"a": 1})
    with pytest.raises(UserError, match="--resume"):
        RunFolder.create(tmp_path / "run", {})
    opened, manifest = RunFolder.open(tmp_path / "run")
    assert manifest == {"a": 1}
    with folder.locked(), pytest.raises(UserError, match="another process"), opened.locked():
        pass


def test_a_run_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no run there"):
        RunFolder.open(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(UserError, match="cannot be read"):
        RunFolder.open(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps([1]))
    with pytest.raises(UserError, match="not a JSON object"):
        RunFolder.open(tmp_path)
