"""Rows of ids as a tree: what several rows begin with stands in it once.

The tree is laid out as one sequence of segments, each after the segments that it goes on from.
A token's position is its place in its row, and it sees the segments on the way to it and nothing
beside. What makes a model compute that is `training.tree_attention`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

Span = tuple[int, int]
"""Start and end of a stretch of the sequence."""

SHORTEST = 16
"""A common beginning of fewer tokens is repeated: a segment costs more than they do."""


@dataclass(frozen=True)
class Segment:
    """Consecutive tokens that are common to the same rows."""

    start: int
    end: int
    """Where it stands in the sequence."""
    before: tuple[Span, ...]
    """What its rows begin with, in order; all that stands before it in its rows."""

    @property
    def depth(self) -> int:
        """How many tokens its rows have before it."""
        return sum(end - start for start, end in self.before)


@dataclass(eq=False)
class PromptTree:
    """Rows laid out as one sequence."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    """Place in its row of each token of the sequence."""
    segments: list[Segment] = field(default_factory=list)
    paths: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    """Row -> the spans that make it up."""

    def places(self, row: int, start: int, end: int) -> list[int]:
        """Where the tokens `start` to `end` of a row stand in the sequence."""
        return [n for span in self.paths[row] for n in range(*span)][start:end]


def prompt_tree(rows: Sequence[Sequence[int]]) -> PromptTree:
    """Lay out rows of at least one token."""
    tree = PromptTree()
    _grow(tree, rows, sorted(range(len(rows)), key=lambda n: tuple(rows[n])), 0, ())
    return tree


def common_length(one: Sequence[int], other: Sequence[int], start: int = 0) -> int:
    """How many tokens two rows begin with alike; they do up to `start`."""
    most = min(len(one), len(other))
    while start < most and one[start] == other[start]:
        start += 1
    return start


def _grow(
    tree: PromptTree,
    rows: Sequence[Sequence[int]],
    members: Sequence[int],
    start: int,
    path: tuple[Span, ...],
) -> None:
    """Add sorted rows that are alike up to `start`, where `path` leads."""
    first = rows[members[0]]
    if len(members) == 1:
        tree.paths[members[0]] = _add(tree, first[start:], path)
        return
    common = common_length(first, rows[members[-1]], start)
    if common - start >= SHORTEST:
        path, start = _add(tree, first[start:common], path), common
    for token, group in groupby(members, lambda n: tuple(rows[n][common : common + 1])):
        if token:
            _grow(tree, rows, list(group), start, path)
        else:
            for n in group:
                tree.paths[n] = _add(tree, rows[n][start:], path)


def _add(tree: PromptTree, ids: Sequence[int], path: tuple[Span, ...]) -> tuple[Span, ...]:
    """Append a segment, if there is anything in it; the path that it ends."""
    if not ids:
        return path
    segment = Segment(len(tree.ids), len(tree.ids) + len(ids), path)
    tree.positions += range(segment.depth, segment.depth + len(ids))
    tree.ids += ids
    tree.segments.append(segment)
    return (*path, (segment.start, segment.end))
