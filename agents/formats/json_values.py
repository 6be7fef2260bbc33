"""JSON in a text that may be hostile, read as data.

Stricter than `json`, which takes ``NaN``, ``Infinity``, numbers too large for a float and a key
given twice; milder in one thing: line breaks and tabs may stand in a string as they are, since
models write code that way. Where in a text the JSON stands is `agents.formats.json_calls`'s.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, NoReturn

from agents.formats.base import Unreadable
from agents.formats.spelling import MAX_DEPTH
from envs.types import JSON


def read_value(text: str, start: int = 0) -> tuple[JSON, int]:
    """The value that begins at `start`, and where it ends. Takes time linear in the text.

    Raises:
        Unreadable: no JSON value begins there.
    """
    try:
        return _DECODER.raw_decode(text, start)
    except Unreadable:
        raise
    except json.JSONDecodeError as error:
        problem = "it ends too early" if error.pos >= len(text.rstrip()) else error.msg
        if problem.startswith("Unterminated string"):
            problem = "a string is not closed"
        near = text[error.pos : error.pos + 20]
        raise Unreadable(f"not valid JSON: {problem}{f' at {near!r}' if near else ''}") from None
    except RecursionError:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}") from None
    except ValueError:
        raise Unreadable("a number has too many digits") from None


def too_deep(value: JSON, depth: int = 0) -> bool:
    """Whether lists and objects nest deeper than `MAX_DEPTH`, as `Spelling.write` counts."""
    if depth > MAX_DEPTH:
        return True
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(too_deep(item, depth + 1) for item in items)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise Unreadable(f"the key {twice[:40]!r} is given twice")
    return found


def _constant(word: str) -> NoReturn:
    raise Unreadable(f"{word} is not a JSON value")


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Unreadable("the number is too large")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, strict=False
)
