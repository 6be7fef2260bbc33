"""Calls written in Python, read from the syntax tree; nothing is ever executed.

Values follow the official decoder to the letter, oddities included: any unary operator negates, a
bare name is its own text, a nested call without keywords is its source. One thing differs: where
the official code runs an arithmetic expression as Python with its own module in reach, this one
computes constants alone and takes everything else as a failure to decode.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from envs.common.python_source import parse_expression
from eval.bfcl.arithmetic import compute
from eval.bfcl.calls import Arguments, Call, DecodeError
from eval.bfcl.plain_calls import read_plain

SOURCE_NAME = "<answer>"
_HAS_TOKEN = re.compile(r"[^\s\[\],\\]").search
warnings.filterwarnings("ignore", module=SOURCE_NAME)  # what Python thinks of a model's style


def decode_python(text: str) -> list[Call]:
    """Read ``[f(x=1), g()]``, ``f(x=1), g()`` or ``f(x=1)``; ``[]`` has no calls.

    Raises:
        DecodeError: it is anything else, or too deep, or a number in it is too long.
    """
    text = text.strip().strip("'")
    plain = read_plain(text)
    return decode_tree(text) if plain is None else plain


def decode_tree(text: str, names: Mapping[str, object] | None = None) -> list[Call]:
    """Read calls from their syntax tree.

    Args:
        text: the calls.
        names: what bare names stand for, where they are not to be read as their own text.

    Raises:
        DecodeError: as `decode_python`.
    """
    if "(" not in text and "#" not in text and _HAS_TOKEN(text):
        raise DecodeError("there is no call in it")
    try:
        body = parse_expression(text, SOURCE_NAME).body
        if names:
            body = _Names(names).visit(body)
        if isinstance(body, ast.Call):
            return [call(body)]
        if isinstance(body, (ast.List, ast.Tuple, ast.Set)):
            return [call(element) for element in body.elts]
    except (SyntaxError, ValueError, TypeError, ArithmeticError) as error:
        if isinstance(error, DecodeError):
            raise
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise DecodeError(f"not a Python list of calls: {reason}") from None
    except (RecursionError, MemoryError):
        raise DecodeError("nested too deeply") from None
    raise DecodeError("not a list of calls")


def call(node: ast.expr) -> Call:
    """Read one call: positional arguments are lost, of a repeated keyword the last value counts.

    A function name that is more than names and dots keeps the part behind the last other thing.
    """
    if not isinstance(node, ast.Call):
        raise DecodeError(f"an element of the list is no call but {_describe(node)}")
    function = node.func
    if isinstance(function, ast.Name):
        name = function.id
    else:
        parts = []
        while isinstance(function, ast.Attribute):
            parts.append(function.attr)
            function = function.value
        if isinstance(function, ast.Name):
            parts.append(function.id)
        name = ".".join(reversed(parts))
    arguments: Arguments = {keyword.arg: value(keyword.value) for keyword in node.keywords}
    return {name: arguments}


def value(node: ast.expr) -> Any:
    """Read the value of an argument."""
    if type(node) is ast.Constant:
        return "..." if node.value is ... else node.value
    read = _READERS.get(type(node))
    if read is None:
        raise DecodeError(f"a value is {_describe(node)}")
    return read(node)


class _Names(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, object]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names:
            return node
        return ast.copy_location(ast.Constant(self.names[node.id]), node)  # type: ignore[arg-type]


def _negated(node: ast.UnaryOp) -> Any:
    if not isinstance(node.operand, ast.Constant):
        raise DecodeError(f"an operator before {_describe(node.operand)}")
    return -node.operand.value  # type: ignore[operator]


def _dict(node: ast.Dict) -> dict[Any, Any]:
    if None in node.keys:
        raise DecodeError("a dict that unpacks another")
    return {
        value(key): value(item)
        for key, item in zip(node.keys, node.values, strict=True)
        if key is not None
    }


def _nested_call(node: ast.Call) -> Any:
    return call(node) if node.keywords else ast.unparse(node)


def _subscript(node: ast.Subscript) -> str:
    return f"{ast.unparse(node.value)}[{ast.unparse(node.slice)}]"


def _describe(node: ast.AST) -> str:
    """What kind of expression it is, in lower case words: ``an f-string`` is ``joined str``."""
    name = type(node).__name__
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


_READERS: dict[type[ast.expr], Callable[[Any], Any]] = {
    ast.Name: lambda node: node.id,
    ast.List: lambda node: [value(element) for element in node.elts],
    ast.Tuple: lambda node: tuple([value(element) for element in node.elts]),
    ast.Dict: _dict,
    ast.UnaryOp: _negated,
    ast.BinOp: compute,
    ast.Call: _nested_call,
    ast.Subscript: _subscript,
}
