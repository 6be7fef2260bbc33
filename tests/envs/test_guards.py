"""Limits of an environment: late tools, long answers, calls that lead nowhere, long episodes."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from fake_world import FakeWorld, Remote

from envs import Action, ToolCall, ToolEnv, ToolError, make, tool
from envs.common.errors import UserError
from envs.guards import Guards, TimeUp, time_limit
from envs.types import Outcome
from envs.world import WorldError


class Slow(FakeWorld):
    """Tools that take their time, and one that talks too much."""

    @tool
    def wait(self, seconds: float, thing: str = "cup") -> str:
        """Change the state, draw a number, wait, change it again."""
        self.state["things"][thing] = int(self.rng.integers(100))
        try:
            time.sleep(seconds)
        except Exception:  # a tool may catch what it likes
            return "never mind"
        self.state["log"].append("done")
        return "waited"

    @tool
    def talk(self, characters: int, fail: bool = False) -> str:
        """Say so many characters."""
        if fail:
            raise ToolError("y" * characters)
        return "x" * characters


class SlowElsewhere(Slow):
    copyable = False


def call(name: str, **arguments: object) -> Action:
    return Action(calls=(ToolCall(name, arguments),))


def started(world: FakeWorld, task: str = "two-cups", **limits: float) -> ToolEnv:
    env = make(world, guards=Guards(**limits))
    env.reset(seed=0, options={"task": task})
    return env


def last(env: ToolEnv) -> str:
    return env.observation.messages[-1].content


# --- time


def test_a_late_tool_is_stopped_and_changes_nothing():
    env = started(Slow(), tool_deadline=0.05)
    before, drawn = env.state_hash(), env.np_random.bit_generator.state
    *_, info = env.step(call("wait", seconds=30))
    assert last(env) == "Error: the tool took too long; nothing was changed"
    assert [error["kind"] for error in info["errors"]] == ["deadline"]
    assert env.state_hash() == before and env.np_random.bit_generator.state == drawn
    env.step(call("add", thing="cup", count=2))
    assert env.step(Action("Done."))[1] == 1.0


def test_without_a_timer_it_is_found_out_late():
    env = started(Slow(), tool_deadline=0.01)
    before = env.state_hash()
    thread = threading.Thread(target=lambda: env.step(call("wait", seconds=0.05)))
    thread.start()
    thread.join()
    assert last(env).startswith("Error: the tool took too long") and env.state_hash() == before


def test_what_cannot_be_taken_back_is_lost():
    env = started(SlowElsewhere(), tool_deadline=0.05)
    with pytest.raises(WorldError, match=r"the tool wait: TimeoutError: it took more than 0\.05 s"):
        env.step(call("wait", seconds=30))
    assert env.outcome is Outcome.ERROR


def test_the_time_of_an_episode():
    env = started(Slow(), deadline=0.1)
    _, reward, terminated, truncated, _ = env.step(call("add", thing="cup", count=2))
    assert not (terminated or truncated)
    _, reward, terminated, truncated, info = env.step(call("wait", seconds=30))
    assert (reward, terminated, truncated, info["outcome"]) == (0.0, False, True, "deadline")
    assert info["errors"][0]["kind"] == "deadline", "no call outlasts the episode"
    env.reset(options={"task": "two-cups"})
    time.sleep(0.11)
    env.step(Action("Done."))
    assert env.outcome is Outcome.FAILURE, "an episode that ends by itself is scored"


def test_going_back_takes_the_clock_back():
    env = started(Slow(), deadline=0.4)
    start = env.snapshot()
    time.sleep(0.45)
    env.step(call("roll"))
    assert env.outcome is Outcome.DEADLINE
    env.restore(start)
    env.step(call("roll"))
    assert not env.ended


def test_a_timer_that_is_set_already_goes_on():
    rang: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(1))
    others = signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(TimeUp), time_limit(0.02):
            time.sleep(30)
        assert signal.getsignal(signal.SIGALRM) is not before and not rang
        left = signal.getitimer(signal.ITIMER_REAL)[0]
        assert 0 < left < 0.19
        time.sleep(0.3)
        assert rang == [1]
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *others)


# --- length


@pytest.mark.parametrize(("fail", "letter"), [(False, "x"), (True, "y")])
def test_long_answers_are_cut_and_say_so(fail, letter):
    env = started(Slow(), max_chars=10)
    env.step(call("talk", characters=10, fail=fail))
    assert last(env) == letter * 10
    env.step(call("talk", characters=11, fail=fail))
    assert last(env) == f"{letter * 10}\n[cut: 10 of 11 characters]"


# --- repeats


def kinds(env: ToolEnv, *actions: Action) -> list[str]:
    """For each turn the kind of its first error, or ``ok``."""
    found = []
    for action in actions:
        errors = env.step(action)[4]["errors"]
        found.append(errors[0]["kind"] if errors else "ok")
    return found


def test_a_call_that_leads_nowhere_is_refused():
    env = started(FakeWorld(), max_repeats=2)
    bad = call("add", thing="cup", count=0)
    assert kinds(env, *[bad] * 4) == ["tool_error"] * 3 + ["repeated"]
    assert last(env) == (
        "Error: this call was made before and nothing new comes of it; try another way"
    )
    good = call("add", thing="cup", count=2)
    assert kinds(env, good, *[bad] * 3) == ["ok", "tool_error", "tool_error", "repeated"]
    assert env.step(Action("Done."))[1] == 1.0


def test_what_changes_something_is_no_repeat():
    env = started(FakeWorld(), max_repeats=1)
    assert kinds(env, *[call("add", thing="cup")] * 5) == ["ok"] * 5, "each has a new answer"
    assert kinds(env, *[call("roll")] * 5) == ["ok"] * 5


def test_a_longer_loop_is_noticed_and_ends_the_episode():
    env = make(FakeWorld(), guards=Guards(max_repeats=2), max_errors=3)
    env.reset(options={"task": "two-cups"})
    a, b = call("add", thing="a", count=0), call("add", thing="b", count=-1)
    assert kinds(env, *[a, b] * 3) == ["tool_error"] * 6
    assert kinds(env, a, b, a) == ["repeated"] * 3
    assert env.outcome is Outcome.TOO_MANY_ERRORS


def test_repeats_follow_a_snapshot():
    for world in (FakeWorld(), Remote()):
        env = started(world, max_repeats=1)
        bad = call("add", thing="cup", count=0)
        start = env.snapshot()
        assert kinds(env, bad, bad) == ["tool_error"] * 2
        twice = env.snapshot()
        env.restore(start)
        assert kinds(env, bad, bad) == ["tool_error"] * 2
        env.restore(twice)
        assert kinds(env, bad) == ["repeated"]


# --- where limits come from


def test_a_world_has_its_own_and_the_environment_may_have_others():
    class Careful(FakeWorld):
        guards = Guards(max_chars=3)

    assert make(Careful).guards.max_chars == 3
    assert make(Careful, guards=Guards(max_repeats=4)).guards == Guards(max_repeats=4)
    assert make(FakeWorld).guards == Guards()


@pytest.mark.parametrize("name", ["tool_deadline", "deadline", "max_chars", "max_repeats"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_is_above_nothing(name, value):
    with pytest.raises(UserError, match=f"{name} .*: more than 0 is needed"):
        Guards(**{name: value})
