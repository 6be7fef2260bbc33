"""Two agents on the same tasks: what differs, how sure that is, and which tasks changed hands.

Everything here works on sequences of verdicts and knows no files. A task is the unit: its score
for an agent is the share of its judged trials that are right (with one trial, 0 or 1), each task
counts once, and trials are never resampled, because trials of one task are alike. Answers without
a verdict (the machine failed) count for neither agent; a task that one agent has no judged answer
to is left out for both. Differences are B minus A. No correction for looking at many categories.

Sources: McNemar 1947 (exact form: a two-sided binomial test of the discordant pairs); Efron and
Tibshirani 1993, chapter 13 (percentile interval); Connor 1987 (sample size of paired proportions).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any, Literal

from eval.metrics import Z95, wilson
from eval.suite import Group, Verdict

Z80 = 0.8416212335729143
"""Standard normal quantile of the power, 80 %."""
FEWEST = 6
"""Fewest differing tasks at which the exact test can fall below 5 %: 2 / 2 ** 6 = 0.031."""
RESAMPLES = 10_000
METHOD = (
    "paired bootstrap over tasks (percentile, {resamples:,} resamples, seed {seed}); "
    "McNemar's exact test, two-sided"
)
ALL = "all tasks"
"""The name of the row over everything."""


@dataclass(frozen=True)
class Side:
    """One agent on some tasks."""

    score: float | None
    """Mean over tasks of the share of right trials, in [0, 1]; ``None`` of no tasks."""
    interval: tuple[float, float] | None
    """95 % Wilson; with several trials a task, for their effective number."""


@dataclass(frozen=True)
class PairedRow:
    """Both agents on one category, one group of them, or all tasks."""

    name: str
    kind: Literal["category", "group", "all"]
    n: int
    """Tasks that both have a judged answer to."""
    a: Side
    b: Side
    difference: float | None
    """Score of B minus score of A, in [-1, 1]."""
    interval: tuple[float, float] | None
    """95 %, by paired bootstrap over tasks; ``None`` where all tasks differ alike (as where none
    does), since resampling then shows no spread at all."""
    lost: int
    """McNemar's b: tasks that A does better; with one trial, right only with A."""
    won: int
    """McNemar's c: tasks that B does better."""
    p: float | None
    """McNemar's exact p-value."""
    smallest: float | None
    """The smallest difference that this n could show, see `smallest_difference`."""


@dataclass(frozen=True)
class Tries:
    """What an agent made of one task."""

    right: int
    judged: int
    trial: int
    """The trial that shows why the task changed hands."""
    error_type: str | None
    """Of that trial."""
    message: str
    """Of that trial."""


@dataclass(frozen=True)
class Flip:
    """A task that one agent does better than the other."""

    task: str
    category: str
    direction: Literal["won", "lost"]
    """``won``: B does it better."""
    a: Tries
    b: Tries


@dataclass(frozen=True)
class Comparison:
    """Two agents on their common tasks."""

    rows: tuple[PairedRow, ...]
    """Categories, each group after its own (where there are several groups), all tasks last."""
    flips: tuple[Flip, ...]
    """Lost tasks first, in the order of A's tasks."""
    only_a: tuple[str, ...]
    """Tasks that B was not asked."""
    only_b: tuple[str, ...]
    left_out: tuple[str, ...]
    """Common tasks that one agent has no judged answer to."""
    unjudged_a: int
    """Answers of A to common tasks without a verdict."""
    unjudged_b: int
    seed: int
    resamples: int
    trials: tuple[int, int] = field(default=(1, 1))
    """Most judged trials of a task, of A and of B."""

    @property
    def whole(self) -> PairedRow:
        """The row over all tasks."""
        return self.rows[-1]

    @property
    def method(self) -> str:
        """How intervals and p-values are made, in a line."""
        said = METHOD.format(resamples=self.resamples, seed=self.seed)
        if max(self.trials) > 1:
            said += " (of the tasks whose share of right trials differs)"
        return said

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON; shares and differences are in [0, 1] and [-1, 1]."""
        return {"method": self.method, **asdict(self)}


def compare_verdicts(
    a: Sequence[Verdict],
    b: Sequence[Verdict],
    groups: Sequence[Group] = (),
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Comparison:
    """Compare two agents on the tasks that both were asked.

    Args:
        a: verdicts of the first agent, the one to compare with.
        b: verdicts of the second.
        groups: which categories share a line.
        seed: of the bootstrap.
        resamples: of the bootstrap.
    """
    tasks_a, tasks_b = _by_task(a), _by_task(b)
    common = [task for task in tasks_a if task in tasks_b]
    pairs = {task: _Pair(tasks_a[task], tasks_b[task]) for task in common}
    judged = {task: pair for task, pair in pairs.items() if pair.a and pair.b}
    return Comparison(
        rows=tuple(_rows(list(judged.values()), groups, seed, resamples)),
        flips=_flips(judged),
        only_a=tuple(task for task in tasks_a if task not in tasks_b),
        only_b=tuple(task for task in tasks_b if task not in tasks_a),
        left_out=tuple(task for task in common if task not in judged),
        unjudged_a=sum(v.valid is None for pair in pairs.values() for v in pair.all_a),
        unjudged_b=sum(v.valid is None for pair in pairs.values() for v in pair.all_b),
        seed=seed,
        resamples=resamples,
        trials=(
            max((len(pair.a) for pair in judged.values()), default=0),
            max((len(pair.b) for pair in judged.values()), default=0),
        ),
    )


def mcnemar(b: int, c: int) -> float:
    """Two-sided exact p-value of McNemar's test: min(1, 2 P(X <= min(b, c))), X ~ Bin(b + c, 1/2).

    It is the exact sign test, so it serves several trials a task too, where b and c count the tasks
    whose shares of right trials differ.

    Args:
        b: tasks better with the first agent.
        c: tasks better with the second.
    """
    n = b + c
    term = tail = 1
    for k in range(1, min(b, c) + 1):
        term = term * (n - k + 1) // k
        tail += term
    p: float = 2 * tail / 2**n
    return min(1.0, p)


def bootstrap(
    differences: Sequence[Fraction], *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float] | None:
    """95 % percentile interval of the mean of paired differences, resampling tasks.

    Drawing n tasks with replacement is drawing how often each distinct difference comes, from a
    multinomial distribution; so the cost does not grow with n. Exchanging the agents mirrors the
    interval exactly.

    Args:
        differences: score with B minus score with A, one a task.
        seed: of the random numbers.
        resamples: how many.

    Returns:
        ``None`` where all differences are equal: there is nothing to resample.
    """
    import numpy as np

    counts = Counter(differences)
    if len(counts) < 2:
        return None
    values = sorted(counts.items())
    mirrored = sorted((-value, count) for value, count in values)
    chosen = min(values, mirrored)
    n = len(differences)
    shares = np.array([count / n for _, count in chosen])
    drawn = np.random.default_rng(seed).multinomial(n, shares / shares.sum(), size=resamples)
    means = drawn @ np.array([float(value) for value, _ in chosen]) / n
    low, high = (float(end) for end in np.quantile(means, (0.025, 0.975)))
    return (low, high) if chosen == values else (-high, -low)


def smallest_difference(differences: Sequence[Fraction], trials: int = 1) -> float | None:
    r"""The smallest true difference that so many tasks would show: 80 % power at the 5 % level.

    .. math:: \delta = (z_{0.975} + z_{0.8}) \sqrt{\psi / n}, \quad \psi = \frac1n \sum_i d_i^2

    With one trial a task, :math:`\psi` is the observed share of discordant tasks, (b + c) / n
    (Connor 1987, without the small term that the power would gain). At least 6 tasks have to
    differ before the exact test can fall below 5 %, so it is never less than 6 / n, with several
    trials a task 6 / (n trials).

    Args:
        differences: score with B minus score with A, one a task.
        trials: most trials of a task.

    Returns:
        In (0, 1]; ``None`` where no difference could be shown.
    """
    n = len(differences)
    if n < FEWEST:
        return None
    psi = float(sum(d * d for d in differences) / n)
    found = max((Z95 + Z80) * math.sqrt(psi / n), FEWEST / (n * trials))
    return found if found <= 1 else None


# --- pairs


class _Pair:
    """The verdicts of both agents on one task."""

    def __init__(self, a: Sequence[Verdict], b: Sequence[Verdict]) -> None:
        self.all_a, self.all_b = a, b
        self.a = [v for v in a if v.valid is not None]
        self.b = [v for v in b if v.valid is not None]
        self.category = a[0].category

    @property
    def difference(self) -> Fraction:
        return _share(self.b) - _share(self.a)


def _by_task(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    """The verdicts of each task; of one trial, the last counts."""
    found: dict[str, dict[int, Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.task, {})[verdict.trial] = verdict
    return {task: [own[n] for n in sorted(own)] for task, own in found.items()}


def _share(verdicts: Sequence[Verdict]) -> Fraction:
    return Fraction(sum(v.valid is True for v in verdicts), len(verdicts))


# --- rows


def _rows(
    pairs: Sequence[_Pair], groups: Sequence[Group], seed: int, resamples: int
) -> Iterable[PairedRow]:
    by_category: dict[str, list[_Pair]] = {}
    for pair in pairs:
        by_category.setdefault(pair.category, []).append(pair)
    grouped = [(g.name, [c for c in g.categories if c in by_category]) for g in groups]
    grouped = [(name, members) for name, members in grouped if members]
    rest = [c for c in by_category if all(c not in members for _, members in grouped)]
    for name, members in (*grouped, (None, rest)):
        for category in members:
            yield _row(category, "category", by_category[category], seed, resamples)
        if name is not None and len(grouped) + len(rest) > 1:
            own = [pair for category in members for pair in by_category[category]]
            yield _row(name, "group", own, seed, resamples)
    yield _row(ALL, "all", pairs, seed, resamples)


def _row(
    name: str,
    kind: Literal["category", "group", "all"],
    pairs: Sequence[_Pair],
    seed: int,
    resamples: int,
) -> PairedRow:
    differences = [pair.difference for pair in pairs]
    lost, won = sum(d < 0 for d in differences), sum(d > 0 for d in differences)
    trials = max((max(len(pair.a), len(pair.b)) for pair in pairs), default=1)
    return PairedRow(
        name=name,
        kind=kind,
        n=len(pairs),
        a=_side([pair.a for pair in pairs]),
        b=_side([pair.b for pair in pairs]),
        difference=float(sum(differences) / len(pairs)) if pairs else None,
        interval=bootstrap(differences, seed=seed, resamples=resamples),
        lost=lost,
        won=won,
        p=mcnemar(lost, won) if pairs else None,
        smallest=smallest_difference(differences, trials),
    )


def _side(tasks: Sequence[Sequence[Verdict]]) -> Side:
    """The mean over tasks, and Wilson's interval for the effective number of trials.

    Where every task has equally many trials this is `eval.metrics.interval_of`, as in reports.
    """
    if not tasks:
        return Side(None, None)
    shares = [_share(own) for own in tasks]
    n = len(tasks)
    mean = sum(shares, Fraction(0)) / n
    spread = sum((share - mean) ** 2 for share in shares) / n**2
    p = float(mean)
    effective = float(n)
    if spread and n > 1:
        trials = sum(map(len, tasks))
        effective = min(trials, max(n, p * (1 - p) / float(spread)))
    return Side(p, wilson(p * effective, effective))


# --- flips


def _flips(pairs: Mapping[str, _Pair]) -> tuple[Flip, ...]:
    found: dict[str, list[Flip]] = {"lost": [], "won": []}
    for task, pair in pairs.items():
        if pair.difference < 0:
            sides = _tries(pair.a, telling=True), _tries(pair.b, telling=False)
            found["lost"].append(Flip(task, pair.category, "lost", *sides))
        elif pair.difference > 0:
            sides = _tries(pair.a, telling=False), _tries(pair.b, telling=True)
            found["won"].append(Flip(task, pair.category, "won", *sides))
    return (*found["lost"], *found["won"])


def _tries(verdicts: Sequence[Verdict], *, telling: bool) -> Tries:
    """An agent's trials; the first that is right (or wrong, where `telling` is false) shows why."""
    shown = next(v for v in verdicts if v.valid is telling)
    right = sum(v.valid is True for v in verdicts)
    return Tries(right, len(verdicts), shown.trial, shown.error_type, shown.message)
