"""Command ``python -m training.generate``: verified training rows, without any download.

Rows over the project's own tools come from `training.generator`; rows over an environment's tools
come from carrying out the gold calls of its training tasks (`training.from_world`).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from envs.common import flags
from envs.common.cli import run_command
from envs.common.errors import UserError, suggest
from training.rows import Row

PROG = "python -m training.generate"


@dataclass(frozen=True)
class Config:
    """Write verified training rows.

    Without flags: 2,000 rows over the project's own tools. With --world, rows over the tools of
    environments, from their training tasks with gold calls.
    """

    rows: int = 2000
    """How many rows over the project's own tools."""
    seed: int = 0
    """Of all that is drawn; another seed gives other rows."""
    per_list: int = 4
    """Rows over each list of tools."""
    most_tools: int = 12
    """Tools in a list at most."""
    domains: tuple[str, ...] = ()
    """Use the tools of these domains alone."""
    world: tuple[str, ...] = ()
    """Environments (ids or module:World) whose training tasks become rows, in place of our own."""
    paraphrase: str | None = None
    """A model (as for --model) that puts requests in other words; kept where all values stay."""
    limit: int | None = None
    """Of an environment: how many tasks."""
    out: Path | None = None
    """Where the run is written (default: runs/generate-TIME)."""
    assets: Path | None = None
    """Folder with packages fetched ahead (see envs.assets)."""
    offline: bool = False
    """Never try to download."""
    json: bool = False
    """Print the counts as JSON instead of tables."""


def generate(config: Config) -> int:
    """Write the rows and print what they are."""
    from envs.common.runs import RunFolder, default_out, versions
    from training.rows import write_rows

    for flag in ("rows", "per_list", "most_tools", "limit"):
        value = getattr(config, flag)
        if value is not None and value < 1:
            raise UserError(f"--{flag.replace('_', '-')} {value}: at least 1 is needed")
    found = _rows(config)
    path = config.out or default_out("generate")
    manifest = {
        "command": "training.generate",
        "config": flags.to_json(config),
        "versions": versions(),
    }
    folder = RunFolder.create(path, manifest)
    rows = list(_progress(found, config))
    write_rows(folder.path / "rows.jsonl", rows)
    counts = describe(rows)
    folder.write_json("counts.json", counts)
    _show(counts, folder.path / "rows.jsonl", as_json=config.json)
    return 0


def describe(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    """How many rows there are of each kind, number of calls, number of tools and source."""

    def sizes(count: int) -> str:
        return next(
            name for name, top in (("1", 1), ("2-3", 3), ("4-6", 6), ("7+", 10**9)) if count <= top
        )

    tables = {
        "kind": Counter(str(row.meta.get("kind", "-")) for row in rows),
        "calls": Counter(str(len(row.answer)) for row in rows),
        "tools on offer": Counter(sizes(len(row.tools)) for row in rows),
        "source": Counter(row.source or "-" for row in rows),
    }
    return {name: dict(sorted(table.items())) for name, table in tables.items()}


def _rows(config: Config) -> Iterator[Row]:
    if config.world:
        return _of_worlds(config)
    from training.generator.compose import generated
    from training.generator.library import DOMAINS

    for name in config.domains:
        if name not in DOMAINS:
            raise UserError(f"--domains: there is no {name!r}{suggest(name, sorted(DOMAINS))}")
    domains = [DOMAINS[name] for name in config.domains] or None
    rows = generated(
        config.rows,
        config.seed,
        per_list=config.per_list,
        most_tools=config.most_tools,
        domains=domains,
    )
    if config.paraphrase is None:
        return rows
    from agents.engines import open_engine
    from training.generator.paraphrase import paraphrased

    engine = open_engine(config.paraphrase, assets=config.assets, offline=config.offline)
    return paraphrased(rows, engine, seed=config.seed)


def _of_worlds(config: Config) -> Iterator[Row]:
    from training.from_world import rows_of_world

    for world in config.world:
        yield from rows_of_world(world, limit=config.limit)


def _progress(rows: Iterator[Row], config: Config) -> Iterator[Row]:
    from rich.console import Console
    from rich.progress import track

    total = None if config.world else config.rows
    yield from track(
        rows, "rows", total=total, console=Console(stderr=True), disable=not sys.stderr.isatty()
    )


def _show(counts: Mapping[str, Mapping[str, int]], path: Path, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"rows": str(path), **counts}))
        return
    for name, table in counts.items():
        print(f"{name:<15}", *(f"{key}: {count}" for key, count in table.items()), sep="  ")
    print(f"rows: {path}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, generate, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
