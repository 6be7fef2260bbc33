"""Honest numbers: every share has its n and an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, with a 95 % Wilson interval."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """The share in [0, 1]; ``None`` of nothing."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % Wilson score interval; ``None`` of nothing."""
        return wilson(self.hits, self.n) if self.n else None


def wilson(hits: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Wilson score interval of a binomial share.

    Raises:
        ValueError: not 0 <= hits <= n with n > 0.
    """
    if not (n > 0 and 0 <= hits <= n):
        raise ValueError(f"{hits} of {n} is no share")
    p = hits / n
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    middle = p + z * z / (2 * n)
    scale = 1 + z * z / n
    # The ends are exact where rounding would miss them by a hair.
    low = 0.0 if hits == 0 else (middle - spread) / scale
    high = 1.0 if hits == n else (middle + spread) / scale
    return low, high


def interval_of(groups: Sequence[Sequence[bool]]) -> tuple[float, float] | None:
    """95 % interval of the share of hits over tasks that were tried several times.

    Trials of one task are alike, so they count for less than trials of as many tasks: Wilson's
    interval for the effective number of trials, n / design effect, which lies between the number
    of tasks and the number of trials. With one trial a task it is Wilson's interval.

    Args:
        groups: the trials of each task; empty ones are left out.
    """
    groups = [group for group in groups if group]
    hits, n = sum(map(sum, groups)), sum(map(len, groups))
    if not n:
        return None
    if n == len(groups):
        return wilson(hits, n)
    p = hits / n
    spread = sum((sum(group) - len(group) * p) ** 2 for group in groups) / n**2
    if spread == 0 or len(groups) < 2:
        effective: float = len(groups)
    else:
        effective = min(n, max(len(groups), p * (1 - p) / spread))
    return wilson(p * effective, effective)


def pass_at(k: int, hits: int, trials: int) -> float:
    """Chance that at least one of `k` trials is right, unbiased (Chen et al. 2021, equation 1).

    Raises:
        ValueError: not 1 <= k <= trials.
    """
    _check(k, hits, trials)
    return 1.0 - math.comb(trials - hits, k) / math.comb(trials, k)


def pass_hat(k: int, hits: int, trials: int) -> float:
    """Chance that all of `k` trials are right, unbiased (pass^k of tau-bench).

    Raises:
        ValueError: not 1 <= k <= trials.
    """
    _check(k, hits, trials)
    return math.comb(hits, k) / math.comb(trials, k)


def _check(k: int, hits: int, trials: int) -> None:
    if not (1 <= k <= trials and 0 <= hits <= trials):
        raise ValueError(f"{hits} of {trials} trials: k = {k} is out of range")


def percent(value: float | None, decimals: int = 0) -> str:
    """A share in percent, without the sign; a dash for nothing."""
    return "–" if value is None else f"{100 * value:.{decimals}f}"


def span(interval: tuple[float, float] | None) -> str:
    """An interval in whole percents, without the sign; a dash for nothing."""
    return "–" if interval is None else f"{percent(interval[0])}–{percent(interval[1])}"
