"""Command ``python -m eval.compare A B``: two runs, or two decodings of one run, task by task.

It reads what `eval.run` and `agents.play` left, asks no model and judges nothing. What is computed
is in `eval.paired`, how it is written in `eval.compare_text` and `eval.compare_page`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from envs.common.cli import positional, run_command
from envs.common.errors import UserError
from envs.common.text import one_line
from eval.paired import RESAMPLES, Comparison, compare_verdicts
from eval.played import PlayedRun, open_any
from eval.recorded import RecordedRun
from eval.responses import MEANT

PROG = "python -m eval.compare"
_OF_THE_SAMPLE = ("data", "prompts")
"""Hashes of what was asked alone: between different samples they say nothing."""
_MEANT = tuple(name for name in MEANT if name not in ("env", "split", "data", "level"))
"""Flags that change what a task of one id is; the others choose tasks."""
KINDS = (".html", ".md", ".json")


@dataclass(frozen=True)
class Config:
    """Compare two runs on the tasks that both were asked, or two decodings of one run.

    Differences are B minus A. Give one folder alone to compare its two decodings.
    """

    a: Annotated[Path, positional]
    """Run folder to compare with, or a file of episodes of agents.play."""
    b: Annotated[Path | None, positional] = None
    """Run folder or file that is compared; the same one by default."""
    agent_a: str | None = None
    """Which agent (decoding) of A: plain, calls, any, …"""
    agent_b: str | None = None
    """Which agent (decoding) of B."""
    anyway: bool = False
    """Compare runs whose data or prompts differ, too."""
    seed: int = 0
    """Of the bootstrap."""
    out: Path | None = None
    """Also write the comparison here: FILE.html, FILE.md or FILE.json."""
    json: bool = False
    """Print the comparison as JSON instead of tables."""


@dataclass(frozen=True)
class Compared:
    """One side of a comparison."""

    run: str
    """The run folder, or file."""
    model: str
    agent: str
    started: str

    @property
    def name(self) -> str:
        """Model and decoding."""
        return f"{self.model}, {self.agent}"


@dataclass(frozen=True)
class RunComparison:
    """Two agents of runs, compared."""

    suite: str
    a: Compared
    b: Compared
    notes: tuple[str, ...]
    """What a reader has to know: what differs, what could not be compared."""
    comparison: Comparison

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON."""
        return {
            "version": 1,
            "suite": self.suite,
            "a": asdict(self.a),
            "b": asdict(self.b),
            "notes": list(self.notes),
            **self.comparison.to_json(),
        }


def compare_runs(
    a: Path | str,
    b: Path | str | None = None,
    *,
    agent_a: str | None = None,
    agent_b: str | None = None,
    anyway: bool = False,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> RunComparison:
    """Compare two runs, scored or played, or two agents of one.

    Args:
        a: run folder (or file of played episodes) of the agent to compare with.
        b: that of the other; `a` by default.
        agent_a: who of `a`; may be left out where it is clear.
        agent_b: who of `b`, likewise.
        anyway: compare runs whose data or prompts differ, too; `notes` then says what differs.
        seed: of the bootstrap.
        resamples: of the bootstrap.

    Raises:
        UserError: no run, no verdicts, a broken line, other suites, other data or prompts, nothing
            in common, or it is not clear which agents are meant.
    """
    if seed < 0:
        raise UserError(f"seed {seed}: at least 0 is needed")
    run_a = open_any(Path(a))
    same = b is None or Path(b).resolve() == Path(a).resolve()
    run_b = run_a if b is None or same else open_any(Path(b))
    if run_a.suite != run_b.suite:
        raise UserError(
            f"{run_a.path} is a run of {run_a.suite!r}, {run_b.path} of {run_b.suite!r}: "
            "only runs of one suite can be compared"
        )
    name_a, name_b = _agents(run_a, run_b, agent_a, agent_b)
    notes = [] if same else _differences(run_a, run_b, anyway=anyway)
    notes += _taken_back("A", run_a) + ([] if same else _taken_back("B", run_b))
    found = compare_verdicts(
        run_a.of(name_a), run_b.of(name_b), run_a.groups, seed=seed, resamples=resamples
    )
    if not found.whole.n:
        why = f"{len(found.left_out)} common tasks, none judged in both" if found.left_out else ""
        raise UserError(f"{run_a.path} and {run_b.path} have no task in common{why and ': ' + why}")
    return RunComparison(
        run_a.suite,
        Compared(str(run_a.path), run_a.model, name_a, run_a.started),
        Compared(str(run_b.path), run_b.model, name_b, run_b.started),
        tuple(notes),
        found,
    )


def _agents(
    a: RecordedRun, b: RecordedRun, agent_a: str | None, agent_b: str | None
) -> tuple[str, str]:
    """Who is compared: as asked; else the only agents, or the two of one run, or the only shared.

    Raises:
        UserError: it is not clear, or it is one agent with itself.
    """
    if agent_a is not None:
        a.of(agent_a)
    if agent_b is not None:
        b.of(agent_b)
    left_a = [agent_a] if agent_a is not None else list(a.agents)
    left_b = [agent_b] if agent_b is not None else list(b.agents)
    if a is b:
        pairs = [(x, y) for x in left_a for y in left_b if x != y]
        if agent_a is None and agent_b is None:
            pairs = pairs[:1] if len(left_a) == 2 else []
    elif len(left_a) == len(left_b) == 1:
        pairs = [(left_a[0], left_b[0])]
    else:
        pairs = [(x, y) for x in left_a for y in left_b if x == y]
    if len(pairs) == 1:
        return pairs[0]
    if a is b and (len(a.agents) == 1 or agent_a == agent_b is not None):
        raise UserError(f"{a.path}: one agent ({a.agents[0]}); a second one, or run, is needed")
    raise UserError(
        f"which agents? {a.path} has {', '.join(a.agents)}; {b.path} has {', '.join(b.agents)}: "
        "give --agent-a and --agent-b"
    )


def _differences(a: RecordedRun, b: RecordedRun, *, anyway: bool) -> list[str]:
    """What a reader has to know of two runs that were not asked the same.

    Raises:
        UserError: the same task may be two things in them, and it is not to be compared anyway.
    """
    if isinstance(a, PlayedRun) or isinstance(b, PlayedRun):
        return ["a play records no data and tools, so nobody can tell whether both had the same"]
    facts_a, facts_b = a.facts, b.facts
    same_sample = a.sample == b.sample
    same_categories = _categories(facts_a) == _categories(facts_b)
    differing: list[str] = []
    untold: list[str] = []
    for name in sorted((facts_a.keys() | facts_b.keys()) - {"sample", "tasks"}):
        if facts_a.get(name) == facts_b.get(name):
            continue
        comparable = same_sample or (name == "data" and same_categories)
        known = comparable or name not in _OF_THE_SAMPLE
        (differing if known else untold).append(name)
    differing += [n for n in _MEANT if a.config.get(n) != b.config.get(n)]
    if differing:
        said = "; ".join(f"{name} ({_shown(a, name)}, {_shown(b, name)})" for name in differing)
        if not anyway:
            raise UserError(f"{a.path} and {b.path} differ in {said}; --anyway compares them")
        return [f"not the same was asked: the runs differ in {said}", *_untold(untold)]
    return _untold(untold)


def _taken_back(letter: str, run: RecordedRun) -> list[str]:
    found = run.taken_back if isinstance(run, PlayedRun) else 0
    return [f"turns were tried out or taken back in {found} episodes of {letter}"] if found else []


def _categories(facts: Mapping[str, Any]) -> set[str]:
    tasks = facts.get("tasks")
    return set(tasks) if isinstance(tasks, dict) else set()


def _untold(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    what = " and ".join(names)
    return [f"the samples differ, so nobody can tell whether {what} of the common tasks are equal"]


def _shown(run: RecordedRun, name: str) -> str:
    return one_line(str(run.facts.get(name, run.config.get(name, "–"))))[:16]


# --- the command


def compare(config: Config) -> int:
    """Run the command."""
    if config.out is not None and config.out.suffix not in KINDS:
        raise UserError(f"--out {config.out}: the name has to end in {', '.join(KINDS)}")
    found = compare_runs(
        config.a,
        config.b,
        agent_a=config.agent_a,
        agent_b=config.agent_b,
        anyway=config.anyway,
        seed=config.seed,
    )
    if config.out is not None:
        write(config.out, _written(found, config))
    if config.json:
        print(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        from rich.console import Console

        from eval.compare_text import show

        console = Console()
        show(found, console)
        if config.out is not None:
            console.print(f"written to {config.out}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _written(found: RunComparison, config: Config) -> str:
    assert config.out is not None
    if config.out.suffix == ".json":
        return json.dumps(found.to_json(), indent=1, ensure_ascii=False) + "\n"
    if config.out.suffix == ".md":
        from eval.compare_text import to_markdown

        return to_markdown(found)
    from eval.compare_page import to_html

    return to_html(found, beside=config.out.parent)


def write(file: Path, text: str) -> None:
    """Write a file that the user named, and the folder around it.

    Raises:
        UserError: it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UserError(f"--out {file}: {error.strerror or error}") from None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, compare, sys.argv[1:] if argv is None else argv, prog=PROG)


if __name__ == "__main__":
    raise SystemExit(main())
