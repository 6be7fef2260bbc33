"""Command ``python -m eval.leaderboard RUN...``: many runs side by side.

It reads manifests, reports and verdicts; nothing is judged again. Only runs that were asked the
same tasks stand in one table: tables are made by suite, sample and data. What the paper reports
stands in tables of its own, since nobody measured it here.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from envs.common.cli import positional, run_command
from envs.common.errors import UserError
from eval.compare import KINDS, write
from eval.metrics import interval_of
from eval.recorded import REPORT, RecordedRun, open_run
from eval.responses import MEANT
from eval.suite import Verdict

PROG = "python -m eval.leaderboard"
REPORTED = "reported by the paper, not measured here"
HASH = re.compile("[0-9a-f]{64}")
WHOLE = "all tasks"
"""The name of the score over all tasks of a sample."""


@dataclass(frozen=True)
class Config:
    """Show many runs side by side: a row for each run and decoding, a table for each sample."""

    runs: Annotated[tuple[Path, ...], positional]
    """Run folders."""
    out: Path | None = None
    """Also write the leaderboard here: FILE.html, FILE.md or FILE.json."""
    json: bool = False
    """Print it as JSON instead of tables."""


@dataclass(frozen=True)
class Cell:
    """One score."""

    value: float | None
    """Share of right answers among the judged, in [0, 1]."""
    interval: tuple[float, float] | None
    """95 %."""
    n: int
    """Judged."""
    asked: int


@dataclass(frozen=True)
class Entry:
    """One run under one decoding."""

    run: str
    """The folder."""
    model: str
    agent: str
    """The decoding."""
    mode: str
    """How tools are offered, where the suite knows several ways; empty elsewhere."""
    trials: int
    started: str
    """ISO 8601."""
    prompts: str
    """Start of the hash of what was asked."""
    whole: Cell
    """All tasks, pooled."""
    scores: Mapping[str, Cell]
    """The suite's groups; where it has a single one, the categories."""
    overall: Mapping[str, float]
    """Formula -> value, of a complete run."""

    @property
    def coverage(self) -> float:
        """Judged / asked."""
        return self.whole.n / self.whole.asked if self.whole.asked else 0.0


@dataclass(frozen=True)
class Section:
    """Runs that were asked the same tasks, the best first."""

    suite: str
    sample: str
    """Fingerprint of the tasks."""
    tasks: int
    about: str
    """What else makes the tasks: hashes of data and tools, how they were played."""
    columns: tuple[str, ...]
    """Names in `Entry.scores`."""
    formulas: tuple[str, ...]
    """Names in `Entry.overall`."""
    entries: tuple[Entry, ...]

    @property
    def modes(self) -> bool:
        """Whether the suite knows several ways to offer tools."""
        return any(entry.mode for entry in self.entries)

    @property
    def prompts(self) -> bool:
        """Whether runs of one mode were asked in different words."""
        pairs = {(entry.mode, entry.prompts) for entry in self.entries}
        return len(pairs) > len({mode for mode, _ in pairs})

    @property
    def trials(self) -> bool:
        """Whether any run has several trials a task."""
        return any(entry.trials > 1 for entry in self.entries)


@dataclass(frozen=True)
class Reference:
    """A table of the paper."""

    suite: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[float, ...]], ...]
    """Model, kind of model, percentages in the order of the columns."""
    note: str = REPORTED


@dataclass(frozen=True)
class Leaderboard:
    """Runs by suite and sample, and what the paper reports of these suites."""

    sections: tuple[Section, ...]
    references: tuple[Reference, ...]

    def to_json(self) -> dict[str, Any]:
        """The leaderboard as JSON; measured shares are in [0, 1], the paper's in percent."""
        return {"version": 1, **asdict(self)}


def collect(runs: Iterable[Path | str]) -> Leaderboard:
    """Read run folders; one that is given twice counts once.

    Raises:
        UserError: no run, an unfinished one, or a file in it is broken.
    """
    found: dict[tuple[str, ...], list[RecordedRun]] = {}
    for path in {Path(run).resolve(): Path(run) for run in runs}.values():
        run = open_run(path)
        found.setdefault(_key(run), []).append(run)
    if not found:
        raise UserError("no runs: give at least one run folder")
    sections = tuple(
        sorted((_section(found[key]) for key in sorted(found)), key=lambda s: (s.suite, -s.tasks))
    )
    suites = {section.suite for section in sections}
    return Leaderboard(sections, tuple(r for r in references() if r.suite in suites))


@cache
def references() -> tuple[Reference, ...]:
    """The paper's tables 1 and 2."""
    text = files(__package__).joinpath("paper_tables.json").read_text(encoding="utf-8")
    return tuple(
        Reference(
            table["suite"],
            table["title"],
            table["about"],
            tuple(table["columns"]),
            tuple((row["model"], row["kind"], tuple(row["values"])) for row in table["rows"]),
        )
        for table in json.loads(text)["tables"]
    )


# --- sections


def _about(run: RecordedRun) -> str:
    """What makes the tasks of a sample, beside their ids and the words they are asked in."""
    facts = {k: v for k, v in run.facts.items() if k not in ("sample", "tasks", "prompts")}
    kept = ("mode", "env", "split", "data", "level")
    flags = {n: run.config[n] for n in MEANT if n not in kept and run.config.get(n) is not None}
    told = {name: str(value) for name, value in (facts | flags).items() if value is not False}
    short = {name: said[:12] if HASH.fullmatch(said) else said for name, said in told.items()}
    return ", ".join(f"{name} {said}" for name, said in short.items())


def _key(run: RecordedRun) -> tuple[str, ...]:
    # Without modes there is one way to ask, so other prompts are other tasks.
    words = "" if run.config.get("mode") else str(run.facts.get("prompts"))
    facts = {k: v for k, v in run.facts.items() if k not in ("tasks", "prompts")}
    return (run.suite, run.sample, json.dumps(facts, sort_keys=True), _about(run), words)


def _section(runs: Sequence[RecordedRun]) -> Section:
    first = runs[0]
    entries = [entry for run in runs for entry in _entries(run)]
    columns = tuple(dict.fromkeys(name for entry in entries for name in entry.scores))
    formulas = tuple(dict.fromkeys(name for entry in entries for name in entry.overall))
    # An environment's overall score is the share of all tasks once more.
    formulas = tuple(f for f in formulas if not all(_is_whole(entry, f) for entry in entries))
    by = next((f for f in formulas if all(f in entry.overall for entry in entries)), None)

    def merit(entry: Entry) -> tuple[float, str, str]:
        value = entry.overall[by] if by else entry.whole.value
        return (-1 if value is None else value) * -1, entry.model, entry.agent

    counts = first.facts.get("tasks")
    if isinstance(counts, dict) and all(isinstance(n, int) for n in counts.values()):
        tasks = sum(counts.values())
    else:
        tasks = len({verdict.task for verdict in first.verdicts})
    return Section(
        first.suite,
        first.sample,
        tasks,
        _about(first),
        columns,
        formulas,
        tuple(sorted(entries, key=merit)),
    )


def _entries(run: RecordedRun) -> Iterable[Entry]:
    overall = run.report.get("overall")
    for agent in run.agents:
        rows = [row for row in run.report["rows"] if row["agent"] == agent]
        categories = [row for row in rows if row["kind"] == "category"]
        groups = [row for row in rows if row["kind"] == "group"]
        shown = groups if len(groups) > 1 else categories
        scores = {row["name"]: _cell(run, row) for row in shown}
        cells = [_cell(run, row) for row in categories]
        names = {row["name"] for row in categories}
        own = [v for v in run.of(agent) if v.category in names and v.valid is not None]
        yield Entry(
            run=str(run.path),
            model=run.model,
            agent=agent,
            mode=str(run.config.get("mode") or ""),
            trials=_trials(run.config.get("trials")),
            started=run.started,
            prompts=str(run.facts.get("prompts", ""))[:8],
            whole=_whole(own, sum(cell.asked for cell in cells)),
            scores=scores,
            overall=dict(_values(overall.get(agent) if isinstance(overall, dict) else None)),
        )


def _is_whole(entry: Entry, formula: str) -> bool:
    return entry.overall.get(formula, entry.whole.value) == entry.whole.value


def _whole(judged: Sequence[Verdict], asked: int) -> Cell:
    by_task: dict[str, list[bool]] = {}
    for verdict in judged:
        by_task.setdefault(verdict.task, []).append(verdict.valid is True)
    right = sum(map(sum, by_task.values()))
    value = right / len(judged) if judged else None
    return Cell(value, interval_of(list(by_task.values())), len(judged), asked)


def _cell(run: RecordedRun, row: Mapping[str, Any]) -> Cell:
    value, interval = row.get("accuracy"), row.get("interval")
    n, asked = row.get("n"), row.get("asked")
    right = (
        {"accuracy", "interval"} <= row.keys()
        and isinstance(n, int)
        and isinstance(asked, int)
        and _is_share(value)
        and (
            interval is None
            or (isinstance(interval, list) and len(interval) == 2 and all(map(_is_share, interval)))
        )
    )
    if not right:
        raise UserError(
            f"{run.path / REPORT}: the row {row['name']!r} needs n, asked, accuracy and interval"
        )
    assert isinstance(n, int) and isinstance(asked, int)
    return Cell(value, (interval[0], interval[1]) if interval else None, n, asked)


def _is_share(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and 0 <= value <= 1)


def _trials(value: object) -> int:
    return value if isinstance(value, int) else 1


def _values(scores: object) -> Iterable[tuple[str, float]]:
    for score in scores if isinstance(scores, list) else ():
        if isinstance(score, dict) and score.get("value") is not None and _is_share(score["value"]):
            yield str(score.get("formula")), score["value"]


# --- the command


def leaderboard(config: Config) -> int:
    """Run the command."""
    if config.out is not None and config.out.suffix not in KINDS:
        raise UserError(f"--out {config.out}: the name has to end in {', '.join(KINDS)}")
    board = collect(config.runs)
    if config.out is not None:
        write(config.out, _written(board, config.out))
    if config.json:
        print(json.dumps(board.to_json(), ensure_ascii=False))
        return 0
    from rich.console import Console

    from eval.leaderboard_text import show

    console = Console()
    show(board, console)
    if config.out is not None:
        console.print(f"written to {config.out}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _written(board: Leaderboard, out: Path) -> str:
    if out.suffix == ".json":
        return json.dumps(board.to_json(), indent=1, ensure_ascii=False) + "\n"
    if out.suffix == ".md":
        from eval.leaderboard_text import to_markdown

        return to_markdown(board)
    from eval.leaderboard_page import to_html

    return to_html(board, beside=out.parent)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, leaderboard, sys.argv[1:] if argv is None else argv, prog=PROG)


if __name__ == "__main__":
    raise SystemExit(main())
