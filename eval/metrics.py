"""Honest numbers: every share has its n and an interval."""

from __future__ import annotations

import math
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


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
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


def percent(value: float | None, decimals: int = 0) -> str:
    """A share in percent, without the sign; a dash for nothing."""
    return "–" if value is None else f"{100 * value:.{decimals}f}"


def span(interval: tuple[float, float] | None) -> str:
    """An interval in whole percents, without the sign; a dash for nothing."""
    return "–" if interval is None else f"{percent(interval[0])}–{percent(interval[1])}"
