"""A shell in a real terminal, for tests that look at the screen."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds until the screen has to show what it should; the machine may be busy."""


class Terminal:
    """A shell in a tmux window of a server of its own.

    Args:
        socket: of the server.
        width: columns.
        height: lines.
        colour: whether programs may think that colour is wanted.
    """

    def __init__(self, socket: Path, width: int = 80, height: int = 24, *, colour: bool) -> None:
        if shutil.which("tmux") is None:
            pytest.skip("no tmux here: apt-get install tmux")
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        told = "-u NO_COLOR" if colour else "NO_COLOR=1"
        shell = f"env -u FORCE_COLOR -u COLUMNS -u LINES {told} PS1='$ ' sh"
        size = ["-x", str(width), "-y", str(height)]
        self.run("new-session", "-d", *size, "-c", str(ROOT), shell)

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [*self._tmux, *command], capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout

    def send(self, keys: str, *named: str) -> None:
        """Type text, then the named keys; Enter by default."""
        self.run("send-keys", "-l", keys)
        for key in named or ("Enter",):
            self.run("send-keys", key)

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def wait(self, shown: Callable[[str], bool]) -> str:
        """All that was written, once it shows something."""
        deadline = time.monotonic() + PATIENCE
        while not shown(screen := self.run("capture-pane", "-p", "-S", "-")):
            assert time.monotonic() < deadline, f"never came; the screen:\n{screen}"
            time.sleep(0.1)
        return screen
