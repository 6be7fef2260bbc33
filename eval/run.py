"""Command ``python -m eval.run ENV_OR_SUITE``: score a model on any environment or suite."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from envs.common.cli import exit_code, positional, run_command
from envs.common.errors import UserError
from eval.options import RunOptions

if TYPE_CHECKING:
    from eval.env_suite import EnvSuite

PROG = "python -m eval.run"


@dataclass(frozen=True)
class EnvConfig(RunOptions):
    """Score a model on an environment: the tasks of a split, scored by the world.

    ENV is the id of an environment or module:World; `python -m envs.list` shows what there is.
    The name of a suite (bfcl) in its place takes that suite's flags: `eval.run bfcl --help`.
    """

    env: Annotated[str, positional] = ""
    """Id of an environment, module:World, or the name of a suite."""
    split: str = "test"
    """Ask the tasks of this split; all for every task."""

    @property
    def target(self) -> str:
        """The environment."""
        return self.env

    def open_suite(self) -> EnvSuite:
        """The environment's tasks."""
        from envs.registry import make
        from eval.env_suite import EnvSuite

        if not self.env:
            raise UserError(f"which environment? {PROG} ENV; `python -m envs.list` shows all")
        return EnvSuite(
            self.env,
            lambda: make(self.env).world,
            split=None if self.split == "all" else self.split,
            chosen=self.categories,
            ids=self.ids,
            limit=self.limit,
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    args = list(sys.argv[1:] if argv is None else argv)
    return exit_code(lambda: _run(args))


def _run(args: list[str]) -> int:
    from eval.command import score

    target = args[0] if args and not args[0].startswith("-") else _resumed_target(args)
    config_type = _config_type(target)
    if config_type is not EnvConfig:
        args = args[args[:1] == [target] :]
    elif target is not None and target not in args:
        args = [target, *args]
    prog = PROG if target is None else f"{PROG} {target}"
    return run_command(config_type, score, args, prog=prog)


def _config_type(target: str | None) -> type[RunOptions]:
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
