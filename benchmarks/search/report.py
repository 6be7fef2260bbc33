"""What the measurement says, by arm and family of tasks.

Counts, precision with the lower end of Wilson's interval, tokens, how full the engine was beside a
flat batch, and how many more tasks have a right pair than with whole samples, with a bootstrap
interval over tasks. All of it is made from the records, so a run that was killed and went on gives
the same tables.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from benchmarks.search.arms import BEST
from benchmarks.search.tasks import FAMILIES, MULTI, TURNS
from benchmarks.search.verify import INVERTED, RIGHT, UNPROVEN
from eval.metrics import percent, wilson

GROUPS = {**{family: (family,) for family in FAMILIES}, "multi": (MULTI, TURNS), "all": FAMILIES}
"""Rows of the tables: families, and families together."""
RESAMPLES = 10_000

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """An arm on a group of tasks."""

    arm: str
    group: str
    tasks: int
    """Searched."""
    found: int
    """With a pair, right or not."""
    verified: int
    """With a right pair."""
    pairs: int
    checked: int
    right: int
    inverted: int
    unproven: int
    policy_tokens: int
    judge_tokens: int
    ratio: float | None
    """Tasks with a right pair over those of ``best-of-n``."""
    interval: tuple[float, float] | None
    """Of the ratio: 95 %, over resampled tasks."""
    closed: float | None
    """Share of the tasks where ``best-of-n`` has no right pair in which this arm has one."""

    @property
    def precision(self) -> float | None:
        """Right pairs of those checked."""
        return self.right / self.checked if self.checked else None

    @property
    def least(self) -> float | None:
        """Lower end of Wilson's 95 % interval of the precision."""
        return wilson(self.right, self.checked)[0] if self.checked else None

    @property
    def price(self) -> float | None:
        """Tokens for each right pair."""
        return (self.policy_tokens + self.judge_tokens) / self.right if self.right else None

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        derived = {"precision": self.precision, "wilson": self.least, "tokens a pair": self.price}
        return asdict(self) | derived


def lines_of(
    arms: Sequence[str], records: Iterable[Record], verdicts: Iterable[Record], seed: int = 0
) -> list[Line]:
    """The tables' lines, for each group of tasks all arms."""
    found: dict[str, dict[str, Record]] = {arm: {} for arm in arms}
    for record in records:
        if record["arm"] in found:
            found[record["arm"]][record["task"]] = record
    told: dict[tuple[str, str], list[str]] = {}
    for row in verdicts:
        told.setdefault((row["arm"], row["task"]), []).append(row["verdict"])
    return [
        _line(arm, group, families, found, told, seed)
        for group, families in GROUPS.items()
        for arm in arms
        if any(r["family"] in families for r in found[arm].values())
    ]


def _line(
    arm: str,
    group: str,
    families: Sequence[str],
    found: Mapping[str, Mapping[str, Record]],
    told: Mapping[tuple[str, str], Sequence[str]],
    seed: int,
) -> Line:
    own = {task: r for task, r in found[arm].items() if r["family"] in families}
    verdicts = [verdict for task in own for verdict in told.get((arm, task), ())]
    won = {task: RIGHT in told.get((arm, task), ()) for task in own}
    base = found.get(BEST, {})
    both = [(won[task], RIGHT in told.get((BEST, task), ())) for task in own if task in base]
    missed = [mine for mine, theirs in both if not theirs]
    return Line(
        arm=arm,
        group=group,
        tasks=len(own),
        found=sum(bool(record["pairs"]) for record in own.values()),
        verified=sum(won.values()),
        pairs=sum(len(record["pairs"]) for record in own.values()),
        checked=len(verdicts),
        right=verdicts.count(RIGHT),
        inverted=verdicts.count(INVERTED),
        unproven=verdicts.count(UNPROVEN),
        policy_tokens=sum(record["tokens"]["policy"] for record in own.values()),
        judge_tokens=sum(record["tokens"]["judge"] for record in own.values()),
        ratio=ratio_of(both),
        interval=None if arm == BEST else ratio_interval(both, seed=seed),
        closed=sum(missed) / len(missed) if missed and arm != BEST else None,
    )


def ratio_of(both: Sequence[tuple[bool, bool]]) -> float | None:
    """Tasks that one arm has over those that the other has; ``None``: the other has none."""
    theirs = sum(other for _, other in both)
    return sum(mine for mine, _ in both) / theirs if theirs else None


def ratio_interval(
    both: Sequence[tuple[bool, bool]], *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float] | None:
    """95 % percentile bootstrap interval of `ratio_of`, tasks resampled with both their results.

    A resample in which the other arm has no task counts as infinitely many (as 1 where this one
    has none either). ``None``: there is nothing to tell.
    """
    if not any(other for _, other in both):
        return None
    rng, n = random.Random(seed), len(both)
    ratios = []
    for _ in range(resamples):
        drawn = rng.choices(both, k=n)
        mine, theirs = sum(a for a, _ in drawn), sum(b for _, b in drawn)
        ratios.append(mine / theirs if theirs else math.inf if mine else 1.0)
    ratios.sort()
    low, high = (
        ratios[min(n, resamples - 1)] for n in (int(0.025 * resamples), int(0.975 * resamples))
    )
    return low, high


def portable(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest without the places of one machine, for results that are kept."""
    config = {k: v for k, v in manifest["config"].items() if k not in ("out", "result", "resume")}
    shown = {**manifest, "config": config}
    if "engine" in shown:
        engine = {k: v for k, v in shown["engine"].items() if k != "source"}
        if engine.get("adapter"):
            engine["adapter"] = PurePath(engine["adapter"]).name
        shown["engine"] = engine
    return shown


def utilisation(arms: Sequence[str], times: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """Tokens a second of each arm, and its share of the flat batch of its own requests.

    Only blocks of tasks with both measurements count for the share.
    """
    rows = list(times)
    told = {}
    for arm in arms:
        own = [row for row in rows if row["arm"] == arm and not row["flat"]]
        flat = [row for row in rows if row["arm"] == arm and row["flat"]]
        blocks = {row["block"] for row in flat}
        compared = [row for row in own if row["block"] in blocks]
        speed, saturated, same = _speed(own), _speed(flat), _speed(compared)
        told[arm] = {
            "tokens a second": speed,
            "flat batch": saturated,
            "utilisation": same / saturated if same and saturated else None,
        }
    return told


def _speed(rows: Sequence[Record]) -> float | None:
    seconds = sum(row["seconds"] for row in rows)
    return sum(row["tokens"] for row in rows) / seconds if seconds else None


def markdown(
    lines: Sequence[Line], usage: Mapping[str, Mapping[str, Any]], notes: Sequence[str]
) -> str:
    """The tables for people."""
    parts = ["# Pairs that a search finds", "", *[f"- {note}" for note in notes]]
    head = (
        "| arm | tasks | with a pair | with a right pair | × best-of-n | misses closed | pairs | "
        "right / checked | Wilson ≥ | inverted | policy tok | judge tok | tok / right pair |"
    )
    for group in GROUPS:
        own = [line for line in lines if line.group == group]
        if not own:
            continue
        parts += ["", f"## {group}", "", head, "|" + " --- |" * 13]
        parts += [_row(line) for line in own]
    parts += ["", "## Engine", "", "| arm | tok / s | flat batch, tok / s | utilisation |"]
    parts.append("|" + " --- |" * 4)
    for arm, row in usage.items():
        parts.append(
            f"| {arm} | {_one(row['tokens a second'])} | {_one(row['flat batch'])} | "
            f"{_two(row['utilisation'])} |"
        )
    return "\n".join(parts) + "\n"


def _row(line: Line) -> str:
    ratio = _two(line.ratio)
    if line.interval is not None:
        ratio += f" [{_two(line.interval[0])}, {_two(line.interval[1])}]"
    closed = "–" if line.closed is None else f"{percent(line.closed)} %"
    return (
        f"| {line.arm} | {line.tasks} | {line.found} | {line.verified} | {ratio} | {closed} | "
        f"{line.pairs} | {line.right} / {line.checked} | {_two(line.least)} | {line.inverted} | "
        f"{line.policy_tokens:,} | {line.judge_tokens:,} | {_one(line.price)} |"
    )


def _one(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def _two(value: float | None) -> str:
    return "–" if value is None else "∞" if math.isinf(value) else f"{value:.2f}"
