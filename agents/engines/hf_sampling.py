"""Chooses the next token of every row from the logits, each row with its own settings.

A row draws from its own generator, so what it draws does not depend on who shares its batch.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor


@dataclass(frozen=True)
class Choice:
    """How one row chooses."""

    temperature: float
    """0 takes the likeliest token."""
    top_p: float
    draw: random.Random
    allowed: NDArray[np.bool_] | None = None
    """The tokens that may be chosen, [vocabulary]; all without it."""


def generator(seed: int | None, index: int) -> random.Random:
    """The generator of completion `index`; from the system's entropy without a seed."""
    return random.Random() if seed is None else random.Random(f"{seed}/{index}")


def pick(logprobs: Tensor, choices: Sequence[Choice]) -> list[int]:
    """One token for each row of `logprobs`, [rows, vocabulary]."""
    import torch

    scores = logprobs
    masks = {i: torch.from_numpy(c.allowed) for i, c in enumerate(choices) if c.allowed is not None}
    if masks:
        allowed = torch.stack(list(masks.values())).to(scores.device)
        scores = scores.clone()
        scores[list(masks)] = scores[list(masks)].masked_fill(~allowed, float("-inf"))
    tokens: list[int] = scores.argmax(dim=-1).tolist()
    # Apart, as a row must draw alike whether or not a batch-mate needs its tokens in order.
    for in_order in (False, True):
        drawn = [
            i
            for i, choice in enumerate(choices)
            if choice.temperature > 0 and (choice.top_p < 1) == in_order
        ]
        if drawn:
            found = _draw(scores[drawn], [choices[i] for i in drawn], in_order)
            for i, token in zip(drawn, found, strict=True):
                tokens[i] = token
    return tokens


def _draw(scores: Tensor, choices: Sequence[Choice], in_order: bool) -> list[int]:
    """Sample every row by inverting its cumulative distribution, in float64.

    With `in_order`, over the tokens from the likeliest on, down to the rows' `top_p`.
    """
    import torch

    def column(values: list[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float64, device=scores.device)[:, None]

    temperature = column([choice.temperature for choice in choices])
    probabilities = torch.softmax(scores.double() / temperature, dim=-1)
    order = None
    if in_order:
        probabilities, order = probabilities.sort(dim=-1, descending=True, stable=True)
        before = probabilities.cumsum(dim=-1) - probabilities
        top_p = column([choice.top_p for choice in choices])
        # The likeliest token stays, whatever top_p is.
        cut = (before >= top_p) & (before > 0)
        probabilities = probabilities.masked_fill(cut, 0.0)
    total = probabilities.cumsum(dim=-1)
    last = total[:, -1:]
    target = column([choice.draw.random() for choice in choices]) * last
    target = torch.minimum(target, torch.nextafter(last, torch.zeros_like(last)))
    found = torch.searchsorted(total, target, right=True)
    if order is not None:
        found = order.gather(1, found)
    tokens: list[int] = found[:, 0].tolist()
    return tokens
