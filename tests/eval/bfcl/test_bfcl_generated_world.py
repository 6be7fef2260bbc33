"""How generated tasks are played and scored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from envs import make
from envs.env import ToolEnv
from envs.types import Action, Outcome, Task, ToolCall, ToolError
from eval.bfcl.generated.simulator import carry_out, open_apis, specs_of, written
from eval.bfcl.generated.world import ApiTasks

pytest.importorskip("mpmath")

CHANGES = {
    "GorillaFileSystem": ToolCall("mkdir", {"dir_name": "surplus"}),
    "MessageAPI": ToolCall("add_contact", {"user_name": "Surplus"}),
    "TwitterAPI": ToolCall("authenticate_twitter", {}),
    "TicketAPI": ToolCall("ticket_login", {"username": "surplus", "password": "surplus"}),
    "TradingBot": ToolCall("trading_logout", {}),
    "TravelAPI": ToolCall("set_budget_limit", {"budget_limit": 1}),
    "VehicleControlAPI": ToolCall("set_navigation", {"destination": "surplus"}),
}


@pytest.fixture(scope="module")
def env(bfcl_root: Path) -> ToolEnv:
    return make(ApiTasks, diffs=True)


def play(env: ToolEnv, task: Task | str, *actions: Action) -> str:
    """Play an episode to its end, with words where actions are missing; the outcome."""
    env.reset(seed=0, options={"task": task})
    for action in actions:
        env.step(action)
    while not env.ended:
        env.step(Action("Well."))
    return str(env.outcome)


def parts(env: ToolEnv) -> Mapping[str, float]:
    return env.score()


def calls(*made: tuple[str, dict[str, object]]) -> Action:
    return Action(calls=tuple(ToolCall(name, arguments) for name, arguments in made))


def named(env: ToolEnv, name: str) -> Task:
    return env.tasks[f"train-{name}-0"]


# --- scores


def test_a_gold_step_that_matters_cannot_be_left_out(env):
    for task in list(env.tasks.values())[::3]:
        for at, matters in enumerate(_matters(env, task)):
            rest = [*task.gold[:at], *task.gold[at + 1 :]]
            if matters:
                assert play(env, task, *rest) == Outcome.FAILURE, (task.id, at)


def _matters(env: ToolEnv, task: Task) -> Iterator[bool]:
    """For each gold step whether it changes something or answers a question."""
    env.reset(seed=0, options={"task": task})
    turns = iter(task.data["turns"])
    answers = next(turns)["answers"]
    matter = []
    for action in task.gold:
        env.step(action)
        results = {message.content for message in env.observation.messages[-len(action.calls) :]}
        asked = bool(action.calls) and bool(results & {*answers})
        matter.append(asked or (bool(action.calls) and any(env.diffs)))
        if not action.calls:
            answers = next(turns, {"answers": ()})["answers"]
    yield from matter


def test_one_change_too_many_fails(env):
    for task in list(env.tasks.values())[::3]:
        changes = [CHANGES[name] for name in task.data["scenarios"] if name in CHANGES]
        for change in changes:
            env.reset(seed=0, options={"task": task})
            for action in task.gold[:-1]:
                env.step(action)
            _surplus(env, change)
            env.step(task.gold[-1])
            assert env.outcome is Outcome.FAILURE, (task.id, change)
            assert parts(env)["state"] == 0


def _surplus(env: ToolEnv, change: ToolCall) -> None:
    scenarios = env.task.data["scenarios"]
    before = env.state_hash()
    if change.name == "set_budget_limit":
        token = scenarios["TravelAPI"]["access_token"]
        change = ToolCall(change.name, {**change.arguments, "access_token": token})
    elif change.name == "authenticate_twitter":
        site = scenarios["TwitterAPI"]
        arguments = {"username": site["username"], "password": site["password"]}
        env.world.call(ToolCall(change.name, arguments))
        change = ToolCall("post_tweet", {"content": "surplus"})
    env.world.call(change)
    assert env.state_hash() != before


def test_other_ways_to_the_same_end_pass(env):
    task = named(env, "files-delete")
    folder, name = (action.calls[0].arguments for action in task.gold[:2])
    look = [calls(("find", {"path": "."}))] if "find" in task.data["turns"][0]["tools"] else []
    both = calls(("cd", dict(folder)), ("rm", dict(name)))
    assert play(env, task, *look, both) == Outcome.SUCCESS


def test_answers_compare_numbers_by_value(env):
    task = next(t for t in env.tasks.values() if "math-budget" in t.tags)
    first, *rest = task.gold
    (call,) = first.calls
    floats = {"numbers": [float(number) for number in call.arguments["numbers"]]}
    assert play(env, task, Action(calls=(ToolCall(call.name, floats),)), *rest) == Outcome.SUCCESS


def test_an_answer_that_comes_a_turn_late_does_not_count(env):
    task = named(env, "several-escalate")
    question, reply, *rest = task.gold
    assert play(env, task, reply, question, *rest) == Outcome.FAILURE
    assert parts(env) == {"state": 1, "answers": 0, "restraint": 1}


@pytest.mark.parametrize("name", ["files-unnamed", "tickets-which", "vehicle-how-warm"])
def test_guessing_what_the_user_has_not_said_fails(env, name):
    task = named(env, name)
    asks_back, does, done = task.gold
    assert play(env, task, asks_back, does, done) == Outcome.SUCCESS
    assert play(env, task, does, asks_back, done) == Outcome.FAILURE
    assert parts(env) == {"state": 1, "answers": 1, "restraint": 0}


def test_saying_nothing_is_no_restraint(env):
    task = named(env, "messages-unsendable")
    assert play(env, task, Action("I cannot send messages.")) == Outcome.SUCCESS
    assert play(env, task, Action("  ")) == Outcome.FAILURE
    assert parts(env)["restraint"] == 0


# --- tools


def test_a_tool_that_comes_later_cannot_be_called_before(env):
    task = named(env, "postings-later")
    _, posts, _ = task.gold
    env.reset(seed=0, options={"task": task})
    *_, info = env.step(posts)
    assert info["errors"][0]["kind"] == "unknown_tool"
    env.step(Action("There is no tool for that."))
    assert "post_tweet" in [spec.name for spec in env.observation.tools]
    env.step(posts)
    env.step(Action("Done."))
    assert env.outcome is Outcome.SUCCESS


def test_bad_calls_are_told_and_change_nothing(env):
    task = named(env, "files-rename")
    env.reset(seed=0, options={"task": task})
    before = env.state_hash()
    source = task.gold[0].calls[0].arguments["source"]
    for arguments, kind in (
        ({"source": source}, "schema"),
        ({"source": source, "destination": 3}, "schema"),
        ({"source": "no such file", "destination": "x"}, "tool_error"),
    ):
        *_, info = env.step(calls(("mv", arguments)))
        assert [error["kind"] for error in info["errors"]] == [kind]
    assert "No such file" in info["errors"][0]["text"]
    assert env.state_hash() == before


def test_exceptions_of_the_apis_are_tool_errors(bfcl_root):
    apis = open_apis(bfcl_root, {"VehicleControlAPI": {}})
    with pytest.raises(ToolError, match="Error during execution: 'boot'"):
        carry_out(ToolCall("lockDoors", {"unlock": True, "door": ["boot"]}), apis)


def test_a_text_about_errors_is_none(bfcl_root):
    apis = open_apis(bfcl_root, {"VehicleControlAPI": {}})
    text = '{"log": ["{\\"error\\": 1}"]}'
    assert carry_out(ToolCall("display_log", {"messages": ['{"error": 1}']}), apis) == text


def test_posts_share_no_lists(bfcl_root):
    site = {"TwitterAPI": {"authenticated": True}}
    for _ in range(2):
        apis = open_apis(bfcl_root, site)
        posted = carry_out(ToolCall("post_tweet", {"content": "x"}), apis)
        assert '"mentions": []' in posted
        carry_out(ToolCall("mention", {"tweet_id": 0, "mentioned_usernames": ["@y"]}), apis)


def test_calls_are_written_as_python():
    assert written(ToolCall("f", {"a": "it's", "b": [1, None]})) == 'f(a="it\'s", b=[1, None])'


def test_descriptions_are_short(bfcl_root):
    spec = specs_of(bfcl_root, "GorillaFileSystem")["touch"]
    assert spec.description == "Create a new file of any extension in the current directory."
