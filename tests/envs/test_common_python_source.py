"""Parsing while something else parses."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Iterator

import pytest

from envs.common.python_source import parse_expression, parse_module


class Parses:
    """Garbage that parses when it is collected."""

    def __init__(self) -> None:
        self.cycle = self

    def __del__(self) -> None:
        ast.parse("f(a=[1])")


@pytest.fixture
def collecting() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(1)
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize("parse", [parse_expression, parse_module])
@pytest.mark.usefixtures("collecting")
def test_another_parse_in_the_middle_of_one_does_no_harm(parse: Callable[[str], ast.AST]) -> None:
    source = "[f(a=1, b=[1, 2, {'c': 3}])]"
    wanted = ast.dump(parse(source))
    for _ in range(50):
        Parses()
        assert ast.dump(parse(source)) == wanted


def test_errors_name_the_file() -> None:
    with pytest.raises(SyntaxError) as raised:
        parse_expression("f(", "answer")
    assert raised.value.filename == "answer"
