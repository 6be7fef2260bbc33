"""The runner on a small suite of sums, with agents that need no model."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agents.engines.base import EngineError, PromptTooLong
from agents.policies import Decision
from envs.common.errors import UserError
from envs.common.runs import RunFolder
from envs.episode import Episode
from envs.types import Action, Observation, Outcome, Task
from envs.world import World
from eval import EvalConfig, Group, Overall, Score, Suite, Verdict, evaluate
from eval.report_text import show
from eval.runner import EPISODES, VERDICTS


class OneAnswer(World):
    """Asks; the first turn is the answer."""

    single_answer = True

    def __init__(self, tasks: Sequence[Task] = ()) -> None:
        self._tasks = tasks

    def tasks(self) -> Iterable[Task]:
        return self._tasks

    def specs(self, task: Task) -> tuple[()]:
        return ()


class Sums(Suite):
    """Small sums of two kinds."""

    name = "sums"
    groups = (Group("all sums", ("even", "odd")),)

    def __init__(self, n: int = 10) -> None:
        self.tasks = [
            Task(f"sum_{i}", f"{i}+{i + i % 2}", {"sum": 2 * i + i % 2}) for i in range(n)
        ]

    def category(self, task: Task) -> str:
        return "odd" if task.data["sum"] % 2 else "even"

    def world(self, task: Task) -> OneAnswer:
        return OneAnswer(self.tasks)

    def score(self, task: Task, episode: Episode) -> Score:
        right = episode.answer == str(task.data["sum"])
        lenient = str(task.data["sum"]) in episode.answer
        return Score(right, None if right else "wrong_sum", f"not {task.data['sum']}", lenient)

    def floor(self, category: str) -> float:
        return 0.0

    def ceiling(self, category: str) -> float:
        return 1.0

    def overall(self, verdicts: Sequence[Verdict]) -> Sequence[Overall]:
        right = sum(v.valid is True for v in verdicts) / len(verdicts)
        return [Overall("share", right, ({"name": "all", "weight": 1, "value": right, "n": 10},))]


class Adder:
    """Adds; may be slow, wrong, broken or overwhelmed on some tasks."""

    def __init__(self, name: str = "adder", **on: Any) -> None:
        self.name = name
        self.on = on
        self.asked: list[str] = []

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        question = observation.messages[-1].content
        self.asked.append(question)
        await asyncio.sleep((seed % 7) / 1000)
        answer = self.on.get(question, "")
        if isinstance(answer, Exception):
            raise answer
        return Decision(Action(answer or str(sum(map(int, question.split("+"))))))


def run(tmp_path: Path, *agents: Adder, **options: Any) -> tuple[Any, RunFolder]:
    folder = RunFolder(tmp_path)
    tmp_path.mkdir(exist_ok=True)
    return evaluate(Sums(), agents, folder=folder, **options), folder


def lines(folder: RunFolder, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder.path / name).read_text().splitlines()]


def test_a_report_counts_right_and_wrong_and_names_failures(tmp_path: Path) -> None:
    agent = Adder(**{"1+2": "it is 3", "3+4": "8", "4+4": "nine"})
    report, folder = run(tmp_path, agent)
    even, odd, both = report.rows
    assert (both.n, both.valid, both.lenient, both.format_only) == (10, 7, 8, 1)
    assert (even.n, even.valid, odd.n, odd.valid) == (5, 4, 5, 3)
    assert both.kind == "group" and both.coverage == 1 and both.interval[0] < 0.7 < both.interval[1]
    (failure,) = report.failures["adder"]
    assert (failure.error_type, failure.count, failure.prompt) == ("wrong_sum", 3, "1+2")
    assert (failure.answer, failure.message) == ("it is 3", "not 3")
    assert not report.partial and report.overall["adder"][0].value == 0.7
    assert [v["task"] for v in lines(folder, VERDICTS)] == [f"sum_{i}" for i in range(10)]
    assert json.loads((tmp_path / "report.json").read_text())["rows"][2]["valid"] == 7
    assert "**wrong_sum** (3), for example `sum_1`" in (tmp_path / "report.md").read_text()


def test_the_machines_failures_are_not_counted_as_wrong(tmp_path: Path) -> None:
    agent = Adder(**{"1+2": EngineError("no route"), "2+2": EngineError("no route")})
    report, folder = run(tmp_path, agent)
    both = report.rows[2]
    assert (both.asked, both.n, both.valid, both.coverage) == (10, 8, 8, 0.8)
    assert report.machine_failures == {"adder": 2} and report.partial and not report.overall
    lost = [v for v in lines(folder, VERDICTS) if v["valid"] is None]
    assert [v["error_type"] for v in lost] == ["error", "error"]

    again = Adder()  # a resumed run asks for what the machine lost, and for nothing else
    report, _ = run(tmp_path, again)
    assert sorted(again.asked) == ["1+2", "2+2"]
    assert report.rows[2].coverage == 1 and report.machine_failures == {}


def test_a_prompt_too_long_is_wrong_and_listed_apart(tmp_path: Path) -> None:
    report, folder = run(tmp_path, Adder(**{"2+2": PromptTooLong("prompt has 9 tokens")}))
    both = report.rows[2]
    assert (both.n, both.valid, both.overflow, both.coverage) == (10, 9, 1, 1)
    (failure,) = report.failures["adder"]
    assert failure.error_type == str(Outcome.CONTEXT_OVERFLOW)
    assert failure.message == "prompt has 9 tokens"
    assert "1 prompts did not fit" in (tmp_path / "report.md").read_text()
    assert lines(folder, EPISODES)[0]["version"] == 1


def test_resuming_asks_only_what_is_missing_and_ends_the_same(tmp_path: Path) -> None:
    wrong = {"1+2": "x", "8+8": "y"}
    whole, folder = run(tmp_path / "whole", Adder(**wrong))
    episodes = (folder.path / EPISODES).read_text().splitlines(keepends=True)
    for kept in range(len(episodes)):
        part = tmp_path / f"part{kept}"
        part.mkdir()
        (part / EPISODES).write_text("".join(episodes[:kept]) + episodes[kept][:17])
        agent = Adder(**wrong)
        resumed, again = run(part, agent)
        assert len(agent.asked) == 10 - kept
        assert resumed.rows == whole.rows and resumed.failures == whole.failures
        assert lines(again, VERDICTS) == lines(folder, VERDICTS)
        assert len({e["task"] for e in lines(again, EPISODES)}) == 10


def test_several_agents_and_trials_are_kept_apart(tmp_path: Path) -> None:
    agents = Adder("one"), Adder("two", **{"1+2": "x"})
    report, folder = run(tmp_path, *agents, config=EvalConfig(trials=3))
    assert [(r.agent, r.n, r.valid) for r in report.rows if r.kind == "group"] == [
        ("one", 30, 30),
        ("two", 30, 27),
    ]
    seeds = {(e["agent"], e["task"], e["trial"]) for e in lines(folder, EPISODES)}
    assert len(seeds) == 60
    with pytest.raises(UserError, match="same name"):
        evaluate(Sums(), [Adder(), Adder()])


def test_episodes_of_something_else_are_refused(tmp_path: Path) -> None:
    (tmp_path / EPISODES).write_text('{"version": 1, "steps": []}\n')
    with pytest.raises(UserError, match=r"episodes.jsonl:1: not an episode"):
        run(tmp_path, Adder())
    record = Episode("bfcl", "sum_1", "adder").to_json()
    (tmp_path / EPISODES).write_text(json.dumps(record) + "\n")
    with pytest.raises(UserError, match="of 'bfcl', not 'sums'"):
        run(tmp_path, Adder())


def test_a_full_disk_stops_the_run_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise UserError("episodes.jsonl: the disk is full")

    monkeypatch.setattr("envs.common.runs.JsonlLog.append", full)
    with pytest.raises(UserError, match="the disk is full"):
        run(tmp_path, Adder())


def test_a_bug_is_not_swallowed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run(tmp_path, Adder(**{"1+2": ZeroDivisionError("oops")}))


def test_a_strangers_text_stays_text(tmp_path: Path) -> None:
    hostile = "```\n# Done\n| a | b |\n[red]bold[/red]\n\x1b[31mred\x00"
    report, _ = run(tmp_path, Adder(**{"1+2": hostile}))
    out = Console(file=io.StringIO(), force_terminal=True, width=200)
    show(report, out)
    assert "\x1b[31mred" not in out.file.getvalue() and "[red]bold" in out.file.getvalue()
    markdown = (tmp_path / "report.md").read_text()
    for line in ("# Done", "| a | b |", "[red]bold[/red]"):
        assert f"\n      {line}\n" in markdown
