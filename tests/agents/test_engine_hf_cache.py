"""Keys and values kept for later prompts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engines.hf_cache import Layers, PrefixStore

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

PROMPTS = st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=6), min_size=1, max_size=12)
TOKEN_BYTES = 2 * 4
"""Keys and values of one token: one layer, one head, one number each."""


def _layers(ids: list[int]) -> Layers:
    """Keys that tell which tokens stand before them, as a model's do."""
    seen = [float(int("1" + "".join(map(str, ids[: n + 1])))) for n in range(len(ids))]
    keys = torch.tensor(seen).reshape(1, 1, -1, 1)
    return [(keys, -keys)]


@given(PROMPTS)
def test_the_longest_beginning_comes_back(prompts: list[list[int]]) -> None:
    store = PrefixStore(10**6)
    for number, ids in enumerate(prompts):
        length, layers = store.longest(ids)
        shared = [_shared(ids, known) for known in prompts[:number]]
        assert length == max(shared, default=0)
        if length:
            assert torch.equal(layers[0][0], _layers(ids)[0][0][:, :, :length])
        store.put(ids, _layers(ids))


@given(PROMPTS, st.integers(1, 12))
def test_what_is_kept_stays_under_the_limit(prompts: list[list[int]], tokens: int) -> None:
    store = PrefixStore(tokens * TOKEN_BYTES)
    for ids in prompts:
        store.put(ids, _layers(ids))
        assert store.longest(ids)[0] <= len(ids)
        if len(ids) <= tokens:
            assert store.longest(ids)[0] == len(ids)
        kept = list(store._entries)
        assert sum(map(len, kept)) <= tokens
        for one in kept:
            assert not any(one != other and other[: len(one)] == one for other in kept)


def test_a_growing_conversation_is_kept_once() -> None:
    store = PrefixStore(20 * TOKEN_BYTES)
    other = [1, 1, 1, 1]
    store.put(other, _layers(other))
    for length in range(1, 16):
        store.put([0] * length, _layers([0] * length))
    assert store.longest(other)[0] == len(other)


@given(PROMPTS, st.integers(1, 12))
def test_where_there_is_room_nothing_else_leaves(prompts: list[list[int]], tokens: int) -> None:
    store = PrefixStore(tokens * TOKEN_BYTES)
    for ids in prompts:
        before = list(store._entries)
        room = store.has_room(ids, _layers(ids))
        others = sum(len(known) for known in before if ids[: len(known)] != list(known))
        assert room is (others + len(ids) <= tokens)
        store.put(ids, _layers(ids))
        kept = all(store.longest(list(known))[0] == len(known) for known in before)
        assert kept or not room


def _shared(one: list[int], other: list[int]) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
