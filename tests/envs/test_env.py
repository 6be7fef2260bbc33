from __future__ import annotations

import pickle
import warnings

import gymnasium
import numpy as np
import pytest
from fake_world import (
    Answer,
    Crashing,
    FakeWorld,
    Growing,
    Lenient,
    Remote,
    Stuck,
)
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env as gymnasium_check
from hypothesis import given, settings
from hypothesis import strategies as st

from envs import Action, Message, Outcome, Task, ToolCall, ToolEnv, WorldError, make
from envs.common.errors import UserError
from envs.env import Snapshot


def call(name: str, **arguments: object) -> Action:
    return Action(calls=(ToolCall(name, arguments),))


def started(world=None, task="two-cups", **options) -> ToolEnv:
    env = ToolEnv(world or FakeWorld(), **options)
    env.reset(seed=0, options={"task": task})
    return env


@pytest.mark.parametrize("world", ["itool/Bank-v0", FakeWorld, Answer, Lenient, Remote])
def test_gymnasium_is_content(world, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gymnasium_check(make(world))


def test_an_episode():
    env = started()
    observation, reward, terminated, truncated, info = env.step(
        Action("I will.", (ToolCall("add", {"thing": "cup", "count": 2}), ToolCall("roll")))
    )
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert info == {"task": "two-cups", "outcome": None, "score": {}, "errors": []}
    user, assistant, first, second = observation.messages
    assert user == Message("user", "Put two cups on the shelf.")
    assert assistant.content == "I will."
    assert [c.id for c in assistant.calls] == ["call_1_0", "call_1_1"]
    assert first == Message("tool", "2", call_id="call_1_0", name="add")
    assert second.content.isdigit()
    assert env.state_diff()[0] == ("log[0]", "<absent>", int(second.content))
    observation, reward, terminated, truncated, info = env.step(Action("Done."))
    assert (reward, terminated, truncated) == (1.0, True, False)
    assert info["outcome"] == "success" == env.outcome
    assert info["score"] == {"score": 1.0}
    assert env.turns == 2
    with pytest.raises(ResetNeeded):
        env.step(Action("More."))


def test_ids_of_the_model_and_order_are_kept():
    env = started()
    calls = (ToolCall("roll", {}, "x"), ToolCall("add", {"thing": "a"}), ToolCall("roll", {}, "y"))
    observation, *_ = env.step(Action(calls=calls))
    assert [m.call_id for m in observation.messages[2:]] == ["x", "call_1_1", "y"]


def test_what_the_model_does_wrong_is_data():
    env = started()
    before = env.state_hash()
    action = Action(
        calls=(
            ToolCall("ad", {"thing": "cup"}),
            ToolCall("add", {"thing": 3, "cont": 1}),
            ToolCall("add", {"thing": "cup", "count": 0}),
        )
    )
    observation, reward, terminated, _, info = env.step(action)
    assert [(e["kind"], e["call"]) for e in info["errors"]] == [
        ("unknown_tool", 0),
        ("schema", 1),
        ("tool_error", 2),
    ]
    assert "did you mean 'add'" in observation.messages[2].content
    assert "unknown argument 'cont' (did you mean 'count'?)" in observation.messages[3].content
    assert observation.messages[4].content == "count has to be positive"
    assert (reward, terminated) == (0.0, False)
    assert env.state_hash() == before
    observation, *_, info = env.step(Action("f(", error="no closing bracket", raw="<raw>f("))
    assert info["errors"] == [{"kind": "unreadable", "call": None, "text": "no closing bracket"}]
    assert observation.messages[-2] == Message("assistant", "<raw>f(")
    assert observation.messages[-1].role == "user"
    assert "no closing bracket" in observation.messages[-1].content


def test_hostile_arguments_are_an_error_and_the_episode_goes_on():
    deep: object = 0
    for _ in range(5000):
        deep = [deep]
    env = started()
    for items in (deep, [10**400], [float("nan")]):
        *_, info = env.step(call("note", items=items))
        assert [e["kind"] for e in info["errors"]] == ["schema"]
    snapshot = env.snapshot()
    assert env.step(call("note", items=[1]))[-1]["errors"] == []
    env.restore(snapshot)
    assert env.world.state["log"] == []


def test_failed_turns_end_the_episode_but_tool_errors_do_not_count():
    env = started(max_errors=2)
    env.step(call("add", thing="cup", count=0))
    env.step(Action(calls=(ToolCall("nope"), ToolCall("roll"))))  # one of two was carried out
    env.step(call("nope"))
    *_, terminated, truncated, info = env.step(Action(error="?"))
    assert (terminated, truncated, info["outcome"]) == (True, False, "too_many_errors")
    assert env.score() == {}


def test_max_turns_truncates_without_a_score():
    env = started(max_turns=1)
    _, reward, terminated, truncated, info = env.step(call("add", thing="cup", count=2))
    assert (reward, terminated, truncated, info["outcome"]) == (0.0, False, True, "max_turns")
    assert env.score() == {}
    env = started(max_turns=1)
    *_, terminated, truncated, info = env.step(Action("I give up."))
    assert (terminated, truncated, info["outcome"]) == (True, False, "failure")


def test_the_user_may_go_on():
    env = started(task="then-a-pan")
    env.step(call("add", thing="cup", count=2))
    observation, _, terminated, *_ = env.step(Action("There."))
    assert observation.messages[-1] == Message("user", "And a pan.")
    assert not terminated
    env.step(call("add", thing="pan"))
    _, reward, terminated, *_ = env.step(Action("There."))
    assert (reward, terminated) == (1.0, True)
    assert env.reset(options={"task": "then-a-pan"})[1]["outcome"] is None
    assert env.world.state["asks"] == ["And a pan."]  # the task's data was not used up


def test_a_single_answer_is_neither_checked_nor_executed():
    env = started(Answer())
    action = Action(calls=(ToolCall("nope"), ToolCall("add", {"thing": 1})), raw="<calls>")
    observation, reward, terminated, _, info = env.step(action)
    assert (reward, terminated, info["errors"]) == (0.5, True, [])
    assert info["score"] == {"calls": 1.0, "half": 0.5}
    assert info["outcome"] == "failure"
    assert observation.messages[-1].content == "<calls>"


def test_a_lenient_world_gets_every_call():
    env = started(Lenient())
    observation, *_, info = env.step(call("nope", x=1))
    assert observation.messages[-1].content == "I saw nope"
    assert info["errors"] == []
    *_, terminated, _, info = env.step(Action("f(", error="bracket"))
    assert terminated
    assert info["errors"][0]["kind"] == "unreadable"


def test_without_outcome_reward_nothing_tells():
    class Gold(FakeWorld):
        def score(self, task):
            raise AssertionError("looked at the gold")

    env = started(Gold(), outcome_reward=False)
    _, reward, terminated, _, info = env.step(Action("Done."))
    assert (reward, terminated, info["outcome"], info["score"]) == (0.0, True, None, {})
    env = started(FakeWorld(), outcome_reward=False)
    env.step(call("add", thing="cup", count=2))
    assert env.score() == {}
    env.step(Action("Done."))
    assert env.outcome is None
    assert env.score() == {"score": 1.0}
    assert env.outcome is Outcome.SUCCESS


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("tool", "Crashing failed in the tool crash: ZeroDivisionError: oops"),
        ("result", "the tool crash: TypeError: a value of type bytes has no JSON form"),
        ("shape", "the tool crash: TypeError: a value of type object has no JSON form"),
    ],
)
def test_what_the_world_does_wrong_is_an_exception(where, text):
    env = started(Crashing(where=where))
    start = env.snapshot()
    with pytest.raises(WorldError, match=text):
        env.step(call("crash"))
    assert env.outcome is Outcome.ERROR
    assert env.ended
    assert env.score() == {}
    with pytest.raises(ResetNeeded):
        env.step(call("roll"))
    env.restore(start)
    env.step(call("roll"))
    with pytest.raises(WorldError, match=r"score: ValueError: score\(\) gave"):
        env.step(Action("Done."))


def test_setup_may_break_too():
    with pytest.raises(WorldError, match="failed in setup"):
        started(Crashing(where="setup"))


def test_tools_come_and_go_with_the_turn():
    env = started(Growing())
    assert len(env.observation.tools) == len(env.action_space.tools) == 1
    start = env.snapshot()
    env.step(call("add", thing="cup"))
    tools = env.observation.tools
    assert len(tools) == len(env.action_space.tools) == 3
    env.step(call("roll"))
    assert env.observation.tools is tools
    env.restore(start)
    assert len(env.action_space.tools) == 1


def test_tasks_are_drawn_from_the_split_and_repeat_with_the_seed():
    env = ToolEnv(FakeWorld(), split="train")
    drawn = {env.reset(seed=seed)[1]["task"] for seed in range(20)}
    assert drawn == {"two-cups", "then-a-pan"}
    task = env.reset(seed=3)[1]["task"]
    rolls = []
    for options in (None, {"task": task}, {"task": env.tasks[task]}):
        env.reset(seed=3, options=options)
        rolls.append(env.step(call("roll"))[0].messages[-1].content)
    assert len(set(rolls)) == 1
    own = Task("own", "Hello.", {"goal": {}})
    assert env.reset(options={"task": own})[0].messages == (Message("user", "Hello."),)


@pytest.mark.parametrize(
    ("options", "reset", "text"),
    [
        ({}, {"task": "two-cup"}, r"no task 'two-cup' \(did you mean 'two-cups'\?\)"),
        ({}, {"tasks": "two-cups"}, "unknown option 'tasks'"),
        ({"split": "dev"}, None, r"no tasks in the split 'dev' \(one of: test, train\)"),
        ({"render_mode": "rgb"}, None, "render_mode 'rgb'"),
    ],
)
def test_bad_input_is_one_line(options, reset, text):
    with pytest.raises(UserError, match=text):
        ToolEnv(FakeWorld(), **options).reset(options=reset)


# --- positions


def test_arguments_do_not_alias_the_state():
    env = started()
    items: list[object] = [1]
    action = call("note", items=items)
    observation, *_ = env.step(action)
    assert observation.messages[-1].content == '[[1,"a"]]'
    assert items == [1]
    assert env.observation.messages[1].calls[0].arguments == {"items": [1]}
    snapshot = env.snapshot()
    env.world.state["log"][0].append("later")
    env.restore(snapshot)
    env.world.state["log"][0].append("later still")
    env.restore(snapshot)
    assert env.world.state["log"] == [[1, "a"]]


@pytest.mark.parametrize("world", [FakeWorld, Remote])
def test_a_snapshot_carries_the_generator(world):
    env = started(world())
    env.step(call("roll"))
    snapshot = env.snapshot()
    rolls = []
    for _ in range(2):
        rolls.append(env.step(call("roll"))[0].messages[-1].content)
        env.restore(snapshot)
    assert len(set(rolls)) == 1
    other = ToolEnv(world())
    other.restore(snapshot)
    assert other.step(call("roll"))[0].messages[-1].content == rolls[0]
    assert other.turns == 2


def test_a_world_that_cannot_go_back_says_so():
    env = started(Stuck())
    env.step(call("roll"))
    with pytest.raises(UserError, match="can be neither copied nor replayed"):
        env.snapshot()
    with pytest.raises(UserError, match="no diff"):
        env.state_diff()


def test_a_replay_that_comes_out_otherwise_is_the_machines_failure():
    class Drifting(Remote):
        count = 0

        def call(self, call):
            type(self).count += 1
            return str(self.count)

    env = started(Drifting())
    env.step(call("roll"))
    snapshot = env.snapshot()
    with pytest.raises(WorldError, match="failed in replay"):
        env.restore(snapshot)


def test_views_decide_what_counts():
    class Narrow(FakeWorld):
        def view(self):
            return {"things": self.state["things"]}

    env = started(Narrow())
    before, start = env.state_hash(), env.snapshot()
    env.step(call("roll"))
    assert env.state_hash() == before
    env.step(call("add", thing="cup"))
    assert env.state_diff() == env.state_diff(start) == [("things.cup", "<absent>", 1)]
    assert env.world.state["things"] == {"cup": 1}


MOVES = st.lists(st.integers(0, 2**32), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(MOVES, MOVES, st.sampled_from(["itool/Bank-v0", FakeWorld]))
def test_restore_and_step_equal_a_replay(first, second, world):
    def act(env: ToolEnv, seeds: list[int]) -> None:
        for seed in seeds:
            if not env.ended:
                env.action_space.seed(seed)
                env.step(env.action_space.sample())

    env, fresh = make(world), make(world)
    env.reset(seed=1)
    act(env, first)
    snapshot, here = env.snapshot(), env.state_hash()
    act(env, second)
    there, seen = env.state_hash(), env.observation
    env.restore(snapshot)
    assert env.state_hash() == here
    act(env, second)
    fresh.reset(seed=1)
    act(fresh, first + second)
    assert env.state_hash() == fresh.state_hash() == there
    assert env.observation == fresh.observation == seen
    assert env.outcome == fresh.outcome


def test_environments_and_snapshots_can_be_sent():
    env = started()
    env.step(call("roll"))
    twin: ToolEnv = pickle.loads(pickle.dumps(env))
    assert twin.state_hash() == env.state_hash()
    assert twin.step(call("roll"))[0] == env.step(call("roll"))[0]
    snapshot: Snapshot = pickle.loads(pickle.dumps(env.snapshot()))
    assert twin.restore(snapshot) == env.observation


# --- rendering and spaces


def test_rendering(capsys):
    env = started(render_mode="ansi")
    env.step(call("add", thing="[bold]cup[/]"))
    text = env.render()
    assert 'assistant: → add {"thing": "[bold]cup[/]"}' in text
    assert "user: Put two cups on the shelf." in text
    assert capsys.readouterr().out == ""
    env = started(render_mode="human")
    env.step(call("roll"))
    assert env.render() is None
    out = capsys.readouterr().out
    assert out.count("Put two cups") == 1
    assert "→ roll" in out


def test_spaces():
    env, other = ToolEnv(FakeWorld()), ToolEnv(Growing())
    assert env.action_space == other.action_space
    assert env.observation_space == other.observation_space
    assert env.action_space != env.observation_space
    assert repr(env.action_space) == "ActionSpace(3 tools)"
    space = env.action_space
    assert all(space.contains(space.sample()) for _ in range(50))
    assert {len(space.sample().calls) for _ in range(100)} == {0, 1, 2}
    assert Action("Hello.") in space
    assert Action(error="?") not in space
    assert call("nope") not in space
    assert "text" not in space
    space.seed(4)
    first = [space.sample() for _ in range(5)]
    space.seed(4)
    assert [space.sample() for _ in range(5)] == first
    assert pickle.loads(pickle.dumps(space)) == space
    assert env.observation_space.sample() in env.observation_space
    with pytest.raises(ValueError, match="no mask"):
        space.sample(mask=np.ones(1))
    assert isinstance(space, gymnasium.Space)
