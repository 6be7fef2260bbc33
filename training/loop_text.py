"""A loop's report for people: its verdict in a sentence, and the cells of its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.metrics import percent
from eval.tables import markdown, markdown_table

PAGE, PICTURE = "report.html", "curves.png"
SCORES = ("policy", "decoding", "tasks", "n", "right", "95 %", "against the start", "95 %", "p")
ROUNDS = (
    "round",
    "median perplexity",
    "tasks searched",
    "pairs",
    "of tasks without calls",
    "tasks with a pair",
    "precision",
    "loss, first tenth",
    "last tenth",
    "right side",
)
STAGES = ("stage", "tokens", "seconds")


def verdict(report: Mapping[str, Any]) -> str:
    """What came out, in a sentence or two."""
    if report["ended"]:
        return str(report["ended"])
    chosen = report["chosen"]
    name = f"round {chosen}" if chosen else "start"
    who = f"Round {chosen} is chosen" if chosen else "So far there is the start alone"
    on, rows = "test", report["test"].get(name)
    if not rows:
        on, rows = "dev", report["rounds"][chosen]["scores"]
    if not rows:
        return f"{who}; there is no score."
    row = next(iter(rows.values()))[-1]
    told = f"{who}: {share(row['score'])} of {row['n']} {on} tasks right"
    if "difference" in row:
        told += f", {signed(row['difference'])} points against the start"
        if row["difference interval"] is not None:
            told += f" (95 % {span(row['difference interval'], signed)})"
    return f"{told}."


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report for people."""
    lines = [f"# Training loop of {report['model']}", "", verdict(report), ""]
    if scores := [score_cells(*score) for score in scores_of(report)]:
        lines += [table(SCORES, scores, 3), ""]
    if rounds := round_rows(report):
        lines += [table(ROUNDS, rounds), ""]
    lines += [f"![curves]({PICTURE})", "", table(STAGES, stage_rows(report))]
    return "\n".join(lines) + "\n"


def scores_of(report: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """All scores in the order of the tables: whose it is, the decoding, the row."""
    own = {f"round {r['round']}" if r["round"] else "start": r["scores"] for r in report["rounds"]}
    parts = {f"after {part}": found for part, found in report["parts"].items()}
    tested = {f"{name}, test": found for name, found in report["test"].items()}
    for name, agents in {**parts, **own, **tested}.items():
        for agent, lines in agents.items():
            yield from ((name, agent, row) for row in lines)


def score_cells(name: str, agent: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Cells of a score."""
    cells = (name, agent, row["name"], str(row["n"]), share(row["score"]), span(row["interval"]))
    if row.get("difference") is None:
        return (*cells, "–", "–", "–")
    p = row["p"]
    ends = span(row["difference interval"], signed)
    return (*cells, signed(row["difference"]), ends, "–" if p is None else f"{p:.3f}")


def round_rows(report: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Cells of the table of rounds."""
    rows: list[tuple[str, ...]] = []
    for each in report["rounds"]:
        search, training = each.get("search"), each.get("training")
        if not search:
            continue
        first = training["first tenth"] if training else {}
        last = training["last tenth"] if training else {}
        rows.append(
            (
                str(each["round"]),
                number(each.get("perplexity", {}).get("median")),
                str(search["tasks"]),
                str(search["pairs"]),
                str(search["pairs of tasks without calls"]),
                share(search["tasks with a pair"]),
                share(search["precision"]),
                number(first.get("loss")),
                number(last.get("loss")),
                share(last.get("accuracy")),
            )
        )
    return rows


def stage_rows(report: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Cells of the table of stages."""
    return [
        (s["name"], "–" if s["tokens"] is None else f"{s['tokens']:,}", f"{s['seconds']:,.1f}")
        for s in report["stages"]
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table in Markdown; cells are texts."""
    shown = [[markdown(cell) for cell in row] for row in rows]
    return "\n".join(markdown_table(head, shown, left))


def share(value: float | None) -> str:
    """A share in per cent."""
    return "–" if value is None else f"{percent(value)} %"


def signed(value: float) -> str:
    """A difference in points."""
    return f"{100 * value:+.1f}".replace("-0.0", "+0.0")


def span(ends: Sequence[float] | None, write: Any = percent) -> str:
    """An interval."""
    return "–" if ends is None else f"[{write(ends[0])}, {write(ends[1])}]"


def number(value: float | None) -> str:
    """A number with four digits."""
    return "–" if value is None else f"{value:.4g}"
