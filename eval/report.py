"""What a run found: the scores, the failures, the overall scores, as data.

A report is made from verdicts alone, so that it can be made again at any time. How it is written
for people is in `eval.report_text` and `eval.pages`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from envs.common.text import visible
from eval.metrics import Share, interval_of, pass_at, pass_hat
from eval.suite import Extra, Overall, Suite, Verdict


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
    """95 % Wilson; with several trials a task, for their effective number."""
    coverage: float
    """n / asked."""
    floor: float | None
    ceiling: float | None
    lenient: int | None
    """Right by the lenient reading; ``None`` where there is no such reading."""
    format_only: int | None
    """Wrong officially, right by the lenient reading."""
    overflow: int
    """Prompts that did not fit the model (counted as wrong)."""
    reward: float | None = None
    """Mean reward, where there is partial credit."""
    pass_at: Mapping[int, float] = field(default_factory=dict)
    """k -> chance that at least one of k trials is right; empty with one trial a task."""
    pass_hat: Mapping[int, float] = field(default_factory=dict)
    """k -> chance that all of k trials are right (pass^k)."""


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
    usage: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Per agent: model calls, tokens, seconds, cost; under ``run``, what this run took."""
    extras: Mapping[str, tuple[Extra, ...]] = field(default_factory=dict)
    """Per agent: tables of the benchmark's own."""
    trials: int = 1
    """Attempts at each task."""
    version: int = 1

    def to_json(self) -> dict[str, Any]:
        """The report as JSON."""
        return asdict(self)


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
    usage: Mapping[str, Mapping[str, float]] | None = None,
    trials: int = 1,
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
        usage: what it took, per agent.
        trials: attempts at each task.
    """
    rows: list[Row] = []
    overall: dict[str, tuple[Overall, ...]] = {}
    extras: dict[str, tuple[Extra, ...]] = {}
    failures: dict[str, tuple[Example, ...]] = {}
    prompts = {task.id: task.messages[-1].content for task in suite.tasks}
    graded = {name for group in suite.groups for name in group.categories}
    for agent in agents:
        own = [v for v in verdicts if v.agent == agent]
        rows += _rows(agent, suite, own, trials)
        extras[agent] = tuple(suite.extras(own))
        failures[agent] = _examples(own, prompts, answers)
        if suite.complete and all(v.valid is not None for v in own if v.category in graded):
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
        extras={agent: tables for agent, tables in extras.items() if tables},
        trials=trials,
    )


def _rows(agent: str, suite: Suite, verdicts: Sequence[Verdict], trials: int) -> Iterable[Row]:
    asked = Counter(suite.category(task) for task in suite.tasks)
    by_category: dict[str, list[Verdict]] = {name: [] for name in asked}
    for verdict in verdicts:
        by_category[verdict.category].append(verdict)
    for group in suite.groups:
        names = [name for name in group.categories if name in asked]
        if not names:
            continue
        shown = [(name, "category", [name]) for name in names]
        if len(names) > 1 or len(suite.groups) > 1:
            shown.append((group.name, "group", names))
        for title, kind, members in shown:
            own = {name: by_category[name] for name in members}
            yield _row(agent, title, kind, own, asked, suite, trials)


def _row(
    agent: str,
    name: str,
    kind: str,
    verdicts: Mapping[str, Sequence[Verdict]],
    asked: Mapping[str, int],
    suite: Suite,
    trials: int,
) -> Row:
    judged = [v for own in verdicts.values() for v in own if v.valid is not None]
    share = Share(sum(v.valid is True for v in judged), len(judged))
    tasks = sum(asked[category] for category in verdicts)
    total = tasks * trials

    def mean(of: Callable[[str], float | None]) -> float | None:
        values = [(of(category), asked[category]) for category in verdicts]
        known = [value * n for value, n in values if value is not None]
        return sum(known) / tasks if len(known) == len(values) else None

    by_task: dict[str, list[bool]] = {}
    for verdict in judged:
        by_task.setdefault(verdict.task, []).append(verdict.valid is True)
    reads = any(v.lenient is not None for v in judged) or not judged
    rewards = [v.reward for v in judged if v.reward is not None]
    return Row(
        agent=agent,
        name=name,
        kind=kind,
        asked=total,
        n=share.n,
        valid=share.hits,
        accuracy=share.value,
        interval=interval_of(list(by_task.values())),
        coverage=share.n / total,
        floor=mean(suite.floor),
        ceiling=mean(suite.ceiling),
        lenient=sum(v.lenient is True for v in judged) if reads else None,
        format_only=sum(v.valid is False and v.lenient is True for v in judged) if reads else None,
        overflow=sum(v.overflow for v in judged),
        reward=sum(rewards) / len(rewards) if rewards else None,
        pass_at=_over_tasks(pass_at, by_task, trials),
        pass_hat=_over_tasks(pass_hat, by_task, trials),
    )


def _over_tasks(
    metric: Callable[[int, int, int], float], by_task: Mapping[str, Sequence[bool]], trials: int
) -> dict[int, float]:
    """Mean of `metric` over the tasks with at least k judged trials, for each k."""
    found: dict[int, float] = {}
    for k in range(1, trials + 1) if trials > 1 else ():
        values = [metric(k, sum(own), len(own)) for own in by_task.values() if len(own) >= k]
        if values:
            found[k] = sum(values) / len(values)
    return found


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
    return visible(text if len(text) <= EXAMPLE_CHARS else text[:EXAMPLE_CHARS] + " …")
