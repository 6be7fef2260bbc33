"""Agents that ask the model more than once, and what they are given."""

from __future__ import annotations

import asyncio
import re

import pytest
from env_toys import Replayed, Sayings, Shelf, Silent, fumble, policy, shelf_task

from agents.engines.base import Completion
from agents.engines.http import HttpEngine
from agents.rollout import rollout
from agents.search.agents import Mcts, agent_named, agents_of, best_turn, privileges, turn_key
from agents.search.config import SearchConfig
from agents.search.search import run_search
from agents.simulator import Simulator
from envs.common.errors import UserError
from envs.env import ToolEnv
from envs.types import Action, Observation, Outcome, ToolCall


class Dice(Sayings):
    """Answers with given texts and log-probabilities, one after the other."""

    def __init__(self, *answers: tuple[str, float], right=lambda text: 0.5) -> None:
        super().__init__(lambda results, rng: "", right=right)
        self.answers = answers

    def answer(self, request, k):
        if request.label_ids:
            return super().answer(request, k)
        text, logp = self.answers[k % len(self.answers)]
        return Completion(text, ids=tuple(text.encode()), logprobs=(logp,) * len(text))


def chosen(engine, **how) -> str:
    agent = agent_named("best-of-n", policy(engine), **{"samples": 4, **how})
    decision = asyncio.run(agent.act(Observation(), seed=1))
    assert len([c for c in decision.model_calls if c.purpose == "policy"]) == 4
    return decision.action.raw


def test_best_of_n():
    answers = [("[f(a=1)]", -0.9), ("[g()]", -0.1), ("[ f( a = 1 ) ]", -0.5), ("[h()]", -0.2)]
    assert chosen(Dice(*answers)) == "[ f( a = 1 ) ]"  # twice there, in its likeliest spelling
    assert chosen(Dice(*answers), choose="likely") == "[g()]"
    judge = Dice(*answers, right=lambda text: 0.9 if "h()" in text else 0.3)
    assert chosen(judge, choose="critic") == "[h()]"
    assert chosen(Dice(("x", -1.0), ("y", -1.0)), samples=4) == "x"


def test_turns_are_equal_by_their_calls():
    a, b = ToolCall("f", {"x": 1, "y": 2}), ToolCall("g", {})
    assert turn_key(Action("Look:", (a, b))) == turn_key(Action(calls=(b, a)))
    assert turn_key(Action("one  two")) == turn_key(Action("one two"))
    assert turn_key(Action(calls=(b,), error="broken", raw="g(")) == "g("


def played(agent, world=Silent, split="test"):
    env = ToolEnv(world(), outcome_reward=False)
    episode = asyncio.run(
        rollout(env, shelf_task(split), agent, env_id="shelf", seed=1, deadline=30)
    )
    return episode, env


def liking_for_cups(text: str) -> float:
    things = re.findall(r"thing=['\"](\w+)['\"]", text)
    return 0.9 if sorted(things) == ["book", "cup"] else 0.1


@pytest.mark.parametrize("world", [Silent, Replayed])
def test_mcts_tries_turns_out_and_sees_no_score(world):
    engine = Sayings(fumble, right=liking_for_cups, whole=True)
    agent = agent_named("mcts", policy(engine), samples=12, simulations=24)
    episode, env = played(agent, world)
    assert episode.error is None
    assert sorted(env.world.state) == ["book", "cup"]  # only what was done for good
    assert episode.privileged == ("simulator",)
    assert [step.action.calls[0].name for step in episode.steps[:1]] == ["put"]
    purposes = {call.purpose for step in episode.steps for call in step.model_calls}
    assert purposes == {"policy", "judge"}
    tokens = sum(len(r.ids) > 0 for r in engine.requests)
    assert tokens == len(engine.requests)
    assert episode.steps[-1].action.text == "Done."


def test_greedy_is_the_policy():
    acting = policy(Sayings(fumble))
    assert agent_named("greedy", acting) is acting
    episode, _ = played(acting)
    assert episode.privileged == ()


def test_mcts_repeats():
    def once():
        engine = Sayings(fumble, right=liking_for_cups, whole=True)
        return played(agent_named("mcts", policy(engine), simulations=6))[0]

    assert once().steps == once().steps


def test_mcts_takes_what_comes_where_nothing_ends():
    cut = agent_named("mcts", policy(Sayings(fumble), max_tokens=12), simulations=4)
    episode, _ = played(cut)
    assert episode.error is None
    assert episode.steps


def test_a_copy_is_not_scored_and_has_no_gold():
    env = ToolEnv(Shelf())
    env.reset(seed=0, options={"task": shelf_task()})
    simulator = Simulator(env)
    assert simulator.task.gold is None
    twin = simulator.copy()
    twin.restore(simulator.snapshot())
    twin.step(Action(calls=(ToolCall("put", {"thing": "hat"}),)))
    assert twin.world.state == ["hat"]
    assert env.world.state == []
    _, reward, *_ = twin.step(Action("Done."))
    assert (reward, twin.ended, twin.outcome) == (0, True, None)
    with pytest.raises(UserError, match="not scored"):
        twin.score()
    assert env.outcome is None
    env.step(Action("Done."))
    assert env.outcome is Outcome.FAILURE


def test_bad_wishes():
    with pytest.raises(UserError, match="no agent 'oracle'; there are: greedy, best-of-n, mcts"):
        agent_named("oracle", policy(Sayings(fumble)))
    with pytest.raises(UserError, match="at least 1"):
        agent_named("mcts", policy(Sayings(fumble)), simulations=0)
    with pytest.raises(UserError, match="token ids and log-probabilities"):
        agent_named("mcts", policy(HttpEngine("http://localhost:1/v1", "m")))
    agent = agent_named("mcts", policy(Sayings(fumble)))
    with pytest.raises(UserError, match="needs a simulator"):
        asyncio.run(agent.act(Observation(), seed=0))


def test_names_and_privileges():
    agents = agents_of(("greedy", "mcts", "mcts", "best-of-n"), [policy(Sayings(fumble))], 4, 8)
    assert [a.name for a in agents] == ["plain", "mcts 8, plain", "best of 4 (majority), plain"]
    assert privileges(agents) == [
        "agent 'mcts 8, plain' uses what a deployed model has not: simulator"
    ]


def test_the_best_turn():
    from search_toys import example_1

    tree = run_search(example_1(), SearchConfig(mode="step", minmax=False, self_eval="all"))
    assert [node.text for node in best_turn(tree)] == ["a2", "b3"]
    assert isinstance(Mcts(policy(Sayings(fumble))).config, SearchConfig)


def test_eval_takes_agents(tmp_path, capsys):
    import json

    from eval.run import main

    script = tmp_path / "script.jsonl"
    script.write_text('{"answers": [["[find_accounts(owner=\\"x\\")]", "Hello."]]}\n')
    argv = ["itool/Bank-v0", "--model", f"scripted:{script}", "--limit", "2", "--json"]
    argv += ["--agent", "greedy", "best-of-n", "mcts", "--samples", "2", "--simulations", "2"]
    assert main([*argv, "--out", str(tmp_path / "run")]) == 0
    report = json.loads(capsys.readouterr().out)
    names = {row["agent"] for row in report["rows"]}
    assert names == {"plain", "best of 2 (majority), plain", "mcts 2, plain"}
    assert any("simulator" in note for note in report["notes"])
    lines = (tmp_path / "run" / "episodes.jsonl").read_text().splitlines()
    marked = {e["agent"]: e["privileged"] for e in map(json.loads, lines)}
    assert marked["mcts 2, plain"] == ["simulator"]
    assert marked["plain"] == []
