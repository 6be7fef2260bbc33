"""Regular expressions of numbers and of Python patterns, against arithmetic and `re`."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.formats.number_regex import (
    FRACTION_DIGITS,
    INTEGER_DIGITS,
    WHOLE_DIGITS,
    exact,
    integers,
    numbers,
)
from agents.formats.pattern_regex import UnsupportedPattern, searched

UNITS = 10**FRACTION_DIGITS
bounds = st.none() | st.integers(-(10**19), 10**19).map(Fraction)
bounds |= st.fractions(-2000, 2000, max_denominator=10**9)


def spelled(units: int) -> str:
    whole, fraction = divmod(abs(units), UNITS)
    digits = f"{fraction:0{FRACTION_DIGITS}}".rstrip("0")
    return f"{'-' if units < 0 else ''}{whole}{'.' + digits if digits else ''}"


@given(bounds, bounds, st.booleans(), st.booleans(), st.data())
@settings(max_examples=400, deadline=None)
def test_numbers_between_bounds(
    low: Fraction | None, high: Fraction | None, above: bool, below: bool, data: st.DataObject
) -> None:
    near = [round(b * UNITS) for b in (low, high) if b is not None] or [0]
    shift = st.sampled_from([0, 1, -1, UNITS, -UNITS]) | st.integers(-(10**26), 10**26)
    units = data.draw(st.sampled_from(near)) + data.draw(shift)
    value = Fraction(units, UNITS)
    over = low is None or value > low or (value == low and not above)
    under = high is None or value < high or (value == high and not below)
    whole = value.denominator == 1 and abs(value) < 10**INTEGER_DIGITS

    regex = numbers(low, high, open_low=above, open_high=below)
    expected = over and under and (abs(value) < 10**WHOLE_DIGITS or whole)
    assert bool(regex and re.fullmatch(regex, spelled(units))) == expected
    if not above and not below:
        regex = integers(low, high)
        assert bool(regex and re.fullmatch(regex, spelled(units))) == (over and under and whole)


def test_spellings_that_are_never_written() -> None:
    for regex in (numbers(None, None), integers(None, None)):
        assert regex is not None
        for text in ("-0", "007", "1.", ".5", "1e5", "+1", "", "-0.0", "1.12345678"):
            assert not re.fullmatch(regex, text)


@given(st.floats(-1e17, 1e17), st.integers(-(10**17), 10**17))
def test_a_bound_means_what_python_compares(bound: float, value: int) -> None:
    assert (value >= exact(bound)) == (value >= bound)


@pytest.mark.parametrize("bound", [0.1, 2.675, 1e-7, 1.0000000000000002, 0.30000000000000004])
def test_decimals_at_a_float_bound(bound: float) -> None:
    for value in ("0.1", "2.675", "0.0000001", "1", "0.3", "1.0000001"):
        regex = numbers(exact(bound), None)
        assert regex is not None
        assert bool(re.fullmatch(regex, value)) == (float(value) >= bound)


PATTERNS = [
    "^a|b$", "^(a|b)$", "^(?:a|b$)", "(^a|^b)c", "a{2,3}?", "[^a-c\\d]", "\\w+\\.(?P<x>b)", "^$",
    "", "\\Aab\\Z", "^(ab)+$", "^a*$|^b*$", ".", "\\S+b", "^[^b]+$", "(a|)b?$", "^\\D\\W\\w",
    'a"b|c', "(a$|b$)", "((a))", "^(a|b){2}$", "é?b",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text(st.sampled_from("abc1. é-_A"), max_size=8))
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_what_re_search_finds(pattern: str, text: str) -> None:
    piece = searched(pattern, 8)
    # Rust's \x{41} is Python's A.
    regex = re.sub(r"\\x\{(\w+)\}", lambda m: re.escape(chr(int(m[1], 16))), piece.regex)
    written = bool(piece.lengths) and re.fullmatch(regex, text) is not None
    if written:
        assert re.search(pattern, text)
        assert piece.lengths >> len(text) & 1
    elif text.isascii():
        assert not re.search(pattern, text)


def test_patterns_without_a_text_of_the_right_length() -> None:
    assert searched("^(ab)+$", 5).lengths == 0b10100
    assert searched("^abcd$", 3).lengths == 0
    assert searched('^"$', 3).lengths == 0


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)",
        "a\\b",
        "(?i)a",
        "(a)\\1",
        "(?i:a)",
        "[",
        "(?>a)",
        "a++",
        "x^y",
        "(a$|b)c?",
        "a{2000}",
    ],
)
def test_what_cannot_be_promised_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedPattern, match="pattern"):
        searched(pattern, 100)
