"""The command line that every command shares.

A command is a frozen dataclass (its fields are the flags) and a function from it to an exit code.
Flags come from ``--config FILE`` (TOML) first and from the command line after, which wins. Exit
codes: 0 done, 1 done with findings, 2 bad input (one line, no traceback), 130 interrupted.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import io
import logging
import re
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import tyro

from envs.common.errors import UserError, suggest

C = TypeVar("C")

positional: Any = tyro.conf.Positional
"""Marks a field as a positional argument: ``file: Annotated[Path, positional]``."""

COMMANDS = {
    "ablate": "training.ablate",
    "api-bank": "eval.api_bank",
    "api-bank-verdicts": "eval.api_bank.verdicts",
    "assets": "envs.assets",
    "bfcl": "eval.bfcl",
    "bfcl-verdicts": "eval.bfcl.verdicts",
    "check": "envs.check",
    "collect": "training.collect",
    "compare": "eval.compare",
    "generate": "training.generate",
    "leaderboard": "eval.leaderboard",
    "list": "envs.list",
    "loop": "training.loop",
    "new": "envs.new",
    "play": "agents.play",
    "rank": "training.rank",
    "run": "eval.run",
    "search": "agents.search",
    "preference": "training.preference",
    "serve": "envs.serve",
    "sft": "training.sft",
}
"""``itool NAME`` runs ``python -m MODULE``."""


def run_command(
    config_type: type[C], body: Callable[[C], int], argv: Sequence[str] | None, *, prog: str
) -> int:
    """Parse the flags into `config_type`, run `body`, turn failures into exit codes."""

    def parsed() -> int:
        config = parse(config_type, sys.argv[1:] if argv is None else argv, prog=prog)
        with _progress_on_stderr():
            return body(config)

    return exit_code(parsed)


def exit_code(body: Callable[[], int]) -> int:
    """Run `body`, turn failures into exit codes."""
    try:
        return body()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # e.g. `... | head`: the reader has seen enough
        sys.stderr.close()
        return 0


def parse(config_type: type[C], argv: Sequence[str], *, prog: str) -> C:
    """Read `argv`, and the TOML file that ``--config`` names, into `config_type`.

    Raises:
        UserError: an unknown flag, a wrong value, a bad file.
        SystemExit: with code 0, after ``--help``.
    """
    args, config_file = take_config(list(argv))
    if config_file is not None:
        args = [*_flags_of_file(config_file, config_type), *args]
    description = inspect.cleandoc(config_type.__doc__ or "")
    description += "\n\n--config FILE reads the same flags from a TOML file; flags given here win."
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors):
            return tyro.cli(config_type, args=args, prog=prog, description=description)
    except SystemExit as stop:
        if stop.code in (0, None):
            raise
        where = "" if config_file is None else f" (flags of {config_file} included)"
        raise UserError(f"{_one_line(errors.getvalue())}{where}; see {prog} --help") from None


def take_config(args: list[str]) -> tuple[list[str], Path | None]:
    """Arguments without ``--config FILE``, and the file.

    Raises:
        UserError: there is no file name behind it.
    """
    for at, arg in enumerate(args):
        if arg == "--config":
            if at + 1 == len(args):
                raise UserError("--config needs a file name")
            return args[:at] + args[at + 2 :], Path(args[at + 1])
        if arg.startswith("--config="):
            return args[:at] + args[at + 1 :], Path(arg.removeprefix("--config="))
    return args, None


def _flags_of_file(path: Path, config_type: type) -> list[str]:
    table = read_toml(path)
    names = [f.name for f in fields(config_type)]
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in names:
            raise UserError(f"--config {path}: unknown field {key!r}{suggest(name, names)}")
        if isinstance(value, dict):
            raise UserError(f"--config {path}: field {key!r} is a table; a plain value is needed")
    return flags_of(table)


def read_toml(path: Path) -> dict[str, Any]:
    """The file that ``--config`` names.

    Raises:
        UserError: no such file, or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"--config {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"--config {path}: not TOML: {error}") from None


def flags_of(values: Mapping[str, Any]) -> list[str]:
    """Fields and values as a command line takes them; ``None`` is left out."""
    args: list[str] = []
    for key, value in values.items():
        flag = "--" + key.replace("_", "-")
        if isinstance(value, bool):
            args.append(flag if value else flag.replace("--", "--no-", 1))
        elif isinstance(value, list | tuple):
            args += [flag, *map(str, value)]
        elif value is not None:
            args += [flag, str(value)]
    return args


def run_with_tables(
    config_type: type[C],
    body: Callable[[C, dict[str, Any], str], int],
    read: Callable[[list[str]], tuple[list[str], dict[str, Any], str]],
    argv: Sequence[str] | None,
    *,
    prog: str,
) -> int:
    """`run_command` for a file that has tables beside the flags.

    Args:
        config_type: the flags.
        body: is given the flags, the tables, and what errors call the file.
        read: arguments -> arguments with the file's flags in front, its tables, its name.
        argv: arguments; ``None``: those of the process.
        prog: the command, as in ``python -m training.loop``.
    """

    def whole() -> int:
        args, tables, file = read(list(sys.argv[1:] if argv is None else argv))
        return run_command(config_type, lambda c: body(c, tables, file), args, prog=prog)

    return exit_code(whole)


def _one_line(box: str) -> str:
    """The message inside the box that the flag parser draws."""
    lines: list[str] = []
    for line in box.splitlines():
        if re.match(r"\s*[╭╰]", line):
            continue
        text = line.strip().strip("│").strip()
        if text.startswith("───"):
            break
        if text:
            lines.append(text)
    return " ".join(lines) or "the command line could not be read"


@contextlib.contextmanager
def _progress_on_stderr() -> Any:
    """Show what the packages log at INFO (fetching, converting, loading) while a command runs."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    loggers = [logging.getLogger(name) for name in ("envs", "agents", "training", "eval")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def dispatch(argv: Sequence[str] | None = None) -> int:
    """``itool COMMAND ...``: the same commands under one name."""
    args = list(sys.argv[1:] if argv is None else argv)
    if not args or args[0] in ("-h", "--help"):
        print("usage: itool COMMAND [OPTIONS]\n\ncommands:")
        for name, module in sorted(COMMANDS.items()):
            print(f"  {name:<18} python -m {module}")
        return 0
    name, *rest = args
    if name not in COMMANDS:
        print(f"error: unknown command {name!r}{suggest(name, sorted(COMMANDS))}", file=sys.stderr)
        return 2
    module = COMMANDS[name]
    with contextlib.suppress(ModuleNotFoundError):
        if importlib.util.find_spec(f"{module}.__main__") is not None:
            module = f"{module}.__main__"
    main: Callable[[Sequence[str]], int] = importlib.import_module(module).main
    return main(rest)
