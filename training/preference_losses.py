"""The losses of preference training, as functions of log-probabilities.

``dpo`` is Eqs. 10-11 of the paper; the others are those that it compares with (Fig. 6): IPO (Azar
et al. 2024, Eq. 17), SimPO (Meng et al. 2024, Eq. 6) and ORPO (Hong et al. 2024, Eqs. 4, 6 and 7).
All tensors have the shape (pairs,). Values are those of TRL's trainers; only ORPO's likelihood
differs there, which is of the prompt too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

LOSSES = ("dpo", "ipo", "simpo", "orpo")
REFERENCED = ("dpo", "ipo")
"""The losses with a reference policy."""
_CERTAIN = -1e-7
"""The highest log-probability that odds are made of: those of certainty are infinite."""


@dataclass(frozen=True)
class Side:
    """The chosen steps of some pairs, or the rejected ones."""

    logps: Tensor
    """Natural-log probability of each step under the policy, summed over its tokens."""
    tokens: Tensor
    """Tokens of each step."""
    reference: Tensor | None = None
    """As `logps`, under the reference policy."""

    @property
    def ratio(self) -> Tensor:
        """H of Eq. 10: log of the probability over the reference's."""
        if self.reference is None:
            raise ValueError("this loss needs a reference")
        return self.logps - self.reference

    @property
    def mean(self) -> Tensor:
        """Log-probability of a token on the average."""
        return self.logps / self.tokens


@dataclass(frozen=True)
class Judged:
    """What a loss says of pairs."""

    losses: Tensor
    chosen_rewards: Tensor
    """The implicit reward of the chosen step, with the loss's own scale."""
    rejected_rewards: Tensor


def dpo(chosen: Side, rejected: Side, beta: float) -> Judged:
    """-log sigmoid(beta h_w - beta h_l), Eq. 11 of the paper."""
    from torch.nn.functional import logsigmoid

    rewards = beta * chosen.ratio, beta * rejected.ratio
    return Judged(-logsigmoid(rewards[0] - rewards[1]), *rewards)


def ipo(chosen: Side, rejected: Side, beta: float) -> Judged:
    """(h_w / n_w - h_l / n_l - 1 / (2 beta))^2, Eq. 17 of the IPO paper.

    Ratios are means over tokens, as its authors computed them; beta is their tau.
    """
    gap = chosen.ratio / chosen.tokens - rejected.ratio / rejected.tokens
    return Judged((gap - 1 / (2 * beta)) ** 2, beta * chosen.ratio, beta * rejected.ratio)


def simpo(chosen: Side, rejected: Side, beta: float, gamma: float) -> Judged:
    """-log sigmoid(beta log p_w / n_w - beta log p_l / n_l - gamma), Eq. 6 of the SimPO paper."""
    from torch.nn.functional import logsigmoid

    rewards = beta * chosen.mean, beta * rejected.mean
    return Judged(-logsigmoid(rewards[0] - rewards[1] - gamma), *rewards)


def orpo(chosen: Side, rejected: Side, beta: float) -> Judged:
    """-beta log sigmoid(log odds_w - log odds_l), the second term of Eq. 6 of the ORPO paper.

    Odds are p / (1 - p) of the mean probability of a token; beta is its lambda. The first term, the
    likelihood of the chosen, is added where tokens are counted (`Objective`).
    """
    from torch.nn.functional import logsigmoid

    odds = _log_odds(chosen.mean) - _log_odds(rejected.mean)
    return Judged(-beta * logsigmoid(odds), beta * chosen.mean, beta * rejected.mean)


def loss_of(name: str, beta: float, gamma: float = 1.0) -> Callable[[Side, Side], Judged]:
    """One of `LOSSES`, by its name.

    Args:
        name: the loss.
        beta: its strength.
        gamma: of simpo.
    """
    if name == "simpo":
        return lambda chosen, rejected: simpo(chosen, rejected, beta, gamma)
    function = {"dpo": dpo, "ipo": ipo, "orpo": orpo}[name]
    return lambda chosen, rejected: function(chosen, rejected, beta)


def _log_odds(logp: Tensor) -> Tensor:
    """log(p / (1 - p)), without loss of digits wherever p lies."""
    import torch

    logp = logp.clamp(max=_CERTAIN)
    likely = logp > -math.log(2)
    # Each branch sees values of its own side alone: gradients of the other would be no numbers.
    near = torch.log(-torch.expm1(torch.where(likely, logp, torch.full_like(logp, -1.0))))
    far = torch.log1p(-torch.exp(torch.where(likely, torch.full_like(logp, -1.0), logp)))
    return logp - torch.where(likely, near, far)
