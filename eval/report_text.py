"""A report for people: Markdown, and tables in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from eval.metrics import percent, span
from eval.report import Example, Report, Row
from eval.suite import Extra

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

AGENT_TITLES = {
    "plain": "plain (the model writes what it likes)",
    "calls": "constrained to calls (it can only write schema-valid calls, at least one)",
    "any": "constrained, replies allowed (schema-valid calls, or a reply without a call)",
}
"""How reports name the decodings."""

_COLUMNS: dict[str, tuple[str, Callable[[Row], str]]] = {
    "n": ("judged answers", lambda row: str(row.n)),
    "right %": ("share with the official verdict", lambda row: percent(row.accuracy, 1)),
    "95 %": ("Wilson interval", lambda row: span(row.interval)),
    "reward": ("mean reward", lambda row: percent(row.reward, 1)),
    "pass@k": (
        "chance that at least one of as many trials as were made is right",
        lambda row: percent(row.pass_at.get(max(row.pass_at, default=0)), 1),
    ),
    "pass^k": (
        "chance that all of them are",
        lambda row: percent(row.pass_hat.get(max(row.pass_hat, default=0)), 1),
    ),
    "cover": (
        "judged / asked (what the machine lost is not judged)",
        lambda row: percent(row.coverage),
    ),
    "floor": ("what doing nothing scores", lambda row: percent(row.floor)),
    "ceil": ("share whose truth can be met at all", lambda row: percent(row.ceiling)),
    "lenient": (
        "right when fences, prose and JSON-spelled calls are read too",
        lambda row: percent(row.lenient / row.n if row.n and row.lenient is not None else None, 1),
    ),
    "format": (
        "number wrong officially and right leniently",
        lambda row: "–" if row.format_only is None else str(row.format_only),
    ),
}
"""Column -> what it shows, and its text."""


def columns(report: Report) -> list[str]:
    """The columns that this report has something to show in."""
    rows = report.rows
    empty = {
        "reward": all(row.reward in (None, row.accuracy) for row in rows),
        "pass@k": report.trials == 1,
        "pass^k": report.trials == 1,
        "floor": all(row.floor is None for row in rows),
        "ceil": all(row.ceiling is None for row in rows),
        "lenient": all(row.lenient is None for row in rows),
        "format": all(row.format_only is None for row in rows),
    }
    return [name for name in _COLUMNS if not empty.get(name)]


def headed(name: str, report: Report) -> str:
    """A column's title: the number of trials in place of k."""
    return name.replace("k", str(report.trials)) if name.startswith("pass") else name


def cells(row: Row, shown: Sequence[str]) -> tuple[str, ...]:
    """A row's name and the texts of the columns `shown`."""
    return (row.name, *(_COLUMNS[name][1](row) for name in shown))


def legend(report: Report) -> str:
    """What the columns mean."""
    parts = [f"{headed(name, report)}: {_COLUMNS[name][0]}" for name in columns(report)]
    return f"{'; '.join(parts)}. All but n and format in percent."


def to_markdown(report: Report) -> str:
    """The report as ``report.md``."""
    lines = [f"# {report.title}", "", f"Model: {report.model}", ""]
    lines += [f"- {note}" for note in report.notes]
    for agent in dict.fromkeys(row.agent for row in report.rows):
        lines += ["", f"## {AGENT_TITLES.get(agent, agent)}", ""]
        lines += _markdown_table(report, agent)
        notes = remarks(report, agent)
        lines += ["", *(f"- {note}" for note in notes)] if notes else []
        lines += _overall_lines(report, agent)
        for extra in report.extras.get(agent, ()):
            lines += ["", f"### {extra.title}", "", *_markdown(extra.head, extra.rows)]
            lines += ["", extra.note] if extra.note else []
        lines += _failure_lines(report, agent)
    lines += ["", legend(report), ""]
    lines += [f"- {line}" for line in usage_lines(report)]
    return "\n".join(lines) + "\n"


def _markdown_table(report: Report, agent: str) -> list[str]:
    shown = columns(report)
    rows = []
    for row in report.rows:
        if row.agent == agent:
            name, *rest = cells(row, shown)
            rows.append((f"**{name}**" if row.kind == "group" else name, *rest))
    return _markdown(("", *(headed(name, report) for name in shown)), rows)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "| --- " + "| ---: " * (len(head) - 1) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def usage_lines(report: Report) -> list[str]:
    """What the run took, a line for each agent."""
    return [
        f"{agent}: " + ", ".join(f"{value:,} {what}" for what, value in used.items())
        for agent, used in report.usage.items()
    ]


def _overall_lines(report: Report, agent: str) -> list[str]:
    lines = []
    for score in report.overall.get(agent, ()):
        lines += ["", f"{score.formula}: **{percent(score.value, 2)} %** {score.note}".rstrip(), ""]
        lines += [
            f"- {part['weight']:.3g} × {part['name']}: "
            f"{percent(part['value'], 2)} % (n={part['n']})"
            for part in score.composition
        ]
    return lines


def _failure_lines(report: Report, agent: str) -> list[str]:
    examples = report.failures.get(agent, ())
    lines = ["", "### Failures by error type", ""] if examples else []
    for example in examples:
        lines += [f"**{example.error_type}** ({example.count}), for example `{example.task}`:", ""]
        for label, text in (
            ("asked", example.prompt),
            ("answered", example.answer),
            ("wrong because", example.message),
        ):
            lines += [f"- {label}:", "", *_quoted(text), ""]
    return lines


def _quoted(text: str) -> list[str]:
    """A stranger's text as an indented code block: nothing in it is markup."""
    return ["      " + line for line in (text.splitlines() or ["(nothing)"])]


def remarks(report: Report, agent: str) -> list[str]:
    """What a reader of an agent's scores has to know: prompts too long, answers lost."""
    rows = [r for r in report.rows if r.agent == agent and r.kind == "category" and r.overflow]
    said = [
        f"{row.name}: {row.overflow} prompts did not fit the model (counted as wrong)"
        for row in rows
    ]
    if lost := report.machine_failures.get(agent):
        said.append(f"{lost} answers were lost by the machine (not counted); resume to ask again")
    return said


def show(report: Report, console: Console) -> None:
    """Print the report to a terminal, 80 columns or more."""
    from rich.text import Text

    console.rule(Text(report.title))
    console.print(Text(f"model: {report.model}"))
    for note in report.notes:
        console.print(Text(f"· {note}"))
    for agent in dict.fromkeys(row.agent for row in report.rows):
        console.print()
        console.print(Text(AGENT_TITLES.get(agent, agent), style="bold"))
        console.print(_table(report, agent))
        for line in (
            *remarks(report, agent),
            *_overall_lines(report, agent),
        ):
            console.print(Text(line.replace("**", "")))
        for extra in report.extras.get(agent, ()):
            _show_extra(extra, console)
        _show_failures(report.failures.get(agent, ()), console)
    console.print(Text("\n" + legend(report), style="dim"))
    for line in usage_lines(report):
        console.print(Text(line, style="dim"))


def _table(report: Report, agent: str) -> Table:
    shown = columns(report)
    table = _empty_table(("", *(headed(name, report) for name in shown)))
    for row in report.rows:
        if row.agent == agent:
            group = row.kind == "group"
            table.add_row(*cells(row, shown), style="bold" if group else None, end_section=group)
    return table


def _empty_table(head: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    for at, name in enumerate(head):
        table.add_column(name, justify="right" if at else "left", no_wrap=bool(at))
    return table


def _show_extra(extra: Extra, console: Console) -> None:
    from rich.text import Text

    console.print(Text(extra.title, style="bold"))
    table = _empty_table(extra.head)
    for row in extra.rows:
        table.add_row(*map(Text, row))
    console.print(table)
    if extra.note:
        console.print(Text(extra.note))


def _show_failures(examples: Sequence[Example], console: Console) -> None:
    from rich.text import Text

    if examples:
        console.print(Text("failures by error type, with one example each", style="bold"))
    for example in examples:
        console.print(
            Text.assemble(
                (f"{example.count:>5} × ", "bold"),
                (example.error_type, "bold"),
                f"  e.g. {example.task}\n",
                ("        answered: ", "dim"),
                _short(example.answer),
                ("\n        because:  ", "dim"),
                _short(example.message),
            )
        )


def _short(text: str, width: int = 120) -> str:
    flat = " ".join(text.split()) or "(nothing)"
    return flat if len(flat) <= width else flat[: width - 2] + " …"
