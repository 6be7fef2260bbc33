from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.api_bank.verdicts import main

FILE = "GetToday-level-1-3.jsonl"
GOOD = {"level": 1, "file": FILE, "sample_id": 0, "response": "[GetToday()]"}
TRUTH = {
    "api_name": "AddMeeting",
    "input": {
        "meeting_topic": "Plans",
        "start_time": "2023-05-01 10:00:00",
        "end_time": "2023-05-01 11:00:00",
        "location": "Hall",
        "attendees": ["Ann", "Ben"],
    },
    "output": "success",
    "exception": None,
}
MEETING = (
    "[AddMeeting(meeting_topic='Plans', start_time='2023-05-01 10:00:00', "
    "end_time='2023-05-01 11:00:00', location='Hall', attendees=['Ann', 'Ben'])]"
)
FLIGHT = {
    "api_name": "FlightSearch",
    "input": {"source": "New York", "destination": "London", "travel_dates": "2022-01-05"},
    "output": {"flights": []},
    "exception": None,
}


def write(path: Path, *rows: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_agreement_with_the_official_verdicts(
    api_bank_root: Path, has_model: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if not has_model:
        pytest.skip("tools are searched by words here")
    data = ["--data", str(api_bank_root)]
    assert main([str(api_bank_root / "cases_dev.jsonl"), *data]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "tool search: all-MiniLM-L6-v2",
        "descriptions of tools: official",
        "Dictionary and Translate: recorded in the dialogues",
        "model_dependent: 6 of 6 agree",
        "agreement: 1996 of 1996 (verdict and error category)",
    ]
    assert main([str(api_bank_root / "rouge_dev.jsonl"), *data]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("agreement: 932 of 932")


def test_disagreements_are_told_and_fail(
    tmp_path: Path, api_bank_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(
        tmp_path / "rows.jsonl",
        GOOD | {"correct": True, "error_category": None},
        GOOD | {"correct": False, "error_category": "NO_API_CALL"},
        GOOD | {"response": "Hello", "correct": False, "flags": ["model_dependent"]},
        GOOD | {"sample_id": 1, "response": "x", "score": 0.5},
    )
    out = tmp_path / "verdicts.jsonl"
    assert main([file, "--data", str(api_bank_root), "--out", str(out)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-4:] == [
        f"line 2 (1 {FILE} 0): expected false (NO_API_CALL), got true: ",
        f"line 4 (1 {FILE} 1): expected 0.5, got 0.0: ",
        "model_dependent: 1 of 1 agree",
        "agreement: 1 of 3 (verdict and error category)",
    ]
    assert [json.loads(line).get("repaired") for line in out.read_text().splitlines()] == [
        True,
        True,
        False,
        None,
    ]


def test_answers_without_verdicts_get_them(
    tmp_path: Path, api_bank_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "rows.jsonl", GOOD, GOOD | {"response": "[GetToday ()]"})
    assert main([file, "--data", str(api_bank_root), "--services", "off"]) == 0
    captured = capsys.readouterr()
    first, second = map(json.loads, captured.out.splitlines())
    assert first == {
        "line": 1,
        "level": 1,
        "file": FILE,
        "sample_id": 0,
        "correct": True,
        "error_category": None,
        "message": "",
        "repaired": True,
    }
    assert (second["correct"], second["error_category"]) == (False, "NO_API_CALL")
    assert second["repaired"] is True
    assert "Dictionary and Translate: off" in captured.err


def test_level_3_needs_no_data_where_rows_bring_the_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = "[FlightSearch(source='New York', destination='London', travel_dates='2022-01-0{}')]"
    file = write(
        tmp_path / "rows.jsonl",
        {"level": 3, "truth": TRUTH, "response": MEETING},
        {"level": 3, "truth": FLIGHT, "response": call.format(4)},
        {"level": 3, "truth": FLIGHT, "response": call.format(5)},
    )
    for flags, last in (([], True), (["--keep-state"], False)):
        assert main([file, *flags]) == 0
        meeting, wrong, right = map(json.loads, capsys.readouterr().out.splitlines())
        assert (meeting["correct"], meeting["repaired"]) == (False, True)  # a list is a list
        assert wrong["correct"] is False
        assert right["correct"] is last  # the search of row 2 has spoiled the route


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"level": 1}, "field 'response' is missing or not a string"),
        (GOOD | {"level": 4}, "field 'level' is 4"),
        (GOOD | {"file": "x"}, "level 1: 'x' has no sample 0"),
        (GOOD | {"level": 3}, "no 'truth' in the row"),
        (GOOD | {"level": 3, "truth": TRUTH | {"api_name": "x"}}, "level 3 has no tool 'x'"),
    ],
)
def test_bad_rows_say_where(
    tmp_path: Path,
    api_bank_root: Path,
    capsys: pytest.CaptureFixture[str],
    row: dict[str, Any],
    message: str,
) -> None:
    file = write(tmp_path / "rows.jsonl", GOOD, row)
    assert main([file, "--data", str(api_bank_root)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {file}:2: ")
    assert message in error
    assert error.count("\n") == 1


def test_bad_flags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "rows.jsonl", GOOD)
    assert main([file]) == 2
    assert "--data PATH is needed" in capsys.readouterr().err
    assert main([file, "--data", str(tmp_path)]) == 2
    assert "no folder 'init_database'" in capsys.readouterr().err
    (tmp_path / "init_database").mkdir()
    assert main([file, "--data", str(tmp_path)]) == 2
    assert "level-1-given-desc: no such folder" in capsys.readouterr().err
