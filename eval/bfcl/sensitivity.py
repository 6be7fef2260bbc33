"""How much a score depends on the variation of the prompt."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from eval.bfcl.aggregate import CategoryScore
from eval.bfcl.formats import PromptConfig


@dataclass(frozen=True)
class Sensitivity:
    """Scores over variations of the prompt, and their spread in percentage points.

    The spread is the official one, rounded to two decimals; 0 for fewer than two variations.
    """

    scores: dict[PromptConfig, CategoryScore]
    max_delta: float
    """Best accuracy minus worst."""
    std: float
    """Sample standard deviation of the accuracies."""
    variance: float
    """Sample variance of the accuracies."""


def sensitivity(verdicts: Iterable[tuple[PromptConfig, bool]]) -> Sensitivity:
    """Sum up whether each answer is right, with the variation that asked for it."""
    judged: dict[PromptConfig, list[bool]] = {}
    for config, valid in verdicts:
        judged.setdefault(config, []).append(valid)
    scores = {
        config: CategoryScore(sum(own) / len(own), len(own)) for config, own in judged.items()
    }
    accuracies = [score.accuracy for score in scores.values()]
    if len(accuracies) < 2:
        return Sensitivity(scores, 0.0, 0.0, 0.0)
    return Sensitivity(
        scores,
        max_delta=round((max(accuracies) - min(accuracies)) * 100, 2),
        std=round(statistics.stdev(accuracies) * 100, 2),
        variance=round(statistics.variance(accuracies) * 100**2, 2),
    )
