"""The page about training data says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from training.checks import Reason
from training.readers import FORMATS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data-formats.md").read_text("utf-8")


def test_examples_run_and_print_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    assert len(blocks) == 2
    for block in blocks:
        exec(block, {})
        printed = capsys.readouterr().out.splitlines()
        said = re.findall(r"^print\(.*\)  # (.*)$", block, re.M)
        assert said
        for expected in said:
            assert any(line.startswith(expected.removesuffix(" ...")) for line in printed), printed
    assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 2


def test_every_format_and_reason_is_there() -> None:
    for name in FORMATS:
        assert f"| `{name}` |" in PAGE
    for reason in set(Reason) - {Reason.REPEATED, Reason.NEARLY}:
        assert f"`{reason}`" in PAGE
