"""A preference loss over the pairs of an update, and the reference that it is measured from.

Both sides of a pair, and pairs of one tree, have their prompt in common, which is computed once
(`training.shared_prefix`). The reference's log-probabilities are those of the policy as training
finds it; they are computed once, kept in ``reference.jsonl`` and read from there when a killed run
goes on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envs.common.errors import UserError
from envs.common.progress import progress
from envs.common.runs import JsonlLog
from training import processes
from training.objectives import Summand
from training.preference_data import PairExample
from training.preference_losses import REFERENCED, Judged, Side, loss_of

if TYPE_CHECKING:
    import torch

REFERENCE = "reference.jsonl"


@dataclass
class Preference:
    """A preference loss; its mean is over pairs, that of the likelihood over chosen tokens."""

    loss: str
    """One of `training.preference_losses.LOSSES`."""
    beta: float
    gamma: float = 1.0
    """Of simpo."""
    sft_weight: float = 0.0
    """Weight of the likelihood of the chosen steps; orpo has a likelihood of weight 1 beside."""
    key: str = ""
    """Says which pairs and which policy a stored reference is of."""
    reference: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    """Pair -> log-probabilities of chosen and rejected under the reference, summed over tokens."""

    measures = ("chosen_reward", "rejected_reward", "margin", "accuracy")

    def prepare(
        self, model: Any, examples: Sequence[PairExample], folder: Path, max_tokens: int
    ) -> None:
        """Switch dropout off, so that policy and reference are compared, and get the reference."""
        import torch

        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        if self.loss in REFERENCED:
            found = Reference(folder, self.key).of(model, examples, max_tokens)
            self.reference = found

    def counts(self, examples: Sequence[PairExample]) -> tuple[float, ...]:
        """Pairs, and tokens of the chosen steps."""
        return float(len(examples)), float(sum(len(pair.answer_ids) for pair in examples))

    def summands(
        self,
        model: Any,
        examples: Sequence[PairExample],
        totals: Sequence[float],
        max_tokens: int,
    ) -> Iterator[Summand]:
        """The parts of the loss, each of as many pairs as a forward pass takes."""
        for batch in pair_batches(model, examples, max_tokens):
            yield self._summand(model, [examples[n] for n in batch], totals)

    def _summand(
        self, model: Any, examples: Sequence[PairExample], totals: Sequence[float]
    ) -> Summand:
        judge = loss_of(self.loss, self.beta, self.gamma)
        weight = self.sft_weight + (self.loss == "orpo")
        pairs, tokens = totals

        def compute() -> tuple[torch.Tensor, Mapping[str, float]]:
            chosen, rejected = self._sides(model, examples)
            judged = judge(chosen, rejected)
            loss = judged.losses.sum() / pairs
            if weight:
                loss = loss - weight * chosen.logps.sum() / tokens
            return loss, _measured(judged, pairs)

        return compute

    def _sides(self, model: Any, examples: Sequence[PairExample]) -> tuple[Side, Side]:
        import torch

        logps = pair_logps(model, examples)
        options: dict[str, Any] = {"dtype": logps.dtype, "device": logps.device}
        references: list[Any] = [None, None]
        if self.loss in REFERENCED:
            references = list(torch.tensor([self.reference[e.id] for e in examples], **options).T)
        lengths = torch.tensor([[len(e.answer_ids), len(e.rejected_ids)] for e in examples])
        chosen, rejected = (
            Side(logps[:, n], lengths[:, n].to(**options), references[n]) for n in range(2)
        )
        return chosen, rejected


class Reference:
    """The log-probabilities of a policy that does not move, on disk.

    Args:
        folder: of the run.
        key: what is stored under another one does not count.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._log, self._key = JsonlLog(folder / REFERENCE), key

    def of(
        self, model: Any, examples: Sequence[PairExample], max_tokens: int
    ) -> dict[str, tuple[float, float]]:
        """Pair -> log-probabilities of chosen and rejected, computed where they are not stored.

        Raises:
            UserError: one is not finite.
        """
        import torch

        known = processes.agreed(self._stored)
        batches = [
            batch
            for batch in pair_batches(model, examples, max_tokens)
            if not all(examples[n].id in known for n in batch)
        ]
        model.eval()
        with torch.no_grad(), progress("reference: passes", len(batches)) as tick:
            # Each process takes every so manieth pass; the values are shared after each.
            for start in range(0, len(batches), processes.count()):
                own = batches[start:][processes.place() :][:1]
                values = {}
                began = time.monotonic()
                for batch in own:
                    members = [examples[n] for n in batch]
                    rows = pair_logps(model, members).tolist()
                    values = {pair.id: row for pair, row in zip(members, rows, strict=True)}
                seconds = round(time.monotonic() - began, 3)
                for found in processes.gathered(values):
                    if found:
                        self._keep(found, seconds)
                        known |= found
                        tick(found)
        return {pair.id: (known[pair.id][0], known[pair.id][1]) for pair in examples}

    def _stored(self) -> dict[str, list[float]]:
        """What is on disk for this key."""
        rows = (row for row in self._log.read() if row.get("of") == self._key)
        return {name: values for row in rows for name, values in row["logps"].items()}

    def _keep(self, found: Mapping[str, Sequence[float]], seconds: float) -> None:
        for name, values in found.items():
            if not all(map(math.isfinite, values)):
                raise UserError(f"pair {name}: the reference gives log-probabilities of {values}")
        if processes.is_first():
            self._log.append({"of": self._key, "seconds": seconds, "logps": dict(found)})


def pair_batches(
    model: Any, examples: Sequence[PairExample], max_tokens: int
) -> Iterator[list[int]]:
    """Which pairs go through the model together: indices; no pair is divided."""
    from training.shared_prefix import batches, shares_prompts

    whole = not shares_prompts(model)
    # Beside each other both steps are as long as one after the other; whole rows are two.
    rows = [(pair.prompt_ids, pair.answer_ids + pair.rejected_ids) for pair in examples]
    yield from batches(rows, most=max_tokens // 2 if whole else max_tokens, whole=whole)


def pair_logps(model: Any, examples: Sequence[PairExample]) -> torch.Tensor:
    """Log-probabilities of chosen and rejected steps, with gradients; shape (pairs, 2)."""
    import torch

    from training.shared_prefix import batch_logprobs

    rows = [(e.prompt_ids, ids) for e in examples for ids in (e.answer_ids, e.rejected_ids)]
    sums = torch.stack([value.sum() for value in batch_logprobs(model, rows)])
    return sums.reshape(len(examples), 2)


def _measured(judged: Judged, pairs: float) -> dict[str, float]:
    """Parts of the means over an update's pairs."""
    chosen, rejected = judged.chosen_rewards.detach(), judged.rejected_rewards.detach()
    return {
        "chosen_reward": chosen.sum().item() / pairs,
        "rejected_reward": rejected.sum().item() / pairs,
        "margin": (chosen - rejected).sum().item() / pairs,
        "accuracy": (chosen > rejected).sum().item() / pairs,
    }
