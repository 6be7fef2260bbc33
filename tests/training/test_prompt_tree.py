"""Rows as a tree."""

from itertools import chain
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from training.prompt_tree import SHORTEST, common_length, prompt_tree

# Few different tokens and heads that return, so that rows have much in common.
heads = st.lists(st.sampled_from([[n] * (SHORTEST - 1 + n) for n in range(4)]), max_size=3)
row = st.builds(
    lambda heads, tail: [*chain(*heads), *tail],
    heads,
    st.lists(st.integers(0, 2), min_size=1, max_size=4),
)


@settings(deadline=None)
@given(st.lists(row, min_size=1, max_size=8))
def test_every_row_is_read_back_and_sees_itself_alone(rows: Any) -> None:
    tree = prompt_tree(rows)
    ends = {segment.end: segment for segment in tree.segments}
    for n, ids in enumerate(rows):
        places = tree.places(n, 0, len(ids))
        assert [tree.ids[place] for place in places] == ids
        assert [tree.positions[place] for place in places] == list(range(len(ids)))
        for at, (_, end) in enumerate(tree.paths[n]):
            assert ends[end].before == tree.paths[n][:at]


@settings(deadline=None)
@given(st.lists(row, min_size=1, max_size=8))
def test_segments_cover_the_sequence_and_hold_no_more_than_the_rows(rows: Any) -> None:
    tree = prompt_tree(rows)
    bounds = [(segment.start, segment.end) for segment in tree.segments]
    assert all(start < end for start, end in bounds)
    assert [0, *(end for _, end in bounds)] == [*(start for start, _ in bounds), len(tree.ids)]
    assert len(tree.ids) == len(tree.positions) <= sum(map(len, rows))


def test_what_is_common_stands_once() -> None:
    system, one, other = [1] * 20, [2] * 20, [3] * 20
    tree = prompt_tree([system + one + [4], system + other + [5, 6], system + one + [7]])
    assert len(tree.ids) == 20 + (20 + 1 + 1) + (20 + 2)
    assert [segment.depth for segment in tree.segments] == [0, 20, 40, 40, 20]


def test_a_short_common_beginning_is_repeated() -> None:
    head = [1] * (SHORTEST - 1)
    assert len(prompt_tree([[*head, 2], [*head, 3]]).ids) == 2 * SHORTEST
    assert len(prompt_tree([[*head, 1, 2], [*head, 1, 3]]).ids) == SHORTEST + 2


def test_equal_rows_and_rows_that_others_begin_with() -> None:
    long = list(range(50))
    tree = prompt_tree([long, long, long[:30]])
    assert tree.ids == long and tree.places(2, 28, 30) == [28, 29]
    assert common_length(long, long[:30]) == 30
    assert len(prompt_tree([[1, 2], [1, 2]]).ids) == 4
