"""Our own rows, one a record."""

from __future__ import annotations

from collections.abc import Iterator

from training.readers.records import Record
from training.rows import Row


def rows(record: Record, source: str) -> Iterator[Row]:
    """The row of a record.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    yield Row.from_json(record.value)
