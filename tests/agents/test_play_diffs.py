"""What the player hears while an episode runs: each step, and what each call changed."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from agents import Policy, ScriptedEngine, get_format
from agents.engines.base import run
from agents.rollout import begin, rollout
from envs import Action, Episode, Step, Task, ToolCall, ToolEnv, World, WorldError, tool
from envs.state import ABSENT
from envs.types import JSON


class Shelf(World):
    """Things on a shelf; the user takes one away."""

    views = 0

    def tasks(self) -> Iterable[Task]:
        yield Task("t", "Go.")

    def setup(self, task: Task) -> None:
        self.state = {"things": {}, "asks": 1}

    @tool
    def put(self, thing: str, count: int) -> str:
        """Put things there."""
        self.state["things"][thing] = count
        return "done"

    def user(self, task: Task) -> str | None:
        self.state["asks"] -= 1
        return "More." if self.state["asks"] >= 0 else None

    def view(self) -> JSON:
        self.views += 1
        return self.state

    def score(self, task: Task) -> bool:
        return True


class Blind(Shelf):
    """Cannot say what it looks like."""

    def view(self) -> JSON:
        return {"things": object()}


PUT_TWICE = Action(
    calls=(
        ToolCall("put", {"thing": "cup", "count": 1}),
        ToolCall("put", {"thing": "pan", "count": "x"}),
        ToolCall("put", {"thing": "cup", "count": 2}),
    )
)


def test_each_call_of_a_turn_has_its_own_diff() -> None:
    env = ToolEnv(Shelf(), diffs=True)
    env.reset(seed=0)
    assert not env.diffs
    env.step(PUT_TWICE)
    assert env.diffs == ((("things.cup", ABSENT, 1),), (), (("things.cup", 1, 2),))
    first = env.snapshot()
    env.step(Action("Done."))
    assert env.diffs == ((("asks", 1, 0),),)
    env.restore(first)
    assert env.diffs == ((("things.cup", ABSENT, 1),), (), (("things.cup", 1, 2),))
    env.step(Action(error="unreadable"))
    assert not env.diffs


def test_nothing_is_looked_at_unless_asked_for() -> None:
    env = ToolEnv(Shelf())
    env.reset(seed=0)
    env.step(PUT_TWICE)
    assert not env.diffs and env.world.views == 0  # type: ignore[attr-defined]


def test_a_view_that_breaks_is_the_worlds_failure() -> None:
    env = ToolEnv(Blind(), diffs=True)
    env.reset(seed=0)
    with pytest.raises(WorldError, match="Blind failed in view: TypeError"):
        env.step(PUT_TWICE)


def test_a_rollout_tells_each_step_while_the_world_stands_there() -> None:
    env = ToolEnv(Shelf(), diffs=True)
    heard: list[tuple[Step, int, int]] = []
    agent = Policy(ScriptedEngine(["[put(thing='cup', count=1)]", "Done."]), get_format("python"))
    task = env.tasks["t"]
    episode = run(
        rollout(
            env,
            task,
            agent,
            env_id="shelf",
            on_step=lambda step: heard.append((step, env.turns, len(env.diffs))),
        )
    )
    assert tuple(step for step, _, _ in heard) == episode.steps
    assert [rest for _, *rest in heard] == [[1, 1], [2, 1], [3, 1]]
    assert episode.parts == {"score": 1.0} and episode.reward == 1.0
    assert sum(step.seconds for step in episode.steps) <= episode.seconds + 0.01
    again = Episode.from_json(episode.to_json())
    assert again == episode
    assert [s.seconds for s in again.steps] == [s.seconds for s in episode.steps]


def test_the_same_attempt_starts_from_the_same_seed() -> None:
    env = ToolEnv(Shelf())
    draws = []
    for trial in (0, 0, 1):
        own = begin(env, env.tasks["t"], seed=3, trial=trial)
        draws.append((own, env.np_random.random()))
    assert draws[0] == draws[1] != draws[2]
