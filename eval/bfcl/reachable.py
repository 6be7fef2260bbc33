"""Truths of the official data that an answer cannot meet, or only in odd ways.

Found with the official code of the pinned release; they bound what any model can score. An answer
in natural syntax is meant: prompting mode, values written as a programmer would.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

_ANY_ELEMENTS = "elements of type any are read as texts, and the truth has others"
_NO_VALUE = "a parameter has no acceptable value"
_UNDOCUMENTED = "the truth has a parameter that the function's doc lacks"
_BODY_LOST = "the body of a map literal is lost; a text block or a wrapping call is needed"
_QUOTED = "elements of a String[] keep their quotes, so they have to be written without"
_EMPTY = "the only acceptable value of a required parameter is the empty text"

NEVER = {
    "simple_java_36": _ANY_ELEMENTS,
    "simple_java_65": _ANY_ELEMENTS,
    "live_simple_106-63-0": _NO_VALUE,
    "live_simple_112-68-0": _NO_VALUE,
    "live_multiple_862-181-3": _UNDOCUMENTED,
    "live_multiple_964-207-0": _UNDOCUMENTED,
}
"""Entries that no answer meets -> why."""

ODD_TEXT = {
    "live_multiple_507-149-4": _EMPTY,
    **dict.fromkeys(("simple_java_1", "simple_java_67", "simple_java_68"), _BODY_LOST),
    **dict.fromkeys(
        (f"simple_java_{number}" for number in (35, 78, 83, 85, 86, 89, 90, 91)), _QUOTED
    ),
}
"""Entries that only an answer in unnatural syntax meets -> why."""


def reach(id: str) -> Literal["natural", "odd text", "never"]:
    """What it takes to meet an entry's truth."""
    if id in NEVER:
        return "never"
    return "odd text" if id in ODD_TEXT else "natural"


def ceiling(ids: Collection[str], *, odd_text: bool = False) -> float:
    """The share of `ids` that natural answers can meet, in [0, 1].

    Args:
        ids: entries, those of a sample for instance.
        odd_text: count those as well that only unnatural syntax meets.

    Raises:
        ValueError: there are no ids.
    """
    if not ids:
        raise ValueError("no ids")
    allowed = ("natural", "odd text") if odd_text else ("natural",)
    return sum(reach(id) in allowed for id in ids) / len(ids)
