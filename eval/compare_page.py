"""A comparison as one HTML page: scores side by side, and every task that changed hands.

The tables are markup; the tasks, with both answers, are data that ``compare.js`` shows in the list
that the report page has too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from envs.common.page import markup
from envs.common.page.markup import Numbered, td
from envs.common.page.shell import address, escaped, page
from envs.types import JSON
from eval import compare_text as text
from eval.page import part
from eval.paired import Flip, PairedRow, Tries
from eval.played import open_any

if TYPE_CHECKING:
    from eval.compare import Compared, RunComparison

FACETS = {"category": "Category", "error": "Error type"}
"""What the tasks can be narrowed to, as ``compare.js`` knows it."""
HEAD = (*text.SCORES, *text.TESTS[2:])

Answers = Mapping[tuple[str, str, int], str]


def to_html(found: RunComparison, *, beside: Path | None = None) -> str:
    """The comparison as a page: one file that needs no other and no network.

    Args:
        found: the comparison; both answers to a task that changed hands are read from its runs.
        beside: the folder that the page will lie in, for links to the runs' reports; without it
            there are none.

    Raises:
        UserError: a line of a run's ``episodes.jsonl`` is broken.
    """
    title = f"{found.suite}: B against A"
    body = [f"<header><h1>{escaped(title)}</h1>", '<dl class="sides">']
    for letter, side in (("A", found.a), ("B", found.b)):
        body.append(
            f'<dt>{letter}</dt><dd><strong class="mono">{escaped(side.model)}</strong>, '
            f'{escaped(side.agent)} <span class="dim">{escaped(side.run)}</span></dd>'
        )
    body += ["</dl>", f'<p class="verdict-line">{escaped(text.summary(found))}</p>', "</header>"]
    body += ["<section><h2>Scores</h2>", _scores(found.comparison.rows)]
    body.append(f'<p class="small dim">{escaped(text.LEGEND)}</p>')
    body += [_remarks(found), "</section>"]
    hint = "task, answers, reasons"
    body.append(
        markup.item_list("changed tasks", FACETS, hint=hint, source="verdicts.jsonl of both runs")
    )
    return page(
        title,
        "\n".join(body),
        css=part("scores.css") + part("browse.css") + part("compare.css"),
        js=part("browse.js") + part("compare.js"),
        data=_data(found, beside),
    )


def _scores(rows: Sequence[PairedRow]) -> str:
    ends = [abs(end) for row in rows for end in row.interval or (row.difference or 0,)]
    reach = max(ends, default=0) or 1  # of the bars of differences, to both sides
    lines = (_row(row, reach) for row in rows)
    return markup.table("Scores", HEAD, lines, barred=(text.SCORES[-1],))


def _row(row: PairedRow, reach: float) -> str:
    n, a, span_a, b, span_b, points, points_span = map(escaped, text.score_cells(row))
    _, lost, won, p, smallest = map(escaped, text.test_cells(row))
    name = escaped(row.name)
    if row.kind == "category":
        name = _link(name, category=row.name) if row.lost + row.won else name
        lost = _link(lost, category=row.name, verdict="lost") if row.lost else lost
        won = _link(won, category=row.name, verdict="won") if row.won else won
    bar = ""
    if row.interval and row.difference is not None:
        low, high, at = (50 + 50 * end / reach for end in (*row.interval, row.difference))
        bar = markup.bar(low, high, at - 1, middle=True)
    cells = [
        *map(td, (n, a, span_a, b, span_b)),
        td(points, "sure" if row.p is not None and row.p < 0.05 else ""),
        td(f"<span>{points_span}</span>{bar}", "interval difference"),
        *map(td, (lost, won, p, smallest)),
    ]
    return markup.row(name, cells, group=row.kind != "category")


def _link(name: str, **state: str) -> str:
    query = urlencode(state, errors="replace").replace("&", "&amp;")
    return f'<a href="#{query}">{name}</a>'


def _remarks(found: RunComparison) -> str:
    """The remarks; task ids beyond a few are folded."""
    short, whole = text.remarks(found), text.remarks(found, None)
    lines = []
    for few, all_of_it in zip(short, whole, strict=True):
        if few == all_of_it:
            lines.append(f"<li>{escaped(few)}</li>")
        else:
            lines.append(
                f"<li><details><summary>{escaped(few)}</summary>{escaped(all_of_it)}</details></li>"
            )
    return f'<ul class="notes dim">{"".join(lines)}</ul>'


# --- the tasks


def _data(found: RunComparison, beside: Path | None) -> dict[str, JSON]:
    """The tasks that changed hands, as ``compare.js`` reads them; texts by number."""
    flips = found.comparison.flips
    answers_a = _answers(found.a, [(flip.task, flip.a) for flip in flips])
    answers_b = _answers(found.b, [(flip.task, flip.b) for flip in flips])
    texts = Numbered()

    def side(who: Compared, flip: Flip, tries: Tries, answers: Answers) -> dict[str, JSON]:
        answer = answers.get((who.agent, flip.task, tries.trial), "")
        return {
            "right": tries.right,
            "judged": tries.judged,
            "trial": tries.trial,
            "error": texts.add(tries.error_type or ""),
            "message": texts.add(tries.message),
            "answer": texts.add(answer),
        }

    items: list[JSON] = [
        {
            "task": texts.add(flip.task),
            "category": texts.add(flip.category),
            "error": texts.add(text.error_of(flip)),
            "verdict": flip.direction,
            "a": side(found.a, flip, flip.a, answers_a),
            "b": side(found.b, flip, flip.b, answers_b),
        }
        for flip in flips
    ]
    sides: dict[str, JSON] = {
        letter: {"agent": who.agent, "name": who.name, "report": _report(who, beside)}
        for letter, who in (("a", found.a), ("b", found.b))
    }
    return {"version": 1, "items": items, "texts": texts.values, "talks": [], "sides": sides}


def _answers(who: Compared, tasks: Sequence[tuple[str, Tries]]) -> Answers:
    run = open_any(Path(who.run))
    return run.answers((who.agent, task, tries.trial) for task, tries in tasks)


def _report(who: Compared, beside: Path | None) -> str | None:
    """The address of a run's report page, as seen from the page."""
    file = Path(who.run) / "report.html"
    if beside is None or not file.exists():
        return None
    return address(file, beside)
