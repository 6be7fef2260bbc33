"""``mcp:FILE.toml``: a file that names a server, as a world class.

Its fields are the keywords of `MCPWorld`. Paths are taken from the file's own folder, where the
command runs too unless the file says otherwise.
"""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from envs.common.errors import UserError, suggest
from envs.common.files import read_bytes
from envs.mcp.world import MCPWorld

PREFIX = "mcp:"
"""What such a name starts with."""


def world_of_file(env: str) -> type[MCPWorld]:
    """The world class of ``mcp:FILE.toml``; options given to it win over the file's.

    Raises:
        UserError: no such file, or a field of it is wrong.
    """
    path = Path(env.removeprefix(PREFIX)).expanduser()
    settings = _settings(path)
    tasks = settings.pop("tasks", ())

    class FileWorld(MCPWorld):
        """The tools of an MCP server, and the tasks of its file."""

        label = path.stem
        given = tasks

        def __init__(self, **options: Any) -> None:
            told = {**settings, **options}
            if "tasks" in options and "message" not in options:
                told.pop("message", None)
            try:
                super().__init__(**told)
            except UserError as error:
                raise UserError(f"{path}: {error}") from None

        __signature__ = inspect.signature(MCPWorld)

    FileWorld.__name__ = FileWorld.__qualname__ = path.stem
    return FileWorld


def _settings(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not TOML: {error}") from None
    for name, value in table.items():
        if name not in _FIELDS:
            raise UserError(f"{path}: unknown field {name!r}{suggest(name, list(_FIELDS))}")
        fits, noun = _FIELDS[name]
        if not fits(value):
            raise UserError(f"{path}: {name}: {noun} is needed")
    if "tasks" in table and "message" in table:
        raise UserError(f"{path}: tasks or a message: one of them")
    folder = path.resolve().parent
    for name in ("cwd", "workspace", "tasks"):
        if isinstance(table.get(name), str):
            table[name] = folder / Path(table[name]).expanduser()
    if "command" in table and "workspace" not in table:
        table.setdefault("cwd", folder)
    return table


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


_FIELDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "command": (lambda value: _text(value) or _texts(value), "a text, or a list of texts,"),
    "url": (_text, "a text"),
    "tasks": (lambda value: _text(value) or _tables(value), "a file name, or [[tasks]],"),
    "message": (_text, "a text"),
    "variables": (_texts, "a list of names"),
    "headers": (
        lambda value: isinstance(value, dict) and _texts(list(value.values())),
        "a table of header = name of a variable",
    ),
    "cwd": (_text, "a folder"),
    "workspace": (_text, "a folder"),
    "deadline": (_number, "a number"),
    "start_deadline": (_number, "a number"),
    "max_chars": (lambda value: type(value) is int, "a whole number"),
    "fresh": (lambda value: isinstance(value, bool), "true or false"),
    "replayable": (lambda value: isinstance(value, bool), "true or false"),
}
