"""The records of a data file or a hub's data set, one after the other, each with its place.

JSON lines and JSON lists are read as they come, so a file may be larger than the memory. Parquet
and hub data sets go through the package ``datasets``, which streams them too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from envs.common.errors import UserError
from envs.common.optional import need
from envs.common.runs import read_jsonl
from envs.types import JSON

HUB = "hub:"
_HUB_NAME = re.compile(r"([\w.-]+/[\w.-]+|[\w.-]+)(?::(?:([\w.-]+)/)?([\w.-]+))?")
_CHUNK = 1 << 20
_SLACK = 16
"""An error this near to the end of what was read may only mean that more has to be read."""


@dataclass(frozen=True)
class Record:
    """One record of a data set."""

    value: Mapping[str, JSON]
    number: int
    """Its place in the data set, from 0."""
    where: str
    """``file:line``, or what comes nearest."""

    def given(self, *keys: str) -> bool:
        """Whether it has all these fields, with values."""
        return all(self.value.get(key) is not None for key in keys)


def records_of(source: str) -> tuple[str, Iterator[Record]]:
    """The name of a data set, and its records.

    Args:
        source: a file (``.jsonl``, ``.json``, ``.parquet``) or ``hub:org/name``, with
            ``:split`` or ``:config/split`` behind (the split ``train`` by default).

    Raises:
        UserError: it cannot be read; while iterating, a record that is no object.
    """
    if source.startswith(HUB):
        return _hub(source.removeprefix(HUB))
    path = Path(source)
    if path.is_dir():
        raise UserError(
            f"{path}: a folder without a run in it; name a file of it, or a folder that holds "
            "manifest.json and episodes.jsonl"
        )
    if path.suffix == ".parquet":
        return path.stem, _parquet(path)
    return path.stem, _json_records(path)


# --- JSON


def _json_records(path: Path) -> Iterator[Record]:
    """The records of JSON lines or of a JSON list, whichever the file holds."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            start = file.read(4096).lstrip("\ufeff \t\r\n")[:1]
            while start == "" and (more := file.read(4096)):
                start = more.lstrip()[:1]
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
    if start == "[":
        return _listed(path)
    return (
        Record(value, number, f"{path}:{line}")
        for number, (line, value) in enumerate(read_jsonl(path))
    )


def _listed(path: Path) -> Iterator[Record]:
    """The objects of a JSON list, decoded one at a time."""
    with open(path, encoding="utf-8-sig") as file:
        buffer = _Buffer(file, path)
        buffer.skip(" \t\r\n")
        buffer.at += 1  # the opening bracket
        number = 0
        while True:
            buffer.skip(" \t\r\n")
            mark = buffer.peek()
            if mark == "]":
                return
            if number and mark != ",":
                raise buffer.wrong("',' or ']' is needed between records")
            if number:
                buffer.at += 1
                buffer.skip(" \t\r\n")
            where = f"{path}:{buffer.line}"
            value = buffer.value()
            if not isinstance(value, dict):
                raise UserError(f"{where}: a JSON object is needed, not {type(value).__name__}")
            yield Record(value, number, where)
            number += 1


class _Buffer:
    """A piece of a text file that moves on, with the line that it is at."""

    def __init__(self, file: IO[str], path: Path) -> None:
        self._file, self._path = file, path
        self._text = ""
        self._line, self._counted = 1, 0
        self._decode = json.JSONDecoder().raw_decode
        self.at = 0

    @property
    def line(self) -> int:
        """The line of the present place, from 1."""
        self._line += self._text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def wrong(self, what: str) -> UserError:
        return UserError(f"{self._path}:{self.line}: not JSON: {what}")

    def peek(self) -> str:
        if self.at >= len(self._text) and not self._more():
            raise self.wrong("the list is not closed")
        return self._text[self.at]

    def skip(self, marks: str) -> None:
        while self.at < len(self._text) or self._more():
            if self._text[self.at] not in marks:
                return
            self.at += 1

    def value(self) -> JSON:
        while True:
            try:
                value, end = self._decode(self._text, self.at)
            except json.JSONDecodeError as error:
                near = error.pos >= len(self._text) - _SLACK or "Unterminated" in error.msg
                if not (near and self._more()):
                    self.at = min(error.pos, len(self._text))
                    raise self.wrong(error.msg) from None
            except RecursionError:
                raise self.wrong("nested too deep") from None
            except ValueError as error:  # a number with too many digits
                raise self.wrong(str(error)) from None
            else:
                self.at = end
                return value

    def _more(self) -> bool:
        """Read on, what lies behind being let go; twice as much for long records."""
        line = self.line
        left = len(self._text) - self.at
        try:
            more = self._file.read(max(_CHUNK, left))
        except UnicodeDecodeError as error:
            raise UserError(f"{self._path}: not UTF-8: {error.reason}") from None
        self._text = self._text[self.at :] + more
        self.at = self._counted = 0
        self._line = line
        return bool(more)


# --- through `datasets`


def _parquet(path: Path) -> Iterator[Record]:
    if not path.is_file():
        raise UserError(f"{path}: no such file")
    return _loaded(str(path), ("parquet",), {"data_files": str(path), "split": "train"})


def _hub(named: str) -> tuple[str, Iterator[Record]]:
    match = _HUB_NAME.fullmatch(named)
    if match is None:
        raise UserError(f"hub:{named}: hub:org/name, :split or :config/split behind, is needed")
    name, config, split = match[1], match[2], match[3] or "train"
    args = (name,) if config is None else (name, config)
    return name.rpartition("/")[2], _loaded(f"{HUB}{named}", args, {"split": split})


def _loaded(shown: str, args: tuple[str, ...], options: dict[str, Any]) -> Iterator[Record]:
    datasets = need("datasets", extra="train")
    number = -1
    try:
        loaded = datasets.load_dataset(*args, streaming=True, **options)
        for number, value in enumerate(loaded):
            yield Record(_without_nulls(value), number, f"{shown}: record {number}")
    except UserError:
        raise
    except Exception as error:  # whatever a hub, a network or a file has to say
        said = " ".join(str(error).split())[:300] or type(error).__name__
        place = f" after record {number}" if number >= 0 else ""
        raise UserError(f"{shown}: cannot be read{place}: {said}") from None


def _without_nulls(value: JSON) -> JSON:
    """A value without its nulls: columns give every struct the fields of all others."""
    if isinstance(value, dict):
        return {k: _without_nulls(item) for k, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
