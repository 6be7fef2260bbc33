"""Run folders of our own as rows."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from agents import get_format
from envs.common.errors import UserError
from envs.registry import make
from envs.types import ToolCall
from eval.run import main
from training.checks import Reason, check, clean
from training.readers import read

BANK = "itool/Bank-v0"


def script(path: Path, rows: list[dict[str, Any]]) -> Path:
    rows.sort(key=lambda row: -len(row.get("match", "")))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def bank_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on training tasks of the bank: two are solved, the others idle."""
    folder = tmp_path_factory.mktemp("runs")
    write = get_format("python").render
    tasks = make(BANK).tasks
    solved = [tasks[name] for name in ("train-pay-0", "train-two-1")]
    rows = [
        {"match": task.messages[-1].content, "answers": [write(turn) for turn in task.gold or ()]}
        for task in solved
    ]
    rows.append({"answer": "No."})
    answers = script(folder / "gold.jsonl", rows)
    ids = [task.id for task in solved] + ["train-pay-1"]
    out = folder / "run"
    args = [BANK, "--split", "train", "--model", f"scripted:{answers}", "--format", "python"]
    assert main([*args, "--ids", *ids, "--out", str(out), "--json"]) == 0
    return out


def test_turns_of_successful_episodes(bank_run: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        rows = list(read(bank_run))
    tasks = make(BANK).tasks
    expected = [turn for name in ("train-pay-0", "train-two-1") for turn in tasks[name].gold or ()]
    assert [row.action for row in rows] == expected
    assert {row.meta["task"] for row in rows} == {"train-pay-0", "train-two-1"}
    assert clean(rows)[1] == {} and rows[0].messages == tasks["train-pay-0"].messages
    assert rows[1].messages[-1].role == "tool" and rows[0].tools == rows[1].tools != ()
    assert "1 of 3 episodes give no rows: 1 not successful" in caplog.text
    assert list(read(bank_run / "episodes.jsonl")) == rows


def copy_of(run: Path, target: Path, change: tuple[str, str] = ("", "")) -> Path:
    target.mkdir()
    for name in ("manifest.json", "episodes.jsonl"):
        (target / name).write_text((run / name).read_text().replace(*change))
    return target


def test_what_goes_differently_is_left_out(
    bank_run: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert "receipt R-" in (bank_run / "episodes.jsonl").read_text()
    forged = copy_of(bank_run, tmp_path / "forged", ("receipt R-", "receipt Q-"))
    with caplog.at_level(logging.INFO):
        assert list(read(forged)) == []
    assert "2 whose results come out differently" in caplog.text
    gone = copy_of(bank_run, tmp_path / "gone", ('"task": "train-pay-0"', '"task": "lost"'))
    with caplog.at_level(logging.INFO):
        assert {row.meta["task"] for row in read(gone)} == {"train-two-1"}
    assert "1 of a task that is not there any more" in caplog.text


def test_what_cannot_be_opened(bank_run: Path, tmp_path: Path) -> None:
    elsewhere = copy_of(bank_run, tmp_path / "elsewhere", (BANK, "acme/Lost-v0"))
    with pytest.raises(UserError, match="no environment 'acme/Lost-v0'"):
        list(read(elsewhere))
    broken = copy_of(bank_run, tmp_path / "broken")
    (broken / "episodes.jsonl").write_text('{"env": "x", "task": "y"}\n')
    with pytest.raises(UserError, match=r"episodes\.jsonl:1: not an episode"):
        list(read(broken))
    (broken / "manifest.json").unlink()
    with pytest.raises(UserError, match="a folder without a run"):
        list(read(broken))
    lone = tmp_path / "lone.jsonl"
    lone.write_text('{"env": "x", "task": "y", "steps": []}\n')
    with pytest.raises(UserError, match="name the run folder"):
        list(read(lone))


def test_official_prompts_become_tools(bfcl_root: Path, tmp_path: Path) -> None:
    """Of a run under BFCL's own prompt: messages without it, functions as tools."""
    ids = ["simple_python_0", "simple_python_1", "irrelevance_0", "multi_turn_base_0"]
    from eval.bfcl.suite import BFCL

    suite = BFCL(bfcl_root, ids=ids)
    turns = next(task for task in suite.tasks if task.id == ids[3])
    gold = [get_format("python").render(turn) for turn in turns.gold or ()]
    answers = [
        {"match": "base of 10 units", "answer": "[calculate_triangle_area(base=10, height=5)]"},
        {"match": "factorial of 5", "answer": "[math.factorial(number=5)]"},
        {"match": turns.messages[-1].content, "answers": gold},
        {"answer": "None of these can do that."},
    ]
    path = script(tmp_path / "answers.jsonl", answers)
    out = tmp_path / "run"
    args = ["bfcl", "--model", f"scripted:{path}", "--ids", *ids, "--out", str(out), "--json"]
    assert main(args) == 0
    rows = list(read(out))
    by_task = {task: [row for row in rows if row.meta["task"] == task] for task in ids}
    (first,), (dotted,), (refused,) = (by_task[name] for name in ids[:3])
    assert first.answer == (ToolCall("calculate_triangle_area", {"base": 10, "height": 5}),)
    assert [message.role for message in first.messages] == ["user"]
    assert dotted.answer[0].name == dotted.tools[0].name == "math_factorial"
    assert refused.answer == () and refused.answer_text == "None of these can do that."
    played = by_task[ids[3]]
    assert [row.answer for row in played] == [turn.calls for turn in turns.gold or ()]
    assert any(message.role == "tool" and message.call_id for message in played[-1].messages)
    # All of it is the benchmark's, so none of it is trained on unless that is asked for.
    assert {check(row) for row in rows} == {Reason.TEST_TASK}
