"""From easy to hard: three equal parts by the paper's three criteria (section 4.2, Eqs. 1-3).

A row is the harder the more tools are on offer, the longer the list of tools is, and the more
calls are right. The paper names the three and not how they are weighed; here a row's difficulty
is the mean of its ranks in each, ties sharing the mean of their places. Rows over one list of
tools are as hard as they are on the average and stay together: two of the three criteria are the
list's, and training on them side by side costs a fraction (`training.shared_prefix`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fractions import Fraction

from training.rows import Row

PARTS = ("easy", "medium", "hard")
CRITERIA: dict[str, Callable[[Row], int]] = {
    "tools on offer": lambda row: len(row.tools),
    "characters of the tool list": lambda row: len(
        json.dumps([tool.to_openai() for tool in row.tools], ensure_ascii=False)
    ),
    "calls": lambda row: len(row.answer),
}


def difficulty(rows: Sequence[Row]) -> list[float]:
    """How hard each row is among these, in [0, 1]: the mean of its ranks by `CRITERIA`."""
    highest = len(CRITERIA) * 2 * max(1, len(rows) - 1)
    return [places / highest for places in _places(rows)]


def parts_of(rows: Sequence[Row]) -> list[int]:
    """The part of each row, an index into `PARTS`.

    The parts are equal, as far as rows over one list of tools can stay together.
    """
    lists: dict[str, list[int]] = {}
    for n, row in enumerate(rows):
        lists.setdefault("\n".join(tool.name for tool in row.tools), []).append(n)
    places = _places(rows)
    # Exact, since a sum of floats depends on the order of the rows.
    means = {key: Fraction(sum(places[n] for n in own), len(own)) for key, own in lists.items()}
    parts, placed = [0] * len(rows), 0
    for key in sorted(lists, key=lambda key: (means[key], min(rows[n].id for n in lists[key]))):
        middle = placed + (len(lists[key]) - 1) / 2
        for n in lists[key]:
            parts[n] = int(middle * len(PARTS) / len(rows))
        placed += len(lists[key])
    return parts


def _places(rows: Sequence[Row]) -> list[int]:
    """The sum of each row's ranks by `CRITERIA`, each from 0 to 2 (n - 1)."""
    ranks = [_ranks([measure(row) for row in rows]) for measure in CRITERIA.values()]
    return [sum(each) for each in zip(*ranks, strict=True)]


def _ranks(values: Sequence[int]) -> list[int]:
    """Twice the place of each in ascending order; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=lambda n: values[n])
    ranks = [0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = start + end - 1
        start = end
    return ranks
