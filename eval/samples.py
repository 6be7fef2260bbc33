"""Which tasks a run asks: everything, some ids, or a fixed sample spread over categories.

A sample of a given size is always the same: within a category tasks are taken in the order of a
hash of their id, so a larger sample contains the smaller one. Of an id with ``:`` the last part
counts, which keeps the variations of one question together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


def draw(entries: Mapping[str, Sequence[T]], size: int | None) -> list[T]:
    """`size` entries spread as evenly as the categories allow; all of them for ``None``.

    Returned in the order of the data.
    """
    if size is None:
        return [entry for own in entries.values() for entry in own]
    shares = dict.fromkeys(entries, 0)
    left = min(size, sum(map(len, entries.values())))
    while left:
        for category, own in entries.items():
            if left and shares[category] < len(own):
                shares[category] += 1
                left -= 1
    chosen = {
        entry.id
        for category, own in entries.items()
        for entry in sorted(own, key=lambda e: _rank(e.id))[: shares[category]]
    }
    return [entry for own in entries.values() for entry in own if entry.id in chosen]


def fingerprint(ids: Sequence[str]) -> str:
    """A short hash of a set of ids, to name a sample in reports and papers."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:16]


def _rank(task_id: str) -> bytes:
    return hashlib.sha256(task_id.rpartition(":")[2].encode()).digest()
