"""The suite over several turns: gold conversations, filled memories, what is left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agents import ScriptedEngine, get_format
from agents.policies import Decision, Policy
from envs.common.runs import RunFolder
from envs.types import Action, Message, Observation
from eval import EvalConfig, evaluate
from eval.bfcl.command import main
from eval.bfcl.conversation import results_as_user
from eval.bfcl.suite import BFCL
from eval.runner import EPISODES


class Gold:
    """Plays the gold of whatever task it is asked, in prompting mode."""

    name = "gold"

    def __init__(self, suite: BFCL, spoil: str = "") -> None:
        self._gold = {task.messages: task.gold or () for task in suite.tasks}
        self._spoil = spoil

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        opening = observation.messages[:2]
        turn = sum(message.role == "assistant" for message in observation.messages)
        text = get_format("python").render(self._gold[opening][turn])
        if self._spoil and turn == 0:
            text = self._spoil
        return Decision(Action(text, raw=text))


def test_gold_conversations_pass(bfcl_root: Path, tmp_path: Path) -> None:
    suite = BFCL(bfcl_root, chosen=["multi_turn"], limit=40)
    suite.tasks = [task for task in suite.tasks if task.gold]
    folder = RunFolder(tmp_path)
    report = evaluate(suite, Gold(suite), EvalConfig(concurrency=4), folder=folder)
    row = next(row for row in report.rows if row.name == "multi-turn")
    assert row.n == row.valid == len(suite.tasks) > 30
    # Two base entries and the turns of missing functions and parameters want no call.
    (extra,) = report.extras["gold"]
    assert {name for name, *_ in extra.rows} >= {"multi_turn_miss_func", "multi_turn_miss_param"}
    assert all(called == "0" for _, _, called, _ in extra.rows)
    steps = [s for line in (tmp_path / EPISODES).open() for s in json.loads(line)["steps"]]
    assert any(step.get("diffs") for step in steps)


def test_a_wrong_turn_fails_and_is_told(bfcl_root: Path) -> None:
    suite = BFCL(bfcl_root, chosen=["multi_turn_base"], limit=3)
    report = evaluate(suite, Gold(suite, "I would rather not."))
    assert report.rows[0].valid == 0
    kinds = {failure.error_type for failure in report.failures["gold"]}
    assert kinds <= {
        "multi_turn:empty_turn_model_response",
        "multi_turn:instance_state_mismatch",
        "multi_turn:execution_response_mismatch",
    }


def remember(request: Any) -> str:
    """Keep what the user says; answer a question with all that the memory shows."""
    seen: Sequence[Message] = request.messages
    steps = 0
    for message in reversed(seen):
        if message.role == "user":
            break
        steps += message.role == "assistant"
    system = seen[0].content
    if "'answer'" in system:  # only questions ask for that form
        return repr({"answer": system[-2000:], "context": ""})
    if steps:
        return "Noted."
    said = seen[-1].content[:250]
    return f"[memory_append(text={said!r})]"


def test_memories_are_filled_before_they_are_asked(bfcl_root: Path, tmp_path: Path) -> None:
    whole = BFCL(bfcl_root, chosen=["memory_rec_sum"])
    ids = [task.id for task in whole.tasks[:2]]
    suite = BFCL(bfcl_root, ids=ids)
    assert suite.prerequisites and {t.id for t in suite.prerequisites}.isdisjoint(ids)
    played: list[str] = []
    policy = Policy(ScriptedEngine(remember), get_format("python"))
    folder = RunFolder(tmp_path)
    report = evaluate(suite, policy, folder=folder, on_episode=lambda e: played.append(e.task))
    order = {task: place for place, task in enumerate(played)}
    for task in (*suite.prerequisites, *suite.tasks):
        assert all(order[before] < order[task.id] for before in suite.depends_on(task))
    assert report.rows[0].n == 2  # prerequisites are not scored
    episodes = [json.loads(line) for line in (tmp_path / EPISODES).open()]
    left = [e["left"] for e in episodes if e["task"] == suite.prerequisites[-1].id]
    assert left and left[0]["memory"]
    # What was played is not played again, and questions find the memory where it was left.
    kept = [e for e in episodes if e["task"] not in ids]
    (tmp_path / EPISODES).write_text("".join(json.dumps(e) + "\n" for e in kept))
    played.clear()
    again = evaluate(suite, policy, folder=folder, on_episode=lambda e: played.append(e.task))
    assert sorted(played) == sorted(ids) and again.rows == report.rows


def test_a_lost_prerequisite_loses_what_depends_on_it(bfcl_root: Path) -> None:
    suite = BFCL(bfcl_root, ids=[BFCL(bfcl_root, chosen=["memory_rec_sum"]).tasks[0].id])

    def broken(request: Any) -> str:
        raise AssertionError("unreachable")

    class Dying(ScriptedEngine):
        async def generate(self, request: Any) -> Any:
            from agents import EngineError

            raise EngineError("gone")

    report = evaluate(suite, Policy(Dying(broken), get_format("python")))
    assert report.rows[0].n == 0 and report.machine_failures == {"plain": 1}


def test_web_searches_are_left_out_without_a_backend(
    bfcl_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = BFCL(bfcl_root, chosen=["agentic"], limit=6)
    assert suite.left_out == ("web_search_base", "web_search_no_snippet")
    assert not any("web" in task.id for task in suite.tasks) and not suite.complete
    script = tmp_path / "s.jsonl"
    script.write_text('{"answer": "x"}\n')
    args = ["--model", f"scripted:{script}", "--categories", "multi_turn_base", "web_search"]
    assert main([*args, "--limit", "2", "--out", str(tmp_path / "run"), "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert any("20% of overall v4" in note and "--search" in note for note in notes)
    searches = tmp_path / "searches.jsonl"
    searches.write_text("")
    args = ["--model", f"scripted:{script}", "--ids", "web_search_base_0"]
    args += ["--search", str(searches), "--out", str(tmp_path / "web"), "--json"]
    assert main(args) == 0
    (row, _) = json.loads(capsys.readouterr().out)["rows"]
    assert row["name"] == "web_search_base" and row["n"] == 1


def test_results_go_to_a_server_as_one_user_message() -> None:
    seen = Observation(
        (
            Message("user", "go"),
            Message("assistant", "[a(), b()]"),
            Message("tool", "1", name="a()"),
            Message("tool", "2", name="b()"),
        )
    )
    *_, last = results_as_user(seen)
    assert last.role == "user" and len(results_as_user(seen)) == 3
    assert last.content == (
        "[{'role': 'tool', 'name': 'a()', 'content': '1'}, "
        "{'role': 'tool', 'name': 'b()', 'content': '2'}]"
    )
