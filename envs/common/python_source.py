"""Python source as a syntax tree; nothing is executed.

Python 3.11 keeps one count of depth for all parses of a process. Another parse in the middle of
one, in another thread or in a finalizer that the garbage collector runs, makes that one a
`SystemError`, whatever the source. So it is parsed again.
"""

from __future__ import annotations

import ast
import contextlib

_TRIES = 10


def parse_module(source: str | bytes) -> ast.Module:
    """A file's tree. Raises what `ast.parse` does."""
    return _again(source, "<unknown>", "exec")  # type: ignore[return-value]


def parse_expression(text: str, name: str = "<unknown>") -> ast.Expression:
    """The tree of one expression; `name` is its file in errors. Raises what `ast.parse` does."""
    return _again(text, name, "eval")  # type: ignore[return-value]


def _again(source: str | bytes, name: str, mode: str) -> ast.AST:
    for _ in range(_TRIES - 1):
        with contextlib.suppress(SystemError):
            return ast.parse(source, name, mode)
    return ast.parse(source, name, mode)
