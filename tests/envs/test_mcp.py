"""MCP servers as worlds: what a server may do to us, with one that misbehaves on demand."""

from __future__ import annotations

import copy
import gc
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from mcp_fault_server import BROKEN, TOOLS
from mcp_processes import alive, gone

from envs import Action, Outcome, ToolCall, ToolEnv, WorldError, make
from envs.common.errors import UserError
from envs.mcp import MCPWorld

pytest.importorskip("mcp", reason="needs itool[mcp]")
pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")

SERVER = str(Path(__file__).with_name("mcp_fault_server.py"))


@pytest.fixture
def faults():
    """Makes environments around the server; ends their servers."""
    made: list[ToolEnv] = []

    def build(mode: str = "", **options: Any) -> ToolEnv:
        options = {"command": [sys.executable, SERVER, mode], "message": "Go on.", **options}
        made.append(make(MCPWorld, **options))
        return made[-1]

    yield build
    for env in made:
        env.world.close()


def do(env: ToolEnv, tool: str, **arguments: Any) -> tuple[str, list[Any]]:
    *_, info = env.step(Action(calls=(ToolCall(tool, arguments),)))
    return env.observation.messages[-1].content, info["errors"]


def pid_of(env: ToolEnv) -> int:
    return int(do(env, "pid")[0])


# --- what a server offers and says


def test_tools_keep_their_schemas_and_unusable_ones_are_left_out(faults, caplog):
    observation, _ = faults("broken").reset(seed=0)
    assert {spec.name: spec.parameters for spec in observation.tools} == TOOLS
    for name in BROKEN:
        assert f"left out: tool '{name}'" in caplog.text


@pytest.mark.parametrize(
    ("tool", "text"),
    [
        ("structured", '{"a":[1]}'),
        ("noise", "still fine"),
        (
            "media",
            "see\n[image: image/png, 4 bytes]\n[resource: file:///a]\nheld\n"
            "[resource: file:///b, application/x, 3 bytes]\n[link: file:///c]",
        ),
    ],
)
def test_results_are_texts(faults, tool, text):
    env = faults()
    env.reset(seed=0)
    assert do(env, tool) == (text, [])


def test_a_huge_result_is_cut(faults):
    env = faults(max_chars=10)
    env.reset(seed=0)
    assert do(env, "huge")[0] == "x" * 10 + "\n[cut: 3000000 characters in all]"


@pytest.mark.parametrize(
    ("tool", "text"), [("fail", "it did not work"), ("refuse", "Error: no tools/call today")]
)
def test_what_the_server_refuses_the_model_can_read(faults, tool, text):
    env = faults()
    env.reset(seed=0)
    assert do(env, tool) == (text, [{"kind": "tool_error", "call": 0, "text": text}])
    assert not env.ended


def test_invalid_calls_never_reach_the_server(faults):
    env = faults()
    env.reset(seed=0)
    before = env.state_hash()
    said, errors = do(env, "echo", text="too long")
    assert "longer than 5 characters" in said
    assert errors[0]["kind"] == "schema"
    assert env.state_hash() == before
    do(env, "echo", text="short")
    assert env.state_hash() != before


def test_tools_that_come_later_are_offered_where_the_server_says_so(faults):
    for mode, more in (("grows", {"late"}), ("", set())):
        env = faults(mode)
        env.reset(seed=0)
        do(env, "grow")
        assert {spec.name for spec in env.observation.tools} == {*TOOLS, *more}


# --- what goes wrong


@pytest.mark.parametrize(
    ("tool", "why"),
    [
        ("hang", "no answer to a call of hang within 1 s"),
        ("die", "Connection closed"),
        pytest.param("garbage", "lines that were no JSON-RPC: 1", marks=pytest.mark.slow),
        ("surrogate", "no JSON-RPC"),
        ("wrong_type", "ValidationError"),
    ],
)
def test_a_broken_server_is_the_machines_failure_and_the_next_episode_has_another(
    faults, tool, why
):
    env = faults(deadline=1)
    env.reset(seed=0)
    pid = pid_of(env)
    with pytest.raises(WorldError, match=why) as raised:
        do(env, tool)
    assert "\n" not in str(raised.value)
    assert env.outcome is Outcome.ERROR
    assert not alive(pid)
    env.reset(seed=0)
    assert do(env, "count") == ("1", [])


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        pytest.param("mute", "did not start within 1 s", marks=pytest.mark.slow),
        ("exits", "did not start: .*its log ends: usage: not like this"),
        ("endless", "its list of tools does not end"),
        ("no_list", "its list of tools: ValidationError"),
    ],
)
def test_a_server_that_does_not_start(faults, mode, why):
    env = faults(mode, start_deadline=1 if mode == "mute" else 60)
    with pytest.raises(WorldError, match=why):
        env.reset(seed=0)
    assert env.world._connection is None


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"command": "no-such-program-anywhere"}, "no such program"),
        ({"variables": ["NOT_SET_ANYWHERE"]}, "NOT_SET_ANYWHERE is not set"),
        ({"cwd": "nowhere"}, "there is no folder nowhere"),
        ({"workspace": "nowhere"}, "there is no folder nowhere"),
        ({"command": []}, "a command or by a URL"),
        ({"url": "http://localhost/mcp"}, "a command or by a URL"),
        ({"command": [], "url": "localhost"}, "has to start with http"),
        ({"command": [], "url": "http://localhost", "cwd": "."}, "a URL takes headers"),
        ({"command": [], "url": "http://x", "headers": {"A": "NOT_SET_ANYWHERE"}}, "is not set"),
        ({"fresh": False, "replayable": True}, "fresh has to be true"),
        ({"deadline": 0}, "more than 0"),
    ],
)
def test_wrong_options_are_told_in_one_line(faults, options, why):
    with pytest.raises(UserError, match=why):
        faults(**options).reset(seed=0)


def test_secrets_are_passed_by_name_and_not_told(faults, monkeypatch):
    monkeypatch.setenv("FAULT_SECRET", "hunter2")
    env = faults()
    env.reset(seed=0)
    assert do(env, "variable", name="FAULT_SECRET")[0] == "(not set)"
    env = faults(variables=["FAULT_SECRET"])
    env.reset(seed=0)
    assert do(env, "variable", name="FAULT_SECRET")[0] == "hunter2"
    with pytest.raises(WorldError, match=r"the password is \*\*\*"):
        do(env, "die")


# --- one server for each episode


def test_each_episode_has_a_fresh_server_unless_it_is_kept(faults):
    for fresh, second in ((True, "1"), (False, "2")):
        env = faults(fresh=fresh)
        env.reset(seed=0)
        pid = pid_of(env)
        assert do(env, "count")[0] == "1"
        env.reset(seed=0)
        assert do(env, "count")[0] == second
        assert alive(pid) is not fresh


def test_the_command_runs_in_a_copy_of_the_workspace(faults, tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    env = faults(workspace=tmp_path)
    env.reset(seed=0)
    assert do(env, "folder")[0] == ".: ['note.txt']"
    assert os.listdir(tmp_path) == ["note.txt"]
    folder = env.world._connection.workspace
    assert folder.is_dir()
    env.world.close()
    assert not folder.exists()


def test_snapshots_only_where_the_user_declares_the_server_replayable(faults):
    env = faults()
    env.reset(seed=0)
    with pytest.raises(UserError, match="neither copied nor replayed"):
        env.snapshot()
    env = faults(replayable=True)
    env.reset(seed=0)
    do(env, "count")
    snapshot, before = env.snapshot(), env.state_hash()
    assert do(env, "count")[0] == "2"
    env.restore(snapshot)
    assert env.state_hash() == before
    assert do(env, "count")[0] == "2"


def test_a_false_promise_is_found_out(faults):
    env = faults(replayable=True)
    env.reset(seed=0)
    pid_of(env)
    with pytest.raises(WorldError, match="another conversation"):
        env.restore(env.snapshot())


def test_a_copy_of_a_world_has_a_server_of_its_own(faults):
    env = faults(replayable=True)
    env.reset(seed=0)
    do(env, "count")
    twin = ToolEnv(copy.copy(env.world))
    twin.restore(env.snapshot())
    assert do(twin, "count")[0] == "2"
    assert do(env, "count")[0] == "2"
    twin.world.close()
    assert do(env, "count")[0] == "3"


# --- no process is left behind


@pytest.mark.slow
def test_a_server_that_ignores_everything_is_killed_with_its_children(faults, tmp_path):
    env = faults("stubborn", workspace=tmp_path)
    env.reset(seed=0)
    pid = pid_of(env)
    child = int((env.world._connection.workspace / "child").read_text())
    assert alive(pid) and alive(child)
    env.world.close()
    assert gone(pid, 0) and gone(child)


def test_what_is_collected_leaves_no_server_and_no_thread():
    threads = threading.active_count()
    env = make(MCPWorld, command=[sys.executable, SERVER], message="Go on.")
    env.reset(seed=0)
    pid = pid_of(env)
    del env
    gc.collect()
    assert gone(pid)
    for thread in threading.enumerate():
        if thread.name.startswith("mcp "):
            thread.join(20)
    assert threading.active_count() <= threads


@pytest.mark.slow
def test_an_interrupted_call_ends_at_once_and_the_server_can_be_closed(faults):
    env = faults()
    env.reset(seed=0)
    pid = pid_of(env)
    signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    with pytest.raises(KeyboardInterrupt):
        do(env, "hang")
    env.world.close()
    assert not alive(pid)


@pytest.mark.parametrize("how", ["sys.exit()", "raise ValueError"])
def test_a_process_that_ends_takes_its_servers_along(how):
    code = f"""
import sys
from envs import Action, ToolCall, make
env = make("envs.mcp:MCPWorld", command=[sys.executable, {SERVER!r}], message="Go on.")
observation, _ = env.reset(seed=0)
observation, *_ = env.step(Action(calls=(ToolCall("pid"),)))
print(observation.messages[-1].content)
{how}
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert gone(int(done.stdout))
    assert ("ValueError" in done.stderr) == ("ValueError" in how)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's doing")
def test_a_killed_process_takes_even_a_hanging_server_along():
    code = f"""
from envs import Action, ToolCall, make
env = make("envs.mcp:MCPWorld", command=[{sys.executable!r}, {SERVER!r}], message="Go on.")
env.reset(seed=0)
env.step(Action(calls=(ToolCall("pid"),)))
print(env.observation.messages[-1].content, flush=True)
env.step(Action(calls=(ToolCall("hang"),)))
"""
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        pid = int(process.stdout.readline())
        assert alive(pid)
        process.kill()
    assert gone(pid)


# --- tasks and scores


CALL = {"name": "echo", "arguments": {"text": "a"}}
COUNTED = [{"name": "count", "text": "2"}]


@pytest.mark.parametrize(
    ("expected", "turns", "parts"),
    [
        ({"calls": [CALL]}, [("echo", {"text": "a"}), "Done."], {"calls": 1.0}),
        ({"calls": [CALL]}, [("echo", {"text": "b"}), "Done."], {"calls": 0.0}),
        ({"calls": [{"name": "fail"}]}, [("fail", {}), "Done."], {"calls": 0.0}),
        ({"calls": [], "answer": "yes"}, ["Yes!"], {"calls": 1.0, "answer": 1.0}),
        ({"checks": COUNTED}, [("count", {}), "Done."], {"checks": 1.0}),
        ({"checks": COUNTED}, ["Done."], {"checks": 0.0}),
        ({}, ["Hello."], {"unscored": 0.0}),
    ],
)
def test_what_a_task_expects_is_scored(faults, expected, turns, parts):
    env = faults(message=None, tasks=[{"id": "one", "text": "Go on.", **expected}])
    env.reset(seed=0)
    for turn in turns:
        if isinstance(turn, str):
            *_, info = env.step(Action(turn))
        else:
            do(env, turn[0], **turn[1])
    assert info["score"] == parts


def test_a_check_that_cannot_be_made_is_the_machines_failure(faults):
    task = {"id": "one", "text": "Go on.", "checks": [{"name": "no_tool", "text": "x"}]}
    env = faults(message=None, tasks=[task])
    env.reset(seed=0)
    with pytest.raises(WorldError, match=r"check of no_tool: unknown tool"):
        env.step(Action("Done."))


def test_the_record_has_what_the_server_said(faults):
    env = faults()
    env.reset(seed=0)
    do(env, "count")
    do(env, "fail")
    assert env.world.state["calls"] == [
        {"name": "count", "arguments": {}, "text": "1", "error": False},
        {"name": "fail", "arguments": {}, "text": "it did not work", "error": True},
    ]


def test_tasks_come_from_a_file(faults, tmp_path):
    rows = [{"id": "a", "text": "Go.", "split": "train"}, {"id": "b", "text": "Go on."}]
    path = tmp_path / "tasks.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert list(faults(message=None, tasks=path).tasks) == ["a", "b"]
