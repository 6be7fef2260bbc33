"""How JSON values are written inside a call: as Python literals or as JSON.

Both write strings alike, in double quotes and with the escapes that the two languages share, so one
grammar of strings and numbers serves both; they differ in three words.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from envs.types import JSON as Value

MAX_DEPTH = 32
"""Deepest nesting of lists and dictionaries that is written or read."""

COMMA = ", "
COLON = ": "

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Spelling:
    """The words in which two languages of values differ."""

    true: str
    false: str
    null: str

    def write(self, value: Value, depth: int = 0) -> str:
        """One line without needless white space around it.

        Raises:
            ValueError: it is not a JSON value (``nan``, a tuple, a key that is no string), is
                nested deeper than `MAX_DEPTH`, or is an integer too long for Python to print.
        """
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        match value:
            case None:
                return self.null
            case bool():
                return self.true if value else self.false
            case str():
                return quote(value)
            case int():
                return int.__repr__(value)
            case float():
                if not math.isfinite(value):
                    raise ValueError(f"{value} is not a JSON number")
                return float.__repr__(value)
            case list():
                return f"[{COMMA.join(self.write(item, depth + 1) for item in value)}]"
            case Mapping():
                return f"{{{COMMA.join(self._member(k, v, depth) for k, v in value.items())}}}"
        raise ValueError(f"{type(value).__name__} is not a JSON value")

    def _member(self, key: Any, value: Value, depth: int) -> str:
        if not isinstance(key, str):
            raise ValueError(f"the key {key!r} is not a string")
        return f"{quote(key)}{COLON}{self.write(value, depth + 1)}"


def quote(text: str) -> str:
    """A string in double quotes that Python and JSON both read back as `text`."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


PYTHON = Spelling("True", "False", "None")
JSON = Spelling("true", "false", "null")
