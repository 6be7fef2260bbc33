from __future__ import annotations

import copy
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.state import ABSENT, canonical, changes, copied, digest

ATOMS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
STATES = st.recursive(
    ATOMS | st.sets(st.integers(), max_size=3) | st.tuples(st.integers(), st.text(max_size=2)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(STATES)
def test_copies_are_equal_and_independent(state):
    twin = copied(state)
    assert twin == state == copy.deepcopy(state)
    assert digest(twin) == digest(state)
    assert changes(state, twin) == []
    if isinstance(state, list | dict):
        assert twin is not state


def test_shared_and_cyclic_parts_stay_so():
    inner = [1]
    state = {"a": inner, "b": inner, "c": {(1, 2): {3}}}
    state["self"] = state
    twin = copied(state)
    assert twin["a"] is twin["b"] is not inner
    assert twin["self"] is twin
    assert twin["c"] == {(1, 2): {3}}
    assert twin["c"][(1, 2)] is not state["c"][(1, 2)]


class Colour(Enum):
    RED = "red"


@dataclass
class Thing:
    x: int
    tags: set[str]


def test_the_canonical_text_does_not_depend_on_order():
    one = {"b": {3, 1, 2}, "a": (1, 2), 5: Colour.RED, (1, 2): Thing(1, {"y", "x"})}
    two = dict(reversed(one.items()))
    assert canonical(one) == canonical(two)
    assert canonical({"a": {"x", "y"}, "n": np.int64(3)}) == '{"a":["x","y"],"n":3}'
    assert canonical(0.1 + 0.2) == "0.30000000000000004"
    assert digest({"a": 1}) != digest({"a": 2})
    assert len(digest(None)) == 32
    with pytest.raises(TypeError, match="a value of type object has no JSON form"):
        canonical({"a": object()})
    with pytest.raises(TypeError, match="bytes"):
        canonical(b"x")


def test_changes_are_told_leaf_by_leaf():
    before = {"a": {"x": 1, "y": [1, 2]}, "gone": None, "same": {1}}
    after = {"a": {"x": True, "y": [1, 3, 4]}, "new": 5, "same": {1}}
    assert changes(before, after) == [
        ("a.x", 1, True),
        ("a.y[1]", 2, 3),
        ("a.y[2]", ABSENT, 4),
        ("gone", None, ABSENT),
        ("new", ABSENT, 5),
    ]
    assert changes(1, 2) == [("", 1, 2)]
