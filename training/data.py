"""The rows that a training command works on: gathered, cleaned, split, with a count of everything.

``generated`` (the default) makes rows without any download; anything else is read by
`training.readers` or played from an environment's gold calls. Nothing is dropped silently.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from envs.common.errors import UserError
from training.rows import Row

GENERATED, WORLD = "generated", "world:"


@dataclass(frozen=True)
class DataOptions:
    """Which rows are used; base class of training configurations."""

    data: tuple[str, ...] = (GENERATED,)
    """Rows: generated (made on the spot), world:ENV (gold calls of an environment's training
    tasks), files or folders in any format that is read, or hub:ORG/NAME."""
    data_format: str | None = None
    """The format of files and hub data sets (default: found out from their first rows)."""
    rows: int = 2000
    """How many rows are generated."""
    per_list: int = 4
    """Generated rows over each list of tools."""
    most_tools: int = 12
    """Tools in a generated list at most."""
    limit: int | None = None
    """At most so many rows of all data, drawn by the seed (default: all)."""
    share: float = 0.9
    """Part of the rows that the warm-up learns from; the rest is kept back, by query."""
    drop_overlap: bool = True
    """Leave out rows whose text overlaps BFCL's questions."""
    seed: int = 0
    """Of generated rows, of the draw and the split, and of training."""
    assets: Path | None = None
    """Folder with packages fetched ahead (see envs.assets)."""
    offline: bool = False
    """Never try to download."""


@dataclass(frozen=True)
class Gathered:
    """Rows to train on, rows kept back, and what became of the others."""

    warmup: tuple[Row, ...]
    kept_back: tuple[Row, ...]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Table -> name -> rows: read by source, dropped by reason, overlaps, what is left."""

    @property
    def hash(self) -> str:
        """SHA-256 over the warm-up rows."""
        return rows_hash(self.warmup)


def gather(options: DataOptions) -> Gathered:
    """Read, clean, draw and split the rows.

    Raises:
        UserError: a source cannot be read, an option is out of range, or nothing is left.
    """
    from training.checks import clean, dedupe
    from training.splits import split

    _check(options)
    read: Counter[str] = Counter()
    misshapen: Counter[str] = Counter()
    rows, dropped = clean(_with_own_ids(_counted(_read(options, misshapen), read)))
    rows, repeated = dedupe(rows)
    dropped += repeated
    counts = {"read": dict(read), "dropped": {str(why): n for why, n in dropped.items()}}
    if misshapen:
        counts["not records of their format"] = dict(misshapen)
    if options.drop_overlap:
        rows, counts["overlap with BFCL"] = _without_overlap(rows, options)
    if not rows:
        raise UserError(f"--data {' '.join(options.data)}: no usable row is left: {counts}")
    rows = _drawn(rows, options)
    warmup, kept_back = split(rows, options.share, seed=options.seed)
    counts["used"] = {"warm-up": len(warmup), "kept back": len(kept_back)}
    return Gathered(tuple(warmup), tuple(kept_back), counts)


def rows_hash(rows: Iterable[Row]) -> str:
    """SHA-256 over rows, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row.to_json(), sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def _check(options: DataOptions) -> None:
    for flag in ("rows", "per_list", "most_tools", "limit"):
        value = getattr(options, flag)
        if value is not None and value < 1:
            raise UserError(f"--{flag.replace('_', '-')} {value}: at least 1 is needed")
    if not 0 < options.share <= 1:
        raise UserError(f"--share {options.share}: has to be above 0 and at most 1")
    if not options.data:
        raise UserError("--data: at least one source is needed")


def _read(options: DataOptions, misshapen: Counter[str]) -> Iterator[Row]:
    for source in options.data:
        if source == GENERATED:
            from training.generator.compose import generated

            yield from generated(
                options.rows,
                options.seed,
                per_list=options.per_list,
                most_tools=options.most_tools,
            )
        elif source.startswith(WORLD):
            from training.from_world import rows_of_world

            yield from rows_of_world(source.removeprefix(WORLD))
        else:
            from training.readers import read

            yield from read(source, options.data_format, skipped=misshapen)


def _with_own_ids(rows: Iterator[Row]) -> Iterator[Row]:
    """Rows of sources with names alike, told apart: the second ``part-7`` is ``part-7~2``."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row.id] += 1
        yield row if seen[row.id] == 1 else replace(row, id=f"{row.id}~{seen[row.id]}")


def _counted(rows: Iterator[Row], counter: Counter[str]) -> Iterator[Row]:
    for row in rows:
        counter[row.source or "-"] += 1
        yield row


def _without_overlap(rows: Sequence[Row], options: DataOptions) -> tuple[list[Row], dict[str, int]]:
    """Rows whose user texts are not BFCL's, and how many of the others there were."""
    from envs.common.assets import locate
    from training.overlap import bfcl_texts, find_overlap

    root = locate("bfcl-eval", folder=options.assets, offline=options.offline)
    found = find_overlap(rows, bfcl_texts(root))
    counts = {"rows compared": found.rows, "exact": found.exact, "near": found.near}
    counts["contained"] = found.contained
    return [row for row in rows if row.id not in found.ids], counts


def _drawn(rows: list[Row], options: DataOptions) -> list[Row]:
    """At most ``limit`` rows: the same ones for the same seed, in the order they came."""
    if options.limit is None or len(rows) <= options.limit:
        return rows
    order = sorted(range(len(rows)), key=lambda n: _rank(options.seed, rows[n].id))
    chosen = set(itertools.islice(order, options.limit))
    return [row for n, row in enumerate(rows) if n in chosen]


def _rank(seed: int, id: str) -> bytes:
    return hashlib.sha256(f"{seed}/{id}".encode()).digest()
