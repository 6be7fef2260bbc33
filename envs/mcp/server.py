"""How an MCP server is started or reached, as data."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from envs.common.errors import UserError

_BOUND = """
import ctypes, os, signal, sys
owner, *command = sys.argv[1:]
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() != int(owner):
    sys.exit()
os.execv(command[0], command)
"""
"""Becomes the program that it is given, which the kernel (Linux) kills when the thread that started
it ends (``PR_SET_PDEATHSIG``), whatever ends that: what is killed cannot clean up after itself."""


@dataclass(frozen=True)
class Server:
    """How a server is started or reached."""

    command: tuple[str, ...] = ()
    """A program and its arguments, which speaks MCP over its standard input and output."""
    url: str | None = None
    """A streamable HTTP endpoint, in place of a command."""
    variables: tuple[str, ...] = ()
    """Names of the environment variables that the command gets beside the usual few."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """HTTP header -> name of the environment variable that holds its value."""
    cwd: Path | None = None
    """Where the command runs; by default, here."""
    workspace: Path | None = None
    """A folder that is copied for every session; the command runs in the copy."""
    deadline: float = 60.0
    """Seconds that the server has for an answer."""
    start_deadline: float = 60.0
    """Seconds that it has to start and to open a session."""
    label: str = ""
    """What errors call it, where there is something better than the program or the host."""

    @property
    def name(self) -> str:
        """What errors call it; says nothing secret."""
        if self.label:
            return self.label
        if self.url is None:
            return os.path.basename(self.command[0])
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "")

    def secrets(self) -> dict[str, str]:
        """The environment variables that it asks for.

        Raises:
            UserError: one is not set.
        """
        names = (*self.variables, *self.headers.values())
        for name in names:
            if name not in os.environ:
                raise UserError(f"{self.name}: the environment variable {name} is not set")
        return {name: os.environ[name] for name in names}


def checked(command: Sequence[str], url: str | None) -> None:
    """See that there is a command or a URL, and only one.

    Raises:
        UserError: otherwise.
    """
    if bool(command) == (url is not None):
        raise UserError("an MCP server is given by a command or by a URL, one of them")
    if url is not None and urlsplit(url).scheme not in ("http", "https"):
        raise UserError(f"url {url!r}: it has to start with http:// or https://")


@contextlib.contextmanager
def folder_of(server: Server) -> Iterator[Path | None]:
    """Where the command runs."""
    if server.workspace is None:
        if server.cwd is not None and not server.cwd.is_dir():
            raise UserError(f"{server.name}: there is no folder {server.cwd}")
        yield server.cwd
        return
    if not server.workspace.is_dir():
        raise UserError(f"{server.name}: there is no folder {server.workspace}")
    with tempfile.TemporaryDirectory(prefix="itool-mcp-", ignore_cleanup_errors=True) as copy:
        shutil.copytree(server.workspace, copy, symlinks=True, dirs_exist_ok=True)
        yield Path(copy).resolve()


def program_of(server: Server, path: str, folder: Path | None) -> str:
    """Where the command's program is: on the path, or beside this Python's own."""
    name = server.command[0]
    if os.path.dirname(name):
        found = shutil.which(name if folder is None else os.path.join(folder, name))
    else:
        found = shutil.which(name, path=path)
    if found is None:
        raise UserError(f"command {name!r}: no such program; is it installed?")
    return os.path.abspath(found)


def bound(program: str, arguments: Sequence[str]) -> list[str]:
    """The command line of a program that does not outlive this process, where the system can."""
    command = [program, *arguments]
    if sys.platform != "linux":
        return command
    return [sys.executable, "-I", "-S", "-c", _BOUND, str(os.getpid()), *command]
