"""A loop as one HTML page: its verdict, the score per round as a chart, and all tables.

One file that loads nothing; it shows the report and links to the reports of the scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from envs.common.page import markup
from envs.common.page.markup import td
from envs.common.page.shell import escaped, page
from eval.page import part
from training import loop_text as text

WIDTH, HEIGHT = 420, 200
"""Of the chart, in its own units."""
CSS = """
.chart { width: 100%; max-width: 34rem; height: auto; margin: 1rem 0; }
.chart text { fill: var(--dim); font-size: 12px; }
.chart .grid { stroke: var(--line); }
.chart .first { stroke: var(--accent); fill: var(--accent); }
.chart .second { stroke: var(--near); fill: var(--near); }
.chart .third { stroke: var(--good); fill: var(--good); }
.chart polyline { fill: none !important; stroke-width: 2; }
.chart .ends { stroke-width: 1; opacity: .6; }
.chart text.name { stroke: none; }
"""
COLOURS = ("first", "second", "third")


def to_html(report: Mapping[str, Any]) -> str:
    """The report as a page."""
    title = f"Training loop of {report['model']}"
    body = [
        f"<header><h1>{escaped(title)}</h1>",
        f'<p class="verdict-line">{escaped(text.verdict(report))}</p>',
        f'<p class="small dim">Searched: {escaped(report["searched"])}. The round is chosen by '
        "the dev score alone. Differences are paired, against the start.</p></header>",
    ]
    if scores := [_score(*score) for score in text.scores_of(report)]:
        table = markup.table("Scores", text.SCORES, scores, barred=("95 %",))
        body += ["<section><h2>Scores</h2>", chart(report), table, "</section>"]
    if rows := text.round_rows(report):
        body += ["<section><h2>Rounds</h2>", _plain("Rounds", text.ROUNDS, rows), "</section>"]
    body += ["<section><h2>Stages</h2>", _stages(report), "</section>"]
    return page(title, "\n".join(body), css=part("scores.css") + CSS)


def chart(report: Mapping[str, Any]) -> str:
    """Score over the rounds with intervals, a line for each decoding; nothing for one point."""
    points: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for each in report["rounds"]:
        for agent, rows in each["scores"].items():
            if rows[-1]["score"] is not None:
                points.setdefault(agent, []).append((each["round"], rows[-1]))
    last = max((n for own in points.values() for n, _ in own), default=0)
    if not last:
        return ""
    tops = [(row["interval"] or (0, row["score"]))[1] for own in points.values() for _, row in own]
    top = max(0.1, *tops)
    shown = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="Dev score in each round">'
    ]
    for tick in (0.0, top / 2, top):
        y = _y(tick, top)
        shown.append(f'<line class="grid" x1="40" x2="{WIDTH - 10}" y1="{y}" y2="{y}"/>')
        shown.append(f'<text x="34" y="{y + 4}" text-anchor="end">{100 * tick:.0f} %</text>')
    for n in range(last + 1):
        name = "start" if n == 0 else f"round {n}"
        shown.append(f'<text x="{_x(n, last)}" y="{HEIGHT - 6}" text-anchor="middle">{name}</text>')
    for at, (agent, own) in enumerate(points.items()):
        shown += _line(at, agent, own, last, top)
    return "".join([*shown, "</svg>"])


def _line(
    at: int,
    agent: str,
    points: Sequence[tuple[int, Mapping[str, Any]]],
    last: int,
    top: float,
) -> list[str]:
    places = [(_x(n, last) + 4 * at, _y(row["score"], top), row) for n, row in points]
    joined = " ".join(f"{x},{y}" for x, y, _ in places)
    shown = [f'<g class="{COLOURS[at % len(COLOURS)]}"><polyline points="{joined}"/>']
    for x, y, row in places:
        shown.append(f'<circle cx="{x}" cy="{y}" r="3.5"/>')
        if row["interval"]:
            low, high = (_y(end, top) for end in row["interval"])
            shown.append(f'<line class="ends" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>')
    name = escaped(agent)
    shown.append(f'<text class="name" x="{50 + 110 * at}" y="14">{name}</text></g>')
    return shown


def _x(n: int, last: int) -> float:
    return round(70 + (WIDTH - 140) * n / last, 1)


def _y(score: float, top: float) -> float:
    return round(HEIGHT - 30 - (HEIGHT - 55) * score / top, 1)


def _score(name: str, agent: str, row: Mapping[str, Any]) -> str:
    """A line of the table of scores, the interval with a bar."""
    shown = list(map(escaped, text.score_cells(name, agent, row)))
    ends = row.get("difference interval")
    sure = ends is not None and (ends[0] > 0 or ends[1] < 0)
    cells = [
        *map(td, shown[1:5]),
        markup.interval(shown[5], row["score"], row["interval"]),
        td(shown[6], "sure" if sure else ""),
        td(f"<span>{shown[7]}</span>", "interval"),
        td(shown[8]),
    ]
    return markup.row(shown[0], cells, group=row["name"] == "all tasks")


def _stages(report: Mapping[str, Any]) -> str:
    lines = []
    for stage, shown in zip(report["stages"], text.stage_rows(report), strict=True):
        name = escaped(shown[0])
        file = escaped(f"{stage['folder']}/{stage['page']}") if stage["page"] else ""
        if file:
            name = f'<a href="{file}">{name}</a>'
        lines.append(markup.row(name, [td(escaped(cell)) for cell in shown[1:]]))
    return markup.table("Stages", text.STAGES, lines)


def _plain(label: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = (markup.row(escaped(row[0]), [td(escaped(c)) for c in row[1:]]) for row in rows)
    return markup.table(label, head, lines)
