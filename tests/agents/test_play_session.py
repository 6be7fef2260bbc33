"""The player's session: undo, redo, branches and what-if, held against playing afresh."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.player.ask import Missing, fields_of, read_calls, seen_values
from agents.player.session import Session
from agents.rollout import begin
from envs import Action, Message, Task, ToolCall, ToolSpec, World, tool
from envs.common.errors import UserError
from envs.env import ToolEnv
from envs.episode import Episode
from envs.world import WorldError


class Pile(World):
    """Random cards on a pile."""

    max_turns = 6

    def tasks(self) -> Iterable[Task]:
        yield Task("pile", "Pile up.")

    def setup(self, task: Task) -> None:
        self.state = {"cards": []}

    @tool
    def put(self, card: int) -> int:
        """Put a card and draw one."""
        drawn = int(self.rng.integers(1000))
        self.state["cards"] += [card, drawn]
        return drawn

    @tool
    def burn(self) -> str:
        """Break after the state has changed."""
        self.state["cards"].append("ash")
        raise RuntimeError("on fire")

    def score(self, task: Task) -> bool:
        return len(self.state["cards"]) > 2


class Server(Pile):
    copyable = False


class Replayed(Pile):
    copyable, replayable = False, True


def session(world: World | None = None) -> Session:
    env = ToolEnv(world or Pile(), diffs=True)
    return Session(env, env.tasks["pile"], env_id="x:Pile", seed=3)


def put(card: int) -> Action:
    return Action("", (ToolCall("put", {"card": card}),))


def afresh(actions: Iterable[Action]) -> ToolEnv:
    env = ToolEnv(Pile(), diffs=True)
    begin(env, env.tasks["pile"], seed=3, trial=0)
    for action in actions:
        env.step(action)
    return env


MOVES = st.one_of(
    st.tuples(st.just("take"), st.integers(0, 3)),
    st.tuples(st.sampled_from(["undo", "redo"]), st.integers(1, 2)),
    st.tuples(st.sampled_from(["fork", "what_if", "burn", "reply"]), st.just(0)),
    st.tuples(st.just("switch"), st.integers(0, 3)),
)


@pytest.mark.parametrize("world", [Pile, Replayed])
@settings(max_examples=60, deadline=None)
@given(moves=st.lists(MOVES, max_size=14))
def test_any_moves_lead_where_playing_afresh_does(
    world: type[World], moves: list[tuple[str, int]]
) -> None:
    played = session(world())
    for name, number in moves:
        ends = [e.steps for e in played.episodes()]
        try:
            if name == "take":
                played.take(put(number))
            elif name == "reply":
                played.take(Action("Done."))
            elif name == "burn":
                played.take(Action("", (ToolCall("burn"),)))
            elif name == "what_if":
                played.what_if([put(1), Action("Done."), Action("", (ToolCall("burn"),))])
            elif name == "switch":
                played.switch(list(played.branches)[number % len(played.branches)])
            elif name == "fork":
                played.fork()
            else:
                getattr(played, name)(number)
        except (UserError, WorldError):
            assert [e.steps for e in played.episodes()] == ends
        env = afresh(node.step.action for node in played.path if node.step)
        assert played.env.state_hash() == env.state_hash()
        assert played.env.observation == env.observation
        assert (played.env.ended, played.env.outcome) == (env.ended, env.outcome)
        for episode in played.episodes():
            assert Episode.from_json(episode.to_json()) == episode


def test_undo_and_redo_are_inverse_and_a_new_turn_keeps_what_was_undone() -> None:
    played = session()
    for card in (1, 2, 3):
        played.take(put(card))
    end, cards = played.here, list(played.env.world.state["cards"])
    played.undo(2)
    assert played.here.depth == 1 and played.env.world.state["cards"] == cards[:2]
    played.redo()
    played.redo()
    assert played.here is end and played.env.world.state["cards"] == cards
    played.undo(2)
    played.take(put(9))
    assert played.branches["b2"] is end and played.branch == "main"
    with pytest.raises(UserError, match="0 turns can be done again, not 1"):
        played.redo()
    played.switch("b2")
    assert played.here is end
    with pytest.raises(UserError, match=r"no branch 'mian' \(did you mean 'main'\?\)"):
        played.switch("mian")
    assert [e.agent for e in played.episodes()] == ["human@b2", "human"]
    assert played.episode().privileged == ("simulator",)


def test_what_if_takes_nothing() -> None:
    played = session()
    played.take(put(1))
    before = played.env.state_hash()
    first, second, broken = played.what_if(
        [put(5), Action("Done."), Action("", (ToolCall("burn"),))]
    )
    assert next(c.after for c in first.changed) == 5 and not second.changed
    assert second.outcome == "failure" and "on fire" in (broken.error or "")
    assert played.env.state_hash() == before and played.here.depth == 1
    again = played.take(put(5))
    assert first.step is not None and again.step is not None
    assert again.step.messages == first.step.messages


def test_a_world_that_cannot_be_copied_says_what_is_possible() -> None:
    played = session(Server())
    played.take(put(1))
    for move in (played.undo, played.fork, lambda: played.what_if([put(1)])):
        with pytest.raises(UserError, match="no undo, fork or what-if; step, edit, call and save"):
            move()
    with pytest.raises(WorldError):
        played.take(Action("", (ToolCall("burn"),)))
    episode = played.episode()
    assert played.ended and episode.outcome == "error" and "on fire" in (episode.error or "")
    assert len(episode.steps) == 1 and episode.reward is None and not episode.privileged


def test_an_unfinished_episode_has_no_reward() -> None:
    played = session()
    played.take(put(1))
    episode = played.episode()
    assert (episode.outcome, episode.reward) == ("error", None) and "stopped" in (
        episode.error or ""
    )


SPEC = ToolSpec(
    "book",
    "",
    {
        "type": "object",
        "properties": {
            "size": {"enum": ["s", "m"], "default": "m"},
            "name": {"type": "string"},
            "n": {"type": ["integer", "null"]},
            "day": {"$ref": "#/$defs/day"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "paid": {"type": "boolean"},
        },
        "required": ["name", "day"],
        "$defs": {"day": {"type": "string", "pattern": "^[0-9]{4}$"}},
        "additionalProperties": False,
    },
)


def test_arguments_are_read_by_their_schema() -> None:
    fields = {field.name: field for field in fields_of(SPEC)}
    assert list(fields)[:2] == ["name", "day"]
    for name, text, value in (
        ("name", "12", "12"),
        ("name", '""', ""),
        ("name", "true story", "true story"),
        ("n", "12", 12),
        ("n", "null", None),
        ("day", "2024", "2024"),
        ("tags", '["a"]', ["a"]),
        ("paid", "false", False),
        ("size", "s", "s"),
    ):
        assert fields[name].read(text) == value
    for name, text, wrong in (
        ("n", "x", "n: 'x' is not"),
        ("day", "May", "day: "),
        ("name", "", "name"),
        ("size", "xl", "size: 'xl'"),
        ("paid", "yes", "paid: 'yes' is not a boolean"),
    ):
        with pytest.raises(ValueError, match=wrong):
            fields[name].read(text)
    with pytest.raises(Missing):
        fields["n"].read("")
    assert fields["size"].choices() == ["s", "m"] and fields["paid"].choices() == ["true", "false"]
    assert fields["size"].told == 'one of s, m, optional, default "m"'


def test_values_and_calls_are_found_in_texts() -> None:
    messages = [Message("user", "Pay AC-12"), Message("tool", '[{"number": "P-7", "k": 31}]')]
    assert seen_values(messages) == ["P-7", "31", "AC-12"]
    wanted = (ToolCall("f", {"x": 1}),)
    for text in (
        "f(x=1)",
        "[f(x=1)]",
        '<tool_call>{"name": "f", "arguments": {"x": 1}}</tool_call>',
    ):
        action = read_calls(text)
        assert action is not None and action.calls == wanted
    assert read_calls("Hello there") is None
