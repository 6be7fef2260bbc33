"""Real MCP servers from the package index, played and scored end to end."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from agents import play
from envs import Action, ToolCall, make
from envs.mcp import MCPWorld
from eval import run
from training import collect

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "mcp"


def server(name: str) -> str:
    """The environment of an example."""
    package = f"mcp_server_{name}"
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"needs the package {package.replace('_', '-')}")
    return f"mcp:{EXAMPLES / name}.toml"


def script(path: Path, rows: list[dict]) -> list[str]:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return ["--model", f"scripted:{path}", "--format", "python"]


@pytest.mark.parametrize(("name", "task"), [("time", "kathmandu"), ("git", "commit")])
def test_gold_passes(name, task):
    env = make(server(name))
    env.reset(seed=0, options={"task": task})
    for action in env.task.gold:
        assert env.observation.tools
        *_, info = env.step(action)
        assert info["errors"] == []
    assert info["outcome"] == "success" and set(info["score"].values()) == {1.0}
    env.world.close()


def test_what_the_time_server_refuses_the_model_can_read():
    env = make(server("time"))
    env.reset(seed=0, options={"task": "tokyo"})
    call = ToolCall("get_current_time", {"timezone": "Europe/Nowhere"})
    *_, info = env.step(Action(calls=(call, ToolCall("get_current_time", {"zone": "UTC"}))))
    assert [error["kind"] for error in info["errors"]] == ["tool_error", "schema"]
    assert "Invalid timezone" in info["errors"][0]["text"]
    env.world.close()


@pytest.mark.slow
def test_every_commit_of_a_replay_is_the_same():
    env = make(server("git"))
    env.reset(seed=0, options={"task": "commit"})
    add, commit, _ = env.task.gold
    env.step(add)
    snapshot = env.snapshot()
    texts = []
    for _ in range(2):
        env.step(commit)
        texts.append(env.observation.messages[-1].content)
        env.restore(snapshot)
    assert "committed successfully with hash" in texts[0] and texts[0] == texts[1]
    env.world.close()


@pytest.mark.slow
def test_a_model_is_scored_on_a_server(tmp_path, capsys):
    add = "git_add(repo_path='.', files=['todo.txt'])"
    rows = [
        {
            "match": "Commit",
            "answers": [f"[{add}, git_commit(repo_path='.', message='more bread')]", "Done."],
        },
        {"match": "branch", "answers": ["[git_status(repo_path='.')]", "Done."]},
        {"answers": ["[git_diff_unstaged(repo_path='.')]", "You wrote 'buy bread'."]},
    ]
    args = [server("git"), *script(tmp_path / "script.jsonl", rows)]
    assert run.main([*args, "--out", str(tmp_path / "run"), "--json"]) == 0
    capsys.readouterr()
    lines = (tmp_path / "run" / "verdicts.jsonl").read_text().splitlines()
    verdicts = {row["task"]: row for row in map(json.loads, lines)}
    assert {task: row["valid"] for task, row in verdicts.items()} == {
        "commit": True,
        "branch": False,
        "unsaved": True,
    }
    assert verdicts["branch"]["error_type"] == "failure: calls, checks"


@pytest.mark.slow
def test_an_episode_is_watched(tmp_path, capsys):
    call = "convert_time(source_timezone='UTC', time='09:00', target_timezone='Asia/Tokyo')"
    rows = [{"answers": [f"[{call}]", "It is 18:00 in Tokyo."]}]
    assert play.main([server("time"), *script(tmp_path / "script.jsonl", rows)]) == 0
    shown = capsys.readouterr().out
    assert "Asia/Tokyo" in shown and "success" in shown


@pytest.mark.slow
def test_the_training_tasks_of_a_replayable_server_are_searched(tmp_path, capsys, monkeypatch):
    server("time")
    tokyo, *_ = (EXAMPLES / "time.jsonl").read_text().splitlines()
    (tmp_path / "time.jsonl").write_text(json.dumps({**json.loads(tokyo), "split": "train"}))
    text = (EXAMPLES / "time.toml").read_text()
    (tmp_path / "time.toml").write_text(f"{text}replayable = true\n")
    call = "convert_time(source_timezone='UTC', time='09:00', target_timezone='Asia/Tokyo')"
    rows = [{"answer": [f"[{call}]", "It is 18:00 in Tokyo.", "I do not know."]}]
    monkeypatch.setattr(MCPWorld, "max_turns", 2)  # a script always calls once more
    args = ["--env", f"mcp:{tmp_path / 'time.toml'}", *script(tmp_path / "script.jsonl", rows)]
    # Of a call that was begun a script has one rest alone, so calls are taken as they are.
    args += ["--samples", "3", "--simulations", "8", "--granularity", "call"]
    args += ["--out", str(tmp_path / "run")]
    assert collect.main(args) == 0
    capsys.readouterr()
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert report["tasks"]["searched"] == 1 and report["tasks"]["with right and wrong answers"]
