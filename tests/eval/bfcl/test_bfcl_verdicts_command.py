from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.bfcl.verdicts import main

PROBE = {
    "category": "simple_python",
    "function": [{"name": "f", "parameters": {"properties": {}, "required": []}}],
    "ground_truth": [{"f": {}}],
    "response": "f()",
}


def write(path: Path, *rows: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_agreement_with_the_official_verdicts(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(shared / "data" / "bfcl" / "quirk_cases.jsonl")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "no official verdict: 2 rows",
        "agreement: 367 of 367 (verdict and error type)",
    ]


def test_a_disagreement_is_told_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(
        tmp_path / "rows.jsonl",
        PROBE | {"valid": True, "error_type": None},
        PROBE | {"valid": False, "error_type": "simple_function_checker:wrong_count"},
        PROBE | {"quirk": "twice", "response": "f(), f()", "valid": False},
        PROBE | {"valid": None},
    )
    out = tmp_path / "verdicts.jsonl"
    assert main([file, "--out", str(out)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "line 2 (simple_python): expected false (simple_function_checker:wrong_count), got true: ",
        "no official verdict: 1 rows",
        "agreement: 2 of 3 (verdict and error type)",
    ]
    assert [json.loads(line)["valid"] for line in out.read_text().splitlines()] == [
        True,
        True,
        False,
        True,
    ]


def test_answers_without_verdicts_get_them(
    tmp_path: Path, bfcl_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(
        tmp_path / "rows.jsonl",
        {"id": "irrelevance_3", "result": '```json\n{"name": "f", "arguments": {}}\n```'},
        {"id": "multi_turn_base_0", "result": [[]]},
        {"id": "memory_kv_0-customer-0", "result": [[]]},
    )
    assert main([file, "--data", str(bfcl_root)]) == 0
    captured = capsys.readouterr()
    first, second, third = map(json.loads, captured.out.splitlines())
    assert (first["id"], first["valid"], first["lenient"]) == ("irrelevance_3", True, False)
    assert (second["valid"], second["error_type"]) == (False, "multi_turn:force_terminated")
    assert second["message"] == "The conversation has 1 of 4 turns."
    assert (third["valid"], third["error_type"]) == (False, "agentic:no_last_message")


def test_json_prints_rows_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(tmp_path / "rows.jsonl", PROBE | {"valid": True}), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["valid"] is True
    assert captured.err == "agreement: 1 of 1 (verdict and error type)\n"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "simple_pythn_0", "response": "f()"}, "did you mean 'simple_python'"),
        ({"id": "simple_python_999", "response": "f()"}, "no entry 'simple_python_999'"),
        ({"id": "simple_python_0"}, "field 'response' is missing or not a string"),
        (PROBE | {"ground_truth": None}, "'ground_truth' is not a list"),
        (PROBE | {"function": [{}]}, "doc has no name"),
        ({k: v for k, v in PROBE.items() if k != "ground_truth"}, "no expected calls given"),
    ],
)
def test_bad_rows_say_where(
    tmp_path: Path,
    bfcl_root: Path,
    capsys: pytest.CaptureFixture[str],
    row: dict[str, Any],
    message: str,
) -> None:
    file = write(tmp_path / "rows.jsonl", PROBE, row)
    assert main([file, "--data", str(bfcl_root)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {file}:2: ")
    assert message in error
    assert error.count("\n") == 1


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_the_agentic_oracle_agrees(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(shared / "data" / "bfcl" / "agentic_cases.jsonl")]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "agreement: 704 of 704 (verdict and error type)"
