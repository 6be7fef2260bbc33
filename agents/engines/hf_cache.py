"""Keys and values: those of the rows that decode together, and those kept for later prompts.

Both are for models whose cache grows by one entry a token in every layer. Models that keep a
recurrent state decode without this module.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

Layers = list[tuple["Tensor", "Tensor"]]
"""Keys and values of each layer, each [batch, heads, length, width]."""

_STRIDE = 256
"""Columns: buffers are as many for prompts as a multiple of it, and once more for new tokens."""


class Slots:
    """The rows of a running batch: one slot each, all ending at the same column.

    Row i lies in columns ``starts[i]`` to ``high`` of the buffers; what is left of it is padding.
    Joining, leaving and one more token each touch that row or that column alone, where the caches
    of transformers copy the whole batch.
    """

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.high = 0
        self.buffers: Layers = []

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.starts)

    @property
    def low(self) -> int:
        """The first column that a row uses."""
        return min(self.starts, default=self.high)

    def lengths(self) -> list[int]:
        """Tokens in each row."""
        return [self.high - start for start in self.starts]

    def insert(self, prompts: Sequence[Layers]) -> None:
        """Let rows join; each brings keys and values of a batch of one."""
        lengths = [prompt[0][0].shape[2] for prompt in prompts]
        self._reserve(self.rows + len(prompts), max(lengths), prompts[0])
        for prompt, length in zip(prompts, lengths, strict=True):
            start, slot = self.high - length, self.rows
            for (keys, values), (new_keys, new_values) in zip(self.buffers, prompt, strict=True):
                keys[slot, :, start : self.high] = new_keys[0]
                values[slot, :, start : self.high] = new_values[0]
            self.starts.append(start)

    def row(self, slot: int) -> Layers:
        """What a row holds, not copied."""
        place = slice(slot, slot + 1), slice(None), slice(self.starts[slot], self.high)
        return [(keys[place], values[place]) for keys, values in self.buffers]

    def keep(self, order: Sequence[int]) -> None:
        """Keep these rows, in this order; ``order[i] >= i``."""
        for slot, source in enumerate(order):
            if slot != source:
                for keys, values in self.buffers:
                    keys[slot] = keys[source]
                    values[slot] = values[source]
        self.starts = [self.starts[source] for source in order]
        if not self.starts:
            self.high, self.buffers = 0, []

    def make_room(self) -> None:
        """Be sure of one more column."""
        if self.high == self.buffers[0][0].shape[2]:
            self._reserve(self.rows, self.high - self.low, self.buffers, force=True)

    def mask(self) -> Tensor:
        """Which columns each row sees, the next one included: [rows, width + 1] of 0 and 1."""
        import torch

        device = self.buffers[0][0].device
        columns = torch.arange(self.low, self.high + 1, device=device)
        return (columns >= torch.tensor(self.starts, device=device)[:, None]).long()

    def _reserve(self, rows: int, width: int, like: Layers, *, force: bool = False) -> None:
        """Buffers with room for `rows` rows whose longest has `width` columns, and some more."""
        if self.buffers and not force:
            slots, _, columns, _ = self.buffers[0][0].shape
            if rows <= slots and width <= self.high < columns:
                return
        low, high = self.low, self.high
        # In whole strides, so that a slightly longer prompt needs no new buffers.
        width = -(-max(width, high - low) // _STRIDE) * _STRIDE
        slots = 1 << (rows - 1).bit_length()
        shift, kept = width - high, self.rows
        grown: Layers = []
        for index, layer in enumerate(like):
            keys, values = (
                t.new_zeros(slots, t.shape[1], width + _STRIDE, t.shape[3]) for t in layer
            )
            if kept:
                for new, old in zip((keys, values), self.buffers[index], strict=True):
                    new[:kept, :, low + shift : width] = old[:kept, :, low:high]
                self.buffers[index] = keys, values  # frees the old layer before the next one grows
            grown.append((keys, values))
        self.buffers, self.high = grown, width
        self.starts = [start + shift for start in self.starts]


class SlotLayer:
    """One layer of `Slots` as a layer of transformers' `DynamicCache`."""

    is_sliding = False
    is_compileable = False
    is_croppable = False
    is_initialized = True

    def __init__(self, slots: Slots, index: int) -> None:
        self._slots = slots
        self._index = index

    def update(
        self, keys: Tensor, values: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Write the next token of every row; give back all that the rows have."""
        slots = self._slots
        seen: list[Tensor] = []
        for buffer, new in zip(slots.buffers[self._index], (keys, values), strict=True):
            buffer[: slots.rows, :, slots.high : slots.high + 1] = new
            seen.append(buffer[: slots.rows, :, slots.low : slots.high + 1])
        return seen[0], seen[1]

    def get_seq_length(self) -> int:
        """Columns before the next token."""
        return self._slots.high - self._slots.low

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Columns that the attention mask covers, and where they begin."""
        return self.get_seq_length() + query_length, 0

    def get_max_length(self) -> int:
        """No limit."""
        return -1


class PrefixStore:
    """Keys and values of recent prompts, for prompts that begin alike.

    The least recently used go first once all together exceed `limit` bytes.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[tuple[int, ...], tuple[NDArray[np.int64], Layers]] = (
            OrderedDict()
        )

    def longest(self, ids: Sequence[int]) -> tuple[int, Layers]:
        """How many first tokens of `ids` are stored, and their keys and values."""
        import numpy as np

        wanted = np.asarray(ids, dtype=np.int64)
        best, found = 0, None
        for key, (stored, _) in self._entries.items():
            length = min(len(stored), len(wanted))
            differ = np.flatnonzero(wanted[:length] != stored[:length])
            shared = int(differ[0]) if len(differ) else length
            if shared > best:
                best, found = shared, key
        if found is None:
            return 0, []
        self._entries.move_to_end(found)
        return best, [(k[:, :, :best], v[:, :, :best]) for k, v in self._entries[found][1]]

    def has_room(self, ids: Sequence[int], layers: Layers) -> bool:
        """Whether a prompt can be kept without another one's leaving."""
        replaced = sum(_nbytes(self._entries[known][1]) for known in self._beginnings(tuple(ids)))
        return self._size - replaced + _nbytes(layers) <= self._limit

    def put(self, ids: Sequence[int], layers: Layers) -> None:
        """Keep a prompt's keys and values, unless it alone exceeds the limit.

        What it begins with is kept once: a conversation that grows replaces its shorter self.
        """
        import numpy as np

        key, size = tuple(ids), _nbytes(layers)
        if longer := next((known for known in self._entries if known[: len(key)] == key), None):
            self._entries.move_to_end(longer)
            return
        if size > self._limit:
            return
        for known in self._beginnings(key):
            self._size -= _nbytes(self._entries.pop(known)[1])
        self._entries[key] = np.asarray(ids, dtype=np.int64), layers
        self._size += size
        while self._size > self._limit:
            self._size -= _nbytes(self._entries.popitem(last=False)[1][1])

    def _beginnings(self, key: tuple[int, ...]) -> list[tuple[int, ...]]:
        return [known for known in self._entries if key[: len(known)] == known]


def _nbytes(layers: Layers) -> int:
    return sum(tensor.nbytes for pair in layers for tensor in pair)
