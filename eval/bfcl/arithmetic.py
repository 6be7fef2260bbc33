"""Constant expressions, computed within limits and without executing code.

Numbers, texts, containers of them and the arithmetic and bitwise operators between them, with
Python's meaning. Names, calls, attributes, subscripts and comparisons are refused.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from eval.bfcl.calls import DecodeError

MAX_BITS = 14_000
"""Longest integer; about as many as the 4,300 digits that Python agrees to print."""
MAX_SIZE = 10_000
"""Most characters and elements in a value, those of its elements included."""

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.MatMult: operator.matmul,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}


def compute(node: ast.expr) -> Any:
    """The value of a constant expression.

    Raises:
        DecodeError: it is not made of constants, or a value would grow too large.
        TypeError, ValueError, ArithmeticError: Python's own, e.g. for ``1 + "a"`` or ``1 / 0``.
    """
    match node:
        case ast.Constant(value=value):
            return value
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(op, compute(left), compute(right))
        case ast.UnaryOp(op=op, operand=operand):
            return _UNARY[type(op)](compute(operand))
        case ast.List(elts=elements):
            return [compute(element) for element in elements]
        case ast.Tuple(elts=elements):
            return tuple([compute(element) for element in elements])
        case ast.Set(elts=elements):
            return {compute(element) for element in elements}
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {
                compute(key): compute(value)
                for key, value in zip(keys, values, strict=True)
                if key is not None
            }
    raise DecodeError("an expression that is not made of constants")


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    if _too_large(op, left, right):
        raise DecodeError("an expression whose value is too large")
    return _BINARY[type(op)](left, right)


def _too_large(op: ast.operator, left: Any, right: Any) -> bool:
    """Whether the result may pass the limits; judged before it is computed."""
    match op:
        case ast.Mod() if isinstance(left, (str, bytes)):
            return _formats_too_much(left, right)
        case ast.Pow() if isinstance(left, int) and isinstance(right, int):
            return left.bit_length() * max(right, 0) > MAX_BITS
        case ast.LShift() if isinstance(left, int) and isinstance(right, int):
            return left.bit_length() + right > MAX_BITS
        case ast.Mult() if isinstance(left, int) and isinstance(right, int):
            return left.bit_length() + right.bit_length() > MAX_BITS
        case ast.Mult():
            for count, repeated in ((left, right), (right, left)):
                if isinstance(count, int) and isinstance(repeated, (str, bytes, list, tuple)):
                    return count * _size(repeated) > MAX_SIZE
    return _size(left) + _size(right) > MAX_SIZE


def _formats_too_much(template: str | bytes, values: Any) -> bool:
    """Whether ``template % values`` may be long: a wide field, or long values many times."""
    text = template if isinstance(template, str) else template.decode("latin-1")
    if text.count("%") * (len(text) + 1000 + 10 * _size(values)) > 100 * MAX_SIZE:
        return True
    return re.search(r"%(\([^)]*\))?[-+ #0-9.]*(\*|\d{4})", text) is not None


def _size(value: Any) -> int:
    """Characters and elements in a value, counted up to the limit."""
    if isinstance(value, (str, bytes)):
        return max(1, len(value))
    if isinstance(value, int):
        return 1 + value.bit_length() // 8
    if not isinstance(value, (list, tuple, set, dict)):
        return 1
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    size = 1 + len(parts)
    for part in parts:
        if size > MAX_SIZE:
            break
        size += _size(part)
    return size
