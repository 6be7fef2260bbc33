"""Reads Python call expressions as data: literals only, nothing is executed.

`ast` gives the tree; what is not a call of a (dotted) name with named JSON-able arguments is
refused with a line that the model can act on.
"""

from __future__ import annotations

import ast
import math
import warnings
from typing import Any

from agents.formats.base import Unreadable
from agents.formats.spelling import MAX_DEPTH
from envs.common.python_source import parse_module
from envs.types import JSON, ToolCall

MAX_LENGTH = 100_000
"""Longest text that is read as calls, in characters."""

_WORDS: dict[str, JSON] = {"true": True, "false": False, "null": None}


def read_calls(text: str) -> tuple[ToolCall, ...]:
    """The calls in Python source: lists of calls, or calls one after the other.

    Raises:
        Unreadable: it is anything else.
    """
    if len(text) > MAX_LENGTH:
        raise Unreadable(f"the calls are longer than {MAX_LENGTH} characters")
    nodes = [item for node in _expressions(text) for item in _items(node)]
    return tuple(_call(node) for node in nodes)


def _expressions(text: str) -> list[ast.expr]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a bad escape in a model's string is not our warning
            statements = parse_module(text).body
    except SyntaxError as error:
        raise Unreadable(f"not valid Python syntax: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"not valid Python syntax: {error}") from None
    expressions = [s.value for s in statements if isinstance(s, ast.Expr)]
    if len(expressions) < len(statements):
        raise Unreadable("only calls are allowed, no statements")
    return expressions


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else [node]


def _call(node: ast.expr) -> ToolCall:
    if not isinstance(node, ast.Call):
        raise Unreadable(f"expected a call name(argument=value), found {_kind(node)}")
    name = _dotted(node.func)
    if node.args:
        raise Unreadable(f"{name}: every argument needs its name, as in name(argument=value)")
    arguments: dict[str, JSON] = {}
    for keyword in node.keywords:
        for key, value in _argument(name, keyword).items():
            if key in arguments:
                raise Unreadable(f"{name}: the argument {key!r} is given twice")
            arguments[key] = value
    return ToolCall(name, arguments)


def _argument(name: str, keyword: ast.keyword) -> dict[str, JSON]:
    """One ``key=value``, or all of ``**{"key": value}``."""
    try:
        value = read_value(keyword.value)
    except Unreadable as error:
        where = name if keyword.arg is None else f"{name}, argument {keyword.arg!r}"
        raise Unreadable(f"{where}: {error}") from None
    if keyword.arg is not None:
        return {keyword.arg: value}
    if not isinstance(value, dict):
        raise Unreadable(f"{name}: ** needs a dictionary")
    return value


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise Unreadable(f"expected the name of a tool, found {_kind(node)}")
    return ".".join([node.id, *reversed(parts)])


def read_value(node: ast.expr, depth: int = 0) -> JSON:
    """The JSON value of a literal; tuples become lists.

    Raises:
        Unreadable: it is no literal, or one without a JSON value.
    """
    if depth > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    match node:
        case ast.Constant(value=value):
            return _constant(value)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=ast.Constant(value=number)):
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise Unreadable("a sign is allowed before a number only")
            return _constant(-number if isinstance(sign, ast.USub) else number)
        case ast.Name(id=word) if word in _WORDS:
            return _WORDS[word]
        case ast.Name(id=word):
            raise Unreadable(f"{word!r} is not a literal value; strings need quotes")
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [read_value(item, depth + 1) for item in items]
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_key(key): read_value(value, depth + 1) for key, value in pairs}
    raise Unreadable(f"{_kind(node)} is not a literal value")


def _constant(value: Any) -> JSON:
    if isinstance(value, float) and not math.isfinite(value):
        raise Unreadable("the number is too large")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise Unreadable(f"{type(value).__name__} is not a JSON value")


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise Unreadable("the keys of a dictionary must be strings")


def _kind(node: ast.expr) -> str:
    """What a node is, in words a model knows."""
    names = {
        ast.Constant: "a constant",
        ast.Name: "a name",
        ast.BinOp: "an arithmetic expression",
        ast.Call: "a call",
        ast.List: "a list",
        ast.Dict: "a dictionary",
        ast.Set: "a set",
        ast.JoinedStr: "an f-string",
    }
    return names.get(type(node), "an expression")
