"""Searching with a model behind the engine: ids, constraints in the middle of a turn, the judge."""

from __future__ import annotations

import pytest
from env_toys import Shelf, env_of, shelf_task

from agents.formats import get_format
from agents.policies import Policy, Sampling
from agents.search import SearchConfig, run_search
from agents.search.env_problem import EnvProblem, ProblemConfig
from agents.search.judge import Critic
from agents.search.sampler import rest_of_grammar
from envs.env import ToolEnv
from envs.types import Action, Message, ToolCall, ToolSpec
from training.answers import Answers, task_of
from training.rows import Row

ADD = ToolSpec("add", "", {"type": "object", "properties": {"a": {"enum": [1, 2, 3]}}})
ROW = Row("r", (ADD,), (Message("user", "Add 1, 2."),), (ToolCall("add", {"a": 1}),) * 2)


def searched(engine, *, format="python", decoding="calls", mode="trie", **changes):
    # The tiny model's context has no room for a prompt that lists tools.
    policy = Policy(engine, get_format(format), decoding=decoding, sampling=Sampling(1.0, 1.0, 120))
    problem = EnvProblem(
        lambda: ToolEnv(Answers([ROW])),
        task_of(ROW),
        policy,
        critic=Critic(engine),
        config=ProblemConfig(outcome=True, step_tokens=5),
    )
    how = {"samples": 4, "simulations": 12, "self_eval": "all", "max_depth": 6} | changes
    tree = run_search(problem, SearchConfig(mode=mode, **how), seed=3)
    tree.validate()
    return tree


@pytest.mark.torch
@pytest.mark.parametrize("mode", ["trie", "step"])
def test_a_model_is_searched(tiny, mode):
    tree = searched(tiny, decoding="plain", mode=mode)
    assert len(tree.nodes) > 1
    assert all(0 <= node.confidence <= 1 for node in tree.nodes)
    for node in tree.nodes[1:]:
        assert node.logp is not None and node.logp <= 0


@pytest.mark.torch
@pytest.mark.parametrize("format", ["python", "json", "hermes", "llama3", "mistral"])
def test_constrained_answers_stay_valid_in_the_middle_of_a_turn(closing_tiny, format):
    tree = searched(closing_tiny, format=format, samples=6, simulations=24)
    parse = get_format(format).parse
    asked_inside = [node for node in tree.nodes[1:] if node.asks and node.prompt == 0]
    finished = [node for node in tree.nodes if node.terminal and not node.truncated]
    assert finished
    for node in finished:
        turn = parse("".join(step.text for step in tree.path(node)))
        assert turn.error is None
        assert turn.calls
        assert all(call.name == "add" for call in turn.calls)
    assert asked_inside or all(len(tree.path(node)) == 1 for node in finished)


@pytest.mark.parametrize("format", ["python", "json", "hermes", "llama3", "mistral"])
def test_the_rest_of_a_grammar(format):
    style = get_format(format)
    grammar = style.grammar((ADD,), "calls")
    between = getattr(style, "between", ", ")
    close = getattr(style, "around_all", ("[", "]"))[1]
    opens = getattr(style, "around_all", ("[", "]"))[0]
    call = style.render(Action(calls=(ToolCall("add", {"a": 1}),))).removeprefix("[TOOL_CALLS] ")
    for mark in ("[", "]", "<tool_call>\n", "\n</tool_call>"):
        call = call.removeprefix(mark).removesuffix(mark)
    rest = rest_of_grammar(grammar, style, opens + call)
    assert rest is not None and rest.splitlines()[1:] == grammar.splitlines()[1:]
    behind = rest_of_grammar(grammar, style, opens + call + between)
    assert behind is not None and behind != rest
    assert rest_of_grammar(grammar, style, opens + call + close + " So") is None
    assert rest_of_grammar(grammar, style, opens) is None


@pytest.mark.torch
def test_environments_of_several_turns(closing_tiny):
    sampling = Sampling(1.0, 1.0, 60)
    policy = Policy(closing_tiny, get_format("python"), decoding="any", sampling=sampling)
    problem = EnvProblem(env_of(Shelf), shelf_task(), policy, config=ProblemConfig(outcome=True))
    tree = run_search(problem, SearchConfig(samples=3, simulations=6), seed=0)
    tree.validate()
    assert len(tree.nodes) > 1
