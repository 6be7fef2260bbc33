from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.types import ToolError
from eval.api_bank.tools.base import Escape
from eval.api_bank.tools.calculator import MAX_LENGTH, calculate

numbers = st.integers(1, 99).map(str)
sums = st.tuples(numbers, st.lists(st.tuples(st.sampled_from("+-*/"), numbers), min_size=1)).map(
    lambda parts: parts[0] + "".join(sign + number for sign, number in parts[1])
)


def fold(formula: str) -> float:
    """What a plain formula comes to: products and quotients first, then from the left."""
    terms: list[tuple[str, float]] = []
    sign, rest = "+", formula
    while rest:
        end = next((i for i, c in enumerate(rest) if c in "+-*/"), len(rest))
        value = float(rest[:end])
        if sign == "*":
            terms[-1] = terms[-1][0], terms[-1][1] * value
        elif sign == "/":
            terms[-1] = terms[-1][0], terms[-1][1] / value
        else:
            terms.append((sign, value))
        sign, rest = rest[end : end + 1], rest[end + 1 :]
    total = terms[0][1]
    for sign, value in terms[1:]:
        total = total + value if sign == "+" else total - value
    return total


@given(sums)
def test_plain_formulas(formula: str) -> None:
    assert calculate(formula) == fold(formula)
    assert calculate(f"0+({formula})") == fold(formula)


@given(st.text("0123456789+-*/() ", max_size=40))
def test_anything_ends(formula: str) -> None:
    try:
        assert isinstance(calculate(formula), float)
    except ToolError as error:
        assert str(error)


@pytest.mark.parametrize("formula", ["-3+5", "(-3)*2", "*5*2", "+1+1", "-1-1", "/2/2"])
def test_formulas_that_hang_the_official_calculator_are_refused(formula: str) -> None:
    with pytest.raises(Escape) as caught:
        calculate(formula)
    assert caught.value.kind == "NEVER_RETURNS"


def test_long_formulas_are_refused() -> None:
    with pytest.raises(Escape):
        calculate("1+" * MAX_LENGTH + "1")
    assert calculate("1+" * (MAX_LENGTH // 2 - 1) + "1") == MAX_LENGTH / 2
    assert math.isinf(calculate("9" * 500 + "*1"))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("", "invalid formula"),
        ("1", "invalid formula"),
        ("__import__('os')", "invalid formula"),
        ("1.5+1", "invalid formula"),
        ("1/0", "float division by zero"),
        ("3+-2", "unsupported operand type(s) for +: 'float' and 'str'"),
        ("3**2", "can't multiply sequence by non-int of type 'float'"),
        ("10+", "list index out of range"),
    ],
)
def test_wrong_formulas(formula: str, text: str) -> None:
    with pytest.raises(ToolError) as caught:
        calculate(formula)
    assert str(caught.value) == text
