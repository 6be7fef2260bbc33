"""Searching environments with a policy."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from env_toys import Replayed, Sayings, Shelf, Silent, env_of, fumble, hang, policy, shelf_task

from agents.engines.base import EngineError
from agents.engines.http import HttpEngine
from agents.engines.scripted import END
from agents.search import JournaledProblem, SearchConfig, extract_pairs, preset, run_search
from agents.search.env_problem import PARTIAL, EnvProblem, ProblemConfig, in_time
from agents.search.judge import Critic
from agents.search.partial import share_made
from envs.common.errors import UserError
from envs.common.runs import JsonlLog
from envs.env import ToolEnv
from envs.types import Action, Message, ToolCall, ToolSpec
from training.answers import Answers, on_track, task_of
from training.rows import Row

OUTCOME = ProblemConfig(outcome=True)


def problem(world=Shelf, say=fumble, config=OUTCOME, *, right=None, **changes) -> EnvProblem:
    engine = Sayings(say, right=right or (lambda text: 0.5))
    critic = Critic(engine) if right else None
    return EnvProblem(
        env_of(world), shelf_task(), policy(engine, **changes), critic=critic, config=config
    )


def grown(made: EnvProblem, **changes):
    tree = run_search(made, SearchConfig(**{"simulations": 24, "samples": 6} | changes), seed=1)
    tree.validate()
    return tree


@pytest.mark.parametrize("mode", ["trie", "step"])
def test_turns_go_through_the_environment(mode):
    tree = grown(problem(), mode=mode)
    right, finished = tree.verdicts()[0]
    assert 0 < right < finished
    for node in tree.nodes[1:]:
        path = tree.path(node)
        if node.terminal and not node.truncated:
            said = "".join(step.text for step in path)
            things = sorted(part.split("'")[1] for part in said.split("put(")[1:])
            assert node.right == (things == ["book", "cup"]), said
            assert node.ids[-1] == END
        elif node.prompt == tree.nodes[node.parent].prompt:
            assert END not in node.ids  # no end token behind an unfinished turn
        else:
            assert node.ids[-1] == END
            assert "there are 2 things" in tree.prompt(node.prompt).text


@pytest.mark.parametrize("mode", ["trie", "step"])
def test_pairs_begin_where_the_calls_part(mode):
    pairs = extract_pairs(grown(problem(), mode=mode, simulations=48)).pairs
    assert pairs
    for pair in pairs:
        assert pair.verified
        assert pair.prompt.text.endswith(("Assistant:", "'), "))
        assert (END in pair.chosen.ids) == pair.chosen.text.endswith("]")


def test_the_model_reads_the_ids_that_it_wrote():
    made = problem()
    tree = grown(made, mode="step")
    engine = made._sampler.policy.engine
    prefixes = {tree.prefix(node).ids for node in tree.nodes}
    begun = [r for r in engine.requests if r.n > 1]
    assert begun
    assert all(request.ids in prefixes for request in begun)


def test_worlds_without_copies_are_played_again():
    assert grown(problem(Replayed)).digest() == grown(problem(Shelf)).digest()


@pytest.mark.parametrize("mode", ["trie", "step"])
@pytest.mark.parametrize("cut", [0, 3, 7])
def test_a_journal_is_gone_on_with_by_replay(tmp_path, mode, cut):
    path = tmp_path / "journal.jsonl"
    whole = grown(JournaledProblem(problem(), JsonlLog(path)), mode=mode)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:cut]) + b'{"key": "torn')
    resumed = JournaledProblem(problem(), JsonlLog(path))
    assert grown(resumed, mode=mode).digest() == whole.digest()
    assert resumed.replayed == min(cut, len(lines))


def test_test_tasks_have_no_outcome():
    engine = Sayings(fumble)
    with pytest.raises(UserError, match="'shelf-test' is of the split 'test'"):
        EnvProblem(env_of(Shelf), shelf_task("test"), policy(engine), config=OUTCOME)
    made = EnvProblem(env_of(Silent), shelf_task("test"), policy(engine))
    tree = grown(made)
    assert not tree.checked
    assert all(node.score is None for node in tree.nodes)
    assert any(node.terminal and not node.truncated for node in tree.nodes)


def always(*turns: str):
    return lambda results, rng: turns[min(results, len(turns) - 1)]


def test_an_invalid_call_is_what_the_environment_says():
    tree = grown(problem(say=always("[put(thing=5)]", "Done.")))
    assert "Error: thing" in tree.prompt(tree.nodes[1].prompt).text
    assert tree.verdicts()[0] == (0, 1)
    tree = grown(problem(say=always("[put(thing='glue')]", "Done.")))
    assert "glue does not stand on shelves" in tree.prompt(tree.nodes[1].prompt).text


def test_too_many_errors_are_wrong_and_a_turn_limit_is_not():
    made = problem(say=lambda results, rng: "[put(thing=")
    tree = grown(made)
    assert tree.verdicts()[0] == (0, 1)
    made = problem(say=lambda results, rng: "[put(thing='hat')]")
    tree = grown(made)
    assert tree.verdicts()[0] == (0, 0)
    assert all(node.truncated for node in tree.nodes if node.terminal)
    assert made.cuts["turns"] > 0


def test_cut_answers_are_not_wrong():
    made = problem(max_tokens=20)
    tree = grown(made)
    assert tree.verdicts()[0] == (0, 0)
    assert made.cuts["length"] > 0
    assert extract_pairs(tree).pairs == []
    tree = grown(problem(max_tokens=20), mode="step")
    assert tree.verdicts()[0] == (0, 0)


def test_a_full_context_is_not_wrong():
    class Small(Sayings):
        context_length = 10_000

    engine = Small(fumble)
    made = EnvProblem(env_of(Shelf), shelf_task(), policy(engine), config=OUTCOME)
    engine.context_length = len(made.prompt.ids) + 60
    made = EnvProblem(env_of(Shelf), shelf_task(), policy(engine), config=OUTCOME)
    tree = grown(made)
    assert made.cuts["context"] > 0
    assert tree.verdicts()[0] == (0, 0)
    engine.context_length = len(made.prompt.ids)
    made = EnvProblem(env_of(Shelf), shelf_task(), policy(engine), config=OUTCOME)
    assert grown(made).root.truncated


def test_a_broken_world_is_not_wrong():
    made = problem(say=always("[put(thing='bug')]"))
    tree = grown(made)
    assert tree.verdicts()[0] == (0, 0)
    assert made.cuts["world"] > 0


def test_a_tool_that_hangs_is_left_behind():
    def say(results, rng):
        return "Done." if results else f"[put(thing='{rng.choice(['book', 'hang'])}')]"

    hang.clear()
    made = problem(say=say, config=replace(OUTCOME, tool_seconds=0.3))
    try:
        tree = grown(made)
    finally:
        hang.set()
    assert made.cuts["deadline"] > 0
    assert any(node.score is not None for node in tree.nodes)


def test_what_runs_on_a_thread_raises_here():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_time(lambda: 1 // 0, 5))
    assert asyncio.run(in_time(lambda: 6 * 7, 5)) == 42


def test_an_engine_that_dies_ends_the_search():
    made = problem()
    engine = made._sampler.policy.engine

    async def dead(request):
        raise EngineError("gone")

    engine.generate = dead
    with pytest.raises(EngineError, match="gone"):
        grown(made)


def test_garbage_is_searched_like_anything():
    tree = grown(problem(say=lambda results, rng: rng.choice(["", "\n", "[[[", "\x00 é", "]"])))
    assert tree.root.visits > 0


def test_the_critic_is_asked_about_open_states():
    tree = grown(problem(right=lambda text: 0.9 if "hat" not in text else 0.2), self_eval="all")
    judged = [node for node in tree.nodes[1:] if node.confidence]
    assert len(judged) == len(tree.nodes) - 1
    for node in judged:
        before = tree.turn(tree.nodes[node.parent]) if node.parent else []
        said = "".join(step.text for step in before) + node.text
        assert node.confidence == pytest.approx(0.2 if "hat" in said else 0.9)
    assert tree.judge_tokens == tree.judgements == len(judged)


def test_the_reference_is_offered_once():
    made = problem(say=always("Done."), config=replace(OUTCOME, reference=True))
    tree = grown(made)
    gold = [node for node in tree.nodes if node.source == "gt"]
    assert [node.text for node in gold][:2] == ["[put(thing='book'), ", "put(thing='cup')]"] or [
        node.text for node in gold
    ][:2] == ['[put(thing="book"), ', 'put(thing="cup")]']
    assert tree.verdicts()[0][0] == 1
    pairs = extract_pairs(tree).pairs
    assert [pair.chosen.source for pair in pairs] == ["gt"]


def test_single_answers():
    tool = ToolSpec("add", "", {"type": "object", "properties": {"a": {"type": "integer"}}})
    row = Row("r", (tool,), (Message("user", "Add 1."),), (ToolCall("add", {"a": 1}),))
    engine = Sayings(lambda results, rng: f"[add(a={rng.randrange(3)})]")
    made = EnvProblem(lambda: ToolEnv(Answers([row])), task_of(row), policy(engine), config=OUTCOME)
    tree = grown(made)
    assert tree.verdicts()[0] == (1, 3)
    (pair,) = extract_pairs(tree).pairs
    assert pair.chosen.text == "[add(a=1)]"


def test_arguments_as_steps_give_pairs_inside_a_call():
    tool = ToolSpec("f", "", {"type": "object", "properties": {}})
    row = Row("r", (tool,), (Message("user", "?"),), (ToolCall("f", {"a": 1, "b": 1}),))
    engine = Sayings(lambda results, rng: f"[f(a=1, b={rng.randrange(2)})]")
    config = replace(OUTCOME, granularity="argument")
    made = EnvProblem(lambda: ToolEnv(Answers([row])), task_of(row), policy(engine), config=config)
    (pair,) = extract_pairs(grown(made)).pairs
    assert (pair.chosen.text, pair.rejected.text) == ("b=1)]", "b=0)]")


def test_calls_are_followed_from_the_first_that_went_wrong():
    """Right in one of 81 whole answers; from where the arguments are right it is soon found."""
    tool = ToolSpec("f", "", {"type": "object", "properties": {}})
    wanted = ToolCall("f", {"a": 1, "b": 1})
    row = Row("r", (tool,), (Message("user", "?"),), (wanted, wanted))
    call = "f(a={}, b={})"

    def say(results, rng):
        values = [rng.randrange(3) for _ in range(4)]
        return f"[{call.format(*values[:2])}, {call.format(*values[2:])}]"

    engine = Sayings(say)
    own = policy(engine)
    made = EnvProblem(
        lambda: ToolEnv(Answers([row])), task_of(row), own,
        config=replace(OUTCOME, granularity="argument"),
        on_track=lambda text: on_track(row, own.format, text),
    )  # fmt: skip
    tree = run_search(made, preset("pairs", simulations=24), seed=1)
    tree.validate()
    assert tree.verdicts()[0][0] > 0
    for node in tree.nodes[1:]:
        said = "".join(step.text for step in tree.path(node)).replace(" ", "")
        right = "[f(a=1,b=1),f(a=1,b=1)]".startswith(said)
        whole = said.endswith("]")
        assert node.on_track is (None if whole else right), said
        assert node.terminal is (whole or not right) and node.right is (whole and right)
    pairs = extract_pairs(tree).pairs
    assert {(pair.chosen.text, pair.chosen.ends) for pair in pairs} >= {("f(a=1, ", False)}
    assert all(pair.rejected.ends is pair.rejected.text.endswith("]") for pair in pairs)


def test_engines_without_ids_are_refused():
    engine = HttpEngine("http://localhost:1/v1", "m")
    with pytest.raises(UserError, match="a search needs token ids"):
        EnvProblem(env_of(Shelf), shelf_task(), policy(engine))


def test_the_paper_preset():
    made = problem(right=lambda text: 0.5)
    tree = run_search(made, preset("paper", simulations=10, samples=3), seed=0)
    tree.validate()
    assert tree.root.visits == 10


def test_a_start_in_the_middle():
    env = env_of(Shelf)()
    env.reset(seed=0, options={"task": shelf_task()})
    env.step(Action(calls=(ToolCall("put", {"thing": "book"}),)))
    made = EnvProblem(
        env_of(Shelf), shelf_task(), policy(Sayings(always("", "[put(thing='cup')]", "Done."))),
        config=OUTCOME, start=env.snapshot(),
    )  # fmt: skip
    tree = grown(made)
    assert "there are 1 things" in tree.prompt(0).text
    assert tree.verdicts()[0] == (1, 1)


def test_a_horizon_finishes_answers_without_a_verdict():
    made = problem(right=lambda text: 0.7, config=ProblemConfig(horizon=1))
    tree = grown(made)
    ends = [node for node in tree.nodes[1:] if node.terminal]
    assert ends and not any(node.truncated or node.score is not None for node in ends)
    assert all(node.prompt == 0 for node in tree.nodes)  # no second turn
    assert grown(problem(config=replace(OUTCOME, horizon=2))).verdicts()[0][1] > 0


def test_wrong_answers_with_some_of_the_right_calls_are_a_little_less_wrong():
    gold = [Action(calls=(ToolCall("f", {"a": 1}), ToolCall("g", {})))]
    one = Action(calls=(ToolCall("f", {"a": 1}),))
    assert share_made([one], gold) == 0.5
    assert share_made([*gold, one], gold) == 2 / 3
    assert share_made([Action(calls=(ToolCall("f", {"a": 2}),))], gold) == 0
    assert share_made([], []) == 0
    late = [Action(calls=(ToolCall("h", {}), ToolCall("g", {})))]
    assert share_made(late, gold) == 0.5
    assert share_made(late, gold, in_one_go=True) == 0
    more = [Action(calls=(*gold[0].calls, ToolCall("h", {})))]  # "[f(a=1), " was the last hope
    assert share_made(more, gold, in_one_go=True) == share_made([one], gold, in_one_go=True) == 0.5
    assert share_made(more, [one], in_one_go=True) == share_made(more, [], in_one_go=True) == 0

    def finer(*calls):
        wanted = [Action(calls=(f, g))]
        return share_made([Action(calls=calls)], wanted, in_one_go=True, arguments=True)

    f, g = ToolCall("f", {"b": 2, "a": 1}), ToolCall("g")
    assert finer(f, g) == 1
    assert finer(g, f, f) == finer(f, ToolCall("h")) == 3 / 4
    assert finer(ToolCall("f", {"a": 1, "b": 3}), g) == finer(ToolCall("f", {"a": 1})) == 2 / 4
    assert finer(ToolCall("f", {"a": 1, "b": 2, "c": 3})) == 2 / 4
    assert finer(ToolCall("f", {"a": 2, "b": 2})) == finer(g, ToolCall("h")) == 1 / 4
    assert finer(ToolCall("h"), f, g) == 0
    tree, plain = (
        grown(problem(config=ProblemConfig(outcome=True, partial=partial)))
        for partial in (True, False)
    )
    scores = [{n.score for n in t.nodes if n.score is not None} for t in (tree, plain)]
    assert scores[1] == {0.0, 1.0}
    assert all(score == 1 or score <= PARTIAL for score in scores[0])
    assert any(0 < score < 1 for score in scores[0])
