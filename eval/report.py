"""What a run found: the table, the failures, the overall scores; as JSON, Markdown and text.

A report is made from verdicts alone, so that it can be made again at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from eval.metrics import Share, percent, span
from eval.suite import Overall, Suite, Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


@dataclass(frozen=True)
class Example:
    """One failure, to be read by a person."""

    error_type: str
    count: int
    task: str
    prompt: str
    answer: str
    message: str


@dataclass(frozen=True)
class Row:
    """One line of a report's table: an agent on a category or on a group of them."""

    agent: str
    name: str
    kind: str
    """``category`` or ``group``."""
    asked: int
    n: int
    """Judged; the rest was not answered (the machine failed) or has no verdict."""
    valid: int
    accuracy: float | None
    interval: tuple[float, float] | None
    """95 % Wilson."""
    coverage: float
    """n / asked."""
    floor: float
    ceiling: float
    lenient: int
    """Right by the lenient reading."""
    format_only: int
    """Wrong officially, right by the lenient reading."""
    overflow: int
    """Prompts that did not fit the model (counted as wrong)."""


@dataclass(frozen=True)
class Report:
    """What a run found."""

    suite: str
    title: str
    model: str
    partial: bool
    """Not every task of the suite was asked or judged: there is no overall score."""
    rows: tuple[Row, ...]
    failures: Mapping[str, tuple[Example, ...]]
    """Per agent, by error type, the most frequent first."""
    overall: Mapping[str, tuple[Overall, ...]]
    """Per agent."""
    notes: tuple[str, ...] = ()
    machine_failures: Mapping[str, int] = field(default_factory=dict)
    """Per agent: episodes that the machine lost."""
    usage: Mapping[str, Any] = field(default_factory=dict)
    """Tokens and seconds."""
    version: int = 1

    def to_json(self) -> dict[str, Any]:
        """The report as JSON."""
        return asdict(self)


AGENT_TITLES = {
    "plain": "plain (the model writes what it likes; comparable with leaderboards)",
    "calls": "constrained to calls (it can only write schema-valid calls, at least one)",
    "any": "constrained, replies allowed (schema-valid calls, or a reply without a call)",
}
"""How reports name the decodings."""

EXAMPLE_CHARS = 400


def build(
    suite: Suite,
    verdicts: Sequence[Verdict],
    *,
    title: str,
    model: str,
    answers: Mapping[tuple[str, str, int], str],
    machine_failures: Mapping[str, int],
    agents: Sequence[str],
    notes: Sequence[str] = (),
    usage: Mapping[str, Any] | None = None,
) -> Report:
    """Make the report of a run.

    Args:
        suite: knows groups, floors, ceilings and overall formulas.
        verdicts: of all agents.
        title: what was run.
        model: what reports call the model.
        answers: (agent, task, trial) -> the answer, for the examples.
        machine_failures: per agent, episodes lost.
        agents: in the order of the report.
        notes: what a reader has to know.
        usage: tokens and seconds.
    """
    rows: list[Row] = []
    overall: dict[str, tuple[Overall, ...]] = {}
    failures: dict[str, tuple[Example, ...]] = {}
    prompts = {task.id: task.messages[-1].content for task in suite.tasks}
    for agent in agents:
        own = [v for v in verdicts if v.agent == agent]
        rows += _rows(agent, suite, own)
        failures[agent] = _examples(own, prompts, answers)
        if suite.complete and all(v.valid is not None for v in own):
            overall[agent] = tuple(suite.overall(own))
    return Report(
        suite=suite.name,
        title=title,
        model=model,
        partial=not overall,
        rows=tuple(rows),
        failures=failures,
        overall=overall,
        notes=tuple(notes),
        machine_failures={k: v for k, v in machine_failures.items() if v},
        usage=usage or {},
    )


def _rows(agent: str, suite: Suite, verdicts: Sequence[Verdict]) -> Iterable[Row]:
    asked = Counter(suite.category(task) for task in suite.tasks)
    by_category: dict[str, list[Verdict]] = {name: [] for name in asked}
    for verdict in verdicts:
        by_category[verdict.category].append(verdict)
    for group in suite.groups:
        names = [name for name in group.categories if name in asked]
        if not names:
            continue
        for name in names:
            yield _row(agent, name, "category", {name: by_category[name]}, asked, suite)
        yield _row(agent, group.name, "group", {n: by_category[n] for n in names}, asked, suite)


def _row(
    agent: str,
    name: str,
    kind: str,
    verdicts: Mapping[str, Sequence[Verdict]],
    asked: Mapping[str, int],
    suite: Suite,
) -> Row:
    judged = [v for own in verdicts.values() for v in own if v.valid is not None]
    share = Share(sum(v.valid is True for v in judged), len(judged))
    total = sum(asked[category] for category in verdicts)

    def mean(of: Callable[[str], float]) -> float:
        return sum(of(category) * asked[category] for category in verdicts) / total

    return Row(
        agent=agent,
        name=name,
        kind=kind,
        asked=total,
        n=share.n,
        valid=share.hits,
        accuracy=share.value,
        interval=share.interval,
        coverage=share.n / total,
        floor=mean(suite.floor),
        ceiling=mean(suite.ceiling),
        lenient=sum(v.lenient is True for v in judged),
        format_only=sum(v.valid is False and v.lenient is True for v in judged),
        overflow=sum(v.overflow for v in judged),
    )


def _examples(
    verdicts: Sequence[Verdict],
    prompts: Mapping[str, str],
    answers: Mapping[tuple[str, str, int], str],
) -> tuple[Example, ...]:
    wrong = [v for v in verdicts if v.valid is False]
    counts = Counter(v.error_type or "unknown" for v in wrong)
    first = {v.error_type or "unknown": v for v in reversed(wrong)}
    return tuple(
        Example(
            error_type=kind,
            count=count,
            task=first[kind].task,
            prompt=_cut(prompts[first[kind].task]),
            answer=_cut(answers.get((first[kind].agent, first[kind].task, first[kind].trial), "")),
            message=_cut(first[kind].message),
        )
        for kind, count in counts.most_common()
    )


def _cut(text: str) -> str:
    """The start of a text, without what could drive a terminal; the log has it to the letter."""
    short = text if len(text) <= EXAMPLE_CHARS else text[:EXAMPLE_CHARS] + " …"
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in short
    )


# ---------------------------------------------------------------------------------------------
# As text

HEAD = ("", "n", "right %", "95 %", "cover", "floor", "ceil", "lenient", "format")


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        str(row.n),
        percent(row.accuracy, 1),
        span(row.interval),
        percent(row.coverage),
        percent(row.floor),
        percent(row.ceiling),
        percent(row.lenient / row.n if row.n else None, 1),
        str(row.format_only),
    )


LEGEND = (
    "right: share with the official verdict; 95 %: Wilson interval; cover: judged / asked (what "
    "the machine lost is not judged); floor: what doing nothing scores; ceil: share whose truth "
    "can be met at all; lenient: right when fences, prose and JSON-spelled calls are read too; "
    "format: number wrong officially and right leniently. All but n and format in percent."
)


def to_markdown(report: Report) -> str:
    """The report as ``report.md``."""
    lines = [f"# {report.title}", "", f"Model: {report.model}", ""]
    lines += [f"- {note}" for note in report.notes]
    for agent in dict.fromkeys(row.agent for row in report.rows):
        lines += ["", f"## {AGENT_TITLES.get(agent, agent)}", ""]
        lines += ["| " + " | ".join(HEAD) + " |", "| --- " + "| ---: " * (len(HEAD) - 1) + "|"]
        for row in report.rows:
            if row.agent == agent:
                cells = list(_cells(row))
                if row.kind == "group":
                    cells[0] = f"**{cells[0]}**"
                lines.append("| " + " | ".join(cells) + " |")
        notes = (*_overflow_lines(report, agent), *_lost_lines(report, agent))
        lines += ["", *(f"- {note}" for note in notes)] if notes else []
        lines += _overall_lines(report, agent)
        lines += _failure_lines(report, agent)
    lines += ["", LEGEND, ""]
    if report.usage:
        lines += [", ".join(f"{k}: {v}" for k, v in report.usage.items()), ""]
    return "\n".join(lines)


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


def _overflow_lines(report: Report, agent: str) -> list[str]:
    rows = [r for r in report.rows if r.agent == agent and r.kind == "category" and r.overflow]
    return [
        f"{row.name}: {row.overflow} prompts did not fit the model (counted as wrong)"
        for row in rows
    ]


def _lost_lines(report: Report, agent: str) -> list[str]:
    lost = report.machine_failures.get(agent, 0)
    return [f"{lost} answers were lost by the machine (not counted); resume to ask again"] * (
        lost > 0
    )


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
        console.print(_table([row for row in report.rows if row.agent == agent]))
        for line in (
            *_overflow_lines(report, agent),
            *_lost_lines(report, agent),
            *_overall_lines(report, agent),
        ):
            console.print(Text(line.replace("**", "")))
        _show_failures(report.failures.get(agent, ()), console)
    console.print(Text("\n" + LEGEND, style="dim"))


def _table(rows: Sequence[Row]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    for head in HEAD:
        table.add_column(head, justify="right" if head else "left", no_wrap=True)
    for row in rows:
        group = row.kind == "group"
        table.add_row(*_cells(row), style="bold" if group else None, end_section=group)
    return table


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
