"""OpenAI's messages: what goes out comes back, and what goes out is what the API takes."""

from __future__ import annotations

import json
import re
import string
from dataclasses import replace

import pytest
from fake_world import FakeWorld
from hypothesis import given, settings
from hypothesis import strategies as st

from envs import Action, Episode, Message, Outcome, Step, ToolCall, ToolSpec, make
from envs.common.errors import UserError
from envs.openai_messages import (
    Conversation,
    exported,
    from_openai,
    message_to_json,
    messages_from_json,
    to_openai,
    wire_names,
)

texts = st.text(max_size=12)
names = st.one_of(st.sampled_from(["add", "math.add", "math_add", "größe"]), st.text(min_size=1))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
arguments = st.dictionaries(texts, json_values, max_size=3)
plain = st.builds(Message, st.sampled_from(["system", "user"]), texts)


@st.composite
def conversations(draw) -> Conversation:
    """Conversations in which every call has an id and a result, as environments make them."""
    tools = tuple(
        ToolSpec(name, draw(texts)) for name in draw(st.lists(names, unique=True, max_size=4))
    )
    known = st.sampled_from([tool.name for tool in tools]) if tools else names
    steps = []
    for turn in range(draw(st.integers(0, 3))):
        called = draw(st.lists(st.tuples(known, arguments), max_size=2))
        calls = tuple(
            ToolCall(name, own, f"call_{turn}_{n}") for n, (name, own) in enumerate(called)
        )
        results = [Message("tool", draw(texts), call_id=call.id, name=call.name) for call in calls]
        more = draw(st.lists(st.builds(Message, st.just("user"), texts), max_size=1))
        steps.append(Step(Action(draw(texts), calls), messages=(*results, *more)))
    return Conversation(tuple(draw(st.lists(plain, max_size=2))), tuple(steps), tools)


@given(conversation=conversations())
@settings(max_examples=200)
def test_what_goes_out_comes_back(conversation):
    value = json.loads(json.dumps(to_openai(conversation)))
    called = [call.name for step in conversation.steps for call in step.action.calls]
    own = wire_names([*(tool.name for tool in conversation.tools), *called])
    assert from_openai(value, own) == conversation
    assert to_openai(from_openai(value)) == value


@given(conversation=conversations())
def test_what_goes_out_is_what_the_api_takes(conversation):
    value = to_openai(conversation)
    allowed = re.compile(r"[a-zA-Z0-9_-]{1,64}")
    offered = [tool["function"]["name"] for tool in value.get("tools", [])]
    assert len(set(offered)) == len(offered) and all(map(allowed.fullmatch, offered))
    open_calls: list[str] = []
    for message in value["messages"]:
        assert message.keys() <= {"role", "content", "tool_calls", "tool_call_id"}
        if message["role"] == "tool":
            open_calls.remove(message["tool_call_id"])
            continue
        assert not open_calls, "every call is answered before anybody else speaks"
        for call in message.get("tool_calls", []):
            assert call.keys() == {"id", "type", "function"}
            assert allowed.fullmatch(call["function"]["name"])
            assert isinstance(json.loads(call["function"]["arguments"]), dict)
            open_calls.append(call["id"])


@given(own=st.lists(st.text(string.ascii_letters + "._ ü", max_size=80), unique=True))
def test_names_are_one_to_one(own):
    wire = wire_names(own)
    assert len(set(wire.values())) == len(own)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in wire.values())
    assert all(wire[name] == name for name in own if re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name))


@given(message=st.builds(Message, st.sampled_from(["system", "user", "assistant"]), texts))
def test_single_messages(message):
    assert messages_from_json([message_to_json(message)]) == (message,)


def test_ids_are_given_where_there_are_none():
    calls = (ToolCall("a", {}), ToolCall("b", {}, "own"))
    results = (Message("tool", "1", name="a"), Message("tool", "2", call_id="own", name="b"))
    step = Step(Action("I look.", calls), messages=results)
    messages = to_openai(Conversation((), (step,)))["messages"]
    assert [call["id"] for call in messages[0]["tool_calls"]] == ["call_1_0", "own"]
    assert [message["tool_call_id"] for message in messages[1:]] == ["call_1_0", "own"]


def test_turns_that_could_not_be_read_stay_texts():
    step = Step(Action("", error="cut", raw="[f("), messages=(Message("user", "Error: …"),))
    messages = to_openai(Conversation((Message("user", "Hi"),), (step,)))["messages"]
    assert messages[1:] == [
        {"role": "assistant", "content": "[f("},
        {"role": "user", "content": "Error: …"},
    ]
    odd = Step(Action("f()"), messages=(Message("tool", "1", name="f"),))
    with pytest.raises(ValueError, match="turn 1 has a result without a call"):
        to_openai(Conversation((), (odd,)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "messages: missing"),
        ({"messages": [{"role": "robot"}]}, r"messages\[0\]\.role: 'robot' is none of"),
        ({"messages": [], "tools": [3]}, r"tools\[0\]: an object is needed"),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": 3}}]}]},
            r"tool_calls\[0\]\.name: a text is needed",
        ),
    ],
)
def test_what_is_no_conversation(value, text):
    with pytest.raises(ValueError, match=text):
        from_openai(value)


def played(task: str, *actions: Action) -> Episode:
    """An episode of the fake world, as a rollout keeps it."""
    env = make(FakeWorld)
    seen = env.reset(seed=0, options={"task": task})[0].messages
    steps = []
    for action in actions:
        observation, reward, *_, info = env.step(action)
        messages = observation.messages[len(seen) + 1 :]
        steps.append(Step(action, messages=messages, errors=tuple(info["errors"]), reward=reward))
        seen = observation.messages
    return Episode("fake", task, "me", steps=tuple(steps), outcome=env.outcome)


def test_episodes_become_rows_for_fine_tuning():
    call = Action(calls=(ToolCall("add", {"thing": "cup", "count": 2}),))
    bad = Action(calls=(ToolCall("add", {"thing": 3}),))
    won = played("two-cups", bad, call, Action("Done."))
    lost = played("two-cups", Action("No."))
    assert (won.outcome, lost.outcome) == (Outcome.SUCCESS, Outcome.FAILURE)
    (row,) = exported([won, lost, replace(won, steps=())], make(FakeWorld))
    assert [message["role"] for message in row["messages"]] == [
        *("user", "assistant", "tool", "assistant", "tool", "assistant")
    ]
    weights = [m.get("weight") for m in row["messages"] if m["role"] == "assistant"]
    assert weights == [0, None, None]
    assert [tool["function"]["name"] for tool in row["tools"]] == ["add", "note", "roll"]
    back = from_openai(row)
    assert [step.action for step in back.steps][1:] == [
        Action(calls=(replace(call.calls[0], id="call_2_0"),)),
        Action("Done."),
    ]
    with pytest.raises(UserError, match="has no task 'gone'"):
        list(exported([replace(won, task="gone")], make(FakeWorld)))
