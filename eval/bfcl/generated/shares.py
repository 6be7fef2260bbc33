"""What the generated tasks are made up of: ``python -m eval.bfcl.generated.shares``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from statistics import mean

from envs.common.cli import run_command
from envs.types import Task
from eval.bfcl.generated.draft import SIZES

HEAD = ("tag", "train", "test", "turns", "calls", "tools")


def shares(tasks: Iterable[Task]) -> str:
    """A Markdown table: for each tag how many tasks there are in each split.

    ``turns`` are those of the user, ``calls`` the gold ones and ``tools`` those on offer: means.
    """
    tasks = list(tasks)
    difficulties, themes, _kinds, *marks = zip_longest(*(task.tags for task in tasks))
    tags = dict.fromkeys((*sorted({*difficulties}, key=list(SIZES).index), *themes, *chain(*marks)))
    rows = [(tag, [task for task in tasks if tag in task.tags]) for tag in tags if tag]
    lines = [HEAD, ("---",) * len(HEAD), *(_row(*row) for row in [("all", tasks), *rows])]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(name: str, tasks: Sequence[Task]) -> tuple[str, ...]:
    splits = [task.split for task in tasks]
    means = (
        mean(len(task.data["turns"]) for task in tasks),
        mean(sum(len(step.calls) for step in task.gold or ()) for task in tasks),
        mean(len(turn["tools"]) for task in tasks for turn in task.data["turns"]),
    )
    return (
        name,
        *(str(splits.count(split)) for split in ("train", "test")),
        *(f"{value:.1f}" for value in means),
    )


@dataclass(frozen=True)
class Config:
    """Print what the generated tasks are made up of."""

    train: int = 6
    """Training tasks of each kind."""
    test: int = 3
    """Test tasks of each kind."""
    assets: str | None = None
    """Folder with packages fetched ahead."""
    offline: bool = False
    """Never try to download."""


def show(config: Config) -> int:
    """Run the command."""
    from eval.bfcl.generated.world import ApiTasks

    world = ApiTasks(
        train=config.train, test=config.test, assets=config.assets, offline=config.offline
    )
    print(shares(world.tasks()))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m eval.bfcl.generated.shares``."""
    return run_command(Config, show, argv, prog="python -m eval.bfcl.generated.shares")


if __name__ == "__main__":
    raise SystemExit(main())
