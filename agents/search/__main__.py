"""``python -m agents.search TREE``: look at a saved search tree and its pairs."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from agents.search.config import PairConfig
from agents.search.draw import draw_tree, tree_text
from agents.search.pairs import PairReport, extract_pairs
from agents.search.tree import SearchTree
from envs.common.cli import positional, run_command
from envs.common.errors import UserError, suggest
from envs.common.runs import read_jsonl
from envs.common.text import one_line

TREES = "trees.jsonl"


@dataclass(frozen=True)
class Config:
    """Draw a search tree and list the preference pairs that it gives."""

    tree: Annotated[Path, positional]
    """JSON file of the tree, or a run folder of training.collect."""
    task: str | None = None
    """Of a run: whose tree (default: the first)."""
    rows: int = 40
    """Nodes shown at most; the widest subtrees are folded."""
    gap: float = PairConfig().gap
    """Least difference in Q of a pair."""
    out: Path | None = None
    """Write an HTML page that shows everything, and print nothing else."""
    env: str | None = None
    """The environment of the tree: the page then tells what each turn changed in it (default: the
    run's)."""
    format: str | None = None
    """The tool format of the tree's turns (default: the run's, or python)."""
    json: bool = False
    """Print summary and pairs as JSON."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command(Config, _show, argv, prog="python -m agents.search")


def _show(config: Config) -> int:
    tree, about = _load(config)
    report = extract_pairs(tree, PairConfig(gap=config.gap))
    if config.out is not None:
        return _write_page(config, config.out, tree, report, about)
    if config.json:
        rows = [pair.to_json() for pair in report.pairs]
        value = {"summary": tree.summary(), "pairs": rows, "dropped": report.dropped}
        print(json.dumps(value, indent=1))
        return 0
    width = shutil.get_terminal_size((80, 24)).columns
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(tree_text(tree, width=width, max_rows=config.rows))
    else:
        print(draw_tree(tree, width=width, max_rows=config.rows), end="")
    print(_pairs(report))
    return 0


def _load(config: Config) -> tuple[SearchTree, dict[str, Any]]:
    """The tree, and what the manifest of its run says."""
    path = config.tree
    if not path.is_dir():
        if config.task is not None:
            raise UserError(f"--task {config.task}: {path} is one tree, not a run folder")
        return SearchTree.load(path), {}
    from envs.common.runs import RunFolder

    _, manifest = RunFolder.open(path)
    tasks: dict[str, None] = {}
    for number, row in read_jsonl(path / TREES):
        task = str(row.get("task"))
        if "tree" in row:
            if config.task in (None, task):
                return SearchTree.from_json(row["tree"], f"{path / TREES}:{number}"), manifest
            tasks[task] = None
    if config.task is None:
        raise UserError(f"{path / TREES}: no tree in it")
    raise UserError(f"--task {config.task}: no tree of it{suggest(config.task, list(tasks))}")


def _write_page(
    config: Config, out: Path, tree: SearchTree, report: PairReport, about: dict[str, Any]
) -> int:
    from agents.search.page import tree_page
    from envs.common.runs import disk_errors

    env = config.env or about.get("config", {}).get("env")
    effects = None
    if env is not None:
        from functools import partial

        from agents.formats import get_format
        from agents.search.replay import effects_of
        from envs.registry import make

        tool_format = get_format(config.format or about.get("format") or "python")
        effects = effects_of(tree, partial(make, env), tool_format)
    with disk_errors(out):
        out.write_text(tree_page(tree, report, effects), encoding="utf-8")
    print(f"written to {out}")
    return 0


def _pairs(report: PairReport) -> str:
    dropped = [f"{name} {count}" for name, count in report.dropped.items() if count]
    lines = [f"\n{len(report.pairs)} pairs; dropped: {', '.join(dropped) or 'nothing'}"]
    for pair in report.pairs:
        lines += [
            f"node {pair.node}, gap {pair.gap:.3f}{', verified' if pair.verified else ''}",
            f"  + {one_line(pair.chosen.text)}",
            f"  - {one_line(pair.rejected.text)}",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
