"""Does an environment keep its promises? ``python -m envs.check ENV``.

Gymnasium's own checks, then ours: snapshots, gold, doing nothing, schemas, fuzzing, splits. It
plays episodes with random and gold actions; whether the tasks are any good it cannot tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from envs.checks import CHECKS, UNSOLVABLE, Found, Subject
from envs.common.cli import positional, run_command
from envs.types import JSON
from envs.world import World


@dataclass(frozen=True)
class Row:
    """What one check found."""

    check: str
    cases: int
    """How many things were looked at."""
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there was no problem."""
        return not self.problems


@dataclass(frozen=True)
class CheckReport:
    """What `check_env` found."""

    env: str
    rows: tuple[Row, ...]
    tasks: dict[str, int]
    """How many there are in each split."""
    unsolvable: tuple[str, ...]
    """Ids of the tasks that nothing solves."""

    @property
    def problems(self) -> list[str]:
        """All problems, each with the name of its check."""
        return [f"{row.check}: {problem}" for row in self.rows for problem in row.problems]

    @property
    def ok(self) -> bool:
        """Whether there is no problem."""
        return not self.problems

    def to_json(self) -> dict[str, JSON]:
        """The report as JSON."""
        rows = [
            {"check": r.check, "cases": r.cases, "problems": list(r.problems)} for r in self.rows
        ]
        return {
            "env": self.env,
            "ok": self.ok,
            "tasks": self.tasks,
            "unsolvable": list(self.unsolvable),
            "checks": rows,
        }


def check_env(
    env: str | type[World] | World, *, limit: int = 50, seed: int = 0, **options: Any
) -> CheckReport:
    """Check an environment.

    Args:
        env: a registered id, ``module:World``, a `World` class, or a world made without arguments.
        limit: how many tasks are played, spread over all; 0 plays all.
        seed: of everything random.
        options: of the environment and its world, as for `envs.make`.

    Raises:
        UserError: there is no such environment.
    """
    import numpy as np

    from envs.registry import make

    source = type(env) if isinstance(env, World) else env
    name = source if isinstance(source, str) else source.__name__
    world = make(source, **options).world
    if type(world).score is World.score:
        options["outcome_reward"] = False
    try:
        all_tasks = list(world.tasks())
    except Exception as error:  # without tasks there is nothing to check
        return CheckReport(name, (Row("tasks", 0, (_one_line(error),)),), {}, ())
    step = max(1, -(-len(all_tasks) // limit)) if limit > 0 else 1
    subject = Subject(
        lambda: make(source, **options),
        all_tasks,
        all_tasks[::step],
        np.random.default_rng(seed),
        seed,
    )
    return CheckReport(
        name,
        tuple(_row(title, check(subject)) for title, check in CHECKS.items()),
        dict(Counter(task.split for task in all_tasks)),
        tuple(task.id for task in all_tasks if UNSOLVABLE in task.tags),
    )


def _row(name: str, found: Found) -> Row:
    cases, problems = 0, []
    try:
        for problem in found:
            cases += 1
            if problem is not None:
                problems.append(problem)
    except Exception as error:  # a broken world is what this is here to tell
        problems.append(_one_line(error))
    return Row(name, cases, tuple(dict.fromkeys(problems)))


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


# --- the command


@dataclass(frozen=True)
class Config:
    """Check that an environment keeps its promises."""

    env: Annotated[str, positional]
    """Id of an environment, or module:World."""
    limit: int = 50
    """How many tasks to play, spread over all; 0 for all."""
    seed: int = 0
    """Of everything random."""
    json: bool = False
    """Print JSON."""


def check(config: Config) -> int:
    """Run the command."""
    report = check_env(config.env, limit=config.limit, seed=config.seed)
    if config.json:
        import json

        print(json.dumps(report.to_json(), indent=2))
    else:
        _print(report)
    return 0 if report.ok else 1


def _print(report: CheckReport) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("check", "cases", "result", title=report.env)
    for row in report.rows:
        lines = list(row.problems[:3])
        if more := len(row.problems) - len(lines):
            lines.append(f"and {more} more; --json tells all")
        result = Text("ok", "green") if row.ok else Text("\n".join(lines), "red")
        table.add_row(row.check, str(row.cases), result)
    console = Console()
    console.print(table)
    splits = ", ".join(f"{n} {split}" for split, n in report.tasks.items())
    console.print(f"tasks: {splits or 'none'}; known to be unsolvable: {len(report.unsolvable)}")
    for id in report.unsolvable:
        console.print(f"  {id}", markup=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m envs.check``."""
    return run_command(Config, check, argv, prog="python -m envs.check")


if __name__ == "__main__":
    raise SystemExit(main())
