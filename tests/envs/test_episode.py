from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.episode import Episode, ModelCall, Step
from envs.types import Action, Message, Outcome, ToolCall

texts = st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
calls = st.lists(
    st.builds(ToolCall, texts, st.dictionaries(texts, values, max_size=3), st.none() | texts),
    max_size=2,
).map(tuple)
actions = st.builds(Action, texts, calls, st.none() | st.just("unreadable"), st.none() | texts)
messages = st.builds(Message, st.sampled_from(["user", "tool"]), texts, calls)
model_calls = st.builds(
    ModelCall,
    texts,
    ids=st.lists(st.integers(0, 9), max_size=3).map(tuple),
    logprobs=st.lists(st.floats(-9, 0), max_size=3).map(tuple),
)
steps = st.builds(
    Step,
    actions,
    st.lists(model_calls, max_size=2).map(tuple),
    st.lists(messages, max_size=2).map(tuple),
)
episodes = st.builds(
    Episode,
    texts,
    texts,
    texts,
    steps=st.lists(steps, max_size=3).map(tuple),
    outcome=st.none() | st.sampled_from(Outcome),
    reward=st.none() | st.floats(0, 1),
)


@given(episodes)
def test_episodes_come_back_from_json(episode: Episode) -> None:
    back = Episode.from_json(json.loads(json.dumps(episode.to_json())))
    assert back == episode
    for one, other in zip(back.steps, episode.steps, strict=True):
        assert one.action.raw == other.action.raw
        assert one.model_calls == other.model_calls


def test_arguments_are_kept_to_the_letter() -> None:
    call = ToolCall("f", {"a": None, "b": "", "c": [], "d": {"e": None}})
    episode = Episode("env", "t", "plain", steps=(Step(Action(calls=(call,))),))
    assert Episode.from_json(episode.to_json()).steps[0].action.calls == (call,)


def test_other_versions_and_other_records_are_refused() -> None:
    with pytest.raises(ValueError, match="version 99"):
        Episode.from_json({"version": 99})
    with pytest.raises(ValueError, match="not an episode"):
        Episode.from_json({"version": 1, "steps": []})


def test_the_answer_is_the_last_turn_as_written() -> None:
    assert Episode("env", "t", "plain").answer == ""
    spoken = Step(Action("said", raw="```said```"))
    assert Episode("env", "t", "plain", steps=(spoken,)).answer == "```said```"
