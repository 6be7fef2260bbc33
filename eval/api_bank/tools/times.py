"""Dates and times as the official tools read them; Python's own words say what is wrong."""

from __future__ import annotations

from datetime import datetime

from envs.types import ToolError

DATE = "%Y-%m-%d"
TIME = "%Y-%m-%d %H:%M:%S"
DAY = "%m-%d"


def read(text: str, form: str) -> datetime:
    """Read a date or a time.

    Raises:
        ToolError: it has another form.
    """
    try:
        return datetime.strptime(text, form)
    except ValueError as error:
        raise ToolError(str(error)) from None


def padded(text: str) -> str:
    """With a year of at least four digits."""
    parts = text.split("-")
    if len(parts) == 3:
        parts[0] = parts[0].zfill(4)
    return "-".join(parts)


def normal(text: str, form: str) -> str:
    """In the standard spelling.

    Raises:
        ToolError: it has another form.
    """
    moment = read(padded(text.strip()), form)
    return moment.isoformat(" ", "seconds") if form == TIME else moment.date().isoformat()


def normal_day(text: str) -> str:
    """Month and day of a date with or without its year.

    Raises:
        ToolError: it is neither.
    """
    text = padded(text.strip())
    try:
        return read(text, DATE).strftime(DAY)
    except ToolError:
        return read(text, DAY).strftime(DAY)


def same_date(text: str) -> object:
    """A date for comparing; what cannot be read equals nothing, not even itself."""
    return _comparable(text, DATE)


def same_time(text: str) -> object:
    """A time for comparing; what cannot be read equals nothing."""
    return _comparable(text, TIME)


def same_day(text: str) -> object:
    """A day for comparing; what cannot be read equals nothing."""
    try:
        return normal_day(text)
    except ToolError:
        return object()


def _comparable(text: str, form: str) -> object:
    try:
        return normal(text, form)
    except ToolError:
        return object()
