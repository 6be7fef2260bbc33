"""Styles, scripts and frames of the pages of reports, comparisons and leaderboards."""

from __future__ import annotations

from importlib.resources import files


def part(name: str) -> str:
    """The text of a file beside this one."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
