"""How steps become nodes, how whole answers are inserted, and when a search stops."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from search_toys import Random, Twig, Written, example_1, example_2

from agents.search import (
    Ask,
    Judgement,
    Prompt,
    Samples,
    SearchConfig,
    SearchProblem,
    SearchTree,
    Step,
    call_key,
    extract_pairs,
    preset,
    run_search,
    text_key,
)
from agents.search.grow import fold, insert
from agents.search.rules import PRIORS, STUCK, log_mass, puct_scores
from agents.search.tree_json import tree_from_json, tree_to_json


def tree(**changes):
    grown = SearchTree(SearchConfig(**changes))
    grown.add_prompt(Prompt((1, 2), "q: "))
    return grown


def test_equal_steps_are_one_node_with_the_likeliest_spelling():
    grown = tree(prior="sequence")
    steps = [
        Step("f( 1 )", (5, 6), math.log(0.2), key="f(1)"),
        Step("f(1)", (7,), math.log(0.3), key="f(1)"),
        Step("f(1)", (7,), math.log(0.3), key="f(1)"),
        Step("g()", (8,), math.log(0.1)),
    ]
    fresh, ends = insert(grown, grown.root, [[s] for s in steps], seed=1)
    f, g = grown.children(grown.root)
    assert fresh == [f, g]
    assert ends == [f, f, f, g]
    assert (f.text, f.ids, f.merged_count, g.merged_count) == ("f(1)", (7,), 3, 1)
    # The policy says it in two ways; that one was sampled twice does not make it likelier.
    assert f.prior == pytest.approx(0.5)
    assert math.exp(log_mass(f)) == pytest.approx(0.5)
    assert f.spellings == (((5, 6), math.log(0.2)),)


def test_a_step_that_others_follow_keeps_its_spelling():
    grown = tree()
    chain = [Step("a .", (5,), -2.0, key="a"), Step("b", (6,), -1.0, terminal=True, score=1)]
    insert(grown, grown.root, [chain], seed=1)
    respelt = [Step("a.", (7,), -1.0, key="a"), Step("c", (8,), -1.0, terminal=True, score=0)]
    insert(grown, grown.root, [respelt], seed=1)
    first, second = grown.children(grown.root)
    assert (first.ids, second.ids, second.key) == ((5,), (7,), first.key)
    insert(grown, grown.root, [[Step("a.", (9,), -0.5, key="a")]], seed=1)  # nothing follows it
    assert (first.ids, first.merged_count) == ((5,), 2)
    assert len(grown.root.children) == 2


def test_steps_with_other_verdicts_or_ends_are_not_merged():
    grown = tree()
    steps = [
        Step("a", (1,)),
        Step("a", (1,), terminal=True, score=1),
        Step("a", (1,), terminal=True, score=0),
        Step("a", (1,), truncated=True),
        Step("a", (1,), prompt=Prompt((1, 2, 3), "q: a r")),
        Step("a", (1,), prompt=Prompt((1, 2, 4), "q: a s")),
    ]
    insert(grown, grown.root, [[s] for s in steps], seed=1)
    assert len(grown.root.children) == len(steps)
    keys = {grown.node_key(child) for child in grown.children(grown.root)}
    assert len(keys) == len(steps)
    insert(grown, grown.root, [[s] for s in steps], seed=1)
    assert [c.merged_count for c in grown.children(grown.root)] == [2] * len(steps)


def test_a_reference_answer_becomes_the_policys_once_the_policy_gives_it():
    grown = tree()
    insert(
        grown, grown.root, [[Step("a", (1,), source="gt"), Step("b", (2,), source="gt")]], seed=1
    )
    insert(grown, grown.root, [[Step("a", (1,), -1.0)]], seed=1)
    a, b = grown.nodes[1:]
    assert (a.source, a.logp, b.source, b.logp) == ("policy", -1.0, "gt", None)


def test_a_later_turn_stands_under_a_prompt_of_its_own():
    grown = tree()
    again = Prompt((1, 2, 10, 11, 50, 51), "q: ab result ")
    chain = [
        Step("a", (10,), -1.0),
        Step("b", (11,), -1.0, prompt=again),
        Step("c", (12,), -1.0),
        Step("d", (13,), -1.0, terminal=True, score=1),
    ]
    insert(grown, grown.root, [chain], seed=1)
    a, b, c, d = grown.nodes[1:]
    assert grown.prefix(a) == Prompt((1, 2, 10), "q: a")
    assert grown.prefix(b) == again
    assert grown.prefix(d) == Prompt((*again.ids, 12, 13), "q: ab result cd")
    assert [n.span for n in (a, b, c, d)] == [(0, 1), (1, 2), (0, 1), (1, 2)]
    assert grown.prompts[1].tail.ids == (10, 11, 50, 51)  # shared, not copied
    assert grown.turn(d) == [c, d]
    assert grown.path(d) == [a, b, c, d]
    assert SearchTree.from_json(grown.to_json()).prefix(d) == grown.prefix(d)


def test_what_is_too_deep_is_joined_to_the_last_step():
    chain = [
        Step(t, (i,), -1.0, terminal=t == "d", score=1.0 if t == "d" else None)
        for i, t in enumerate("abcd")
    ]
    folded = fold(chain, 2)
    assert [(s.text, s.ids, s.logp, s.terminal, s.score) for s in folded] == [
        ("a", (0,), -1.0, False, None),
        ("bcd", (1, 2, 3), -3.0, True, 1.0),
    ]
    assert fold(chain, 4) == chain
    turns = [Step("a", (0,)), Step("b", (1,), prompt=Prompt((9,))), *chain[2:]]
    cut = fold(turns, 1)
    assert [(s.text, s.truncated, s.score, s.prompt) for s in cut] == [("ab", True, None, None)]


@pytest.mark.parametrize(
    ("prior", "expected"),
    [
        ("sequence", [math.exp(-2), math.exp(-6)]),
        ("length", [math.exp(-2 / 2**1.25), math.exp(-6 / 3**1.25)]),
        ("softmax", [math.e / (1 + math.e), 1 / (1 + math.e)]),
        ("count", [0.75, 0.25]),
    ],
)
def test_priors(prior, expected):
    grown = tree(prior=prior)
    a, b = Step("a", (1, 2), -2.0), Step("b", (3, 4, 5), -6.0)
    insert(grown, grown.root, [[a], [b], [a], [a]], seed=1)
    assert [c.prior for c in grown.children(grown.root)] == pytest.approx(expected)
    assert set(PRIORS) == {"sequence", "length", "softmax", "count"}


def test_unknown_probabilities_are_those_of_the_least_likely_or_equal():
    grown = tree(prior="sequence")
    insert(
        grown,
        grown.root,
        [[Step("a", (1,), -1.0)], [Step("b", (2,), -3.0)], [Step("c", (3,))]],
        seed=1,
    )
    assert [c.prior for c in grown.children(grown.root)] == pytest.approx(
        [math.exp(-1), math.exp(-3), math.exp(-3)]
    )
    for prior in PRIORS:
        plain = tree(prior=prior)
        insert(plain, plain.root, [[Step("a", (1,))], [Step("b", (2, 3))]], seed=1)
        assert [c.prior for c in plain.children(plain.root)] == [0.5, 0.5]


def test_ties_go_to_the_larger_prior_then_to_the_first():
    a, b, c = (Twig(p, 1.5, right=True) for p in (0.3, 0.3, 0.4))
    first = run_search(Written({"a": a, "b": b}), preset("paper", simulations=1))
    assert [n.text for n in first.nodes if n.visits] == ["", "a"]
    wide = run_search(Written({"a": a, "b": b, "c": c}), preset("paper", simulations=1, c=0.0))
    assert [n.text for n in wide.nodes if n.visits] == ["", "c"]


def test_unvisited_children_may_take_the_value_of_their_parent():
    grown = run_search(example_1(), preset("paper", simulations=1))

    def scores(**changes):
        grown.config = replace(grown.config, c=0.0, **changes)
        return puct_scores(grown, grown.root)

    assert scores() == pytest.approx([1.7, 0.4, -0.2])
    assert scores(fpu="parent") == pytest.approx([1.7, 1.7, 1.7])
    assert scores(fpu="reward", minmax=True) == pytest.approx([1.0, 0.6 / 1.9, 0.0])


def test_unvisited_children_count_once_with_the_switch():
    grown = run_search(example_1(), preset("paper", simulations=1, max1=True))
    a1 = grown.nodes[1]
    assert a1.value == pytest.approx((1.2 - 0.9) / 2)
    grown.validate()


# Whole answers


def test_every_whole_answer_is_a_simulation():
    class Answers(SearchProblem):
        prompt = Prompt((1,), "q ")

        def expand(self, ask):
            assert ask.to_end
            self.asked = ask.n
            ends = {"x": 1.0, "y": 0.0}
            rows = [("a", "x"), ("a", "y"), ("b", "y"), ("a", "x")]
            return [
                [Step(s, (ord(s),), -1.0), Step(e, (ord(e), 0), -1.0, terminal=True, score=ends[e])]
                for s, e in rows[: ask.n]
            ]

        def self_eval(self, ask):
            raise AssertionError("every state has finished answers below")

    grown = run_search(Answers(), SearchConfig(samples=4, simulations=4))
    assert grown.expansions == 1
    assert {n.text: n.visits for n in grown.nodes} == {"": 4, "a": 3, "b": 1, "x": 2, "y": 1} | {
        n.text: n.visits for n in grown.nodes if n.text == "y"
    }
    a = grown.nodes[1]
    assert a.value == pytest.approx((2 * 1 + 1 * -1) / 3)
    assert grown.root.value == pytest.approx((1 - 1 - 1 + 1) / 4)
    assert grown.policy_tokens == 12
    assert grown.judge_tokens == 0
    grown.validate()
    fewer = run_search(Answers(), SearchConfig(samples=4, simulations=3, wave=2))
    assert fewer.root.visits == 3


def test_answers_beyond_those_asked_for_stay_within_the_simulations():
    class Generous(SearchProblem):
        def expand(self, ask):
            return [Step(f"{k}", (k,), -1.0, terminal=True, score=0) for k in range(10)]

    assert run_search(Generous(), SearchConfig(samples=4)).root.visits == 10
    short = run_search(Generous(), SearchConfig(samples=4, simulations=7))
    assert [n.visits for n in short.nodes] == [7] + [1] * 7 + [0] * 3
    short.validate()


def test_a_state_is_judged_where_no_answer_below_has_a_verdict():
    open_ = example_1()
    run_search(open_, preset("paper", closing=True, self_eval="open"))
    assert sorted(open_.judged) == ["a1", "a2"]
    everything = example_1()
    run_search(everything, preset("paper", closing=True))
    assert sorted(everything.judged) == ["a1", "a2", "a3", "b1", "b2", "b3"]
    nothing = example_1()
    run_search(nothing, preset("paper", closing=True, self_eval="off"))
    assert nothing.judged == []
    root = run_search(Random(), SearchConfig(root_value="self_eval"))
    assert root.root.state_reward == root.root.confidence > 0


def test_without_a_checker_finished_answers_are_judged():
    class Unchecked(SearchProblem):
        checked = False

        def expand(self, ask):
            return [Step("a", (1,), terminal=True), Step("b", (2,), truncated=True)]

        def self_eval(self, ask):
            return Judgement(0.25, tokens=3)

    grown = run_search(Unchecked())
    assert [n.confidence for n in grown.nodes] == [0.0, 0.25, 0.0]
    assert (grown.judgements, grown.judge_tokens) == (1, 3)
    assert not grown.checked


def test_a_dead_end_is_an_answer_that_was_cut():
    dead = run_search(Written({"a": Twig(0.9, 0.5), "b": Twig(0.1, 1.0, right=True)}))
    a = dead.nodes[1]
    assert (a.terminal, a.truncated, a.closed, a.visits) == (True, True, True, 1)
    assert dead.stop == "closed"
    dead.validate()
    empty = run_search(Written({}), SearchConfig(mode="step"))
    assert (empty.stop, empty.root.visits, empty.root.truncated) == ("closed", 1, True)


def test_where_nothing_more_comes_is_not_asked_again():
    class Full(Following):
        """The right answer is there from the start, and longer than what may be written."""

        def expand(self, ask):
            chains = super().expand(ask)
            return chains if not ask.path else []

    problem = Full("abc")
    grown = run_search(problem, preset("pairs", simulations=20))
    grown.validate()
    assert len(problem.asked) == len(set(problem.asked)) + problem.asked.count("") - 1
    assert {node.asked for node in grown.nodes if node.text in ("a", "b")} <= {0, 64}


def test_answers_that_were_cut_have_no_outcome_but_in_the_papers_preset():
    class Cut(SearchProblem):
        def expand(self, ask):
            return [Step("a", (1,), truncated=True)]

    assert run_search(Cut()).nodes[1].outcome == 0.0
    paper = run_search(Cut(), preset("paper", simulations=2))
    assert (paper.nodes[1].outcome, paper.nodes[1].truncated) == (-1.0, True)


def test_scores_lie_between_wrong_and_right():
    class Partly(SearchProblem):
        def expand(self, ask):
            return [
                Step(str(s), (i,), terminal=True, score=s) for i, s in enumerate((0, 0.5, 1, True))
            ]

    plain = run_search(Partly())
    assert [n.outcome for n in plain.nodes[1:]] == [-1.0, 0.0, 1.0, 1.0]
    other = run_search(Partly(), SearchConfig(right=1.0, wrong=0.0))
    assert [n.outcome for n in other.nodes[1:]] == [0.0, 0.5, 1.0, 1.0]


def test_a_node_is_asked_again_when_widened():
    class Narrow(SearchProblem):
        def __init__(self):
            self.seeds = []

        def expand(self, ask):
            self.seeds.append(ask.seed)
            k = len(self.seeds)
            return [Step(f"{k}", (k,), -1.0, terminal=True, score=0)] * ask.n

    narrow = Narrow()
    run_search(narrow, SearchConfig(samples=2, simulations=50))
    assert len(narrow.seeds) == 1
    wide = Narrow()
    grown = run_search(
        wide, SearchConfig(samples=2, simulations=50, widen_power=0.5, max_samples=7)
    )
    assert len(set(wide.seeds)) == 4  # 2 + 2 + 2 + 1
    assert grown.root.asked == 7
    assert grown.stop == "closed"
    by_visits = Narrow()
    grown = run_search(by_visits, preset("paper", samples=2, simulations=8, widen_power=0.5))
    assert len(by_visits.seeds) == 4  # to have 2 √N samples: at N = 0, 3, 4 and 7
    assert grown.root.asked == 5


# Budgets and stops


@pytest.mark.parametrize("mode", ["step", "trie"])
@pytest.mark.parametrize("wave", [1, 3])
def test_budgets(mode, wave):
    def grown(**changes):
        config = {"simulations": 1000, "samples": 3, "wave": wave, "mode": mode, "self_eval": "all"}
        seen = []
        problem = Random(letters=5, depth=9)
        found = run_search(problem, SearchConfig(**{**config, **changes}), on_wave=seen.append)
        found.validate()
        return found

    for simulations in (1, 2, 7):
        assert grown(simulations=simulations).root.visits == simulations
    free = grown(simulations=60)
    round_ = wave * 3 * 9 * 3  # what one round of requests may bring at most, in tokens
    tokens = grown(max_tokens=100)
    assert tokens.stop == "tokens"
    assert 100 <= tokens.policy_tokens < 100 + round_ <= free.policy_tokens
    judged = grown(max_judge_tokens=20)
    assert judged.stop == "judge_tokens"
    assert 20 <= judged.judge_tokens < 20 + round_
    nodes = grown(max_nodes=30)
    assert nodes.stop == "nodes"
    assert 30 <= len(nodes.nodes) < 30 + wave * 3 * 9
    deep = grown(max_depth=3, simulations=60)
    assert max(n.depth for n in deep.nodes) == 3
    late = grown(max_seconds=0)
    assert (late.stop, late.root.visits, len(late.nodes)) == ("seconds", 0, 1)
    assert grown(max_tokens=0).expansions == 0


def test_at_the_greatest_depth_one_last_step_completes_the_answer():
    asked = []

    class Endless(SearchProblem):
        def expand(self, ask: Ask):
            asked.append((ask.node.depth, ask.n, ask.to_end))
            steps = [Step(f"{k}", (k,), -1.0) for k in range(ask.n)]
            end = Step("end", (99,), -1.0, terminal=True, score=1)
            return [[s, end] for s in steps] if ask.to_end else steps

    config = preset("paper", samples=2, max_depth=3, simulations=1)
    grown = run_search(Endless(), config)
    assert asked == [(0, 2, False), (1, 2, False), (2, 1, True)]
    assert [n.text for n in grown.nodes if n.terminal] == ["0end"]
    assert grown.root.value == 1.0
    one = run_search(Endless(), preset("paper", samples=2, max_depth=1, simulations=1))
    assert [n.text for n in one.nodes[1:]] == ["0end", "1end"]

    class Stubborn(Endless):
        def expand(self, ask):
            return [Step(f"{k}", (k,), -1.0) for k in range(ask.n)]

    for mode in ("step", "trie"):
        cut = run_search(Stubborn(), SearchConfig(mode=mode, samples=2, max_depth=3))
        assert {n.depth for n in cut.nodes if n.truncated} == {3}
        cut.validate()


def test_it_stops_when_the_root_has_a_pair():
    config = {"c": 2.0, "gamma": 0.9, "wave": 2, "closing": True}
    assert run_search(example_2(), preset("paper", **config)).root.visits == 5
    paired = run_search(example_2(), preset("paper", stop_paired=True, **config))
    assert (paired.stop, paired.root.visits) == ("paired", 4)


def test_it_stops_when_there_is_no_hope():
    class Wrong(SearchProblem):
        source = "policy"

        def expand(self, ask):
            rows = [Step(f"{i}", (i,), -1.0, terminal=True, score=0) for i in range(4)]
            return [*rows, Step("gold", (9,), source=self.source, terminal=True, score=0)]

    config = SearchConfig(mode="step", simulations=9, stop_hopeless=2)
    assert run_search(Wrong(), config).root.visits == 2
    reference = Wrong()
    reference.source = "gt"
    assert run_search(reference, config).stop == "closed"
    assert run_search(example_1(), SearchConfig(stop_hopeless=2)).stop == "closed"


# What a problem may not do


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Step("a", score=1),
        lambda: Step("a", truncated=True, score=1),
        lambda: Step("a", terminal=True, score=1.5),
        lambda: Step("a", logp=-math.inf),
        lambda: Step("a", logp=math.nan),
        lambda: Step("a", on_track=False),
        lambda: Step("a", on_track=True, terminal=True),
    ],
)
def test_steps_that_contradict_themselves(wrong):
    with pytest.raises(ValueError):
        wrong()


def test_answers_that_contradict_themselves():
    class Problem(SearchProblem):
        def expand(self, ask):
            return [[Step("a", terminal=True, score=1), Step("b")]]

    with pytest.raises(ValueError, match="follows the end"):
        run_search(Problem())

    class Sure(Written):
        def self_eval(self, ask):
            return 1.5

    with pytest.raises(ValueError, match=r"1\.5: not between 0 and 1"):
        run_search(Sure(example_1().top.children), SearchConfig(mode="step"))


def test_what_a_request_cost_may_be_said():
    class Costly(SearchProblem):
        def expand(self, ask):
            return Samples([Step("a", [1, 2], terminal=True, score=1)], tokens=50)

    grown = run_search(Costly())
    assert grown.policy_tokens == 50
    assert grown.nodes[1].ids == (1, 2)


def test_states_come_back_to_the_problem_until_they_are_closed():
    class Counting(SearchProblem):
        def expand(self, ask):
            state = ask.state or 0
            assert state == len(ask.path)
            end = state == 2
            return [
                Step(f"{k}", (k,), -1.0, terminal=end, score=0 if end else None, state=state + 1)
                for k in range(2)
            ]

    grown = run_search(Counting(), SearchConfig(mode="step"))
    assert grown.stop == "closed"
    assert all(n.state is None for n in grown.nodes)
    part = run_search(Counting(), SearchConfig(mode="step", simulations=1))
    assert sorted(n.state for n in part.nodes if n.state) == [1, 1, 2, 2, 3]


def test_keys():
    assert text_key(" Let  me\n look. ") == "Let me look."
    assert text_key("\uff46\uff11") == "f1"
    assert call_key("f", {"b": 1, "a": [1.0]}) == call_key("f", {"a": [1.0], "b": 1})
    assert call_key("f", {"a": 1}) != call_key("f", {"a": 1.0})
    assert call_key("f", {"a": 1}) != call_key("f", {"a": "1"})


def test_seeds_differ_by_run_task_place_purpose_and_turn():
    grown = run_search(Random(), SearchConfig(simulations=20), seed=3, task="t")
    other = run_search(Random(), SearchConfig(simulations=20), seed=3, task="u")
    third = run_search(Random(), SearchConfig(simulations=20), seed=4, task="t")
    asks = [
        Ask(t, n, purpose, k=k)
        for t in (grown, other, third)
        for n in t.nodes[:9]
        for purpose in ("expand", "self_eval")
        for k in (0, 1)
    ]
    assert len({ask.seed for ask in asks}) == len(asks)
    assert all(0 <= ask.seed < 2**31 for ask in asks)
    assert Ask(grown, grown.nodes[3], "expand").seed == Ask(grown, grown.nodes[3], "expand").seed


def test_a_dead_end_that_comes_again_is_the_same_step():
    class Dead(SearchProblem):
        def expand(self, ask):
            return [] if ask.path else [Step(f"{k}", (k,), -1.0) for k in range(2)]

    grown = run_search(Dead(), preset("pairs", simulations=20))
    grown.validate()
    assert [node.key for node in grown.nodes] == ["", "0", "1"]


def test_below_the_root_a_node_is_asked_again_while_something_came_once():
    class Certain(SearchProblem):
        def expand(self, ask):
            if not ask.path:
                return [[Step("a", (1,), -1.0), Step("b", (2,), -1.0, terminal=True, score=1)]]
            asked.append(ask.n)
            return [Step("b", (2,), -1.0, terminal=True, score=1)] * ask.n

    asked: list[int] = []
    run_search(Certain(), preset("pairs", samples=3, simulations=30))
    assert asked == [3]


class Following(SearchProblem):
    """Three letters spell the right answer; samples are given in turn, cut where they go wrong."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)
        self.asked: list[str] = []

    def expand(self, ask):
        said = "".join(node.text for node in ask.path)
        self.asked.append(said)
        word = said + (self.words.pop(0) if self.words else "abx")[len(said) :]
        chain = []
        for n in range(len(said), 3):
            right, ends = word[: n + 1] == "abc"[: n + 1], n == 2 or word[n] != "abc"[n]
            track, score = (right, None) if not ends else (None if right else False, float(right))
            step = Step(word[n], (ord(word[n]),), -1.0, terminal=ends, on_track=track)
            chain.append(replace(step, score=score))
            if ends:
                break
        return [chain]


def test_the_search_goes_on_from_where_answers_are_on_track():
    problem = Following("axx", "aby", "abz", "abc")
    grown = run_search(problem, preset("pairs", simulations=4))
    grown.validate()
    assert problem.asked == ["", "a", "ab", "ab"]
    assert grown.verdicts()[0] == (1, 4)
    (pair,) = [p for p in extract_pairs(grown).pairs if p.depth == 2]
    assert (pair.chosen.text, pair.rejected.text) == ("c", "y")


def test_an_answer_that_is_long_stuck_is_begun_anew():
    problem = Following("abx")
    run_search(problem, preset("pairs", simulations=2 + STUCK))
    assert problem.asked == ["", *["ab"] * (STUCK - 1), "", "a"]


def test_off_track_nothing_is_asked_again():
    problem = Following("xbc", "xyz", "ybc")
    grown = run_search(problem, preset("pairs", simulations=3))
    grown.validate()
    assert problem.asked == ["", "", ""]
    assert [(node.text, node.on_track) for node in grown.nodes[1:]] == [("x", False), ("y", False)]
    assert grown.verdicts()[0] == (0, 2)
    again = tree_from_json(tree_to_json(grown), "a tree")
    assert [node.on_track for node in again.nodes] == [node.on_track for node in grown.nodes]
