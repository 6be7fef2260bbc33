r"""Regular expressions of quoted strings, from the string keywords of JSON Schema.

A string stands in double quotes; inside, every character but ``"``, ``\`` and controls stands for
itself, and ``\" \\ \n \r \t`` are the escapes: the part of the syntax that JSON and Python share.
One escape is one character, so lengths count what a validator counts.

With a ``pattern`` no escapes are written: the text between the quotes is the value itself. The
pattern is read with Python's own parser, since `re.search` is what validators run; what it says is
written anew in Rust's syntax (`agents.formats.pattern_regex`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.formats.lark import Regex
from agents.formats.pattern_regex import searched

MAX_CHARACTERS = 512
"""Longest string where the schema sets no limit; a small model may otherwise never close it."""

_PLAIN = r'[^"\\\x00-\x1f\x7f]'
_CHARACTER = rf'(?:{_PLAIN}|\\["\\nrt])'


def strings(least: int = 0, most: int | None = None, pattern: str | None = None) -> Regex | None:
    """Quoted strings of `least` to `most` characters in which `pattern` is found.

    ``None`` where there is none.

    Raises:
        UnsupportedPattern: the pattern cannot be generated.
    """
    most = max(least, MAX_CHARACTERS) if most is None else most
    if least > most:
        return None
    if pattern is None:
        return Regex(f'"{_CHARACTER}{{{least},{most}}}"')
    found = searched(pattern, most)
    if not found.lengths >> least:
        return None
    return Regex(f'"{found.regex}"', also=f'"{_PLAIN}{{{least},{most}}}"')


def keys(taken: Sequence[str]) -> Regex:
    """Quoted names for the free keys of a dictionary, other than `taken`."""
    names = [name for name in taken if re.fullmatch("[A-Za-z0-9_]+", name)]
    unless = f'"(?:{"|".join(names)})"' if names else None
    return Regex('"[A-Za-z_][A-Za-z0-9_]{0,31}"', unless=unless)
