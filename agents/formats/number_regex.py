"""Regular expressions of the decimal numbers between two bounds.

Written are integers of at most `INTEGER_DIGITS` digits, and numbers with a fraction of at most
`FRACTION_DIGITS` digits behind at most `WHOLE_DIGITS`: 15 significant digits, so that different
decimals are different floats and a bound is met by the float exactly when it is met by the decimal.
No exponents, no leading zeros, no negative zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

INTEGER_DIGITS = 18
WHOLE_DIGITS = 8
FRACTION_DIGITS = 7

_UNITS: int = 10**FRACTION_DIGITS
_LIMIT: int = 10**INTEGER_DIGITS
_DIGIT = "[0-9]"


def exact(bound: float) -> Fraction:
    """The number that a schema's bound means to a validator that compares floats."""
    # Below 2**53 the shortest decimal of a float; above, floats are integers and compared as such.
    return Fraction(bound) if abs(bound) >= 2**53 else Fraction(repr(bound))


def integers(low: Fraction | None, high: Fraction | None) -> str | None:
    """The integers from `low` to `high`, both included; ``None`` where there is none."""
    cap = _LIMIT - 1
    least = -cap if low is None else max(-cap, math.ceil(low))
    most = cap if high is None else min(cap, math.floor(high))
    options = [f"-(?:{_naturals(max(1, -most), -least)})"] if least < 0 else []
    if most >= 0 and least <= most:
        options.append(_naturals(max(0, least), most))
    return _either(options) if least <= most else None


def numbers(
    low: Fraction | None, high: Fraction | None, *, open_low: bool = False, open_high: bool = False
) -> str | None:
    """The numbers from `low` to `high`; the bounds themselves left out where they are open."""
    cap = _LIMIT * _UNITS
    least = -cap if low is None else max(-cap, _units_from(low, open_low))
    most = cap if high is None else min(cap, -_units_from(-high, open_high))
    options = []
    if least < 0:
        options += [f"-(?:{o})" for o in _positive(max(1, -most), -least)]
    if most >= 0:
        options += _positive(max(0, least), most)
    return _either(options) if least <= most and options else None


def _units_from(low: Fraction, is_open: bool) -> int:
    """The first multiple of the smallest unit that is at least `low`, or above it."""
    units = low * _UNITS
    return math.floor(units) + 1 if is_open else math.ceil(units)


def _positive(least: int, most: int) -> Iterator[str]:
    """Decimals from `least` to `most` units: with a fraction up to `WHOLE_DIGITS`, whole above."""
    limit = 10**WHOLE_DIGITS
    if least > most:
        return
    yield from _decimals(least, min(most, limit * _UNITS - 1))
    first = max(limit, -(-least // _UNITS))
    last = min(most // _UNITS, _LIMIT - 1)
    if first <= last:
        yield _naturals(first, last)


def _decimals(least: int, most: int) -> Iterator[str]:
    if least > most:
        return
    (first, low), (last, high) = divmod(least, _UNITS), divmod(most, _UNITS)
    low_digits = f"{low:0{FRACTION_DIGITS}}" if low else None
    high_digits = f"{high:0{FRACTION_DIGITS}}" if high < _UNITS - 1 else None
    if first == last:
        yield f"{first}{_fraction(low_digits, high_digits)}"
        return
    if low_digits is not None:
        yield f"{first}{_fraction(low_digits, None)}"
        first += 1
    if high_digits is not None:
        yield f"{last}{_fraction(None, high_digits)}"
        last -= 1
    if first <= last:
        yield f"(?:{_naturals(first, last)}){_fraction(None, None)}"


def _fraction(low: str | None, high: str | None) -> str:
    """A point and digits; nothing is allowed too where a fraction of zero is."""
    body = rf"\.(?:{_digits(low, high, FRACTION_DIGITS)})"
    return body if low is not None else f"(?:{body})?"


def _digits(low: str | None, high: str | None, room: int) -> str:
    """One to `room` digits that, filled up with zeros, lie between `low` and `high`."""
    if low is None and high is None:
        return f"{_DIGIT}{{1,{room}}}"
    first, last = int(low[0]) if low else 0, int(high[0]) if high else 9
    options: dict[str, list[int]] = {}
    for digit in range(first, last + 1):
        below = _rest(low, "0") if low and digit == first else None
        above = _rest(high, "9") if high and digit == last else None
        tail = "" if room == 1 else _digits(below, above, room - 1)
        if tail and below is None:
            tail = f"(?:{tail})?"  # zeros may be left out
        elif tail:
            tail = f"(?:{tail})"
        options.setdefault(tail, []).append(digit)
    return "|".join(f"{_class(digits)}{tail}" for tail, digits in options.items())


def _rest(digits: str, free: str) -> str | None:
    """The bound on the digits that follow the first; ``None`` where it allows all."""
    tail = digits[1:]
    return None if tail == free * len(tail) else tail


def _naturals(least: int, most: int) -> str:
    """The integers from `least` >= 0 to `most`, without leading zeros."""
    options: list[str] = []
    if least == 0:
        options.append("0")
        least = 1
    full: list[int] = []
    for length in range(len(str(least)), len(str(most)) + 1):
        low, high = max(least, 10 ** (length - 1)), min(most, 10**length - 1)
        if low > high:
            continue
        if (low, high) == (10 ** (length - 1), 10**length - 1):
            full.append(length - 1)
        else:
            options.append(_same_length(str(low), str(high)))
    if full:
        options.append(f"[1-9]{_DIGIT}{{{full[0]},{full[-1]}}}")
    return _either(options)


def _same_length(low: str, high: str) -> str:
    """The strings of as many digits that lie between `low` and `high`."""
    if not low:
        return ""
    free = len(low) - 1
    if low == "0" * len(low) and high == "9" * len(high):
        return f"{_DIGIT}{{{len(low)}}}"
    if low[0] == high[0]:
        return low[0] + _same_length(low[1:], high[1:])
    options: list[str] = []
    first, last = int(low[0]), int(high[0])
    if low[1:] != "0" * free:
        options.append(f"{first}{_same_length(low[1:], '9' * free)}")
        first += 1
    tail = ""
    if high[1:] != "9" * free:
        tail = f"{last}{_same_length('0' * free, high[1:])}"
        last -= 1
    if first <= last:
        options.append(f"{_class(range(first, last + 1))}{_DIGIT}{{{free}}}")
    return _either([*options, tail] if tail else options)


def _class(digits: list[int] | range) -> str:
    """A class of neighbouring digits."""
    return str(digits[0]) if len(digits) == 1 else f"[{digits[0]}-{digits[-1]}]"


def _either(options: list[str]) -> str:
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"
