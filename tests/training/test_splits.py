"""Two parts that share no question."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.common.errors import UserError
from envs.types import Message, ToolSpec
from training.overlap import normalised
from training.rows import Row
from training.splits import split

SAID = st.sampled_from(
    [f"please ring the {bell} bell" for bell in ("red", "green", "blue", "big")] + ["Yes", "Hi"]
)


def row(said: list[str], tools: str = "a", id: str = "r") -> Row:
    messages = tuple(Message("user", text) for text in said)
    return Row(id, tuple(ToolSpec(name) for name in tools), messages)


ROWS = st.lists(
    st.builds(row, st.lists(SAID, min_size=1, max_size=3), st.sampled_from(["a", "ab", "ba"])),
    max_size=12,
)


@given(ROWS, st.floats(0, 1), st.integers(0, 3))
def test_no_question_is_in_both(rows: list[Row], share: float, seed: int) -> None:
    first, second = split(rows, share, seed=seed)
    assert sorted(map(id, rows)) == sorted(map(id, [*first, *second]))
    queries = [
        {q for r in part if len((q := normalised(r.query)).split()) >= 4}
        for part in (first, second)
    ]
    assert not queries[0] & queries[1]
    by_tools = split(rows, share, seed=seed, by="tools")
    sets = [{frozenset(t.name for t in r.tools) for r in part} for part in by_tools]
    assert not sets[0] & sets[1]


@given(ROWS, st.integers(0, 3))
def test_the_order_does_not_matter(rows: list[Row], seed: int) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))
    first, _ = split(rows, 0.5, seed=seed)
    assert sorted(map(id, first)) == sorted(map(id, split(shuffled, 0.5, seed=seed)[0]))


def test_conversations_stay_together() -> None:
    openings = [f"please ring bell number {n}" for n in range(200)]
    rows = [row(said) for o in openings for said in ([o], [o, "Yes"], [o, "Yes", "Thank you"])]
    first, second = split(rows, 0.9)
    assert len(first) % 3 == len(second) % 3 == 0
    assert 0.85 < len(first) / len(rows) < 0.95
    # "Yes" is said in both parts, and ties nothing together.
    assert all(any(r.query == "Yes" for r in part) for part in (first, second))
    assert split(rows, 0.9, seed=1) != (first, second)
    more = [row([f"open door number {n}"]) for n in range(50)]
    grown = split([*more, *rows], 0.9)
    assert [r for r in grown[0] if r in rows] == first  # what was there stays where it was


def test_questions_that_rows_tie_together_have_one_place() -> None:
    """Wherever the row that ties them stands among the others."""
    for n in range(40):
        one, two = f"please ring bell number {n}", f"what about the door number {n}"
        rows = [row([one]), row([two]), row([two, one])]
        parts = [split(order, 0.5) for order in (rows, rows[::-1])]
        assert sorted(map(len, parts[0])) == [0, 3]
        assert [len(part) for part in parts[0]] == [len(part) for part in parts[1]]


def test_the_ends() -> None:
    rows = [row([f"please ring bell number {n}"]) for n in range(20)]
    assert split(rows, 1) == (rows, []) and split(rows, 0) == ([], rows)
    with pytest.raises(UserError, match=r"share of 90: 0 to 1"):
        split(rows, 90)
