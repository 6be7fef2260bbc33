"""Run folders: what a run writes, so that it can be read, resumed and compared.

A run folder holds ``manifest.json`` (what was asked for, with which versions and data), JSONL
logs that only ever grow, and reports that are replaced whole. A process that dies leaves at most
a torn last line, which the next one drops. Not a database: one process writes a run at a time.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.metadata
import json
import logging
import os
import platform
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from envs.common.errors import UserError

log = logging.getLogger(__name__)

VERSIONED = ("itool", "torch", "transformers", "llguidance", "peft", "trl", "vllm", "gymnasium")


class RunFolder:
    """A folder that one process at a time writes a run into."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path, manifest: Mapping[str, Any]) -> RunFolder:
        """Start a run at `path`, which must not hold one.

        Raises:
            UserError: there is a run already, or the folder cannot be written.
        """
        if (path / "manifest.json").exists():
            raise UserError(f"--out {path}: holds a run already; --resume {path} goes on with it")
        folder = cls(path)
        with disk_errors(path):
            path.mkdir(parents=True, exist_ok=True)
            folder.write_json("manifest.json", manifest)
        return folder

    @classmethod
    def open(cls, path: Path) -> tuple[RunFolder, dict[str, Any]]:
        """An existing run and its manifest.

        Raises:
            UserError: there is no run, or its manifest is broken.
        """
        file = path / "manifest.json"
        try:
            manifest = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise UserError(f"{path}: no run there (no manifest.json)") from None
        except (OSError, ValueError) as error:
            raise UserError(f"{file}: cannot be read: {error}") from None
        if not isinstance(manifest, dict):
            raise UserError(f"{file}: not a JSON object")
        return cls(path), manifest

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing the same run.

        Raises:
            UserError: another one is at it.
        """
        import filelock

        lock = filelock.FileLock(self.path / ".lock", timeout=0)
        try:
            with lock:
                yield
        except filelock.Timeout:
            raise UserError(f"{self.path}: another process is writing this run") from None

    @contextlib.contextmanager
    def writing(self, prog: str) -> Iterator[None]:
        """`locked`, and if the run stops in the middle, say how to go on with it.

        Args:
            prog: the command, as in ``python -m training.loop``.
        """
        with self.locked():
            try:
                yield
            except (KeyboardInterrupt, UserError):
                log.info("what is there is kept; go on with: %s --resume %s", prog, self.path)
                raise

    def log(self, name: str) -> JsonlLog:
        """The append-only log of that name."""
        return JsonlLog(self.path / name)

    def write_text(self, name: str, text: str) -> None:
        """Replace a file, whole or not at all."""
        target = self.path / name
        temporary = target.with_name(f".{name}.new")
        with disk_errors(target):
            temporary.write_text(text, encoding="utf-8")
            os.replace(temporary, target)

    def write_json(self, name: str, value: Any) -> None:
        """Replace a JSON file, whole or not at all."""
        self.write_text(name, json.dumps(value, indent=1, ensure_ascii=False) + "\n")

    def write_jsonl(self, name: str, rows: Iterator[Any]) -> None:
        """Replace a JSONL file, whole or not at all."""
        self.write_text(name, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))


class JsonlLog:
    """A file of JSON objects, one a line, that only grows."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, row: Mapping[str, Any]) -> None:
        """Add a row; it is in the file, or (disk full) nothing of it is.

        Raises:
            UserError: the disk is full or the folder is gone.
        """
        line = (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")
        with disk_errors(self.path), open(self.path, "ab", buffering=0) as file:
            start = file.tell()
            try:
                written = 0
                while written < len(line):
                    written += file.write(line[written:])
            except OSError:
                file.truncate(start)
                raise

    def read(self) -> Iterator[dict[str, Any]]:
        """All rows; a torn last line is cut off the file.

        Raises:
            UserError: a line before the last is broken.
        """
        if not self.path.exists():
            return
        with open(self.path, "rb") as file:
            start = 0
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):  # torn: its writer died in the middle
                    os.truncate(self.path, start)
                    return
                start += len(line)
                yield _row(line, self.path, number)


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of each line of a file that the user gave; blank lines are skipped.

    Raises:
        UserError: no such file, or a line that is not a JSON object.
    """
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, _row(line, path, number)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None


def _row(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}:{number}: not JSON: {error}") from None
    if not isinstance(row, dict):
        raise UserError(f"{path}:{number}: a JSON object is needed, not {type(row).__name__}")
    return row


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Tell a full or forbidden disk in one line."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        what = "the disk is full" if full else (error.strerror or str(error))
        raise UserError(f"{path}: {what}; what was written before is kept") from None


def default_out(command: str) -> Path:
    """``runs/<command>-<time>``, one that does not exist yet."""
    path = base = Path("runs") / f"{command}-{time.strftime('%Y%m%d-%H%M%S')}"
    for n in range(2, 1000):
        if not path.exists():
            break
        path = base.with_name(f"{base.name}-{n}")
    return path


def versions() -> dict[str, str]:
    """Versions of the interpreter and of the packages that shape a result."""
    found = {"python": platform.python_version()}
    for package in VERSIONED:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found
