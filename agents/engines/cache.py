"""Answers kept on disk, under everything that determines them.

The store is SQLite with a write-ahead log: several processes share it, a process that dies leaves
whole entries only, and looking one up reads one. Entries are JSON with a checksum; a broken entry
is dropped and asked again, a full disk costs the entry and not the answer. Sampling without a seed
is a new draw each time and is not kept; failures are never kept. Not for a folder on a network
file system, where SQLite's log does not work.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import sqlite3
import time
import weakref
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from agents.engines.base import Capabilities, Completion, Engine, Request, Usage
from envs.common.errors import UserError
from envs.types import JSON, Action, ToolCall

T = TypeVar("T")
log = logging.getLogger(__name__)

VERSION = 1
"""Of the entries; part of every key."""
_WHOLE = 64 << 20
"""Files up to this many bytes count by content, larger ones by size and time of change."""
_PATIENCE = 5.0
"""Seconds to wait for another process that holds the file."""


@runtime_checkable
class DescribedEngine(Engine, Protocol):
    """An engine that can say which model it is."""

    def describe(self) -> dict[str, JSON]:
        """What distinguishes its answers from another engine's."""


class CachedEngine:
    """An engine that is asked nothing twice.

    Args:
        engine: what is asked; it has to say in ``describe()`` which model it is. Files and folders
            that it names there count by their content.
        folder: where the answers are kept; made if need be.

    Raises:
        UserError: the engine does not say what it is, or the folder cannot be made.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        if not isinstance(engine, DescribedEngine):
            raise UserError(f"{engine.name}: cannot be cached: it does not say what model it is")
        self._engine = engine
        self._store = _Store(folder)
        named = [Path(v) for v in engine.describe().values() if isinstance(v, str) and v]
        # Now, because now they are what the engine has loaded.
        self._files = [fingerprint(path) for path in named if path.exists()]
        self._locks: weakref.WeakValueDictionary[bytes, asyncio.Lock] = (
            weakref.WeakValueDictionary()
        )
        self.hits = 0
        """Answers that were there already."""
        self.misses = 0
        """Answers that had to be asked for and are kept."""

    @property
    def name(self) -> str:
        """The engine's."""
        return self._engine.name

    @property
    def capabilities(self) -> Capabilities:
        """The engine's."""
        return self._engine.capabilities

    def __getattr__(self, name: str) -> Any:
        """Everything else, such as the tokenizer or the chat template, is the engine's."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._engine, name)

    def describe(self) -> dict[str, JSON]:
        """The engine's, and where its answers are kept."""
        return {**self._engine.describe(), "cache": str(self._store.folder)}

    async def generate(self, request: Request) -> list[Completion]:
        """Answer from the cache, or ask."""
        if request.temperature > 0 and request.seed is None:
            return await self._engine.generate(request)
        if request.temperature == 0:
            request = replace(request, seed=None)  # greedy decoding does not depend on it
        adapter = None if request.adapter is None else fingerprint(Path(request.adapter))
        return await self._kept(
            ["generate", request, adapter],
            lambda: self._engine.generate(request),
            lambda value: _completions(value, request.n),
        )

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        """Score from the cache, or ask."""
        return await self._kept(
            ["score", list(prompt_ids), list(target_ids)],
            lambda: self._engine.score(prompt_ids, target_ids),
            lambda value: _numbers(value, len(target_ids)),
        )

    async def aclose(self) -> None:
        """Close the store and the engine."""
        self._store.close()
        await self._engine.aclose()

    async def _kept(
        self, question: JSON, ask: Callable[[], Awaitable[T]], read: Callable[[JSON], T]
    ) -> T:
        key = _digest([VERSION, await self._identity(), question])
        # Those with the same question wait for the first and then find its answer; if it failed
        # or was cancelled, the next one asks.
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            text = self._store.get(key)
            if text is not None:
                try:
                    answer = read(json.loads(text))
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    self._store.drop(key)
                else:
                    self.hits += 1
                    return answer
            answer = await ask()
            self.misses += 1
            self._store.put(key, json.dumps(answer, default=_plain))
            return answer

    async def _identity(self) -> list[JSON]:
        probe = getattr(self._engine, "probe", None)
        if probe is not None:  # a server says only then which model it serves
            await probe()
        return [sorted(self._engine.describe().items()), self._files]


_fingerprints: dict[Path, tuple[list[tuple[str, int, int]], str]] = {}
"""Of paths seen before: what `stat` said of the files, and the hash."""


def fingerprint(path: Path) -> str:
    """A hash of a file or of all files in a folder, by name and content."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    signature = []
    for file in files:
        with contextlib.suppress(OSError):
            stat = file.stat()
            signature.append((str(file.relative_to(path)), stat.st_size, stat.st_mtime_ns))
    known = _fingerprints.get(path)
    if known is None or known[0] != signature:
        hashed = [(n, s, _content(path / n) if s <= _WHOLE else t) for n, s, t in signature]
        known = _fingerprints[path] = (signature, _digest(hashed).hex())
    return known[1]


def _content(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()


def _digest(value: JSON) -> bytes:
    # Not sorted: the order of a schema's properties shows in the prompt.
    text = json.dumps(value, default=_plain)
    return hashlib.blake2b(text.encode(), digest_size=20).digest()


def _plain(value: Any) -> JSON:
    """Our data as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


# Entries


def _completions(value: JSON, n: int) -> list[Completion]:
    """Read an entry.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is broken.
    """
    completions = [_completion(entry) for entry in value]
    if len(completions) != n:
        raise ValueError(f"{len(completions)} completions, not {n}")
    return completions


def _completion(entry: Mapping[str, JSON]) -> Completion:
    tuples = {"ids", "logprobs", "prompt_ids", "label_logprobs"}
    values: dict[str, Any] = {
        key: tuple(value) if key in tuples else value for key, value in entry.items()
    }
    values["usage"] = Usage(**entry["usage"])
    if (action := entry["action"]) is not None:
        calls = tuple(ToolCall(**call) for call in action["calls"])
        values["action"] = Action(**{**action, "calls": calls})
    return Completion(**values)


def _numbers(value: JSON, n: int) -> list[float]:
    numbers = [float(number) for number in value]
    if len(numbers) != n:
        raise ValueError(f"{len(numbers)} numbers, not {n}")
    return numbers


class _Store:
    """Texts by key in one SQLite file. Every failure of the disk is a miss and one warning."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connection: sqlite3.Connection | None = None
        self._warned = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{folder}: no folder for a cache: {error.strerror}") from None

    def get(self, key: bytes) -> str | None:
        rows = self._do("SELECT text, checksum FROM answers WHERE key = ?", key)
        for text, checksum in rows:
            if isinstance(text, bytes) and _checksum(key, text) == checksum:
                return text.decode()
            self.drop(key)
        return None

    def put(self, key: bytes, text: str) -> None:
        data = text.encode()
        row = (key, data, _checksum(key, data))
        self._do("INSERT OR REPLACE INTO answers (key, text, checksum) VALUES (?, ?, ?)", *row)

    def drop(self, key: bytes) -> None:
        self._do("DELETE FROM answers WHERE key = ?", key)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _do(self, statement: str, *values: bytes) -> list[tuple[Any, ...]]:
        try:
            with self._open() as connection:
                return connection.execute(statement, values).fetchall()
        except sqlite3.OperationalError as error:  # full, locked for long, forbidden
            self._warn(f"{error}; going on without what it would hold")
        except sqlite3.DatabaseError as error:
            self._warn(f"{error}; set aside, and a new one begun")
            self._set_aside()
        except OSError as error:
            self._warn(f"{error.strerror}; going on without")
        return []

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(
                self.folder / "answers.sqlite", timeout=_PATIENCE, check_same_thread=False
            )
            try:
                _log_ahead(connection)
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS answers"
                    " (key BLOB PRIMARY KEY, text BLOB, checksum BLOB)"
                )
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _set_aside(self) -> None:
        self.close()
        for suffix in ("", "-wal", "-shm"):
            file = self.folder / f"answers.sqlite{suffix}"
            with contextlib.suppress(OSError):
                os.replace(file, file.with_name(f"broken-{file.name}"))

    def _warn(self, what: str) -> None:
        if not self._warned:
            log.warning("%s/answers.sqlite: %s", self.folder, what)
        self._warned = True


def _log_ahead(connection: sqlite3.Connection) -> None:
    # Of several that do this to a new file at once SQLite turns all but one away without waiting.
    last = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(0.01)


def _checksum(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=8).digest()
