"""A comparison for people: tables in the terminal, and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from envs.common.text import one_line
from eval.metrics import percent, span
from eval.paired import Flip, PairedRow
from eval.tables import empty_table, markdown, markdown_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from eval.compare import RunComparison

SCORES = ("", "n", "A %", "95 %", "B %", "95 %", "B - A", "95 % of B - A")
TESTS = ("", "n", "lost", "won", "p", "could show")
LEGEND = (
    "n: tasks judged on both sides. A %, B %: right, with Wilson intervals. B - A: in points. "
    "lost, won: tasks that A does better, that B does better (McNemar's b and c). "
    "could show: the smallest difference in points that n tasks show with 80 % power at 5 %. "
    "Where few tasks differ, trust p: intervals of a bootstrap are too narrow there."
)
NAMED = 3
"""Tasks that the terminal names of a kind; files name all."""
SIDES = {
    "lost": "lost: A does better",
    "won": "won: B does better",
}


def points(difference: float | None) -> str:
    """A difference in points, with its sign."""
    return "–" if difference is None else f"{100 * difference:+.1f}".replace("-0.0", "+0.0")


def points_span(interval: tuple[float, float] | None) -> str:
    """An interval of differences in points."""
    return "–" if interval is None else f"{points(interval[0])} to {points(interval[1])}"


def p_value(p: float | None) -> str:
    """A p-value with three decimals."""
    return "–" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def score_cells(row: PairedRow) -> tuple[str, ...]:
    """The cells of `SCORES` after the name."""
    return (
        str(row.n),
        *(
            text
            for side in (row.a, row.b)
            for text in (percent(side.score, 1), span(side.interval))
        ),
        points(row.difference),
        points_span(row.interval),
    )


def test_cells(row: PairedRow) -> tuple[str, ...]:
    """The cells of `TESTS` after the name."""
    return (str(row.n), str(row.lost), str(row.won), p_value(row.p), percent(row.smallest, 1))


def summary(found: RunComparison) -> str:
    """The comparison in a sentence."""
    row = found.comparison.whole
    spread = f" (95 % {points_span(row.interval)})" if row.interval else ""
    measured = f"{points(row.difference)} points{spread}, n = {row.n}, p = {p_value(row.p)}"
    if row.p is not None and row.p < 0.05:
        better, worse = ("B", "A") if row.won > row.lost else ("A", "B")
        return f"{better} is better than {worse}: B - A is {measured}."
    if row.smallest is None:
        power = "so few tasks can show none"
    else:
        power = f"{row.n} tasks show one of {percent(row.smallest, 1)} points or more"
    return f"No difference is shown: B - A is {measured}; {power}."


def remarks(found: RunComparison, named: int | None = NAMED) -> list[str]:
    """What a reader has to know: what was not compared, and how the figures are made.

    Args:
        found: the comparison.
        named: how many tasks of a kind are named; ``None`` for all.
    """
    c = found.comparison
    said = list(found.notes)
    for side, tasks in (("A", c.only_a), ("B", c.only_b)):
        if tasks:
            said.append(f"in {side} alone, not compared: {len(tasks)} tasks: {_some(tasks, named)}")
    if c.unjudged_a or c.unjudged_b:
        said.append(
            f"answers without a verdict (such as those the machine lost), not counted: "
            f"{c.unjudged_a} of A, {c.unjudged_b} of B"
        )
    if c.left_out:
        said.append(
            f"left out on both sides, since one has no verdict: {len(c.left_out)} tasks: "
            + _some(c.left_out, named)
        )
    said.append(c.method)
    if sum(row.kind == "category" for row in c.rows) > 1:
        said.append("of many lines, one in twenty has p < 0.05 by chance alone")
    return said


def _some(tasks: Sequence[str], named: int | None) -> str:
    shown = tasks if named is None else tasks[:named]
    rest = len(tasks) - len(shown)
    return ", ".join(map(one_line, shown)) + (f" and {rest} more" if rest else "")


def error_of(flip: Flip) -> str:
    """What went wrong on the side that does worse."""
    worse = flip.b if flip.direction == "lost" else flip.a
    return worse.error_type or "unknown"


def tries(flip: Flip) -> str:
    """How often each side was right; empty with one trial."""
    if flip.a.judged == flip.b.judged == 1:
        return ""
    return f"A {flip.a.right} of {flip.a.judged}, B {flip.b.right} of {flip.b.judged}"


# --- the terminal


def show(found: RunComparison, console: Console) -> None:
    """Print the comparison to a terminal, 80 columns or more."""
    from rich.text import Text

    console.rule(Text(f"{one_line(found.suite)}: B against A"))
    for letter, side in (("A", found.a), ("B", found.b)):
        run = "" if letter == "B" and found.b.run == found.a.run else f"  ({side.run})"
        console.print(Text(f"{letter}: {one_line(side.name)}{run}"))
    console.print()
    console.print(Text(summary(found), style="bold"))
    rows = found.comparison.rows
    console.print(_table(SCORES, rows, score_cells))
    console.print(_table(TESTS, rows, test_cells))
    _show_flips(found.comparison.flips, console)
    for line in remarks(found):
        console.print(Text(f"· {one_line(line)}"))
    console.print(Text("\n" + LEGEND, style="dim"))


def _table(
    head: Sequence[str], rows: Iterable[PairedRow], cells: Callable[[PairedRow], tuple[str, ...]]
) -> Table:
    from rich.text import Text

    table = empty_table(head)
    for row in rows:
        group = row.kind != "category"
        table.add_row(
            Text(one_line(row.name)),
            *cells(row),
            style="bold" if group else None,
            end_section=row.kind == "group",
        )
    return table


def _show_flips(flips: Sequence[Flip], console: Console) -> None:
    """Which tasks changed hands, by the error type of the side that does worse."""
    from rich.text import Text

    for direction, title in SIDES.items():
        own = [flip for flip in flips if flip.direction == direction]
        if not own:
            continue
        console.print(Text(f"{title} ({len(own)})", style="bold"))
        for kind, tasks in by_error(own):
            named = _some([flip.task for flip in tasks], NAMED)
            console.print(Text(f"{len(tasks):>5} × {one_line(kind)}: {named}"))
    if flips:
        console.print(Text("all of them, with answers: --out FILE.html\n", style="dim"))


def by_error(flips: Iterable[Flip]) -> list[tuple[str, list[Flip]]]:
    """Flips by error type, the most frequent first."""
    found: dict[str, list[Flip]] = {}
    for flip in flips:
        found.setdefault(error_of(flip), []).append(flip)
    return sorted(found.items(), key=lambda item: -len(item[1]))


# --- Markdown


def to_markdown(found: RunComparison) -> str:
    """The comparison as Markdown; the tasks that changed hands are folded."""
    lines = [f"# {markdown(found.suite)}: B against A", ""]
    for letter, side in (("A", found.a), ("B", found.b)):
        lines.append(f"- {letter}: {markdown(side.name)} ({markdown(side.run)})")
    lines += ["", f"**{summary(found)}**", ""]
    rows = [
        (
            markdown(row.name) if row.kind == "category" else f"**{markdown(row.name)}**",
            *score_cells(row),
            *test_cells(row)[1:],
        )
        for row in found.comparison.rows
    ]
    lines += markdown_table((*SCORES, *TESTS[2:]), rows)
    lines += ["", LEGEND, "", *(f"- {markdown(line)}" for line in remarks(found, None))]
    for direction, title in SIDES.items():
        own = [flip for flip in found.comparison.flips if flip.direction == direction]
        if own:
            lines += ["", f"<details><summary>{title} ({len(own)})</summary>", ""]
            lines += _flip_lines(own)
            lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def _flip_lines(flips: Sequence[Flip]) -> list[str]:
    head = ["task", "category", "error type"]
    several = any(map(tries, flips))
    rows = [
        [markdown(text) for text in (flip.task, flip.category, error_of(flip))]
        + ([tries(flip)] if several else [])
        for flip in flips
    ]
    return markdown_table((*head, "right") if several else head, rows, left=4)
