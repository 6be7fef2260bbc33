"""Our environments as MCP servers, called by the official client and by `MCPWorld`."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from envs import Action, Task, ToolCall, ToolEnv, World, WorldError, make, serve, tool
from envs.common.errors import UserError
from envs.mcp import MCPWorld
from envs.worlds.bank import Bank

mcp = pytest.importorskip("mcp", reason="needs itool[mcp]")

ROOT = Path(__file__).resolve().parents[2]
WORLDS = '''
import time
from envs import Task, World, tool, ToolSpec

class Slow(World):
    """Grows a tool, sleeps, breaks."""
    def tasks(self):
        yield Task("one", "Go on.", split="train")
        yield Task("two", "Go on, then.")
    def setup(self, task):
        print("this goes to no protocol")
        self.state = {"calls": 0}
    def specs(self, task):
        names = ["sleep", "fail", "odd"] + ["more"] * (self.state["calls"] > 0)
        return [ToolSpec(name) for name in names]
    def call(self, call):
        self.state["calls"] += 1
        if call.name == "sleep":
            time.sleep(0.3)
        if call.name == "fail":
            raise RuntimeError("broken inside")
        print("nor this")
        return "\\ud800" if call.name == "odd" else self.state["calls"]
    def user(self, task):
        self.state["calls"] += 1
        return f"And {self.state['calls']}?" if self.state["calls"] < 3 else None
    def score(self, task):
        return {"half": 0.5, "whole": True}
'''


@pytest.fixture
def worlds(tmp_path, monkeypatch):
    (tmp_path / "served_worlds.py").write_text(WORLDS)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    return "served_worlds:Slow"


def stdio(*args: str) -> Any:
    return mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "envs.serve", *args],
        cwd=ROOT,
        env={"PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT))},
    )


@pytest.fixture
def http():
    """Starts a server and gives its address."""
    started = []

    def start(*args: str) -> str:
        command = [sys.executable, "-m", "envs.serve", *args, "--http", "0"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process.stdout.readline().strip()

    yield start
    for process in started:
        process.terminate()
        assert process.wait(20) is not None
        process.stdout.close()


def ask(target: Any, talk: Any) -> Any:
    """Talk to a server as the official client does."""

    async def session() -> Any:
        async with mcp.Client(target, read_timeout_seconds=60) as client:
            return await talk(client)

    return asyncio.run(session())


def text(result: Any) -> str:
    (block,) = result.content
    return block.text


async def state(client: Any) -> Any:
    (held,) = (await client.read_resource(serve.EPISODE)).contents
    return json.loads(held.text)


# --- an episode over standard input and output


def test_the_official_client_plays_an_episode_to_its_end():
    env = make(Bank)
    env.reset(seed=0, options={"task": "train-two-0"})
    task = env.task

    async def talk(client: Any) -> None:
        listed = (await client.list_tools()).tools
        assert [(t.name, t.description, t.input_schema) for t in listed[:-1]] == [
            (spec.name, spec.description, spec.parameters) for spec in env.observation.tools
        ]
        assert listed[-1].name == "itool_reply"
        asked = (await client.get_prompt("task")).messages
        assert [(m.role, m.content.text) for m in asked] == [
            ("user", message.content) for message in task.messages
        ]
        wrong = await client.call_tool("transfer", {"source": "AC-1"})
        assert wrong.is_error and "missing required argument 'target'" in text(wrong)
        for action in task.gold:
            for call in action.calls:
                result = await client.call_tool(call.name, dict(call.arguments))
                assert not result.is_error
            if not action.calls:
                result = await client.call_tool("itool_reply", {"text": action.text})
                if not result.structured_content["ended"]:
                    assert text(result) == task.data["asks"][0]
                    assert (await state(client))["outcome"] is None
        assert text(result) == "The episode is over. Outcome: success."
        assert result.structured_content == await state(client)
        assert (await state(client))["reward"] == 1.0
        late = await client.call_tool("account", {"number": "AC-1"})
        assert late.is_error and "over" in text(late)

    ask(stdio("itool/Bank-v0", "--loop", "--task", "train-two-0"), talk)


def test_of_a_test_task_nothing_tells_how_well_it_went():
    def ends(task: str) -> dict[str, Any]:
        play = serve.Play(make(Bank), task, 0, loop=True)
        assert play.call("itool_reply", {"text": "No."}).data == play.to_json()
        return play.to_json()

    told = {"turns": 1, "ended": True}
    assert ends("test-pay-0") == told | {"task": "test-pay-0", "split": "test", "outcome": None}
    assert ends("train-pay-0") == told | {
        **{"task": "train-pay-0", "split": "train", "outcome": "failure"},
        **{"reward": 0.0, "score": {"books": 0.0}},
    }


def test_without_loop_there_are_the_environments_tools_alone():
    async def talk(client: Any) -> None:
        names = [spec.name for spec in (await client.list_tools()).tools]
        assert names == [spec.name for spec in make(Bank).action_space.tools]
        assert (await client.call_tool("itool_reply", {"text": "Hi"})).is_error
        first = next(task for task in Bank().tasks() if task.split == "test")
        assert (await state(client))["task"] == first.id
        for wrong in (client.get_prompt("other"), client.read_resource("itool://other")):
            with pytest.raises(mcp.MCPError, match="there is"):
                await wrong

    ask(stdio("itool/Bank-v0"), talk)


@pytest.mark.slow
def test_tools_that_change_odd_texts_prints_and_failures(worlds):
    changed = []

    async def heard(message: Any) -> None:
        changed.append(type(message).__name__)

    async def session() -> None:
        server = stdio(worlds, "--loop", "--task", "one")
        async with mcp.Client(server, message_handler=heard, read_timeout_seconds=60) as client:
            names = [spec.name for spec in (await client.list_tools()).tools]
            assert names == ["sleep", "fail", "odd", "itool_reply"]
            assert text(await client.call_tool("odd", {})) == "\\ud800"
            names = [spec.name for spec in (await client.list_tools()).tools]
            assert names == ["sleep", "fail", "odd", "more", "itool_reply"]
            assert changed == ["ToolListChangedNotification"]
            bad = await client.call_tool("itool_reply", {"txt": "Hi"})
            assert bad.is_error and "missing required argument 'text'" in text(bad)
            assert text(await client.call_tool("itool_reply", {"text": "Hi"})) == "And 2?"
            end = await client.call_tool("itool_reply", {"text": "Hi"})
            assert end.structured_content["score"] == {"half": 0.5, "whole": 1.0}
            assert (end.structured_content["outcome"], end.structured_content["reward"]) == (
                "failure",
                0.5,
            )

    asyncio.run(session())

    async def talk(client: Any) -> None:
        with pytest.raises(mcp.MCPError, match="broken inside"):
            await client.call_tool("fail", {})
        assert (await state(client))["outcome"] == "error"

    ask(stdio(worlds), talk)


# --- over HTTP


def test_every_session_has_an_episode_of_its_own(http):
    url = http("itool/Bank-v0", "--loop", "--task", "test-pay-1")

    async def both() -> None:
        async with (
            mcp.Client(url) as one,
            mcp.Client(f"{url}?task=test-question-0") as two,
        ):
            await one.call_tool("find_accounts", {"owner": "Ana Ruiz"})
            first, second = await state(one), await state(two)
            assert (first["task"], first["turns"]) == ("test-pay-1", 1)
            assert (second["task"], second["turns"]) == ("test-question-0", 0)
        async with mcp.Client(url) as again:
            assert (await state(again))["turns"] == 0
        async with mcp.Client(f"{url}?task=nothing") as wrong:
            with pytest.raises(mcp.MCPError, match="no such task: nothing"):
                await wrong.list_tools()

    asyncio.run(both())


@pytest.mark.slow
def test_calls_of_a_session_take_turns_and_sessions_do_not_wait_for_each_other(worlds, http):
    url = http(worlds)

    async def both() -> None:
        async with mcp.Client(url) as one, mcp.Client(url) as two:
            sleeping = [asyncio.create_task(one.call_tool("sleep", {})) for _ in range(5)]
            await asyncio.sleep(0.1)
            await two.call_tool("odd", {})
            assert not all(task.done() for task in sleeping)
            counts = [text(await task) for task in sleeping]
            assert sorted(counts) == ["1", "2", "3", "4", "5"]

    asyncio.run(both())


# --- our own world around it


def test_a_served_environment_is_an_environment_again(http):
    own = make(Bank)
    own.reset(seed=0, options={"task": "train-sweep-0"})
    url = http("itool/Bank-v0", "--loop", "--task", "train-sweep-0")
    env = make(MCPWorld, url=url, tasks=[Task("sweep", own.task.messages)])
    for _ in range(2):  # a session each, so an episode each
        observation, _ = env.reset(seed=0)
        assert observation.tools == (*own.observation.tools, serve.REPLY)
        for action in own.task.gold[:-1]:
            env.step(action)
            assert env.observation.messages[-1].role == "tool"
        *_, info = env.step(Action(calls=(ToolCall("itool_reply", {"text": "Done."}),)))
        assert env.observation.messages[-1].content == "The episode is over. Outcome: success."
        assert info["errors"] == []
    env.world.close()


def test_a_server_that_is_gone_is_the_machines_failure():
    env = make(MCPWorld, url="http://127.0.0.1:9/mcp", message="Hello")
    with pytest.raises(WorldError, match=r"http://127\.0\.0\.1:9 did not start: ConnectError"):
        env.reset(seed=0)


# --- the command and the episode, without a client


class Named(World):
    """Has a tool of the reserved name."""

    def tasks(self):
        yield Task("one", "Go on.")

    @tool(name="itool_reply")
    def reply(self) -> str:
        """Reply."""
        return "replied"


def test_a_tool_of_the_reserved_name_is_refused_with_loop_alone():
    with pytest.raises(UserError, match="leave --loop out"):
        serve.Play(ToolEnv(Named()), "one", 0, loop=True)
    play = serve.Play(ToolEnv(Named()), "one", 0, loop=False)
    assert play.call("itool_reply", {}) == serve.Answer("replied")


class Single(World):
    """The first turn is the answer."""

    single_answer = True

    def tasks(self):
        yield Task("one", "Go on.", split="train")

    @tool
    def say(self, word: str) -> str:
        """Say a word."""
        return word

    def score(self, task):
        return self.actions[0].calls[0].arguments == {"word": "yes"}


def test_a_call_that_is_the_answer_ends_the_episode():
    play = serve.Play(ToolEnv(Single()), "one", 0, loop=True)
    assert play.call("say", {"word": "yes"}) == serve.Answer(serve.OVER)
    assert (play.to_json()["outcome"], play.to_json()["reward"]) == ("success", 1.0)


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["itool/Bnk-v0"], "no environment 'itool/Bnk-v0'"),
        (["itool/Bank-v0", "--task", "test-pay-9"], r"no such task: test-pay-9 \(did you mean"),
        (["itool/Bank-v0", "--http", "70000"], "--http 70000"),
        ([f"mcp:{ROOT}/examples/mcp/nothing.toml"], "No such file"),
    ],
)
def test_bad_input_is_one_line(args, why, capsys):
    assert serve.main(args) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.search(why, error)
