"""Tables in the terminal and in Markdown, as all commands of this package print them."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from envs.common.text import one_line

if TYPE_CHECKING:
    from rich.table import Table


def empty_table(head: Sequence[str], left: int = 1) -> Table:
    """A table without rows for the terminal.

    Args:
        head: titles of the columns.
        left: how many columns, from the first, hold texts that may wrap; the rest holds numbers.
    """
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    for at, name in enumerate(head):
        number = at >= left
        table.add_column(
            name, justify="right" if number else "left", no_wrap=number, overflow="fold"
        )
    return table


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> list[str]:
    """The lines of a Markdown table; cells are Markdown.

    Args:
        head: titles of the columns.
        rows: their cells.
        left: how many columns, from the first, hold texts; the rest holds numbers.
    """
    rule = "".join("| --- " if at < left else "| ---: " for at in range(len(head)))
    return [
        "| " + " | ".join(head) + " |",
        rule + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]


def markdown(text: str) -> str:
    """A stranger's text as Markdown that shows it, on one line, also in a cell of a table."""
    shown = html.escape(one_line(text), quote=False)
    return "".join(f"\\{c}" if c in r"\`*[]|" else c for c in shown)
