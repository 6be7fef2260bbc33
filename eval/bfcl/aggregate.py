"""How BFCL's category scores add up: the overall formulas as data, and the official columns.

A formula is a tree: its leaves are categories, its inner nodes say how their parts are averaged.
Reports print that composition beside the value, because "the BFCL score" has meant different
things: v4 (now), v3 as of 2025, and v3 as of October 2024.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.bfcl.categories import SIZES


@dataclass(frozen=True)
class CategoryScore:
    """The result on one category."""

    accuracy: float
    """Share of right answers, in [0, 1]."""
    n: int
    """Answers judged."""


@dataclass(frozen=True)
class Mix:
    """Several scores made one."""

    name: str
    parts: tuple[Mix | str, ...]
    """Mixes and names of categories."""
    rule: Literal["mean", "pooled", "weighted"] = "mean"
    """Plain mean, mean weighted by number of answers, or mean with `weights`."""
    weights: tuple[float, ...] = ()
    """One for each part, where `rule` is ``weighted``."""


SIMPLE = Mix("Non-Live Simple AST", ("simple_python", "simple_java", "simple_javascript"))
NON_LIVE_AST = Mix("Non-Live AST", (SIMPLE, "multiple", "parallel", "parallel_multiple"))
_LIVE_AST = ("live_simple", "live_multiple", "live_parallel", "live_parallel_multiple")
LIVE_AST = Mix("Live", _LIVE_AST, "pooled")
IRRELEVANCE = Mix("Irrelevance", ("irrelevance", "live_irrelevance"))
MULTI_TURN = Mix(
    "Multi Turn",
    (
        "multi_turn_base",
        "multi_turn_miss_func",
        "multi_turn_miss_param",
        "multi_turn_long_context",
    ),
)
WEB_SEARCH = Mix("Web Search", ("web_search_base", "web_search_no_snippet"))
MEMORY = Mix("Memory", ("memory_kv", "memory_vector", "memory_rec_sum"))
AGENTIC = Mix("Agentic", (WEB_SEARCH, MEMORY))
LIVE_V3 = Mix("Live", (*_LIVE_AST, "live_irrelevance", "live_relevance"), "pooled")
EXECUTABLE = (
    Mix("Executable Simple", ("exec_simple", "rest")),
    "exec_multiple",
    "exec_parallel",
    "exec_parallel_multiple",
)

FORMULAS = {
    "v4": Mix(
        "Overall v4",
        (NON_LIVE_AST, LIVE_AST, IRRELEVANCE, MULTI_TURN, AGENTIC),
        "weighted",
        (10, 10, 10, 30, 40),
    ),
    "v3-2025": Mix(
        "Overall v3 (2025)",
        (LIVE_V3, Mix("Non-Live", (*NON_LIVE_AST.parts, "irrelevance")), MULTI_TURN),
    ),
    "v3-2024-10": Mix(
        "Overall v3 (October 2024)",
        (
            LIVE_V3,
            Mix("Non-Live", (*NON_LIVE_AST.parts, *EXECUTABLE, "irrelevance")),
            MULTI_TURN,
        ),
    ),
}
"""Name -> formula. Each is the official one of its time."""

UNCOUNTED_WHEN_MISSING = ("v3-2024-10",)
"""Formulas that give a missing category no answers; the others give it its official size. Either
way it scores 0, and only pooled parts can tell."""


@dataclass(frozen=True)
class Part:
    """One node of a formula with its score."""

    name: str
    weight: float
    """Its share of the whole formula; all leaves together have 1."""
    value: float
    """In [0, 1]; 0 where the category is missing."""
    n: int
    """Answers behind it, the supposed ones of missing categories included."""
    note: str = ""
    """How it is made, or that it is missing."""
    parts: tuple[Part, ...] = ()
    """What it is made of."""

    @property
    def leaves(self) -> Iterator[Part]:
        """The categories in it."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves


@dataclass(frozen=True)
class Overall:
    """A formula filled in."""

    formula: str
    name: str
    value: float | None
    """What the official code would print, in [0, 1]: missing categories count 0. ``None`` where
    the data behind a part is no longer published, so that nothing is comparable."""
    parts: tuple[Part, ...]
    """The parts that the value is made of, with their own parts inside."""
    missing: tuple[str, ...]
    """Categories without a score."""
    note: str = ""
    """Why there is no value."""

    @property
    def complete(self) -> bool:
        """Every category has a score. A report gives no overall value otherwise."""
        return not self.missing


def overall(formula: str, scores: Mapping[str, CategoryScore]) -> Overall:
    """Fill in one of `FORMULAS`.

    The executable parts of October 2024 are no longer in the data; whoever has scores for
    ``exec_simple``, ``rest``, ``exec_multiple``, ``exec_parallel`` and ``exec_parallel_multiple``
    may pass them.

    Raises:
        KeyError: there is no such formula.
    """
    mix = FORMULAS[formula]
    whole = fill(mix, scores, sizes={} if formula in UNCOUNTED_WHEN_MISSING else SIZES)
    missing = tuple(dict.fromkeys(leaf.name for leaf in whole.leaves if leaf.name not in scores))
    gone = [name for name in missing if name not in SIZES]
    note = f"not comparable: {', '.join(gone)} no longer published" if gone else ""
    value = None if gone else whole.value
    return Overall(formula, mix.name, value, whole.parts, missing, note)


def weight_of(categories: Sequence[str], formula: str = "v4") -> float:
    """The share of an overall score that these categories make up."""
    return sum(
        leaf.weight for leaf in fill(FORMULAS[formula], {}).leaves if leaf.name in categories
    )


def fill(
    mix: Mix | str,
    scores: Mapping[str, CategoryScore],
    *,
    sizes: Mapping[str, int] = SIZES,
    weight: float = 1.0,
) -> Part:
    """Score a mix or a category.

    Args:
        mix: what to score.
        scores: category -> its result.
        sizes: the number of answers that a missing category counts with.
        weight: its share of the whole.
    """
    if isinstance(mix, str):
        if mix in scores:
            return Part(mix, weight, scores[mix].accuracy, scores[mix].n)
        return Part(mix, weight, 0.0, sizes.get(mix, 0), "missing")
    weights: Sequence[float] = mix.weights or [1] * len(mix.parts)
    if mix.rule == "pooled":
        weights = [fill(part, scores, sizes=sizes).n for part in mix.parts]
    whole = _total(weights) or 1
    parts = tuple(
        fill(part, scores, sizes=sizes, weight=weight * share / whole)
        for part, share in zip(mix.parts, weights, strict=True)
    )
    # the official order of operations, so that the last printed digit is the same
    if mix.rule == "weighted":
        shares = [share / whole for share in weights]
        value = _total(part.value * share for part, share in zip(parts, shares, strict=True))
    else:
        value = _total(part.value * w for part, w in zip(parts, weights, strict=True)) / whole
    return Part(mix.name, weight, value, sum(part.n for part in parts), _NOTES[mix.rule], parts)


def _total(values: Iterable[float]) -> float:
    """The sum as the official code takes it; `sum` is more exact from Python 3.12 on."""
    total = 0.0
    for value in values:
        total += value
    return total


_NOTES = {"mean": "mean", "pooled": "mean weighted by n", "weighted": "weighted mean"}
