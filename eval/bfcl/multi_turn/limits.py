"""What is not carried out because it would take too long or grow too large.

A few methods of the simulated APIs compute for as long as their arguments tell, and directories
can be copied into each other until nobody can walk them. The limits are far beyond what a task
needs. They bound single calls; they are no sandbox for a patient adversary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

MAX_SOURCE = 200_000
"""Most characters in a step and in a call."""
MAX_CALLS = 1_000
"""Most calls in a step."""
MAX_DIGITS = 10_000
"""Most digits of a number that a method computes with."""
MAX_NESTED = 100_000
"""Most characters and elements in the result of a call that is an argument of another."""
MAX_ENTRIES = 5_000
"""Most files and directories below a directory that is copied or moved."""
MAX_DEPTH = 50
"""Most directories inside each other."""


class Refused(Exception):
    """A call is not carried out; the text says why in a few words."""


def check(api: Any, method: str, positional: Sequence[Any], named: Mapping[str, Any]) -> None:
    """Let a call pass.

    Raises:
        Refused: it might not come to an end.
    """
    guard = _GUARDS.get((type(api).__name__, method))
    if guard:
        guard(api, positional, named)


def size(value: Any, limit: int = MAX_NESTED) -> int:
    """Characters and elements in a value, counted up to a little over `limit`."""
    if isinstance(value, str | bytes):
        return len(value)
    if not isinstance(value, dict | list | tuple | set):
        return 1
    total = 1
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    for part in parts:
        total += size(part, limit - total)
        if total > limit:
            break
    return total


def _argument(positional: Sequence[Any], named: Mapping[str, Any], at: int, name: str) -> Any:
    return positional[at] if at < len(positional) else named.get(name)


def _power(api: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> None:
    base = _argument(positional, named, 0, "base")
    exponent = _argument(positional, named, 1, "exponent")
    if not (isinstance(base, int) and isinstance(exponent, int)):
        return
    if base.bit_length() * max(exponent, 0) > 4 * MAX_DIGITS:
        raise Refused("the result has too many digits")


def _precision(at: int, name: str) -> Callable[[Any, Sequence[Any], Mapping[str, Any]], None]:
    def guard(api: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> None:
        digits = _argument(positional, named, at, name)
        if isinstance(digits, int | float) and abs(digits) > MAX_DIGITS:
            raise Refused(f"{name} is more than {MAX_DIGITS:,} digits")

    return guard


def _walkable(api: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> None:
    """See to it that the tree can still be walked, whatever has been put into what."""
    waiting, count = [(api.root, 1)], 0
    while waiting:
        directory, depth = waiting.pop()
        count += len(directory.contents)
        if depth > MAX_DEPTH or count > MAX_ENTRIES:
            raise Refused("the directories have grown too large or too deep")
        waiting += [
            (item, depth + 1) for item in directory.contents.values() if hasattr(item, "contents")
        ]


_GUARDS: dict[tuple[str, str], Callable[[Any, Sequence[Any], Mapping[str, Any]], None]] = {
    ("MathAPI", "power"): _power,
    ("MathAPI", "logarithm"): _precision(2, "precision"),
    ("MathAPI", "square_root"): _precision(1, "precision"),
    ("MathAPI", "round_number"): _precision(1, "decimal_places"),
    ("GorillaFileSystem", "mkdir"): _walkable,
    ("GorillaFileSystem", "cp"): _walkable,
    ("GorillaFileSystem", "mv"): _walkable,
}
