"""Log-probabilities of many answers, whatever their prompts share computed once.

Rows over the same list of tools have most of their prompt in common, all rows have the head of a
system prompt in common, and the two sides of a preference all of it. The rows go through the model
as a tree (`training.prompt_tree`), without padding, and logits are computed where an answer is
predicted and nowhere else. Values and gradients are those of separate forward passes.

Not every model can do that. Each is tried once on two short rows; one that gives other values than
for separate rows gets whole rows in padded batches.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from training.prompt_tree import SHORTEST, common_length, prompt_tree

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

Ids = Sequence[int]
Pair = tuple[Ids, Ids]
"""Prompt ids and answer ids."""

MOST = 4096
"""Tokens of a forward pass, by default."""
_PASS = 48
"""What a forward pass costs beside its tokens, in tokens; decides which whole rows are padded."""

_shares: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()
"""What `shares_prompts` has found out."""


def answer_logprobs(model: Any, pairs: Sequence[Pair], *, most: int = MOST) -> list[torch.Tensor]:
    """Natural-log probabilities of the answers' tokens, with gradients.

    Args:
        model: a causal language model of transformers, with or without adapters of peft.
        pairs: prompts of at least one token, and answers of at least one.
        most: tokens of a forward pass at most; a single row may be longer.

    Returns:
        For each pair a float32 tensor of shape ``(len(answer),)``.
    """
    found: list[Any] = [None] * len(pairs)
    for batch in batches(pairs, most=most, whole=not shares_prompts(model)):
        values = batch_logprobs(model, [pairs[n] for n in batch])
        for n, value in zip(batch, values, strict=True):
            found[n] = value
    return found


def batches(pairs: Sequence[Pair], *, most: int = MOST, whole: bool = False) -> Iterator[list[int]]:
    """Which pairs go through the model together: indices, so many tokens computed at most.

    Args:
        pairs: prompts and answers.
        most: tokens of a forward pass at most; a single row may be longer.
        whole: for a model that shares nothing; rows are then padded to the longest of a batch.
    """
    rows = [(*prompt, *answer[:-1]) for prompt, answer in pairs]
    if whole:
        yield from _padded(rows, most)
        return
    batch: list[int] = []
    tokens = 0
    for n in sorted(range(len(rows)), key=lambda n: rows[n]):
        shared = common_length(rows[batch[-1]], rows[n]) if batch else 0
        own = len(rows[n]) - (shared if shared >= SHORTEST else 0)
        if batch and tokens + own > most:
            yield batch
            batch, tokens, own = [], 0, len(rows[n])
        batch.append(n)
        tokens += own
    if batch:
        yield batch


def batch_logprobs(model: Any, pairs: Sequence[Pair]) -> list[torch.Tensor]:
    """`answer_logprobs` of pairs that go through the model together."""
    compute = _tree_logprobs if shares_prompts(model) else _row_logprobs
    return compute(_language_model(model), pairs)


def shares_prompts(model: Any) -> bool:
    """Whether a model gives the same values for rows in a tree; tried once for each model."""
    import torch

    from training.tree_attention import use_tree_attention

    model = _language_model(model)
    if model in _shares:
        return _shares[model]
    head = tuple(n % model.config.get_text_config().vocab_size for n in range(3, 7 + SHORTEST))
    pairs = [((*head, 5, 4), (9, 8, 7)), ((*head, 6), (3, 9)), ((*head, 6, 3), (4, 4))]
    was_training = model.training
    model.eval()
    with torch.no_grad():
        expected = torch.cat(_row_logprobs(model, pairs))
        _shares[model] = False
        if _usable(model.config) and use_tree_attention(model):
            with contextlib.suppress(TypeError, ValueError, RuntimeError, AttributeError):
                found = torch.cat(_tree_logprobs(model, pairs))
                apart = (found - expected).abs()
                # A logit of bfloat16 is rounded to eighths, and one may fall to either side.
                exact = expected.dtype is model.dtype
                _shares[model] = bool(apart.max() < 1e-3 if exact else apart.mean() < 0.1)
    model.train(was_training)
    if not _shares[model]:
        log.info("%s shares no prompts: whole rows are computed", type(model).__name__)
    return _shares[model]


def _usable(config: Any) -> bool:
    """Whether short rows can tell: attention to chunks shows in long ones alone."""
    return getattr(config.get_text_config(), "attention_chunk_size", None) is None


def _language_model(model: Any) -> Any:
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def _tree_logprobs(model: Any, pairs: Sequence[Pair]) -> list[torch.Tensor]:
    """Log-probabilities with what is shared computed once."""
    import torch

    tree = prompt_tree([(*prompt, *answer[:-1]) for prompt, answer in pairs])
    device = _device(model)
    # Position t predicts token t + 1, so an answer is predicted from one before its start.
    wanted = [
        tree.places(n, len(prompt) - 1, len(prompt) + len(answer) - 1)
        for n, (prompt, answer) in enumerate(pairs)
    ]
    kept = {place: at for at, place in enumerate(sorted({p for row in wanted for p in row}))}
    columns = torch.tensor(list(kept), device=device)
    logprobs = _logprobs(
        model,
        (torch.zeros_like(columns), columns),
        input_ids=torch.tensor([tree.ids], device=device),
        position_ids=torch.tensor([tree.positions], device=device),
        attention_mask=torch.ones(1, 1, 1, 1, dtype=torch.bool, device=device),  # says nothing
        prompt_tree=tree,
    )
    at = [torch.tensor([kept[place] for place in row], device=device) for row in wanted]
    targets = [torch.tensor(list(answer), device=device) for _, answer in pairs]
    found: torch.Tensor = logprobs[torch.cat(at), torch.cat(targets)]
    return list(found.split([len(row) for row in wanted]))  # type: ignore[no-untyped-call]


def _row_logprobs(model: Any, pairs: Sequence[Pair]) -> list[torch.Tensor]:
    """Log-probabilities of whole rows, padded to the longest."""
    import torch

    device = _device(model)
    rows = [[*prompt, *answer[:-1]] for prompt, answer in pairs]
    longest = max(map(len, rows))
    places = [
        (n, len(prompt) - 1 + k)
        for n, (prompt, answer) in enumerate(pairs)
        for k in range(len(answer))
    ]
    lines, columns = torch.tensor(places, device=device).T
    logprobs = _logprobs(
        model,
        (lines, columns),
        input_ids=torch.tensor([row + [0] * (longest - len(row)) for row in rows], device=device),
        attention_mask=torch.tensor(
            [[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=device
        ),
    )
    targets = torch.tensor([token for _, answer in pairs for token in answer], device=device)
    found: torch.Tensor = logprobs.gather(-1, targets[:, None])[:, 0]
    return list(found.split([len(answer) for _, answer in pairs]))  # type: ignore[no-untyped-call]


def _logprobs(model: Any, places: tuple[torch.Tensor, torch.Tensor], **inputs: Any) -> torch.Tensor:
    """Distributions over the token after each place (row, column), float32 [places, vocabulary].

    The head sees these places alone; what a model does to logits after its head stays as it is.
    """
    import torch

    def pick(head: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        return (arguments[0][places][None], *arguments[1:])

    hook = model.get_output_embeddings().register_forward_pre_hook(pick)
    try:
        logits = model(**inputs, use_cache=False).logits
    finally:
        hook.remove()
    return torch.log_softmax(logits[0].float(), -1)


def _padded(rows: Sequence[Ids], most: int) -> Iterator[list[int]]:
    """Rows of like length, put together as long as padding costs less than another pass."""
    batch: list[int] = []
    for n in sorted(range(len(rows)), key=lambda n: len(rows[n])):
        tokens = len(rows[n]) * (len(batch) + 1)
        wasted = tokens - sum(len(rows[k]) for k in (*batch, n))
        if batch and (tokens > most or wasted > _PASS * len(batch)):
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch


def _device(model: Any) -> Any:
    return next(model.parameters()).device
