"""All generated tasks, in a fixed order: every kind equally often, in both splits.

Training and test tasks are drawn from different seeds with different words, and no request opens
tasks of both. Within a split a request comes again, in another state, only where a kind has no
others. More tasks of a kind never change the ones there are.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from pathlib import Path

from envs.types import Task
from eval.bfcl.generated import (
    file_system,
    messages,
    numbers,
    postings,
    several,
    tickets,
    trading,
    travel,
    vehicle,
)
from eval.bfcl.generated.draft import Draft, Kind
from eval.bfcl.generated.words import WORDS

THEMES: dict[str, tuple[Kind, ...]] = {
    "files": file_system.KINDS,
    "math": numbers.KINDS,
    "messages": messages.KINDS,
    "postings": postings.KINDS,
    "tickets": tickets.KINDS,
    "trading": trading.KINDS,
    "travel": travel.KINDS,
    "vehicle": vehicle.KINDS,
    "several": several.KINDS,
}
"""Theme -> its kinds of tasks."""
REDRAWS = 50
"""How often a task is drawn anew whose request there is already."""


@functools.lru_cache(maxsize=4)
def generated_tasks(root: Path, train: int = 6, test: int = 3) -> tuple[Task, ...]:
    """Make the tasks; the same ones every time.

    Args:
        root: folder of the official package.
        train: training tasks of each kind.
        test: test tasks of each kind.

    Raises:
        UserError: a file of the package is missing or broken.
    """
    return tuple(
        task
        for theme, kinds in THEMES.items()
        for kind in kinds
        for task in _of_kind(root, theme, kind, {"test": test, "train": train})
    )


def _of_kind(root: Path, theme: str, kind: Kind, counts: dict[str, int]) -> Iterator[Task]:
    name = f"{theme}-{kind.__name__.replace('_', '-')}"
    opened: dict[str, str] = {}
    for split, count in counts.items():
        rng = random.Random(f"{split} {name}")
        for index in range(count):
            draft = _draw(root, kind, split, rng, opened)
            opened[draft.turns[0].said] = split
            yield draft.task(f"{split}-{name}-{index}", split, (theme, name))


def _draw(root: Path, kind: Kind, split: str, rng: random.Random, opened: dict[str, str]) -> Draft:
    repeated = None
    for _ in range(REDRAWS):
        draft = Draft(root, rng, WORDS[split])
        kind(draft)
        known = opened.get(draft.turns[0].said)
        if known is None:
            return draft
        if known == split:
            repeated = draft
    if repeated is None:
        raise ValueError(f"the kind {kind.__name__} has too few requests for two splits")
    return repeated
