"""Which pairs a tree gives, what each filter drops, and what the rows hold."""

from __future__ import annotations

import json

import pytest

from agents.search import PairConfig, Prompt, SearchConfig, SearchTree, Step, extract_pairs
from agents.search.grow import insert
from agents.search.pairs import FILTERS, trl_rows
from agents.search.rules import back_up, set_reward

RIGHT, WRONG = {"terminal": True, "score": 1}, {"terminal": True, "score": 0}


def step(text, *, ids=None, **fields):
    return Step(text, tuple(map(ord, text)) if ids is None else ids, -float(len(text)), **fields)


def grow(*chains, visits=1, **config):
    """A tree of whole answers, each backed up."""
    tree = SearchTree(SearchConfig(**config), task="t")
    tree.add_prompt(Prompt((1, 2), "q: "))
    fresh, ends = insert(tree, tree.root, chains, seed=1)
    for node in fresh:
        set_reward(tree, node)
    for end in ends:
        for _ in range(visits):
            back_up(tree, end)
    tree.validate()
    return tree


def taken(tree, **config):
    report = extract_pairs(tree, PairConfig(**config))
    pairs = [(p.chosen.text, p.rejected.text) for p in report.pairs]
    return pairs, {name: n for name, n in report.dropped.items() if n}


def test_a_pair_and_where_it_comes_from():
    tree = grow([step("aa"), step("b"), step("!", **RIGHT)], [step("aa"), step("cc", **WRONG)])
    report = extract_pairs(tree)
    (pair,) = report.pairs
    assert pair.prompt == Prompt((1, 2, 97, 97), "q: aa")
    assert (pair.chosen.text, pair.rejected.text, pair.gap) == ("b!", "cc", 2.0)
    assert (pair.task, pair.tree, pair.node, pair.depth) == ("t", tree.digest(), 1, 1)
    assert pair.chosen.nodes == (2, 3)
    assert (pair.chosen.right, pair.chosen.finished, pair.chosen.logp) == (1, 1, -2.0)
    assert (pair.rejected.right, pair.rejected.finished, pair.rejected.visits) == (0, 1, 1)
    assert pair.verified and pair.chosen.ends and pair.chosen.source == "policy"
    assert report.nodes == 1
    assert set(report.dropped) == set(FILTERS)
    assert trl_rows(report.pairs) == [
        {
            "prompt_ids": [1, 2, 97, 97],
            "chosen_ids": [98, 33],
            "rejected_ids": [99, 99],
            "prompt_text": "q: aa",
            "chosen_text": "b!",
            "rejected_text": "cc",
        }
    ]
    row = pair.to_json()
    assert json.loads(json.dumps(row)) == row
    assert row["chosen"]["nodes"] == [2, 3]


def test_a_step_in_the_middle_of_an_answer_gets_no_end():
    tree = grow(
        [step("a"), step("x", ids=(7, 99), **RIGHT)],
        [step("a"), step("y", ids=(8, 99), **RIGHT)],
        [step("b"), step("z", ids=(9, 99), **WRONG)],
    )
    (pair,) = extract_pairs(tree).pairs
    assert (pair.chosen.ids, pair.chosen.ends) == ((97,), False)
    assert (pair.rejected.ids, pair.rejected.ends) == ((98, 9, 99), True)


@pytest.mark.parametrize(
    ("chains", "config", "reason", "cure"),
    [
        pytest.param(
            [[step("a", **RIGHT)], [step("b", truncated=True)], [step("c", **WRONG)]],
            {},
            "truncated",
            None,
            id="truncated",
        ),
        pytest.param(
            [[step("a", **RIGHT)], [step("b", **WRONG)]],
            {"min_visits": 2},
            "visits",
            {"min_visits": 1},
            id="visits",
        ),
        pytest.param(
            [[step("aaaa", **RIGHT)], [step("b", **WRONG)]],
            {"max_length": 3},
            "length",
            {"max_length": 4},
            id="length",
        ),
        pytest.param(
            [[step("aa"), step("aa", **RIGHT)], [step("b", **WRONG)]],
            {"max_length": 3},
            "length",
            {"max_length": 4},
            id="length-joined",
        ),
        pytest.param(
            [[step("a", source="gt", **RIGHT)], [step("b", **WRONG)]],
            {"reference": False},
            "reference",
            {"reference": True},
            id="reference",
        ),
        pytest.param(
            [[step("a", **RIGHT)], [step("b", **WRONG)]],
            {"gap": 2.1},
            "gap",
            {"gap": 2.0},
            id="gap",
        ),
        pytest.param(
            [[step("a", key="k", **RIGHT)], [step("b", key="k", **WRONG)]],
            {},
            "same",
            None,
            id="same",
        ),
        pytest.param(
            [[step("a", **RIGHT)], [step("ab", **WRONG)]],
            {},
            "prefix",
            None,
            id="prefix",
        ),
        pytest.param(
            [[step("a", **RIGHT)], [step("bbbbb", **WRONG)]],
            {},
            "ratio",
            {"max_ratio": 5},
            id="ratio",
        ),
        pytest.param(
            [[step("a", **RIGHT)], [step("b", **WRONG)]],
            {"min_finished": 2},
            "unverified",
            {"verified": False, "min_finished": 2},
            id="unverified-thin",
        ),
        pytest.param(
            [
                [step("a"), step("x", **RIGHT)],
                [step("b"), step("y", **WRONG)],
                [step("b"), step("z", **RIGHT)],
            ],
            {},
            "unverified",
            {"verified": False},
            id="unverified-right-below",
        ),
    ],
)
def test_filters(chains, config, reason, cure):
    tree = grow(*chains)
    _, dropped = taken(tree, **config)
    assert dropped.get(reason)
    if cure is not None:
        before = taken(tree, **config)[0]
        after, dropped = taken(tree, **cure)
        assert reason not in dropped
        assert len(after) > len(before)


def test_of_equal_steps_one_without_objection_is_taken():
    long = [step("bbbbb", **WRONG)]
    tree = grow([step("a", **RIGHT)], long, long, [step("c", **WRONG)])
    assert taken(tree) == ([("a", "c")], {})
    assert taken(tree, max_ratio=5) == ([("a", "bbbbb")], {})


def test_a_step_that_was_right_in_another_spelling_is_no_clear_failure():
    other = [step("b ", key="b"), step("z", **RIGHT)]
    tree = grow([step("a"), step("x", **RIGHT)], [step("b"), step("y", **WRONG)], other)
    assert [n.key for n in tree.children(tree.root)] == ["a", "b", "b"]
    assert taken(tree) == ([], {"unverified": 1})


def test_cut_answers_are_on_neither_side():
    cut = grow([step("a", **RIGHT)], [step("b", truncated=True)], truncated=-1.0)
    assert taken(cut, verified=False) == ([], {"truncated": 1, "few": 1})
    best = grow([step("a", truncated=True)], [step("b", **WRONG)])
    assert taken(best, verified=False) == ([], {"truncated": 1, "few": 1})
    tail = grow([step("a"), step("x", truncated=True)], [step("b", **WRONG)])
    assert taken(tail, verified=False)[0] == [("a", "b")]  # the step, without the cut rest


def test_without_a_checker_nothing_has_to_be_verified():
    tree = grow([step("a", terminal=True)], [step("b", terminal=True)])
    for node, confidence in zip(tree.nodes[1:], (0.9, 0.1), strict=True):
        node.confidence = confidence
        set_reward(tree, node)
    assert taken(tree, gap=0.5) == ([], {"unverified": 1})
    tree.checked = False
    assert taken(tree, gap=0.5) == ([("a", "b")], {})
    assert not extract_pairs(tree, PairConfig(gap=0.5)).pairs[0].verified


def test_the_cap_keeps_the_widest_gap_and_at_equal_gaps_the_deeper():
    tree = grow(
        [step("a"), step("b"), step("x", **RIGHT)],
        [step("a"), step("b"), step("y", **WRONG)],
        [step("a"), step("c", **WRONG)],
        [step("d", **WRONG)],
    )
    everything = [("x", "y"), ("b", "c"), ("a", "d")]
    assert taken(tree) == (everything, {})
    assert taken(tree, max_pairs=2) == (everything[:2], {"cap": 1})
    level = grow(
        [step("r", **RIGHT)],
        [step("w", **WRONG)],
        [step("a"), step("x", **RIGHT)],
        [step("a"), step("y", **WRONG)],
    )
    assert taken(level) == ([("x", "y"), ("r", "w")], {})  # both gaps are 2
    assert taken(level, max_pairs=1) == ([("x", "y")], {"cap": 1})


def test_all_pairs_of_a_node():
    tree = grow(
        [step("a", **RIGHT)], [step("b", **WRONG)], [step("c", **WRONG)], [step("d", **RIGHT)]
    )
    assert taken(tree)[0] == [("a", "b")]
    assert sorted(taken(tree, top_k=3)[0]) == [("a", "b"), ("a", "c"), ("d", "b")]
    assert taken(tree, top_k=10) == (
        [("a", "b"), ("a", "c"), ("d", "b"), ("d", "c")],
        {"gap": 2},
    )


def test_to_the_end_of_the_best_and_the_worst_answer():
    tree = grow(
        [step("a"), step("x", **RIGHT)],
        [step("a"), step("y", **WRONG)],
        [step("b"), step("v", **WRONG)],
        [step("b"), step("w", truncated=True)],
    )
    assert ("a", "b") in taken(tree)[0]
    assert ("ax", "bv") in taken(tree, full=True)[0]


def test_on_track_against_off_track_is_enough_where_that_is_asked_for():
    off = {"on_track": False, **WRONG}
    tree = grow(
        [step("a", on_track=True), step("b", on_track=True), step("x", **off)],
        [step("cc", **off)],
    )
    assert tree.checked
    assert taken(tree) == ([], {"gap": 1})
    for full in (False, True):  # what came behind the chosen step was wrong: no part of it
        assert taken(tree, on_track=True, full=full) == ([("ab", "cc")], {})
    (pair,) = extract_pairs(tree, PairConfig(on_track=True)).pairs
    assert pair.verified and (pair.chosen.right, pair.gap) == (0, 0.0)
    fork = grow([step("a", on_track=True), step("x", **off)], [step("a"), step("y", **off)])
    assert taken(fork, on_track=True) == ([], {"gap": 1})  # neither is right


def test_a_beginning_that_can_still_become_right_is_no_clear_failure():
    off = {"on_track": False, **WRONG}
    tree = grow(
        [step("r", on_track=True), step("t", **RIGHT)],
        [step("a", on_track=True), step("x", **off)],
        [step("a", on_track=True), step("y", **off)],
    )
    assert taken(tree) == ([], {"gap": 1, "unverified": 1})  # x against y, and r against a
    # What is rejected goes on to its failure, so that fails for certain.
    assert taken(tree, full=True) == ([("rt", "ax")], {"gap": 1})
    alone = grow([step("r", **RIGHT)], [step("a", on_track=True), step("x", **off)])
    assert taken(alone) == ([("r", "ax")], {})


def test_joined_steps_stay_in_their_turn():
    again = Prompt((1, 2, 97, 50), "q: a r ")
    tree = grow(
        [step("a", prompt=again), step("x"), step("y", **RIGHT)],
        [step("b"), step("c", **WRONG)],
    )
    assert taken(tree)[0] == [("a", "bc")]
    assert taken(tree, full=True)[0] == [("a", "bc")]


def test_texts_are_compared_where_there_are_no_ids():
    tree = grow([step("a", ids=(), **RIGHT)], [step("b", ids=(), **WRONG)])
    assert taken(tree)[0] == [("a", "b")]
    tree = grow([step("a", ids=(), **RIGHT)], [step("ab", ids=(), **WRONG)])
    assert taken(tree) == ([], {"prefix": 1})


def test_pairs_can_be_taken_at_any_time():
    tree = SearchTree(SearchConfig())
    tree.add_prompt(Prompt())
    assert extract_pairs(tree).pairs == []
