"""``python -m eval.run`` and `evaluate` on an environment, with scripted answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents import Policy, ScriptedEngine, get_format
from agents.policies import policy_for
from envs import Action, Outcome, Task, World, tool
from envs.common.cli import COMMANDS
from envs.common.errors import UserError
from envs.registry import make
from eval import EvalConfig, evaluate
from eval.env_suite import EnvSuite
from eval.run import main

BANK = "itool/Bank-v0"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Answers that solve every test task of the bank."""
    write = get_format("python").render
    rows = [
        {"match": task.messages[-1].content, "answers": [write(turn) for turn in task.gold or ()]}
        for task in make(BANK).tasks.values()
        if task.split == "test"
    ]
    rows.sort(key=lambda row: -len(row["match"]))
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def report_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_gold_answers_score_in_full(
    gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    args = [BANK, "--model", f"scripted:{gold}", "--format", "python", "--out", str(out)]
    assert main([*args, "--json"]) == 0
    report = report_of(capsys)
    whole = report["rows"][-1]
    assert whole["name"] == "all" and whole["n"] == whole["valid"] == 21
    assert 0 < whole["floor"] < 0.5  # some tasks ask for nothing
    assert report["overall"]["plain"][0]["value"] == 1.0
    usage = report["usage"]["plain"]
    assert usage["model calls"] >= whole["n"] and usage["completion tokens"] > 0

    assert main(["--resume", str(out), "--json"]) == 0  # the target is in the manifest
    again = report_of(capsys)
    assert again["rows"] == report["rows"] and again["usage"]["run"]["episodes played now"] == 0

    # The answers are scored again without a model, here those of two tasks.
    two = ["test-pay-0", "test-two-1"]
    args = [BANK, "--responses", str(out), "--ids", *two, "--out", str(tmp_path / "again")]
    assert main([*args, "--json"]) == 0
    assert [row["n"] for row in report_of(capsys)["rows"]][-1] == 2


def test_failures_name_the_missing_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "idle.jsonl"
    script.write_text('{"answer": "[no_such_tool(x=1)]"}\n')
    args = [BANK, "--model", f"scripted:{script}", "--limit", "7", "--out", str(tmp_path / "run")]
    assert main([*args, "--json", "--prices", "2", "10"]) == 0
    report = report_of(capsys)
    kinds = {failure["error_type"] for failure in report["failures"]["plain"]}
    assert kinds == {"too_many_errors"}
    assert "no_such_tool" in report["failures"]["plain"][0]["message"]
    usage = report["usage"]["plain"]
    spent = usage["prompt tokens"] * 2 + usage["completion tokens"] * 10
    assert usage["cost"] == pytest.approx(spent / 1e6, abs=1e-6)


def test_trials_give_pass_at_and_pass_hat(gold: Path, tmp_path: Path) -> None:
    write = get_format("python").render
    tasks = {task.messages[-1].content: task for task in make(BANK).tasks.values()}
    seeds: dict[str, set[int | None]] = {}

    def sometimes(request: Any) -> str:
        """Right in every trial but the first that is seen of a task."""
        asked = next(m.content for m in request.messages if m.content in tasks)
        turn = sum(m.role == "assistant" for m in request.messages)
        if turn == 0:
            seeds.setdefault(asked, set()).add(request.seed)
        first = len(seeds[asked]) == 1
        gold_turns = tasks[asked].gold or ()
        return "Sorry." if first else write(gold_turns[min(turn, len(gold_turns) - 1)])

    policy = policy_for(ScriptedEngine(sometimes), format="python")
    report = evaluate(BANK, policy, EvalConfig(trials=4, concurrency=1))
    row = next(row for row in report.rows if row.name == "pay")
    assert (row.n, row.valid, row.asked) == (12, 9, 12)
    assert dict(row.pass_at) == pytest.approx({1: 0.75, 2: 1.0, 3: 1.0, 4: 1.0})
    assert dict(row.pass_hat) == pytest.approx({1: 0.75, 2: 0.5, 3: 0.25, 4: 0.0})
    assert all(len(own) == 4 for own in seeds.values())


def test_a_dry_run_asks_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([BANK, "--model", "no-such-org/no-model", "--dry-run", "--trials", "3"]) == 0
    shown = capsys.readouterr().out
    assert "episodes: 63" in shown and "nothing was asked" in shown
    assert not list(tmp_path.iterdir())
    assert main(["bfcl", "--dry-run", "--json", "--categories", "simple_java"]) == 0
    assert json.loads(capsys.readouterr().out)["tasks"] == {"simple_java": 39}


class Half(World):
    """Scores in parts; breaks when it is asked to."""

    def tasks(self) -> list[Task]:
        return [Task("half", "Say it.", split="test"), Task("broken", "Break.", split="test")]

    def setup(self, task: Task) -> None:
        self.state = {"task": task.id}

    def score(self, task: Task) -> dict[str, float]:
        if task.id == "broken":
            raise RuntimeError("the scorer broke")
        return {"said": 1.0, "quality": 0.5}

    @tool
    def nothing(self) -> str:
        """Do nothing."""
        return ""


def test_partial_credit_is_shown_and_a_broken_world_is_not_counted() -> None:
    policy = Policy(ScriptedEngine(["It."]), get_format("python"))
    report = evaluate(Half, policy)
    (row,) = report.rows
    assert (row.asked, row.n, row.valid, row.reward, row.coverage) == (2, 1, 0, 0.5, 0.5)
    assert report.machine_failures == {"plain": 1} and not report.overall
    (failure,) = report.failures["plain"]
    assert (failure.error_type, failure.message) == ("failure: quality", "quality = 0.5")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "which environment?"),
        (["itool/Bnk-v0"], "did you mean 'itool/Bank-v0'"),
        ([BANK, "--split", "tset"], "it has: test, train"),
        ([BANK, "--categories", "pey"], "did you mean 'pay'"),
        ([BANK, "--ids", "test-pay-99"], "no task 'test-pay-99'"),
        ([BANK, "--trials", "0"], "--trials 0"),
        ([BANK, "--prices", "-1", "1"], "--prices"),
        ([BANK, "--format", "pyton"], "did you mean 'python'"),
        ([BANK, "--temperature", "-1"], "--temperature"),
        ([BANK, "--responses", "nowhere"], "nowhere: no run there"),
        (["--resume", "nowhere"], "nowhere: no run there"),
    ],
)
def test_bad_input_is_one_line(
    args: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    script = tmp_path / "s.jsonl"
    script.write_text('{"answer": "x"}\n')
    model = ["--model", f"scripted:{script}"] if "--resume" not in args else []
    assert main([*args, *model]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("error: ") and said in error


def test_a_suite_of_another_package_takes_its_own_flags(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "my_suite.py").write_text(
        "from dataclasses import dataclass\n"
        "from eval import RunOptions\n"
        "from eval.env_suite import EnvSuite\n"
        "from envs.registry import make\n"
        "@dataclass(frozen=True)\n"
        "class Config(RunOptions):\n"
        "    '''My suite.'''\n"
        "    hard: bool = False\n"
        "    '''Only what is hard.'''\n"
        "    target = 'mine'\n"
        "    def open_suite(self):\n"
        "        chosen = ('sweep',) if self.hard else ()\n"
        f"        return EnvSuite('mine', lambda: make({BANK!r}).world, chosen=chosen)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("envs.plugins.suites", lambda: {"mine": "my_suite:Config", "bad": "no:No"})
    assert main(["mine", "--hard", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tasks"] == {"sweep": 3}
    assert main(["bad"]) == 2
    assert "suite 'bad': no:No does not import" in capsys.readouterr().err


def test_the_tasks_of_an_environment_are_a_suite() -> None:
    suite = EnvSuite(BANK, lambda: make(BANK).world, limit=7)
    assert len(suite.tasks) == 7 and not suite.complete
    assert len({suite.category(task) for task in suite.tasks}) == 7
    assert EnvSuite(BANK, lambda: make(BANK).world).complete
    with pytest.raises(UserError, match="no tasks"):
        EnvSuite("empty", World)
    assert COMMANDS["run"] == "eval.run"


def test_doing_nothing_is_tried_for_the_floor() -> None:
    suite = EnvSuite(BANK, lambda: make(BANK).world)
    assert suite.floor("refuse") == 1.0 and suite.floor("pay") == 0.0
    env = make(BANK)
    env.reset(options={"task": "test-refuse-0"})
    env.step(Action())
    assert env.outcome is Outcome.SUCCESS
