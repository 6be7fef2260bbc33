"""``gymnasium.make("itool/BFCL-v0")``: an episode of any task of any category."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import pytest

from agents import get_format
from envs.env import ToolEnv
from envs.types import Action, Outcome


@pytest.fixture(scope="module")
def env(bfcl_root: Path) -> ToolEnv:
    made: Any = gymnasium.make("itool/BFCL-v0", data=str(bfcl_root)).unwrapped
    assert isinstance(made, ToolEnv)
    return made


def said(text: str) -> Action:
    return Action(text, raw=text)


def play_gold(env: ToolEnv, task_id: str) -> None:
    env.reset(options={"task": task_id})
    for action in env.tasks[task_id].gold or ():
        env.step(said(get_format("python").render(action)))


def test_every_category_can_be_played(env: ToolEnv) -> None:
    categories = {task.tags[0] for task in env.tasks.values()}
    assert len(categories) == 13 + 4 + 3 and len(env.tasks) == 4441 + 3 * 155
    for category in sorted(categories):
        task = next(t for t in env.tasks.values() if t.tags[0] == category)
        observation, _ = env.reset(options={"task": task.id})
        # Some live questions offer no function.
        assert observation.messages[-1].role == "user"
        while not env.ended:
            env.step(said("I cannot help with that."))
        irrelevant = "irrelevance" in category
        assert env.outcome is (Outcome.SUCCESS if irrelevant else Outcome.FAILURE), category


def test_gold_wins(env: ToolEnv) -> None:
    for task_id in ("multi_turn_base_0", "multi_turn_miss_func_3", "multi_turn_long_context_5"):
        play_gold(env, task_id)
        assert env.outcome is Outcome.SUCCESS, task_id


def test_snapshots_go_between_kinds_of_tasks(env: ToolEnv) -> None:
    env.reset(options={"task": "multi_turn_base_0"})
    gold = [get_format("python").render(a) for a in env.tasks["multi_turn_base_0"].gold or ()]
    env.step(said(gold[0]))
    there, diff = env.snapshot(), env.state_diff()
    assert diff
    for text in gold[1:]:
        env.step(said(text))
    assert env.outcome is Outcome.SUCCESS
    env.reset(options={"task": "simple_python_0"})
    env.step(said("no"))
    assert env.outcome is Outcome.FAILURE
    env.restore(there)
    assert env.state_diff() == diff and not env.ended
    for text in gold[1:]:
        env.step(said(text))
    assert env.outcome is Outcome.SUCCESS
