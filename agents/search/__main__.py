"""``python -m agents.search TREE``: look at a saved search tree and its pairs."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from agents.search.config import PairConfig
from agents.search.draw import draw_tree, tree_text
from agents.search.pairs import PairReport, extract_pairs
from agents.search.tree import SearchTree
from envs.common.cli import positional, run_command
from envs.common.text import one_line


@dataclass(frozen=True)
class Config:
    """Draw a search tree and list the preference pairs that it gives."""

    tree: Annotated[Path, positional]
    """JSON file of the tree."""
    rows: int = 40
    """Nodes shown at most; the widest subtrees are folded."""
    gap: float = PairConfig().gap
    """Least difference in Q of a pair."""
    json: bool = False
    """Print summary and pairs as JSON."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    return run_command(Config, _show, argv, prog="python -m agents.search")


def _show(config: Config) -> int:
    tree = SearchTree.load(config.tree)
    report = extract_pairs(tree, PairConfig(gap=config.gap))
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
