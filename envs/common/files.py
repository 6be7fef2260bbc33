"""Data files that a user gives or a package brings: read whole, hashed, and rows written out."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from envs.common.errors import UserError


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        UserError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file, row n being line n + 1.

    Raises:
        UserError: no such file, or a line is not a JSON object.
    """
    rows = []
    try:
        lines = read_bytes(path).decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 at byte {error.start}") from None
    if not lines[-1].strip():
        lines.pop()
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UserError(f"{path}:{number}: not JSON: {error}") from None
        if not isinstance(row, dict):
            raise UserError(f"{path}:{number}: expected an object, got {type(row).__name__}")
        rows.append(row)
    return rows


def hash_files(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 over the names and the bytes of files under `root`, each once."""
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        content = read_bytes(path)
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@contextlib.contextmanager
def row_writer(
    out: Path | None, *, to_stdout: bool
) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """A function that writes a row as a JSON line to ``--out``, to the terminal, or to both."""
    with contextlib.ExitStack() as stack:
        files = [sys.stdout] if to_stdout else []
        if out is not None:
            try:
                files.append(stack.enter_context(out.open("w", encoding="utf-8")))
            except OSError as error:
                raise UserError(f"--out {out}: {error.strerror}") from None

        def write(row: Mapping[str, Any]) -> None:
            for file in files:
                print(json.dumps(row), file=file)

        yield write
