"""A leaderboard as one HTML page: tables that ``leaderboard.js`` sorts and filters.

Everything is markup, so that it can be read, and printed, without a script.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from envs.common.page import markup
from envs.common.page.shell import address, escaped, page
from eval import leaderboard_text as text
from eval.leaderboard import WHOLE, Cell, Entry, Leaderboard, Reference, Section
from eval.metrics import percent, span
from eval.page import part

TITLE = "Leaderboard"


def to_html(board: Leaderboard, *, beside: Path | None = None) -> str:
    """The leaderboard as a page: one file that needs no other and no network.

    Args:
        board: the runs.
        beside: the folder that the page will lie in, for links to the runs' reports; without it
            there are none.
    """
    body = [
        f"<header><h1>{TITLE}</h1>",
        f'<p class="small dim">{escaped(text.LEGEND)}</p></header>',
    ]
    body.append(part("leaderboard.html"))
    for suite in dict.fromkeys(section.suite for section in board.sections):
        own = [section for section in board.sections if section.suite == suite]
        body.append(f'<section class="suite"><h2>{escaped(suite)}</h2>')
        if len(own) > 1:
            body.append(
                '<p class="small dim">Other samples are other tasks: their tables do not rank '
                "runs against each other.</p>"
            )
        body += [_section(section, beside) for section in own]
        body += [_reference(table) for table in board.references if table.suite == suite]
        body.append("</section>")
    css = part("scores.css") + part("browse.css") + part("leaderboard.css")
    return page(TITLE, "\n".join(body), css=css, js=part("leaderboard.js"))


def _section(section: Section, beside: Path | None) -> str:
    columns = (*section.formulas, WHOLE, *section.columns)
    head = ("model", *columns, "cover", *text.facts(section))
    lines = (_row(section, entry, columns, beside) for entry in section.entries)
    title = f"{section.tasks} tasks, sample {section.sample}"
    about = f'<p class="small dim">{escaped(section.about)}</p>' if section.about else ""
    table = markup.table(f"{section.suite}: {title}", head, lines)
    return f'<div class="board"><h3>{escaped(title)}</h3>{about}{table}</div>'


def _row(section: Section, entry: Entry, columns: Iterable[str], beside: Path | None) -> str:
    cells = []
    for name in columns:
        if name in section.formulas:
            value = entry.overall.get(name)
            cells.append(_td(value, percent(value, 2)))
        else:
            cells.append(_score(entry.whole if name == WHOLE else entry.scores.get(name)))
    cells.append(_td(entry.coverage, percent(entry.coverage)))
    cells += [_td(None, fact) for fact in text.fact_cells(section, entry)]
    name = f'<strong class="mono">{escaped(entry.model)}</strong>, {escaped(entry.agent)}'
    return markup.row(f"{name}<small>{_run(entry, beside)}</small>", cells)


def _score(cell: Cell | None) -> str:
    if cell is None or cell.value is None:
        return _td(None, "–")
    below = f"<small>{escaped(span(cell.interval))}, n {cell.n}</small>"
    return _td(cell.value, percent(cell.value, 1), below)


def _td(value: float | None, shown: str, below: str = "") -> str:
    """A cell that sorts by `value`, or by its text; `below` is markup."""
    sorts = "" if value is None else f' data-value="{value:.6f}"'
    return f"<td{sorts}>{escaped(shown)}{below}</td>"


def _run(entry: Entry, beside: Path | None) -> str:
    """The run's folder, a link to its report where there is one."""
    file = Path(entry.run) / "report.html"
    if beside is None or not file.exists():
        return escaped(entry.run)
    return f'<a href="{escaped(address(file, beside))}">{escaped(entry.run)}</a>'


def _reference(table: Reference) -> str:
    lines = (
        markup.row(
            escaped(model), [*(_td(value, f"{value:.2f}") for value in values), _td(None, kind)]
        )
        for model, kind, values in table.rows
    )
    title = f"{table.title} of the paper"
    shown = markup.table(f"{title}, {table.note}", ("model", *table.columns, "kind"), lines)
    return (
        f'<div class="board reported"><h3>{escaped(title)} '
        f'<span class="mark">{escaped(table.note)}</span></h3>'
        f'<p class="small dim">{escaped(table.about)}.</p>{shown}</div>'
    )
