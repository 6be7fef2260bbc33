"""The replay buffer: rows with how hard the policy finds them, and the hardest part of them.

Complexity is generation perplexity of the right turn (Eq. 4 of the paper):
h = P(y | q, T)^(-1/n), the exponential of the mean negative log-probability over the answer's
tokens, its end token included. It is measured anew with each round's policy.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from envs.common.errors import UserError
from envs.common.runs import disk_errors, read_jsonl
from envs.types import JSON
from training.rows import Row

ALPHA = 0.2
"""Share of the rows that is searched; the paper found 20 % best."""


def perplexity(logprobs: Sequence[float]) -> float:
    """Eq. 4, from the natural-log probabilities of an answer's tokens.

    Raises:
        ValueError: there are none.
    """
    if not logprobs:
        raise ValueError("an answer without tokens has no perplexity")
    try:
        return math.exp(-sum(logprobs) / len(logprobs))
    except OverflowError:
        return math.inf


@dataclass(frozen=True)
class Entry:
    """A row in the buffer."""

    row: Row
    complexity: float | None = None
    """Perplexity of its answer under the policy of `round`; ``None``: not measured yet."""
    round: int | None = None
    """The round whose policy measured it."""

    def to_json(self) -> dict[str, JSON]:
        """The entry as JSON."""
        return {"row": self.row.to_json(), "complexity": self.complexity, "round": self.round}

    @classmethod
    def from_json(cls, value: Mapping[str, JSON]) -> Entry:
        """Read an entry.

        Raises:
            ValueError: it has not the shape of one.
        """
        row, complexity, round_ = (value.get(key) for key in ("row", "complexity", "round"))
        if not isinstance(row, Mapping):
            raise ValueError("row: an object is needed")
        if not (complexity is None or isinstance(complexity, int | float)):
            raise ValueError(f"complexity: a number is needed, not {complexity!r}")
        return cls(Row.from_json(row), complexity, round_)


@dataclass(frozen=True)
class ReplayBuffer:
    """Rows for reinforcement: those that the warm-up did not learn from."""

    entries: tuple[Entry, ...] = field(default=())

    @classmethod
    def of(cls, rows: Iterable[Row]) -> ReplayBuffer:
        """A buffer of rows that nothing is known of yet."""
        return cls(tuple(Entry(row) for row in rows))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def refreshed(self, complexity: Mapping[str, float], round: int) -> ReplayBuffer:
        """The buffer with this round's measurements, by row id; others stay as they were."""
        return ReplayBuffer(
            tuple(
                replace(entry, complexity=complexity[entry.row.id], round=round)
                if entry.row.id in complexity
                else entry
                for entry in self.entries
            )
        )

    def hardest(self, alpha: float = ALPHA, *, stratified: bool = True) -> list[Row]:
        """The hardest `alpha` of the measured rows, hardest first.

        Args:
            alpha: share in (0, 1], rounded up.
            stratified: take the share of the rows with calls and of those without apart, so that
                one kind, whose perplexities lie higher, does not crowd the other out.

        Raises:
            ValueError: alpha is out of range.
        """
        if not 0 < alpha <= 1:
            raise ValueError(f"alpha has to be above 0 and at most 1, not {alpha}")
        measured = [entry for entry in self.entries if entry.complexity is not None]
        strata = [measured]
        if stratified:
            strata = [
                [entry for entry in measured if bool(entry.row.answer) == calls]
                for calls in (True, False)
            ]
        chosen = [e for each in strata for e in _ordered(each)[: math.ceil(alpha * len(each))]]
        return [entry.row for entry in _ordered(chosen)]

    def save(self, path: Path) -> None:
        """Write the buffer as JSON lines, whole or not at all.

        Raises:
            UserError: the disk is full or the folder is missing.
        """
        temporary = path.with_name(f".{path.name}.new")
        with disk_errors(path):
            lines = (json.dumps(e.to_json(), ensure_ascii=False) + "\n" for e in self.entries)
            temporary.write_text("".join(lines), encoding="utf-8")
            temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> ReplayBuffer:
        """Read a saved buffer.

        Raises:
            UserError: no such file, or a line that is no entry.
        """
        entries = []
        for number, value in read_jsonl(path):
            try:
                entries.append(Entry.from_json(value))
            except ValueError as error:
                raise UserError(f"{path}:{number}: {error}") from None
        return cls(tuple(entries))


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    """Hardest first; equally hard ones by id."""
    return sorted(entries, key=lambda entry: (-(entry.complexity or 0.0), entry.row.id))
