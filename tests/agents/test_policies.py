"""What a policy asks for, what it makes of the answer, and how an episode can end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from agents import (
    Completion,
    EngineError,
    Policy,
    PromptTooLong,
    Request,
    Sampling,
    ScriptedEngine,
    UnsupportedSchema,
    get_format,
)
from agents.engines.base import run
from agents.rollout import rollout
from envs import Action, Message, Observation, Outcome, Task, ToolCall, ToolEnv, ToolSpec, World
from envs.common.errors import UserError
from envs.schema import call_errors
from envs.worlds.bank import Bank

CITY = {"type": "object", "properties": {"city": {"enum": ["Paris", "Rome"]}}, "required": ["city"]}
SEEN = Observation((Message("user", "Weather?"),), (ToolSpec("weather", "Weather", CITY),))


def policy(engine: Any, **options: Any) -> Policy:
    return Policy(engine, get_format("python"), **options)


def test_only_constrained_decoding_asks_for_a_constraint() -> None:
    engine = ScriptedEngine(["x"])
    assert policy(engine).request(SEEN, seed=1).constraint is None
    for mode in ("calls", "any"):
        constraint = policy(engine, decoding=mode).request(SEEN, seed=1).constraint
        assert constraint is not None and constraint.mode == mode
    request = policy(engine, sampling=Sampling(0.7, 0.9, 11)).request(SEEN, seed=5, n=3)
    asked = (request.temperature, request.top_p, request.max_tokens, request.seed, request.n)
    assert asked == (0.7, 0.9, 11, 5, 3) and request.tools == ()
    assert policy(engine, offer_tools=True).request(SEEN, seed=1).tools == SEEN.tools


@pytest.mark.torch
def test_a_constrained_policy_can_only_make_valid_calls(closing_tiny: Any) -> None:
    decision = run(policy(closing_tiny, decoding="calls").act(SEEN, seed=0))
    assert decision.action.calls and decision.model_calls[0].finish == "stop"
    for call in decision.action.calls:
        assert call_errors(call, SEEN.tools) == []


def test_a_schema_that_cannot_be_promised_is_told_in_one_line() -> None:
    odd = ToolSpec("f", "", {"type": "object", "properties": {"x": {"not": {}}}})
    with pytest.raises(UnsupportedSchema) as error:
        policy(ScriptedEngine(["x"]), decoding="calls").request(Observation((), (odd,)), seed=0)
    assert isinstance(error.value, UserError) and "\n" not in str(error.value)


def test_calls_that_the_server_read_are_taken_as_they_are() -> None:
    native = Action(calls=(ToolCall("weather", {"city": "Rome"}, "id-1"),))
    engine = ScriptedEngine(lambda _: Completion("ignored()", action=native))
    assert run(policy(engine).act(SEEN, seed=0)).action is native


class Fragile(World):
    """Breaks when it is called."""

    def tasks(self) -> Iterable[Task]:
        yield Task("t", "go")

    def specs(self, task: Task) -> tuple[ToolSpec, ...]:
        return (ToolSpec("f"),)

    def call(self, call: ToolCall) -> str:
        raise RuntimeError("disk on fire")

    def score(self, task: Task) -> bool:
        return True


def play(world: World, answer: Any, **options: Any) -> Any:
    env = ToolEnv(world)
    agent = policy(ScriptedEngine(answer))
    return run(rollout(env, next(iter(world.tasks())), agent, env_id="e", **options))


def test_what_the_machine_does_wrong_has_no_reward() -> None:
    broken = play(Fragile(), ["[f()]"])
    assert (broken.outcome, broken.reward) == (Outcome.ERROR, None)
    assert "disk on fire" in broken.error

    def lost(_: Request) -> str:
        raise EngineError("gone")

    assert (play(Fragile(), lost).outcome, play(Fragile(), lost).error) == (Outcome.ERROR, "gone")


def test_what_the_model_does_wrong_has_an_outcome() -> None:
    def long(_: Request) -> str:
        raise PromptTooLong("prompt has 9 tokens")

    assert play(Fragile(), long).outcome is Outcome.CONTEXT_OVERFLOW
    assert play(Fragile(), ["done"]).outcome is Outcome.SUCCESS
    endless = play(Bank(), ['[find_accounts(owner="nobody")]'])
    assert endless.outcome in (Outcome.MAX_TURNS, Outcome.TOO_MANY_ERRORS)
    assert endless.steps[0].errors[0]["kind"] == "tool_error"
    assert endless.steps[0].messages[0].role == "tool" and endless.steps[0].model_calls[0].ids


def test_a_deadline_ends_the_episode() -> None:
    class Slow(ScriptedEngine):
        async def generate(self, request: Request) -> list[Completion]:
            await asyncio.sleep(30)
            return []

    world = Fragile()
    agent = policy(Slow(["x"]))
    task = next(iter(world.tasks()))
    episode = run(rollout(ToolEnv(world), task, agent, env_id="e", deadline=0.05))
    assert episode.outcome is Outcome.DEADLINE and episode.steps == ()
