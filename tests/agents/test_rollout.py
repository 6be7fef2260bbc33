"""Episodes beside each other: worlds whose tools wait do so in threads."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest

from agents import Policy, ScriptedEngine
from agents.formats import get_format
from agents.rollout import rollout
from agents.threads import in_thread
from envs import Action, Outcome, Task, ToolCall, ToolEnv, World, tool
from envs.common.errors import UserError
from envs.episode import Episode
from envs.functions import world_of
from envs.perturb import perturbed
from eval import evaluate
from eval.runner import EvalConfig

MANY = 8
ANSWERS = ["[fetch(page=1)]", "[fetch(page=2), roll()]", "[roll()]", "There."]


class Pages(World):
    """Tools that wait, and a die."""

    wait: Any = staticmethod(lambda: None)
    threads: set[str]

    def tasks(self):
        for number in range(MANY):
            yield Task(f"task-{number}", "Fetch.", gold=[Action(calls=(ToolCall("roll", {}),))])

    def setup(self, task):
        self.state = {"pages": [], "rolled": []}
        self.threads = {threading.current_thread().name}

    @tool
    def fetch(self, page: int) -> int:
        """Fetch a page."""
        self.threads.add(threading.current_thread().name)
        type(self).wait()
        self.state["pages"].append(page)
        return page

    @tool
    def roll(self) -> int:
        """Throw the die."""
        self.state["rolled"].append(int(self.rng.integers(1_000_000)))
        return self.state["rolled"][-1]

    def score(self, task):
        self.threads.add(threading.current_thread().name)
        return self.state["pages"] == [1, 2]


class Waiting(Pages):
    """The same, and says so."""

    blocking = True


def policy() -> Policy:
    return Policy(ScriptedEngine(ANSWERS), get_format("python"))


def play(env: ToolEnv, **options: Any) -> Episode:
    task = next(iter(env.tasks.values()))
    return asyncio.run(rollout(env, task, policy(), env_id="pages", **options))


@pytest.mark.parametrize("world", [Waiting, perturbed(Waiting, "shuffle")])
def test_episodes_do_not_wait_for_each_others_tools(world, monkeypatch):
    # Nobody passes before all have come, so one after the other none would.
    together = threading.Barrier(MANY)
    monkeypatch.setattr(Waiting, "wait", lambda: together.wait(timeout=60))
    report = evaluate(world, policy(), EvalConfig(concurrency=MANY))
    assert (report.rows[-1].n, report.rows[-1].valid) == (MANY, MANY)


def test_only_worlds_that_say_so_leave_the_main_thread():
    for world, others in ((Pages, False), (Waiting, True)):
        env = ToolEnv(world())
        assert play(env).outcome is Outcome.SUCCESS
        assert (env.world.threads == {threading.current_thread().name}) is not others


def test_threads_change_no_record():
    def records(world: type[World]) -> list[Any]:
        async def together() -> list[Episode]:
            envs = [ToolEnv(world()) for _ in range(MANY)]
            tasks = list(envs[0].tasks.values())
            play = (
                rollout(env, task, policy(), env_id="pages", seed=5)
                for env, task in zip(envs, tasks, strict=True)
            )
            return await asyncio.gather(*play)

        return [replace(episode, seconds=0.0) for episode in asyncio.run(together())]

    assert records(Waiting) == records(Pages)


def test_a_deadline_does_not_wait_for_a_tool(monkeypatch):
    let_go, over = threading.Event(), threading.Event()

    def wait() -> None:
        let_go.wait(60)
        over.set()

    monkeypatch.setattr(Waiting, "wait", wait)
    episode = play(ToolEnv(Waiting()), deadline=0.2)
    assert episode.outcome is Outcome.DEADLINE and not episode.steps
    assert not over.is_set()
    let_go.set()
    assert over.wait(60)


def test_a_tool_that_breaks_in_a_thread_breaks_its_episode(monkeypatch):
    def wait() -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(Waiting, "wait", wait)
    episode = play(ToolEnv(Waiting()))
    assert episode.outcome is Outcome.ERROR and "oops" in (episode.error or "")


def test_whatever_is_raised_in_a_thread_arrives():
    def fail() -> None:
        raise UserError("no")

    with pytest.raises(UserError, match="no"):
        asyncio.run(in_thread(fail))
    assert asyncio.run(in_thread(lambda: 7)) == 7


def test_functions_may_be_called_from_threads(tmp_path):
    def look() -> str:
        """Look."""
        return "seen"

    assert world_of([look], blocking=True).blocking and not world_of([look]).blocking
    from envs.registry import resolve_world

    file = tmp_path / "slow_tools.py"
    file.write_text('BLOCKING = True\n\n\ndef look() -> str:\n    """Look."""\n    return "x"\n')
    assert resolve_world(f"tools:{file}").blocking
