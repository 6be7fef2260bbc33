"""Bad input, told in one line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


class UserError(Exception):
    """Something the user gave is wrong: what, where (file and line, field), what would be right.

    A command prints it as one line without a traceback and exits with code 2.
    """


def suggest(name: str, known: Sequence[str]) -> str:
    """`` (did you mean 'x'?)``, `` (one of: ...)`` for a few, or nothing."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f" (did you mean {close[0]!r}?)"
    return f" (one of: {', '.join(known)})" if 0 < len(known) <= 30 else ""
