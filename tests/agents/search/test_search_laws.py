"""What holds of every search, whatever is searched."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_toys import Late, Random, example_1, example_2

from agents.search import JournaledProblem, SearchConfig, SearchTree, preset, run_search
from agents.search.rules import select
from agents.search.search import search, search_waves
from envs.common.runs import JsonlLog

problems = st.builds(
    Random,
    letters=st.integers(1, 4),
    depth=st.integers(1, 5),
    cut=st.sampled_from([0.0, 0.3]),
)
configs = st.builds(
    SearchConfig,
    mode=st.sampled_from(["step", "trie"]),
    samples=st.integers(1, 5),
    wave=st.integers(1, 5),
    c=st.sampled_from([0.0, 0.5, 2.0]),
    gamma=st.sampled_from([1.0, 0.9]),
    prior=st.sampled_from(["sequence", "length", "softmax", "count"]),
    fpu=st.sampled_from(["reward", "parent"]),
    minmax=st.booleans(),
    max1=st.booleans(),
    closing=st.booleans(),
    self_eval=st.sampled_from(["all", "open", "off"]),
    root_value=st.sampled_from(["zero", "self_eval"]),
    truncated=st.sampled_from([None, -1.0]),
    simulations=st.integers(1, 25),
    max_depth=st.integers(1, 6),
    widen_power=st.sampled_from([0.0, 0.5]),
    max_samples=st.just(8),
)
seeds = st.integers(0, 1 << 40)

unhurried = settings(deadline=None)


@unhurried
@given(problems, configs, seeds)
def test_every_tree_is_valid_after_every_wave(problem, config, seed):
    seen = []

    def check(tree):
        tree.validate()
        seen.append(tree.root.visits)

    tree = run_search(problem, config, seed=seed, on_wave=check)
    # Each wave finishes a simulation; the last may only find that nothing is left.
    assert seen[:-1] == sorted(set(seen[:-1]))
    assert tree.stop in ("closed", "simulations")
    assert tree.root.visits <= config.simulations
    assert tree.root.visits == config.simulations or tree.root.closed


def test_an_answer_that_passes_a_closed_step_opens_nothing():
    # Its spelling differs from that of the step that is known there: a branch of its own.
    config = SearchConfig(
        samples=3,
        wave=5,
        c=0.0,
        prior="sequence",
        minmax=False,
        self_eval="all",
        simulations=15,
        max_depth=3,
        widen_power=0.5,
        max_samples=8,
    )
    problem = Random(letters=2, depth=3, cut=0.0)
    tree = run_search(problem, config, seed=59_420_893_008, on_wave=SearchTree.validate)
    spelt = [node for node in tree.nodes if node.parent == 2 and node.key == "b."]
    assert len(spelt) == 2 and all(node.closed for node in spelt)


@unhurried
@given(problems, configs, seeds)
def test_rewards_telescope(problem, config, seed):
    # Without discount the value of a state is the mean R of the ends found below, minus its own R.
    tree = run_search(problem, replace(config, gamma=1.0, max1=False), seed=seed)
    for node in tree.nodes:
        ends = [n for n in tree.nodes if n.terminal and node in tree.upwards(n) and n.visits]
        if node.visits:
            assert sum(n.visits for n in ends) == node.visits
            mean = sum(n.visits * n.state_reward for n in ends) / node.visits
            assert node.value == pytest.approx(mean - node.state_reward, abs=1e-9)


@unhurried
@given(problems, configs, seeds)
def test_closed_nodes_stay_closed_and_are_not_entered(problem, config, seed):
    closed = {}
    step = config.mode == "step"

    def check(tree):
        for index, visits in closed.items():
            assert tree.nodes[index].closed
            if step:  # in a trie a sample may repeat a finished answer
                assert tree.nodes[index].visits == visits
        closed.update((n.index, n.visits) for n in tree.nodes if n.closed)
        for node in tree.nodes:
            if node.children:
                chosen = select(tree, node)
                assert chosen is None or not chosen.closed

    tree = run_search(problem, replace(config, closing=True), seed=seed, on_wave=check)
    if step:
        ends = [n for n in tree.nodes if n.terminal and n.visits]
        assert all(n.visits == 1 for n in ends)


@unhurried
@given(problems, configs, seeds)
def test_paths_are_the_ids_that_were_sampled(problem, config, seed):
    sampled = set()

    class Noting(Random):
        def expand(self, ask):
            answer = super().expand(ask)
            for chain in answer:
                for end in range(1, len(chain) + 1):
                    ids = tuple(token for s in chain[:end] for token in s.ids)
                    sampled.add(ask.prefix.ids + ids)
            return answer

    noting = Noting(problem.letters, problem.depth, problem.cut)
    tree = run_search(noting, config, seed=seed)
    for node in tree.nodes[1:]:
        assert tree.prefix(node).ids in sampled
        steps = [token for step in tree.path(node) for token in step.ids]
        assert tree.prefix(node).ids == (*problem.prompt.ids, *steps)
        assert tuple(steps[slice(*node.span)]) == node.ids


@unhurried
@given(problems, configs, seeds, st.integers(0, 1 << 20), st.integers(0, 1 << 20))
def test_the_order_in_which_answers_arrive_does_not_matter(problem, config, seed, one, other):
    plain = run_search(problem, config, seed=seed)
    for order in (one, other):
        late = run_search(Late(problem, order), config, seed=seed)
        assert late.digest() == plain.digest()
        assert late.to_json() == plain.to_json()


def test_a_search_begins_with_a_new_tree():
    tree = run_search(Random(), SearchConfig(simulations=2))

    async def again():
        async for _ in search_waves(Random(), tree):
            pass

    with pytest.raises(ValueError, match="new tree"):
        asyncio.run(again())


def test_many_trees_on_one_loop_do_not_disturb_each_other():
    async def together():
        config = SearchConfig(simulations=20, wave=3)
        return await asyncio.gather(
            *(search(Late(Random(), k), config, task=f"task-{k % 5}") for k in range(20))
        )

    trees = asyncio.run(together())
    alone = [
        run_search(Random(), SearchConfig(simulations=20, wave=3), task=f"task-{k}")
        for k in range(5)
    ]
    assert [t.digest() for t in trees] == [alone[k % 5].digest() for k in range(20)]
    assert len({t.digest() for t in trees}) == 5


@unhurried
@given(problems, configs, seeds)
def test_json_gives_the_tree_back(problem, config, seed):
    tree = run_search(problem, config, task="t/ä", seed=seed)
    value = json.loads(json.dumps(tree.to_json(), allow_nan=False))
    again = SearchTree.from_json(value)
    again.validate()
    assert again == tree
    assert again.digest() == tree.digest()
    assert again.to_json() == value


# Resume


def journal(path, problem, config):
    return run_search(JournaledProblem(problem, JsonlLog(path)), config, task="t", seed=5)


@pytest.mark.parametrize("mode", ["step", "trie"])
def test_a_journal_cut_at_any_byte_gives_the_same_tree(tmp_path, mode):
    path = tmp_path / "journal.jsonl"
    config = SearchConfig(mode=mode, samples=3, simulations=9, wave=2, self_eval="all")
    whole = journal(path, Random(), config)
    assert whole.to_json() == run_search(Random(), config, task="t", seed=5).to_json()
    content = path.read_bytes()
    lines = [json.loads(line) for line in content.splitlines()]
    assert len({line["key"] for line in lines}) == len(lines) == whole.expansions + whole.judgements
    for cut in range(0, len(content), 17 if mode == "step" else 13):
        path.write_bytes(content[:cut])
        fresh = Random()
        again = journal(path, fresh, config)
        assert again.to_json() == whole.to_json()
        assert path.read_bytes() == content
        if cut > len(content) // 2:
            assert fresh.requests < whole.expansions


def test_a_whole_journal_asks_nothing(tmp_path):
    path = tmp_path / "journal.jsonl"
    config = SearchConfig(samples=3, simulations=9)
    whole = journal(path, Late(Random(), 1), config)
    fresh = Random()
    assert journal(path, fresh, config).digest() == whole.digest()
    assert fresh.requests == 0


def test_a_journal_of_another_search_is_not_used(tmp_path):
    log = JsonlLog(tmp_path / "journal.jsonl")
    config = SearchConfig(samples=3, simulations=9)
    for task in ("one", "two"):
        fresh = Random()
        tree = run_search(JournaledProblem(fresh, log), config, task=task)
        assert fresh.requests == tree.expansions > 0
        assert tree.digest() == run_search(Random(), config, task=task).digest()


def test_a_search_that_failed_goes_on_from_its_journal(tmp_path):
    class Failing(Random):
        def __init__(self, good):
            super().__init__()
            self.good = good

        def self_eval(self, ask):
            self.good -= 1
            if self.good < 0:
                raise RuntimeError("the machine failed")
            return super().self_eval(ask)

    log = JsonlLog(tmp_path / "journal.jsonl")
    config = preset("paper", samples=3, simulations=12, wave=3, closing=True, max1=True)
    whole = run_search(Random(), config)
    failures = 0
    while failures < 50:
        tree = SearchTree(config)

        async def go(tree=tree):
            async for _ in search_waves(JournaledProblem(Late(Failing(3), 1), log), tree):
                pass

        try:
            asyncio.run(go())
            break
        except RuntimeError:
            failures += 1
            tree.validate()  # what there is can be used
    assert failures > 3
    assert tree.to_json() == whole.to_json()


# Presets


def test_the_papers_rules_visit_what_is_finished_for_ever():
    tree = run_search(example_1(), preset("paper", simulations=30))
    assert tree.stop == "simulations"
    assert max(n.visits for n in tree.nodes if n.terminal) > 10
    closing = run_search(example_1(), preset("paper", simulations=30, closing=True))
    assert closing.stop == "closed"
    assert closing.root.visits == 4


def test_the_default_closes_the_examples():
    for problem, ends in ((example_1(), 4), (example_2(), 5)):
        tree = run_search(problem)
        assert tree.stop == "closed"
        assert tree.root.visits == ends
