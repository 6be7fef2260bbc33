"""Log-probabilities of many answers, each shared beginning of their prompts computed once.

Rows over the same list of tools have most of their prompt in common, and so have the two sides of
a preference. The common beginning goes through the model once; its keys and values are handed to
every row, and gradients flow back through them, so values and gradients are those of separate
forward passes. Logits are computed where an answer is predicted and nowhere else.

A model whose cache is not the plain one (sliding windows, state spaces), or that recomputes
activations, gets whole rows in padded batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

Ids = Sequence[int]
Pair = tuple[Ids, Ids]
"""Prompt ids and answer ids."""

SHORTEST = 16
"""A common beginning of fewer tokens is not worth a pass of its own."""
_PASS = 48
"""What a forward pass costs beside its tokens, in tokens; decides what is batched together."""


def answer_logprobs(model: Any, pairs: Sequence[Pair], *, most: int = 4096) -> list[torch.Tensor]:
    """Natural-log probabilities of the answers' tokens, with gradients.

    Args:
        model: a causal language model of transformers, with or without adapters of peft.
        pairs: prompts of at least one token, and answers.
        most: tokens of a forward pass at most; a single row may be longer.

    Returns:
        For each pair a float32 tensor of shape ``(len(answer),)``.
    """
    found: list[Any] = [None] * len(pairs)
    for batch in batches(pairs, most=most):
        values = batch_logprobs(model, [pairs[n] for n in batch])
        for n, value in zip(batch, values, strict=True):
            found[n] = value
    return found


def batches(pairs: Sequence[Pair], *, most: int = 4096) -> Iterator[list[int]]:
    """Which pairs go through the model together: indices, where sharing and padding pay.

    Pairs with a common beginning stand next to each other in the order of their ids; neighbours
    are put together as long as that costs less than two passes.
    """
    order = sorted(range(len(pairs)), key=lambda n: (tuple(pairs[n][0]), len(pairs[n][1])))
    batch: list[int] = []
    for n in order:
        if batch:
            together = _cost([pairs[k] for k in (*batch, n)])
            apart = _cost([pairs[k] for k in batch]) + _cost([pairs[n]]) + _PASS
            if together > min(apart, most):
                yield batch
                batch = []
        batch.append(n)
    if batch:
        yield batch


def batch_logprobs(model: Any, pairs: Sequence[Pair]) -> list[torch.Tensor]:
    """`answer_logprobs` of pairs that go through the model together."""
    import torch

    language_model = model.get_base_model() if hasattr(model, "get_base_model") else model
    device = next(language_model.parameters()).device
    shared = common_prefix([prompt for prompt, _ in pairs]) if len(pairs) > 1 else 0
    cache = None
    if shared >= SHORTEST:
        cache = _cache_of(language_model, pairs[0][0][:shared], len(pairs), device)
    if cache is None:
        shared = 0
    rows = [[*prompt[shared:], *answer] for prompt, answer in pairs]
    length = max(map(len, rows))
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows], device=device)
    seen = torch.tensor(
        [[1] * (shared + len(row)) + [0] * (length - len(row)) for row in rows], device=device
    )
    # Position t predicts token t + 1, so an answer is predicted from one before its start.
    starts = [len(prompt) - shared - 1 for prompt, _ in pairs]
    ends = [start + len(answer) for start, (_, answer) in zip(starts, pairs, strict=True)]
    first = min(starts)
    kept = torch.arange(first, max(ends), device=device)
    positions = torch.arange(shared, shared + length, device=device).expand(len(rows), -1)
    logits = language_model(
        input_ids=ids,
        attention_mask=seen,
        position_ids=positions,
        past_key_values=cache,
        use_cache=cache is not None,
        logits_to_keep=kept,
    ).logits
    found = []
    for row, (_, answer) in enumerate(pairs):
        own = logits[row, starts[row] - first : ends[row] - first].float()
        target = torch.tensor(list(answer), device=device)
        found.append(torch.log_softmax(own, -1).gather(-1, target[:, None])[:, 0])
    return found


def common_prefix(prompts: Sequence[Ids]) -> int:
    """How many ids all prompts begin with, the last of the shortest left out."""
    most = min(map(len, prompts)) - 1
    first = prompts[0]
    for other in prompts[1:]:
        n = 0
        while n < most and first[n] == other[n]:
            n += 1
        most = n
    return max(most, 0)


def _cost(pairs: Sequence[Pair]) -> int:
    """Tokens that a pass over these pairs computes, padding included."""
    shared = common_prefix([prompt for prompt, _ in pairs]) if len(pairs) > 1 else 0
    shared = shared if shared >= SHORTEST else 0
    longest = max(len(prompt) + len(answer) for prompt, answer in pairs)
    return shared + len(pairs) * (longest - shared)


def _cache_of(model: Any, prefix: Ids, rows: int, device: Any) -> Any:
    """The keys and values of a prefix for so many rows; ``None`` if this model keeps none such."""
    import torch
    from transformers import DynamicCache

    if model.training and getattr(model, "is_gradient_checkpointing", False):
        return None
    ids = torch.tensor([list(prefix)], device=device)
    cache = model(input_ids=ids, use_cache=True, logits_to_keep=1).past_key_values
    layers = getattr(cache, "layers", None)
    if type(cache) is not DynamicCache or not layers:
        return None
    if any(type(layer).__name__ != "DynamicLayer" for layer in layers):
        return None
    shared = DynamicCache()
    for at, layer in enumerate(layers):
        shared.update(
            layer.keys.expand(rows, -1, -1, -1), layer.values.expand(rows, -1, -1, -1), at
        )
    return shared
