from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gymnasium
import pytest

from eval.api_bank.command import main
from eval.api_bank.data import load_own
from eval.run import main as run

SAMPLE = ["--limit", "8"]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Answers the questions about the stock ACME, and shrugs at all others."""
    rows = [
        {"match": "What was ACME", "answer": "[QueryStock(stock_code='ACME', date='2023-03-28')]"},
        {"answer": "I am not sure."},
    ]
    path = tmp_path / "script.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_run_and_its_resumption(
    tmp_path: Path, script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    args = ["--model", f"scripted:{script}", "--categories", "calls", "replies"]
    ids = ["1/stock-two-days#0", "1/stock-two-days#1", "2/find-stock#0"]
    assert main([*args, "--ids", *ids, "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "our own dialogues" in shown and "own instructions" in shown
    assert "Official and repaired verdicts" in shown and "ROUGE-L" in shown
    found = {v["task"]: v for v in read(out / "verdicts.jsonl")}
    assert [v["valid"] for v in found.values()] == [True, None, False]
    assert found["2/find-stock#0"]["error_type"] == "NO_API_CALL"
    report = json.loads((out / "report.json").read_text())
    assert {row["name"]: row["n"] for row in report["rows"]} == {
        "level-1": 1,
        "level-2": 1,
        "calls": 2,
    }
    episodes = (out / "episodes.jsonl").read_text().splitlines(keepends=True)
    (out / "episodes.jsonl").write_text(episodes[0])
    assert main(["--resume", str(out)]) == 0
    assert len(read(out / "episodes.jsonl")) == len(episodes)
    assert main(["--responses", str(out), "--out", str(tmp_path / "again")]) == 0
    again = {v["task"]: v["valid"] for v in read(tmp_path / "again" / "verdicts.jsonl")}
    assert again == {task: v["valid"] for task, v in found.items()}


def test_end_to_end_and_its_responses(tmp_path: Path) -> None:
    rows = [
        {
            "match": "What was ACME",
            "answers": [
                "[QueryStock(stock_code='ACME', date='2023-03-28')]",
                "42, I believe.",
                "[QueryStock(stock_code='ACME', date='2023-03-30')]",
                "A little less.",
            ],
        }
    ]
    script = tmp_path / "script.jsonl"
    script.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "run"
    args = ["--model", f"scripted:{script}", "--protocol", "end-to-end", "--level", "1"]
    args += ["--ids", "1/stock-two-days", "--results", "user"]
    assert main([*args, "--out", str(out)]) == 0
    [verdict] = read(out / "verdicts.jsonl")
    assert verdict["details"]["repaired"] == verdict["details"]["calls"], verdict
    assert main(["--responses", str(out), "--out", str(tmp_path / "again")]) == 0
    assert read(tmp_path / "again" / "verdicts.jsonl") == [verdict]


def test_a_dry_run_shows_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "tasks: level-1 12, level-2 12" in shown and "nothing was asked" in shown
    assert run(["api_bank", "--dry-run", "--full", "--level", "3"]) == 0
    assert f"level-3-scenes {len(load_own(3))}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["--data", "nowhere"], "no folder 'init_database'"),
        (["--full", "--limit", "3"], "--full and --limit exclude each other"),
        (["--categories", "level-3"], "unknown category 'level-3'"),
        (["--ids", "1/nobody#0"], "unknown task id '1/nobody#0'"),
        (["--services", "nobody"], "neither recorded, live, off nor a file"),
        (["--level", "4"], "--level"),
        (["--format", "json", "--model", "scripted:SCRIPT"], "--mode fc offers the tools"),
    ],
)
def test_bad_input_is_one_line(
    args: list[str], complaint: str, script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([arg.replace("SCRIPT", str(script)) for arg in args]) == 2
    error = capsys.readouterr().err
    assert complaint in error and "Traceback" not in error


def test_the_environment_is_registered() -> None:
    env = gymnasium.make("itool/APIBank-v0")
    observation, _ = env.reset(options={"task": "2/find-stock"})
    assert [spec.name for spec in observation.tools] == ["ToolSearcher"]
