"""A new environment to start from: ``python -m envs.new NAME``.

It writes a small package of its own (`envs.template`) that can be installed, checked and played as
it is. It installs nothing and never writes over anything.
"""

from __future__ import annotations

import importlib.util
import keyword
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Annotated

from envs.common.cli import positional, run_command
from envs.common.errors import UserError
from envs.common.runs import disk_errors

PROG = "python -m envs.new"


@dataclass(frozen=True)
class Config:
    """Write a package with an environment to start from."""

    name: Annotated[str, positional]
    """Of the package, as pip knows it: letters, digits and dashes."""
    out: Path | None = None
    """Folder that is made for it (default: NAME)."""


@dataclass(frozen=True)
class Names:
    """What a new package calls its parts."""

    name: str
    """The distribution: ``corner-shop``."""
    module: str
    """``corner_shop``."""
    world: str
    """The class: ``CornerShop``."""
    id: str
    """The environment: ``corner-shop/CornerShop-v0``."""


def names_of(name: str) -> Names:
    """The names that follow from a package's.

    Raises:
        UserError: it is no name of a distribution, or gives no name for a module.
    """
    if not re.fullmatch(r"[A-Za-z]([A-Za-z0-9._-]*[A-Za-z0-9])?", name) or len(name) > 60:
        raise UserError(
            f"{name!r} is no name for a package; letters, digits and dashes make one: corner-shop"
        )
    words = re.split(r"[._-]+", name)
    module = "_".join(words).lower()
    if keyword.iskeyword(module):
        raise UserError(f"{name!r} gives the module {module!r}, which is a word of Python")
    world = "".join(word[:1].upper() + word[1:] for word in words)
    return Names(name, module, world, f"{'-'.join(words)}/{world}-v0")


def texts_of(names: Names) -> dict[str, str]:
    """The files of the package: name -> text."""
    made = {
        f"{names.module}.py": "module.txt",
        "pyproject.toml": "pyproject.txt",
        "README.md": "readme.txt",
    }
    folder = files("envs.template")
    fill: Mapping[str, str] = vars(names)
    return {
        name: Template((folder / text).read_text("utf-8")).substitute(fill)
        for name, text in made.items()
    }


def new(config: Config) -> int:
    """Run the command."""
    names = names_of(config.name)
    _check_free(names)
    folder = config.out or Path(names.name)
    if folder.exists():
        raise UserError(f"{folder}: is there already; --out names another folder")
    texts = texts_of(names)
    with disk_errors(folder):
        folder.mkdir(parents=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    print(f"wrote {folder}: {', '.join(texts)}\n")
    print(f"pip install -e {shlex.quote(str(folder))}")
    print(f"python -m envs.check {names.id}")
    print(f"python -m agents.play {names.id}")
    return 0


def _check_free(names: Names) -> None:
    """See that nothing that is installed has one of the names.

    Raises:
        UserError: something has; says what.
    """
    from envs.plugins import plugins

    if names.id in plugins():
        package = plugins()[names.id].package
        raise UserError(f"the package {package} has an environment {names.id} already")
    try:
        taken = distribution(names.name)
    except PackageNotFoundError:
        pass
    else:
        raise UserError(f"a package {names.name} {taken.version} is installed; take another name")
    if names.module in sys.stdlib_module_names or importlib.util.find_spec(names.module):
        raise UserError(f"there is a module {names.module!r} already; take another name")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    return run_command(Config, new, argv, prog=PROG)


if __name__ == "__main__":
    sys.exit(main())
