from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.bfcl.verdicts import main


def write(path: Path, *rows: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_agreement_with_the_official_verdicts(
    shared: Path, bfcl_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mpmath")
    file = str(shared / "data" / "bfcl" / "multi_turn_dev.jsonl")
    assert main([file, "--data", str(bfcl_root)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "apart, they need Python to run: 168 rows (156 with the same verdict)",
        "agreement: 2856 of 2856 (verdict and error type)",
    ]


def test_results_of_both_modes(
    tmp_path: Path, bfcl_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = [
        [[{"cd": '{"folder": "document"}'}, {"mkdir": '{"dir_name": "temp"}'}], "Done."],
        *([[{"ls": "{}"}], "Done."] for _ in range(3)),
    ]
    texts = [["[cd(folder='document')]", "Done."], ["ls()"], ["ls()"], ["ls()"]]
    file = write(
        tmp_path / "rows.jsonl",
        {"id": "multi_turn_base_0", "result": calls, "mode": "calls"},
        {"id": "multi_turn_base_0", "result": calls},
        {"id": "multi_turn_base_0", "result": texts},
        {"id": "multi_turn_base_0", "result": "Error"},
    )
    assert main([file, "--data", str(bfcl_root)]) == 0
    rows = list(map(json.loads, capsys.readouterr().out.splitlines()))
    assert [row["error_type"].removeprefix("multi_turn:") for row in rows] == [
        "instance_state_mismatch",
        "empty_turn_model_response",
        "instance_state_mismatch",
        "inference_error",
    ]
    assert rows[2]["message"].startswith("Turn 0: GorillaFileSystem.root.document.temp: expected {")
    assert [row["lenient"] for row in rows] == [None] * 4


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "multi_turn_base_0", "turns": [], "mode": "txt"}, "did you mean 'text'?"),
        ({"id": "multi_turn_base_999", "turns": []}, "no entry 'multi_turn_base_999'"),
        ({"id": "multi_turn_bas_9", "response": []}, "did you mean 'multi_turn_base'"),
    ],
)
def test_bad_rows_say_where(
    tmp_path: Path,
    bfcl_root: Path,
    capsys: pytest.CaptureFixture[str],
    row: dict[str, Any],
    message: str,
) -> None:
    file = write(tmp_path / "rows.jsonl", row)
    assert main([file, "--data", str(bfcl_root)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {file}:1: ")
    assert message in error
