"""Forward passes for rows that come and go: the model's side of the decoding loop.

A runner holds the keys and values of the rows that decode together. `SlotRunner` serves models
whose cache has an entry for every token: prompts are read one by one without padding, what they
share with an earlier prompt is not read again, and rows join at any time. `WholeRunner` serves the
others (recurrent and hybrid models) with the model's own cache: a batch starts together, padded on
the left, and no row joins it.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from agents.engines.hf_cache import Layers, PrefixStore, SlotLayer, Slots

if TYPE_CHECKING:
    from torch import Tensor

Ids = Sequence[int]


@dataclass(frozen=True)
class Limits:
    """What a batch may hold; each is a trade of memory for speed."""

    rows: int
    """Most rows that decode together."""
    tokens: int
    """Most columns of all rows together, padding included."""
    prefix_bytes: int
    """Memory for the keys and values of earlier prompts."""


@dataclass(frozen=True)
class Prefilled:
    """Prompts that have been read and not yet joined the batch."""

    logits: Tensor
    """[prompts, vocabulary], of the token after each prompt."""
    layers: tuple[Layers, ...] = ()


class Runner(Protocol):
    """What the decoding loop needs of a model."""

    joins: bool
    """Rows may join while others are under way."""

    def room(self, length: int) -> int:
        """How many rows with prompts of this length may join now."""

    def prefill(self, prompts: Sequence[Ids]) -> Prefilled:
        """Read prompts."""

    def insert(self, prefilled: Prefilled, sources: Sequence[int]) -> None:
        """Let one row join for every entry of `sources`, continuing that prompt."""

    def go_on(self, prompt: Ids, rows: int) -> bool:
        """Let rows join whose prompt is known but for the last token, which the next step feeds.

        Whether it is; otherwise nothing happened.
        """

    def remember(self, row: int, ids: Ids) -> None:
        """Keep what a row holds for later prompts; it was fed `ids`."""

    def step(self, tokens: Ids) -> Tensor:
        """Feed every row its last token; the logits of the next, [rows, vocabulary]."""

    def keep(self, order: Sequence[int]) -> None:
        """Keep these rows in this order; ``order[i] >= i``."""

    def score(self, prompt: Ids, targets: Sequence[Ids]) -> list[list[float]]:
        """Log-probabilities of the tokens of every target after the prompt."""

    def forget(self) -> None:
        """Drop all keys and values; no row is under way any more."""


def make_runner(model: Any, limits: Limits) -> Runner:
    """The runner that fits the model's cache."""
    layers = _layer_count(model)
    return SlotRunner(model, layers, limits) if layers else WholeRunner(model, limits)


def _layer_count(model: Any) -> int:
    """Layers of keys and values; 0 if the model's cache has anything else."""
    from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer

    if not {"past_key_values", "position_ids"} <= _parameters(model):
        return 0
    layers = DynamicCache(config=model.config).layers
    # A sliding window is a matter of the mask; the entries outside it may stay.
    plain = all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in layers)
    return len(layers) if plain else 0


def _parameters(model: Any) -> set[str]:
    return set(inspect.signature(model.forward).parameters)


class SlotRunner:
    """Rows in `Slots`, prompts through a `PrefixStore`."""

    joins = True

    def __init__(self, model: Any, layers: int, limits: Limits) -> None:
        from transformers.cache_utils import CacheLayerMixin, DynamicCache

        CacheLayerMixin.register(SlotLayer)
        self._model = model
        self._limits = limits
        self._store = PrefixStore(limits.prefix_bytes)
        self._slots = Slots()
        self._cache = DynamicCache()
        self._cache.layers = [SlotLayer(self._slots, i) for i in range(layers)]
        self._cuts_logits = "logits_to_keep" in _parameters(model)

    def room(self, length: int) -> int:
        """Rows that fit beside those there are."""
        slots = self._slots
        width = max([length, *slots.lengths()])
        return min(self._limits.rows, max(self._limits.tokens // width, 1)) - slots.rows

    def prefill(self, prompts: Sequence[Ids]) -> Prefilled:
        """Read prompts one by one, each from where it leaves an earlier one."""
        import torch

        read = [self._read(prompt) for prompt in prompts]
        return Prefilled(torch.stack([logits for logits, _ in read]), tuple(kv for _, kv in read))

    def insert(self, prefilled: Prefilled, sources: Sequence[int]) -> None:
        """Copy the prompts' keys and values into slots."""
        if sources:
            self._slots.insert([prefilled.layers[source] for source in sources])

    def go_on(self, prompt: Ids, rows: int) -> bool:
        """Without a pass of the model."""
        shared, layers = self._store.longest(prompt[:-1])
        if not shared or shared < len(prompt) - 1:
            return False
        self._slots.insert([layers] * rows)
        return True

    def remember(self, row: int, ids: Ids) -> None:
        """As a prompt that was read, but never in the place of another."""
        held = self._slots.row(row)
        if self._store.has_room(ids, held):
            self._store.put(ids, [(keys.clone(), values.clone()) for keys, values in held])

    def step(self, tokens: Ids) -> Tensor:
        """One token for every row."""
        slots, device = self._slots, self._model.device
        slots.make_room()
        logits: Tensor = self._model(
            input_ids=_column(tokens, device),
            attention_mask=slots.mask(),
            position_ids=_column(slots.lengths(), device),
            past_key_values=self._cache,
            use_cache=True,
        ).logits[:, -1]
        slots.high += 1
        return logits

    def keep(self, order: Sequence[int]) -> None:
        """Free the slots of the other rows."""
        self._slots.keep(order)

    def forget(self) -> None:
        """Rows and prompts."""
        self._slots.keep([])
        self._store = PrefixStore(self._limits.prefix_bytes)

    def score(self, prompt: Ids, targets: Sequence[Ids]) -> list[list[float]]:
        """All targets in one pass behind the shared prompt."""
        head = list(prompt[:-1])
        if len(targets) > 1 and head:
            self._read(head)
        shared, layers = self._store.longest(head)
        tails = [[*prompt[shared:], *target[:-1]] for target in targets]
        logits, cache = self._forward(tails, shared, layers, keep=max(map(len, targets)))
        if len(targets) == 1 and head:
            kept = [(x.keys[:, :, : len(head)], x.values[:, :, : len(head)]) for x in cache.layers]
            self._store.put(head, kept)
        return [_gather(row, target) for row, target in zip(logits, targets, strict=True)]

    def _read(self, prompt: Ids) -> tuple[Tensor, Layers]:
        shared, layers = self._store.longest(prompt[:-1])
        logits, cache = self._forward([prompt[shared:]], shared, layers, keep=1)
        read: Layers = [(layer.keys, layer.values) for layer in cache.layers]
        # What is mostly known already takes no other prompt's place.
        if 2 * shared < len(prompt) or self._store.has_room(prompt, read):
            self._store.put(prompt, read)
        return logits[0, -1], read

    def _forward(
        self, rows: Sequence[Ids], shared: int, layers: Layers, *, keep: int
    ) -> tuple[Tensor, Any]:
        """Rows behind the same `shared` tokens; logits of the last `keep` positions, and the cache.

        Shorter rows are padded on the right, where no real token sees the padding.
        """
        import torch
        from transformers.cache_utils import DynamicCache

        cache, width = DynamicCache(), max(map(len, rows))
        for index, (keys, values) in enumerate(layers):
            batch = (len(rows), -1, -1, -1)
            cache.update(keys.expand(batch), values.expand(batch), index)
        device = self._model.device
        ids = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows], device=device)
        options = {"logits_to_keep": keep} if self._cuts_logits else {}
        output = self._model(
            input_ids=ids,
            position_ids=torch.arange(shared, shared + width, device=device)[None],
            past_key_values=cache,
            use_cache=True,
            **options,
        )
        return output.logits[:, -keep:], cache


class WholeRunner:
    """A batch from start to end in the model's own cache, whatever that holds."""

    joins = False

    def __init__(self, model: Any, limits: Limits) -> None:
        self._model = model
        self._limits = limits
        self._parameters = _parameters(model)
        self._cache_name = "past_key_values"
        if "past_key_values" not in self._parameters:
            self._cache_name = "cache_params"
        self._cache: Any = None
        self._mask: Any = None

    def room(self, length: int) -> int:
        """A whole batch, or nothing while there is one."""
        if self._cache is not None:
            return 0
        return max(1, min(self._limits.rows, self._limits.tokens // length))

    def prefill(self, prompts: Sequence[Ids]) -> Prefilled:
        """Read prompts together, padded on the left."""
        import torch

        width, device = max(map(len, prompts)), self._model.device
        padding = [width - len(prompt) for prompt in prompts]
        pairs = list(zip(padding, prompts, strict=True))
        self._mask = torch.tensor([[0] * p + [1] * len(ids) for p, ids in pairs], device=device)
        ids = torch.tensor([[0] * p + list(ids) for p, ids in pairs], device=device)
        return Prefilled(self._forward(ids)[:, -1])

    def insert(self, prefilled: Prefilled, sources: Sequence[int]) -> None:
        """Turn the prompts that were read into the rows of the batch."""
        self._select(sources)

    def go_on(self, prompt: Ids, rows: int) -> bool:
        """Never: no row joins others."""
        return False

    def remember(self, row: int, ids: Ids) -> None:
        """Nothing is kept."""

    def step(self, tokens: Ids) -> Tensor:
        """One token for every row."""
        import torch

        self._mask = torch.cat([self._mask, self._mask.new_ones(len(tokens), 1)], dim=1)
        return self._forward(_column(tokens, self._model.device))[:, -1]

    def keep(self, order: Sequence[int]) -> None:
        """Keep these rows; without any the cache is freed."""
        self._select(order)

    def forget(self) -> None:
        """The rows."""
        self._select([])

    def score(self, prompt: Ids, targets: Sequence[Ids]) -> list[list[float]]:
        """All targets in one pass, prompt included, padded on the right."""
        import torch

        keep = max(map(len, targets))
        rows = [[*prompt, *target[:-1], *[0] * (keep - len(target))] for target in targets]
        options = {"logits_to_keep": keep} if "logits_to_keep" in self._parameters else {}
        ids = torch.tensor(rows, device=self._model.device)
        logits = self._model(input_ids=ids, use_cache=False, **options).logits[:, -keep:]
        return [_gather(row, target) for row, target in zip(logits, targets, strict=True)]

    def _forward(self, ids: Tensor) -> Tensor:
        width = ids.shape[1]
        positions = (self._mask.cumsum(1) - 1).clamp(min=0)[:, -width:]
        options = {
            "attention_mask": self._mask,
            "position_ids": positions,
            "logits_to_keep": 1,
            "use_cache": True,
            self._cache_name: self._cache,
        }
        known = {k: v for k, v in options.items() if k in self._parameters}
        if self._cache_name == "cache_params" and self._cache is not None:
            del known["attention_mask"]  # purely recurrent: what came before is in the state
        output = self._model(input_ids=ids, **known)
        self._cache = output[self._cache_name]
        logits: Tensor = output.logits
        return logits

    def _select(self, rows: Sequence[int]) -> None:
        import torch

        if not rows:
            self._cache = self._mask = None
        elif list(rows) != list(range(len(self._mask))):
            index = torch.tensor(rows, device=self._model.device)
            self._cache.reorder_cache(index)
            self._mask = self._mask[index]


def _column(values: Ids, device: Any) -> Tensor:
    import torch

    return torch.tensor(values, device=device)[:, None]


def _gather(logits: Tensor, target: Ids) -> list[float]:
    """The log-probability of each target token; `logits` [positions, vocabulary] begin with it."""
    import torch

    logprobs = torch.log_softmax(logits[: len(target)].float(), dim=-1)
    index = torch.tensor(target, device=logits.device)[:, None]
    found: list[float] = logprobs.gather(1, index)[:, 0].tolist()
    return found
