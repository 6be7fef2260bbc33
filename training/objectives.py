"""What a trainer makes smaller: a loss over the examples of an update, in summands.

A summand is computed and backwarded before the next, which bounds the memory. Each is divided by
counts over all processes, so that gradients that are added up are those of one process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import torch

    from training.examples import Example

Summand = Callable[[], "tuple[torch.Tensor, Mapping[str, float]]"]
"""Gives a part of the loss, with gradients, and of what is measured beside it."""


class Objective(Protocol):
    """A loss."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of what is measured beside the loss."""

    def prepare(self, model: Any, examples: Sequence[Any], folder: Path, max_tokens: int) -> None:
        """Called once before a run, with the model as it starts and all examples."""

    def counts(self, examples: Sequence[Any]) -> tuple[float, ...]:
        """What the loss of these examples is a mean over."""

    def summands(
        self, model: Any, examples: Sequence[Any], totals: Sequence[float], max_tokens: int
    ) -> Iterator[Summand]:
        """The parts of the loss of these examples.

        Args:
            model: a causal language model.
            examples: those of an update that this process computes.
            totals: `counts`, added up over all processes.
            max_tokens: of a forward pass.
        """


class Likelihood:
    """The mean negative log-likelihood of the answers' tokens (Eqs. 1-3 of the paper)."""

    measures: tuple[str, ...] = ()

    def prepare(
        self, model: Any, examples: Sequence[Example], folder: Path, max_tokens: int
    ) -> None:
        """There is nothing to prepare."""

    def counts(self, examples: Sequence[Example]) -> tuple[float, ...]:
        """Tokens of the answers."""
        return (float(sum(len(example.answer_ids) for example in examples)),)

    def summands(
        self, model: Any, examples: Sequence[Example], totals: Sequence[float], max_tokens: int
    ) -> Iterator[Summand]:
        """The parts of the loss, each of as many examples as a forward pass takes."""
        import torch

        from training.shared_prefix import batch_logprobs, batches, shares_prompts

        pairs = [(example.prompt_ids, example.answer_ids) for example in examples]
        (tokens,) = totals

        def summand(chosen: Sequence[int]) -> Summand:
            def compute() -> tuple[torch.Tensor, Mapping[str, float]]:
                found = batch_logprobs(model, [pairs[n] for n in chosen])
                return -torch.cat(found).sum() / tokens, {}

            return compute

        for batch in batches(pairs, most=max_tokens, whole=not shares_prompts(model)):
            yield summand(batch)
