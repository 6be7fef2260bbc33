"""The official calculator, slips included: integers, no nested brackets, nothing is executed.

Numbers and signs stand in a list. The first ``(`` up to the first ``)`` is worked out, then ``*``
and ``/`` from the left, then ``+`` and ``-``; what stands first in the end is the result. A sign
that stands first takes the last entry as its left operand and stays, so that the official call
never returns: here such a formula is refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import Escape, Result, ToolSet, api
from eval.api_bank.tools.checks import same_end

MAX_LENGTH = 1000
"""Longest formula, in characters; longer ones are refused before anything is worked out."""

_PLAIN = re.compile(r"[0-9+\-*/()]+")
_TOKEN = re.compile(r"[0-9]+|[+\-*/()]")

_OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

Token = float | str


def calculate(formula: str) -> float:
    """Work a formula out.

    Raises:
        ToolError: it is wrong; the official words say how.
        Escape: it is too long, or the official code never returns.
    """
    formula = formula.replace(" ", "")
    signs = sum(map(formula.count, "+-*/"))
    if (
        not _PLAIN.fullmatch(formula)
        or formula.count("(") != formula.count(")")
        or not signs
        or signs + 1 == len(formula)
    ):
        raise ToolError("invalid formula")
    if len(formula) > MAX_LENGTH:
        raise Escape("NEVER_RETURNS", f"a formula of more than {MAX_LENGTH} characters is refused")
    tokens: list[Token] = [float(t) if t.isdigit() else t for t in _TOKEN.findall(formula)]
    return float(_work_out(tokens))


def _work_out(tokens: list[Token]) -> Any:
    while "(" in tokens:
        start = tokens.index("(")
        if ")" not in tokens:
            raise ToolError("')' is not in list")
        end = tokens.index(")")
        tokens[start : end + 1] = [_work_out(tokens[start + 1 : end])]
    for signs in ("*/", "+-"):
        while (place := _first(tokens, signs)) is not None:
            if place + 1 >= len(tokens):
                raise ToolError("list index out of range")
            apply = _OPERATIONS[str(tokens[place])]
            try:  # a neighbour may be a sign: Python's own words say what is wrong with that
                value = apply(tokens[place - 1], tokens[place + 1])
            except (TypeError, ZeroDivisionError) as error:
                raise ToolError(str(error)) from None
            if place == 0:
                raise Escape("NEVER_RETURNS", "official code loops without end")
            tokens[place - 1 : place + 2] = [value]
    if not tokens:
        raise ToolError("list index out of range")
    return tokens[0]


def _first(tokens: list[Token], signs: str) -> int | None:
    return next((i for i, t in enumerate(tokens) if isinstance(t, str) and t in signs), None)


def same_formula(response: Result, truth: Result) -> bool:
    """The official check of a calculation."""
    mine, theirs = (str(r["input"]["formula"]).replace(" ", "") for r in (response, truth))
    return mine == theirs and same_end(response, truth)


class CalculatorTools(ToolSet):
    """The calculator, the same on all levels."""

    @api("Calculator", same_formula)
    def calculator(self, formula: str) -> JSON:
        """Work out a formula of whole numbers.

        Args:
            formula: Numbers, + - * / and brackets that are not nested, such as '(1 + 2) * 3'.
        """
        return calculate(formula)
