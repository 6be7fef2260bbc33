"""Paired statistics: laws, and figures that were worked out by other means."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics import interval_of
from eval.paired import (
    ALL,
    bootstrap,
    compare_verdicts,
    mcnemar,
    smallest_difference,
)
from eval.suite import Group, Verdict

GROUPS = (Group("ab", ("a", "b")), Group("cd", ("c", "d")))
FEW = 200
"""Resamples, where only laws are at stake."""


def verdicts(agent: str, right: str, category: str = "a") -> list[Verdict]:
    """A verdict for each letter: + right, - wrong, ? none."""
    valid = {"+": True, "-": False, "?": None}
    return [
        Verdict(
            valid[letter],
            None if letter == "+" else f"error_{agent}",
            agent=agent,
            task=f"{category}_{n}",
            category=category,
        )
        for n, letter in enumerate(right)
    ]


@st.composite
def runs(draw: st.DrawFn, agent: str) -> list[Verdict]:
    """Verdicts of an agent on some of twelve tasks, up to three trials each."""
    asked = draw(st.sets(st.integers(0, 11)))
    found = []
    for n in sorted(asked):
        trials = draw(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=3))
        found += [
            Verdict(
                valid,
                None if valid else "wrong",
                agent=agent,
                task=f"t{n}",
                category="abcde"[n % 5],
                trial=trial,
            )
            for trial, valid in enumerate(trials)
        ]
    return found


Pairs = tuple[Sequence[Verdict], Sequence[Verdict]]
pairs = st.tuples(runs("A"), runs("B"))


# ---------------------------------------------------------------------------------------------
# McNemar


@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_exact_binomial_test(b: int, c: int) -> None:
    n = b + c
    extreme = [k for k in range(n + 1) if abs(2 * k - n) >= abs(b - c)]
    expected = Fraction(sum(math.comb(n, k) for k in extreme), 2**n)
    assert mcnemar(b, c) == mcnemar(c, b) == pytest.approx(float(expected))


@pytest.mark.parametrize(
    ("b", "c", "p"),
    [
        (0, 0, 1.0),
        (0, 5, 0.0625),
        (0, 6, 0.03125),
        (121, 59, 4.434446e-06),  # a published example, by R's binom.test
        (3000, 3001, 1.0),
    ],
)
def test_mcnemar_gives_known_values(b: int, c: int, p: float) -> None:
    assert mcnemar(b, c) == pytest.approx(p, rel=1e-4)


# ---------------------------------------------------------------------------------------------
# Bootstrap


fractions = st.lists(st.fractions(-1, 1, max_denominator=4), min_size=1, max_size=30)


@given(fractions)
def test_the_bootstrap_repeats_mirrors_and_stays_in_range(found: list[Fraction]) -> None:
    interval = bootstrap(found, resamples=FEW)
    assert bootstrap(found[::-1], resamples=FEW) == interval
    mirrored = bootstrap([-d for d in found], resamples=FEW)
    if interval is None:
        assert len(set(found)) == 1 and mirrored is None
        return
    assert mirrored is not None
    # Up to a step of the distribution: a percentile falls between two of its few values.
    step = 2 / len(found)
    assert mirrored == pytest.approx((-interval[1], -interval[0]), abs=step)
    assert min(found) - 1e-9 <= interval[0] <= interval[1] <= max(found) + 1e-9


def test_the_bootstrap_is_that_of_resampled_tasks() -> None:
    found = [Fraction(d) for d in [1] * 30 + [-1] * 12 + [0] * 60]
    random = np.random.default_rng(7)
    values = np.array([float(d) for d in found])
    means = random.choice(values, (20_000, len(values))).mean(axis=1)
    assert bootstrap(found) == pytest.approx(np.quantile(means, (0.025, 0.975)), abs=0.011)
    assert bootstrap(found, seed=1) == pytest.approx(bootstrap(found), abs=0.011)


# ---------------------------------------------------------------------------------------------
# What n tasks can show


@pytest.mark.parametrize(("n", "psi"), [(100, 0.2), (200, 0.3), (1000, 0.4)])
def test_the_smallest_difference_is_found_four_times_in_five(n: int, psi: float) -> None:
    differing = round(n * psi)
    signs = [Fraction(1)] * (differing // 2) + [Fraction(-1)] * (differing - differing // 2)
    smallest = smallest_difference([*signs, *[Fraction(0)] * (n - differing)])
    assert smallest is not None
    shares = [(psi - smallest) / 2, (psi + smallest) / 2, 1 - psi]
    drawn = Counter(
        (int(b), int(c)) for b, c, _ in np.random.default_rng(0).multinomial(n, shares, size=3000)
    )
    power = sum(count for pair, count in drawn.items() if mcnemar(*pair) < 0.05) / 3000
    assert 0.75 < power < 0.83


def test_few_tasks_show_nothing() -> None:
    assert smallest_difference([Fraction(0)] * 5) is None
    assert smallest_difference([Fraction(0)] * 6) == 1.0  # all six have to differ
    assert smallest_difference([Fraction(0)] * 60) == 0.1
    assert smallest_difference([Fraction(0)] * 60, trials=2) == 0.05
    assert smallest_difference([Fraction(1)] * 7) is None  # 106 points


# ---------------------------------------------------------------------------------------------
# Comparisons


def test_a_comparison_by_hand() -> None:
    a = verdicts("A", "++++--?-") + verdicts("A", "+-", "c")
    b = verdicts("B", "+--++-++") + verdicts("B", "++", "c") + verdicts("B", "+++", "z")
    found = compare_verdicts(a, b, GROUPS)
    assert [(row.name, row.kind, row.n) for row in found.rows] == [
        ("a", "category", 7),
        ("ab", "group", 7),
        ("c", "category", 2),
        ("cd", "group", 2),
        (ALL, "all", 9),
    ]
    row = found.rows[0]
    assert (row.a.score, row.b.score) == (pytest.approx(4 / 7), pytest.approx(4 / 7))
    assert (row.difference, row.lost, row.won, row.p) == (0, 2, 2, 1.0)
    assert found.whole.difference == pytest.approx(1 / 9)
    assert (found.whole.lost, found.whole.won) == (2, 3)
    assert [(f.task, f.direction) for f in found.flips] == [
        ("a_1", "lost"),
        ("a_2", "lost"),
        ("a_4", "won"),
        ("a_7", "won"),
        ("c_1", "won"),
    ]
    assert (found.flips[0].a.error_type, found.flips[0].b.error_type) == (None, "error_B")
    assert found.left_out == ("a_6",) and (found.unjudged_a, found.unjudged_b) == (1, 0)
    assert found.only_a == () and found.only_b == ("z_0", "z_1", "z_2")


def test_trials_count_by_task_and_a_flip_shows_a_telling_one() -> None:
    one = verdicts("A", "+")[0]
    a = [replace(one, trial=n, valid=valid) for n, valid in enumerate([True, False, None, True])]
    b = [replace(one, agent="B", valid=False, error_type="no", message="why", trial=0)]
    b.append(replace(b[0], trial=1, valid=True, error_type=None, message=""))
    found = compare_verdicts(a, b)
    (flip,) = found.flips
    assert (flip.a.right, flip.a.judged, flip.b.right, flip.b.judged) == (2, 3, 1, 2)
    assert (flip.direction, flip.a.trial, flip.b.trial, flip.b.message) == ("lost", 0, 0, "why")
    assert found.whole.difference == pytest.approx(1 / 2 - 2 / 3)
    assert found.trials == (3, 2) and "share of right trials" in found.method


@given(pairs)
@settings(deadline=None, max_examples=60)
def test_exchanging_the_agents_mirrors_everything(given: Pairs) -> None:
    a, b = given
    there = compare_verdicts(a, b, GROUPS, resamples=FEW)
    back = compare_verdicts(b, a, GROUPS, resamples=FEW)
    assert (there.only_a, there.unjudged_a) == (back.only_b, back.unjudged_b)
    other = {row.name: row for row in back.rows}
    assert len(other) == len(there.rows)
    for row in there.rows:
        twin = other[row.name]
        assert (row.n, row.a, row.b, row.lost, row.won) == (
            twin.n, twin.b, twin.a, twin.won, twin.lost,
        )  # fmt: skip
        assert (row.p, row.smallest) == (twin.p, twin.smallest)
        if row.n:
            assert row.difference == pytest.approx(-(twin.difference or 0))
        if row.interval and twin.interval:
            mirrored = (-twin.interval[1], -twin.interval[0])
            assert row.interval == pytest.approx(mirrored, abs=2 / row.n)


@given(pairs)
@settings(deadline=None, max_examples=60)
def test_rows_and_flips_add_up(given: Pairs) -> None:
    found = compare_verdicts(*given, GROUPS, resamples=FEW)
    whole = found.whole
    categories = [row for row in found.rows if row.kind == "category"]
    for field in ("n", "lost", "won"):
        assert sum(getattr(row, field) for row in categories) == getattr(whole, field)
    counts = Counter(flip.direction for flip in found.flips)
    assert (counts["lost"], counts["won"]) == (whole.lost, whole.won)
    for row in found.rows:
        if row.n:
            assert row.difference == pytest.approx((row.b.score or 0) - (row.a.score or 0))
            for side in (row.a, row.b):
                assert side.score is not None and side.interval is not None
                assert side.interval[0] <= side.score <= side.interval[1]
    tasks = {v.task for v in given[0]} & {v.task for v in given[1]}
    assert whole.n + len(found.left_out) == len(tasks)


@given(pairs, st.randoms())
@settings(deadline=None, max_examples=60)
def test_order_lost_answers_and_other_tasks_change_nothing(given: Pairs, random) -> None:  # type: ignore[no-untyped-def]
    a, b = (list(own) for own in given)
    rows = compare_verdicts(a, b, resamples=FEW).rows
    lost = [replace(v, valid=None, trial=9) for v in a]
    alone = [Verdict(True, agent="A", task="elsewhere", category="z")]
    more = [*a, *lost, *alone]
    random.shuffle(more)
    random.shuffle(b)
    again = {row.name: row for row in compare_verdicts(more, b, resamples=FEW).rows}
    assert {row.name: row for row in rows} == again


@given(runs("A"))
@settings(deadline=None, max_examples=60)
def test_an_agent_equals_itself(a: Sequence[Verdict]) -> None:
    found = compare_verdicts(a, a, resamples=FEW)
    assert not found.flips and not found.only_a and not found.only_b
    for row in found.rows:
        assert row.lost == row.won == 0 and row.interval is None
        assert row.n == 0 or (row.difference, row.p) == (0, 1)


@given(
    st.integers(1, 4).flatmap(
        lambda trials: st.lists(
            st.lists(st.booleans(), min_size=trials, max_size=trials), min_size=1, max_size=12
        )
    )
)
@settings(deadline=None, max_examples=60)
def test_scores_and_intervals_are_those_of_reports(tasks: list[list[bool]]) -> None:
    a = [
        Verdict(valid, agent="A", task=str(n), category="a", trial=trial)
        for n, own in enumerate(tasks)
        for trial, valid in enumerate(own)
    ]
    side = compare_verdicts(a, a, resamples=FEW).whole.a
    assert side.score == pytest.approx(sum(map(sum, tasks)) / sum(map(len, tasks)))
    assert side.interval == pytest.approx(interval_of(tasks))
