"""Command ``python -m eval.run ENV_OR_SUITE``: score a model on any environment or suite."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agents.options import UserOptions
from envs.common.cli import exit_code, positional, run_command
from envs.common.errors import UserError
from eval.options import RunOptions

if TYPE_CHECKING:
    from agents.engines.base import Engine
    from agents.users import UserModel
    from envs.world import World
    from eval.suite import Suite

PROG = "python -m eval.run"


@dataclass(frozen=True)
class EnvConfig(RunOptions, UserOptions):
    """Score a model on an environment: the tasks of a split, scored by the world.

    ENV is the id of an environment or module:World; `python -m envs.list` shows what there is.
    The name of a suite (bfcl) in its place takes that suite's flags: `eval.run bfcl --help`.
    """

    env: Annotated[str, positional] = ""
    """Id of an environment, module:World, or the name of a suite."""
    split: str = "test"
    """Ask the tasks of this split; all for every task."""
    tasks: Path | None = None
    """File of tasks, for tools that have none of their own (tools:FILE.py)."""

    perturb: tuple[Literal["rename", "shuffle", "drop", "flaky"], ...] = ()
    """Ask every task again in a world made harder so (envs.perturb), and tell what that costs."""

    @property
    def target(self) -> str:
        """The environment."""
        return self.env

    def open_suite(self) -> Suite:
        """The environment's tasks, and the same in perturbed worlds.

        Raises:
            UserError: no such environment, or the flags choose what it has not.
        """
        from envs.perturb import perturbed
        from envs.registry import make
        from eval.env_suite import EnvSuite
        from eval.perturbed import PerturbedSuite

        if not self.env:
            raise UserError(f"which environment? {PROG} ENV; `python -m envs.list` shows all")
        options = {} if self.tasks is None else {"tasks": self.tasks}
        split = None if self.split == "all" else self.split
        plain = EnvSuite(
            self.env,
            lambda: make(self.env, **options).world,
            split=split,
            chosen=self.categories,
            ids=self.ids,
            limit=self.limit,
        )
        if not self.perturb:
            return plain
        worlds = {way: perturbed(self.env, way, seed=self.seed) for way in self.perturb}
        ids = tuple(task.id for task in plain.tasks)
        return PerturbedSuite(
            plain,
            {
                way: EnvSuite(self.env, partial(_made, world, options), ids=ids)
                for way, world in worlds.items()
            },
        )

    def open_user(self, engine: Engine, suite: Suite) -> UserModel | None:
        """The user that the flags name."""
        from agents.users import open_user
        from eval.perturbed import MARK

        user = open_user(self, self, engine, suite.tasks)
        if user is None:
            return None
        also = {f"{id}{MARK}{way}": b for id, b in user.briefs.items() for way in self.perturb}
        return replace(user, briefs={**user.briefs, **also})


def _made(world: type[World], options: Mapping[str, Any]) -> World:
    from envs.registry import make

    return make(world, **options).world


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    args = list(sys.argv[1:] if argv is None else argv)
    return exit_code(lambda: _run(args))


def _run(args: list[str]) -> int:
    from eval.command import score

    target = args[0] if args and not args[0].startswith("-") else _resumed_target(args)
    config_type = config_type_of(target)
    if config_type is not EnvConfig:
        args = args[args[:1] == [target] :]
    elif target is not None and target not in args:
        args = [target, *args]
    prog = PROG if target is None else f"{PROG} {target}"
    return run_command(config_type, score, args, prog=prog)


def config_type_of(target: str | None) -> type[RunOptions]:
    """The flags of a suite, or of environments.

    Raises:
        UserError: the suite's package does not import, or is none.
    """
    from envs.plugins import suites

    if target is None or target not in suites():
        return EnvConfig
    where = suites()[target]
    module, _, name = where.partition(":")
    try:
        found: Any = getattr(importlib.import_module(module), name)
    except Exception as error:  # whatever a plug-in does when it is imported
        raise UserError(
            f"suite {target!r}: {where} does not import: {type(error).__name__}: {error}"
        ) from None
    if not (isinstance(found, type) and issubclass(found, RunOptions)):
        raise UserError(f"suite {target!r}: {where} is not a class derived from RunOptions")
    return found


def _resumed_target(args: Sequence[str]) -> str | None:
    """What the run was of that ``--resume`` names, where nothing else says it."""
    if "--resume" not in args[:-1]:
        return None
    from envs.common.runs import RunFolder

    _, manifest = RunFolder.open(Path(args[args.index("--resume") + 1]))
    return str(manifest.get("target", "")) or None


if __name__ == "__main__":
    raise SystemExit(main())
