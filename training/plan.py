"""Which rows are in which update: parts in order, rows of a group side by side, all by the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.examples import Example


@dataclass(frozen=True)
class Update:
    """The rows of one optimizer step."""

    part: int
    rows: tuple[int, ...]
    """Indices into the examples."""


def plan_updates(
    examples: Sequence[Example], batch_size: int, *, epochs: int = 1, seed: int = 0
) -> list[Update]:
    """All updates of a run, in their order.

    Parts come in ascending order, each for all its epochs; no update mixes parts. Within an epoch
    the groups are shuffled and their rows kept together, so that an update can share prompts: a
    group is divided only where it is larger than an update.

    Args:
        examples: what is trained on.
        batch_size: rows of an update at most.
        epochs: passes over each part.
        seed: of the shuffling.
    """
    updates = []
    for part in sorted({example.part for example in examples}):
        own = [n for n, example in enumerate(examples) if example.part == part]
        for epoch in range(epochs):
            groups = _shuffled(examples, own, random.Random(f"{seed}/{part}/{epoch}"))
            updates += [Update(part, rows) for rows in _packed(groups, batch_size)]
    return updates


def _shuffled(
    examples: Sequence[Example], rows: Sequence[int], rng: random.Random
) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for n in rows:
        groups.setdefault(examples[n].group or f"row {n}", []).append(n)
    shuffled = list(groups.values())
    for group in shuffled:
        rng.shuffle(group)
    rng.shuffle(shuffled)
    return shuffled


def _packed(groups: Sequence[Sequence[int]], size: int) -> Iterator[tuple[int, ...]]:
    """Groups put together in their order, so many rows at most."""
    rows: list[int] = []
    for group in groups:
        if rows and len(rows) + len(group) > size:
            yield tuple(rows)
            rows = []
        rows += group
        while len(rows) > size:
            yield tuple(rows[:size])
            rows = rows[size:]
    if rows:
        yield tuple(rows)
