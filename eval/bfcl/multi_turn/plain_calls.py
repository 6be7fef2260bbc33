"""Call strings that are one method with literal arguments, read once and remembered.

Nearly all calls are like that, and many come again: in other samples of a model, in the expected
calls. Whatever needs more (calls in arguments, anything like a call in a text, errors) is left to
`eval.bfcl.multi_turn.execute`.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from envs.common.python_source import parse_expression
from envs.state import ATOMS, copied
from eval.bfcl.arithmetic import compute
from eval.bfcl.multi_turn.instances import Apis, methods_of
from eval.bfcl.multi_turn.limits import MAX_SOURCE

CALLED = re.compile(r"\b([a-zA-Z_]\w*)\s*(?=\()")
"""What the official code takes for a function that is called."""
SOURCE_NAME = "<call>"
MAX_REMEMBERED = 1_000
"""Longest call that is remembered, in characters."""

warnings.filterwarnings("ignore", module=SOURCE_NAME)  # what Python thinks of a model's style


@dataclass(frozen=True, eq=False)
class Methods:
    """Method -> its class; of two methods with one name the later class has it."""

    owners: Mapping[str, str]


class PlainCall(NamedTuple):
    """A method and its arguments."""

    class_name: str
    method: str
    positional: tuple[Any, ...]
    named: Mapping[str, Any]
    fixed: bool
    """No argument is anything that the method could change."""
    spelling: str = ""
    """The same for two calls exactly if they are the same, whatever their quotes and blanks."""

    def arguments(self) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
        """Arguments that nobody else has."""
        if self.fixed:
            return self.positional, self.named
        return tuple(map(copied, self.positional)), copied(dict(self.named))


def methods(apis: Apis) -> Methods:
    """The methods of instances; the same object for the same classes."""
    return _methods(tuple((name, methods_of(api)) for name, api in apis.items()))


@functools.cache
def _methods(classes: tuple[tuple[str, frozenset[str]], ...]) -> Methods:
    return Methods({method: name for name, own in classes for method in own})


def read_plain(call: str, methods: Methods) -> PlainCall | None:
    """The call, if it is a plain one. Never raises."""
    if len(call) > MAX_SOURCE:
        return None
    return (_remembered if len(call) <= MAX_REMEMBERED else _read)(call, methods)


def _read(call: str, methods: Methods) -> PlainCall | None:
    found = CALLED.match(call)
    if not found or found[1] not in methods.owners or CALLED.search(call, found.end()):
        return None
    try:
        node = parse_expression(call, SOURCE_NAME).body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return None
        positional = tuple([compute(value) for value in node.args])
        named = {str(keyword.arg): compute(keyword.value) for keyword in node.keywords}
        spelling = f"{found[1]}{positional!r}{named!r}"
    except Exception:  # whatever is wrong with it is told where it is carried out
        return None
    if len(named) < len(node.keywords) or any(keyword.arg is None for keyword in node.keywords):
        return None
    fixed = all(type(value) in ATOMS for value in (*positional, *named.values()))
    return PlainCall(methods.owners[found[1]], found[1], positional, named, fixed, spelling)


_remembered = functools.lru_cache(maxsize=8192)(_read)
