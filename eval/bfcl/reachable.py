"""Truths of the official data that an answer cannot meet, or only in odd ways.

Found with the official code of the pinned release; they bound what any model can score. An answer
in natural syntax is meant: values written as a programmer would. Function-calling mode and format
sensitivity differ in a few entries, because other code reads their answers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

_ANY_ELEMENTS = "elements of type any are read as texts, and the truth has others"
_NO_VALUE = "a parameter has no acceptable value"
_UNDOCUMENTED = "the truth has a parameter that the function's doc lacks"
_BODY_LOST = "the body of a map literal is lost; a text block or a wrapping call is needed"
_QUOTED = "elements of a String[] keep their quotes, so they have to be written without"
_BODY_KEPT = "the truth takes one letter of the map's value, and here the map is not lost"
_CUT = "the array of calls is cut at the first } before a ], which a list of objects has inside"
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

ODD_FUNCTION_CALL = {
    **{id: why for id, why in ODD_TEXT.items() if why != _BODY_LOST},
    "simple_java_64": _BODY_KEPT,
}
"""The same of function-calling mode, where values are texts as they are."""

NEVER_AS_JSON = {"simple_python_96": _CUT}
"""Entries of format sensitivity that no answer meets where it has to be JSON -> why."""


def reach(id: str, *, function_calling: bool = False) -> Literal["natural", "odd text", "never"]:
    """What it takes to meet an entry's truth.

    Args:
        id: of an entry, those of format sensitivity included.
        function_calling: the answer comes as calls, not as text.
    """
    variation, _, asked = id.rpartition(":")
    if asked in NEVER or ("ret_fmt=json" in variation and asked in NEVER_AS_JSON):
        return "never"
    odd = ODD_FUNCTION_CALL if function_calling else ODD_TEXT
    return "odd text" if asked in odd else "natural"


def ceiling(
    ids: Collection[str], *, odd_text: bool = False, function_calling: bool = False
) -> float:
    """The share of `ids` that natural answers can meet, in [0, 1].

    Args:
        ids: entries, those of a sample for instance.
        odd_text: count those as well that only unnatural syntax meets.
        function_calling: answers come as calls, not as text.

    Raises:
        ValueError: there are no ids.
    """
    if not ids:
        raise ValueError("no ids")
    allowed = ("natural", "odd text") if odd_text else ("natural",)
    return sum(reach(id, function_calling=function_calling) in allowed for id in ids) / len(ids)
