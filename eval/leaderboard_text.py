"""A leaderboard for people: tables in the terminal, and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from envs.common.text import one_line
from eval.leaderboard import WHOLE, Cell, Entry, Leaderboard, Reference, Section
from eval.metrics import percent, span
from eval.tables import empty_table, markdown, markdown_table

if TYPE_CHECKING:
    from rich.console import Console

SIDE_BY_SIDE = 4
"""Scores in one table of the terminal, so that it fits 80 columns."""
LEGEND = (
    "Shares of right answers in percent, with 95 % intervals; n: judged answers; cover: judged / "
    "asked; all tasks: pooled, which is no overall score of a benchmark. Runs whose intervals "
    "overlap may stand in the wrong order: python -m eval.compare A B tells."
)


def heading(section: Section) -> str:
    """What a table is of."""
    return f"{section.suite}, {section.tasks} tasks, sample {section.sample}"


def reference_heading(table: Reference) -> str:
    """What a table of the paper is of."""
    return f"{table.suite}, {table.note}: {table.title}"


def facts(section: Section) -> tuple[str, ...]:
    """Titles of what a row says beside scores."""
    parts = ("mode", section.modes), ("prompts", section.prompts), ("trials", section.trials)
    return (*(name for name, there in parts if there), "date")


def fact_cells(section: Section, entry: Entry) -> tuple[str, ...]:
    """The cells of `facts`."""
    texts = {
        "mode": entry.mode,
        "prompts": entry.prompts,
        "trials": str(entry.trials),
        "date": entry.started[:10],
    }
    return tuple(one_line(texts[name]) or "–" for name in facts(section))


def named(section: Section, entry: Entry) -> str:
    """Model and decoding; the run too, where several have the same."""
    name = f"{entry.model}, {entry.agent}"
    twice = sum((e.model, e.agent) == (entry.model, entry.agent) for e in section.entries) > 1
    return one_line(f"{name} ({entry.run})" if twice else name)


def scored(cell: Cell | None) -> str:
    """A score with its interval."""
    if cell is None or cell.value is None:
        return "–"
    return f"{percent(cell.value, 1)} ({span(cell.interval)})"


# --- the terminal


def show(board: Leaderboard, console: Console) -> None:
    """Print the leaderboard to a terminal, 80 columns or more."""
    from rich.text import Text

    for section in board.sections:
        console.print(Text("\n" + one_line(heading(section)), style="bold"))
        if section.about:
            console.print(Text(one_line(section.about), style="dim"))
        table = empty_table(("", "n", "right %", "95 %", "cover", *facts(section)))
        for entry in section.entries:
            table.add_row(
                Text(named(section, entry)),
                str(entry.whole.n),
                percent(entry.whole.value, 1),
                span(entry.whole.interval),
                percent(entry.coverage),
                *map(Text, fact_cells(section, entry)),
            )
        console.print(table)
        _show_scores(section, console)
    for reference in board.references:
        console.print(Text(reference_heading(reference), style="bold"))
        console.print(Text(f"{reference.about}; --out FILE.html shows it", style="dim"))
    console.print(Text("\n" + LEGEND, style="dim"))


def _show_scores(section: Section, console: Console) -> None:
    from rich.text import Text

    columns = (*section.formulas, *section.columns)
    for at in range(0, len(columns), SIDE_BY_SIDE):
        shown = columns[at : at + SIDE_BY_SIDE]
        table = empty_table(("", *map(one_line, shown)))
        for entry in section.entries:
            values = (_value(section, entry, name) for name in shown)
            table.add_row(Text(named(section, entry)), *values)
        console.print(table)


def _value(section: Section, entry: Entry, name: str) -> str:
    if name in section.formulas:
        return percent(entry.overall.get(name), 2)
    return scored(entry.scores.get(name))


# --- Markdown


def to_markdown(board: Leaderboard) -> str:
    """The leaderboard as Markdown."""
    lines = ["# Leaderboard", "", LEGEND]
    for section in board.sections:
        lines += ["", f"## {markdown(heading(section))}", ""]
        lines += [markdown(section.about), ""] if section.about else []
        lines += _section_lines(section)
        lines += _reference_lines(section, board)
    return "\n".join(lines) + "\n"


def _section_lines(section: Section) -> list[str]:
    columns = (*section.formulas, *section.columns)
    head = ("", "n", "cover", f"{WHOLE} %", *map(markdown, columns), *facts(section), "run")
    rows = [
        (
            markdown(named(section, entry)),
            str(entry.whole.n),
            percent(entry.coverage),
            scored(entry.whole),
            *(_value(section, entry, name) for name in columns),
            *map(markdown, fact_cells(section, entry)),
            markdown(entry.run),
        )
        for entry in section.entries
    ]
    return markdown_table(head, rows)


def _reference_lines(section: Section, board: Leaderboard) -> list[str]:
    """The paper's table of a suite, after the suite's last section."""
    if section is not [s for s in board.sections if s.suite == section.suite][-1]:
        return []
    lines: list[str] = []
    for table in board.references:
        if table.suite == section.suite:
            lines += ["", f"### {markdown(reference_heading(table))}", "", table.about, ""]
            lines += markdown_table(("", *table.columns, "kind"), _reference_rows(table))
    return lines


def _reference_rows(table: Reference) -> Sequence[Sequence[str]]:
    return [
        (f"*{markdown(model)}*", *(f"{value:.2f}" for value in values), kind)
        for model, kind, values in table.rows
    ]
