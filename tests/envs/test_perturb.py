"""Perturbed worlds keep every promise of the world, under other names and orders."""

from __future__ import annotations

import string
from collections import Counter

import pytest
from fake_world import FakeWorld, Lenient
from hypothesis import given
from hypothesis import strategies as st

from agents.simulator import Simulator
from envs import Action, Task, ToolCall, make, make_vec
from envs.check import check_env
from envs.checks import UNSOLVABLE
from envs.common.errors import UserError
from envs.perturb import WAYS, original, perturbed, renamed
from envs.types import Outcome
from envs.world import World


class Judge(World):
    """One turn, scored by the names of its calls, against the task's own gold."""

    single_answer = True

    def tasks(self):
        yield Task("t", "Add.", gold=[Action(calls=(ToolCall("add", {}),))])

    def specs(self, task):
        return FakeWorld().specs(task)

    def setup(self, task):
        self.state = [action.calls[0].name for action in task.gold or ()]

    def score(self, task):
        wanted = [action.calls[0].name for action in task.gold or ()]
        return [c.name for c in self.actions[0].calls] == wanted == self.state == ["add"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", [0, 1])
def test_every_check_passes(way, seed):
    report = check_env(perturbed(FakeWorld, way, seed=seed))
    told = [problem for problem in report.problems if "gold passes" not in problem]
    assert told == []
    if way != "flaky":  # gold does not try again
        assert report.ok
    cases = {row.check: row.cases for row in report.rows}
    assert cases["snapshots"] and cases["fuzz"]


def test_all_at_once_on_a_real_world():
    report = check_env(perturbed("itool/Bank-v0", *WAYS, seed=3), limit=9)
    assert [problem for problem in report.problems if "gold passes" not in problem] == []


@given(name=st.text(), seed=st.integers())
def test_names_can_be_turned_back(name, seed):
    assert original(renamed(name, seed), seed) == name
    assert renamed(original(name, seed), seed) == name


@given(
    names=st.lists(st.text(string.ascii_letters + string.digits + "_.-", min_size=1), unique=True),
    seed=st.integers(),
)
def test_names_stay_apart_and_of_the_same_shape(names, seed):
    new = [renamed(name, seed) for name in names]
    assert len(set(new)) == len(names)
    for a, b in zip(names, new, strict=True):
        assert [c.isalpha() and c.isupper() for c in a] == [c.isalpha() and c.isupper() for c in b]
        assert all((c == d) == (not c.isalpha()) for c, d in zip(a, b, strict=True))


def test_renamed_tools_work_under_their_new_names_alone():
    env = make(perturbed(FakeWorld, "rename"))
    tools = env.reset(seed=0, options={"task": "two-cups"})[0].tools
    new = renamed("add", 0)
    assert [original(spec.name, 0) for spec in tools] == ["add", "note", "roll"]
    assert tools[0].name == new != "add"
    call = {"thing": "cup", "count": 2}
    assert (
        env.step(Action(calls=(ToolCall("add", call),)))[4]["errors"][0]["kind"] == "unknown_tool"
    )
    assert env.step(Action(calls=(ToolCall(new, call),)))[0].messages[-1].name == new
    assert env.step(Action("Done."))[1] == 1.0
    env = make(perturbed(Lenient, "rename"))
    env.reset(options={"task": "two-cups"})
    env.step(Action(calls=(ToolCall(new, {}), ToolCall("add", {}))))
    said = [message.content for message in env.observation.messages[-2:]]
    assert said == ["I saw add", f"I saw {original('add', 0)}"]


def test_a_world_that_scores_names_sees_its_own():
    env = make(perturbed(Judge, "rename"))
    env.reset(options={"task": "t"})
    assert env.task.gold[0].calls[0].name == renamed("add", 0)
    assert env.step(env.task.gold[0])[1] == 1.0
    env.reset(options={"task": "t"})
    assert env.step(Action(calls=(ToolCall("add", {}),)))[1] == 0.0


def test_shuffled_orders_differ_by_task_and_stay_within_one():
    env = make(perturbed("itool/Bank-v0", "shuffle"))
    plain = make("itool/Bank-v0")
    orders = Counter()
    for task in list(env.tasks)[:12]:
        tools = env.reset(seed=0, options={"task": task})[0].tools
        own = plain.reset(seed=0, options={"task": task})[0].tools
        assert sorted(spec.name for spec in tools) == sorted(spec.name for spec in own)
        by_name = {spec.name: spec for spec in own}
        assert all(spec == by_name[spec.name] for spec in tools), "equal but for the order"
        orders[tuple((s.name, *s.parameters["properties"]) for s in tools)] += 1
        env.step(Action(calls=(ToolCall("nothing"),)))
        assert env.observation.tools is tools
    assert len(orders) > 9
    assert len({order for spec_order in orders for order in spec_order}) > len(own)


def test_what_is_dropped_is_tagged_and_refused():
    plain, env = make("itool/Bank-v0"), make(perturbed("itool/Bank-v0", "drop"))
    lost = kept = 0
    for name, task in env.tasks.items():
        own = plain.reset(seed=0, options={"task": name})[0].tools
        left = {spec.name for spec in env.reset(seed=0, options={"task": name})[0].tools}
        lost, kept = lost + len(own) - len(left), kept + len(left)
        called = {call.name for action in task.gold for call in action.calls}
        assert (UNSOLVABLE in task.tags) == (not called <= left)
    assert 0.15 < lost / (lost + kept) < 0.35
    answers = Counter()
    for seed in range(12):
        env = make(perturbed(Lenient, "drop", seed=seed))
        left = {s.name for s in env.reset(options={"task": "two-cups"})[0].tools}
        said = env.step(Action(calls=(ToolCall("add"),)))[0].messages[-1].content
        assert said == ("I saw add" if "add" in left else "unknown tool 'add'")
        answers[said] += 1
    assert len(answers) == 2


def test_flaky_calls_succeed_when_tried_again():
    env = make(perturbed(FakeWorld, "flaky"))
    failures = 0
    for seed in range(30):
        env.reset(seed=seed, options={"task": "two-cups"})
        for _ in range(20):
            *_, info = env.step(env.task.gold[0])
            if not info["errors"]:
                break
            failures += 1
            assert "not available at the moment; try again" in info["errors"][0]["text"]
        env.step(Action("Done."))
        assert env.outcome is Outcome.SUCCESS
    assert 1 <= failures <= 25


def test_a_failure_is_the_same_after_going_back():
    env = make(perturbed(FakeWorld, "flaky", "rename"))
    env.reset(seed=1, options={"task": "two-cups"})
    start, action = env.snapshot(), env.task.gold[0]
    straight = [bool(env.step(action)[4]["errors"]) for _ in range(8)]
    env.restore(start)
    assert [bool(env.step(action)[4]["errors"]) for _ in range(8)] == straight
    assert len(set(straight)) == 2
    env.restore(start)
    copy = Simulator(env).copy()
    copy.restore(start)
    copy.step(action)
    assert env.world.state["things"] == {} and env.turns == 0, "a copy leaves its original alone"


@pytest.mark.parametrize("way", ["rename", "shuffle", "drop"])
def test_seeds_differ_and_repeat(way):
    seen = set()
    for seed in (0, 1, 2, 3, 0):
        env = make(perturbed("itool/Bank-v0", way, seed=seed))
        tools = env.reset(seed=0, options={"task": "train-pay-0"})[0].tools
        seen.add(tuple(tool.name for tool in tools))
    assert len(seen) == 4


def test_options_and_workers():
    assert make(perturbed(FakeWorld, "rename"), shelf=7).world.shelf == 7
    vector = make_vec(perturbed("itool/Bank-v0", "rename"), 2, mode="async", context="spawn")
    try:
        observations, _ = vector.reset(seed=0)
        assert renamed("transfer", 0) in {spec.name for spec in observations[0].tools}
    finally:
        vector.close()


def test_mistakes():
    assert perturbed(FakeWorld) is FakeWorld
    with pytest.raises(
        UserError, match=r"no way 'renam' to perturb a world \(did you mean 'rename'"
    ):
        perturbed(FakeWorld, "renam")
    with pytest.raises(UserError, match="flaky is named twice"):
        perturbed(FakeWorld, "flaky", "flaky")
