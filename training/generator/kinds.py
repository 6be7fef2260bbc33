"""Kinds of values: what a parameter's schema is, and how a value is said in a request.

A kind draws a `Drawn`: the JSON value that the gold call holds and the words that stand for it in
the user's text. Both come from one draw, so a request always says what its call needs.
"""

from __future__ import annotations

import datetime
import math
import random
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from envs.types import JSON

SMALL = ("zero one two three four five six seven eight nine ten eleven twelve").split()
MONTHS = (
    "January February March April May June July August September October November December"
).split()


@dataclass(frozen=True)
class Drawn:
    """One value, and how a user says it."""

    value: JSON
    said: str


class Kind(Protocol):
    """A set of values with their JSON Schema."""

    def schema(self) -> dict[str, JSON]:
        """JSON Schema of the values, without a description."""

    def draw(self, rng: random.Random) -> Drawn:
        """One of the values."""


@dataclass(frozen=True)
class OneOf:
    """Free text out of a list, said as it is written."""

    options: tuple[str, ...]

    def __init__(self, *options: str) -> None:
        object.__setattr__(self, "options", options)

    def schema(self) -> dict[str, JSON]:
        """Any string: the list is not the tool's business."""
        return {"type": "string"}

    def draw(self, rng: random.Random) -> Drawn:
        """One of the options."""
        text = rng.choice(self.options)
        return Drawn(text, text)


@dataclass(frozen=True)
class Quoted:
    """Free text that a user puts in quotes: a title, a message, a note."""

    options: tuple[str, ...]

    def __init__(self, *options: str) -> None:
        object.__setattr__(self, "options", options)

    def schema(self) -> dict[str, JSON]:
        """Any string."""
        return {"type": "string"}

    def draw(self, rng: random.Random) -> Drawn:
        """One of the options, quoted one way or the other."""
        text = rng.choice(self.options)
        quote = rng.choice("'\"") if "'" not in text else '"'
        return Drawn(text, f"{quote}{text}{quote}")


@dataclass(frozen=True)
class Choice:
    """An enum: the schema lists the values, the user says each its own way."""

    said: Mapping[str, str]
    """Value -> words."""

    def __init__(self, *values: str, **said: str) -> None:
        object.__setattr__(self, "said", {**{value: value for value in values}, **said})

    def schema(self) -> dict[str, JSON]:
        """A string with its ``enum``."""
        return {"type": "string", "enum": list(self.said)}

    def draw(self, rng: random.Random) -> Drawn:
        """One of the values."""
        value = rng.choice(list(self.said))
        return Drawn(value, self.said[value])


@dataclass(frozen=True)
class Flag:
    """A boolean: one phrase says yes, another no."""

    yes: str
    no: str

    def schema(self) -> dict[str, JSON]:
        """A boolean."""
        return {"type": "boolean"}

    def draw(self, rng: random.Random) -> Drawn:
        """Yes or no."""
        value = rng.random() < 0.6
        return Drawn(value, self.yes if value else self.no)


@dataclass(frozen=True)
class Int:
    """A whole number; small ones are sometimes said as words, large ones with commas."""

    low: int
    high: int
    step: int = 1

    def schema(self) -> dict[str, JSON]:
        """An integer."""
        return {"type": "integer"}

    def draw(self, rng: random.Random) -> Drawn:
        """A multiple of the step above the low end."""
        value = rng.randrange(self.low, self.high + 1, self.step)
        if 2 <= value < len(SMALL) and rng.random() < 0.25:
            return Drawn(value, SMALL[value])
        if value >= 10_000 and rng.random() < 0.5:
            return Drawn(value, f"{value:,}")
        return Drawn(value, str(value))


@dataclass(frozen=True)
class Num:
    """A number with a fraction."""

    low: float
    high: float
    digits: int = 1

    def schema(self) -> dict[str, JSON]:
        """A number."""
        return {"type": "number"}

    def draw(self, rng: random.Random) -> Drawn:
        """A number of so many digits behind the point; a whole one now and then."""
        low, high = math.ceil(self.low), math.floor(self.high)
        if low <= high and rng.random() < 0.3:
            whole = rng.randint(low, high)
            return Drawn(whole, str(whole))
        value = _plain(round(rng.uniform(self.low, self.high), self.digits))
        said = f"{value:.{self.digits}f}"
        return Drawn(value, said.rstrip("0").rstrip(".") if "." in said else said)


@dataclass(frozen=True)
class Money:
    """An amount; the schema takes a plain number."""

    low: int
    high: int
    cents: bool = False
    sign: str = "$"

    def schema(self) -> dict[str, JSON]:
        """A number."""
        return {"type": "number"}

    def draw(self, rng: random.Random) -> Drawn:
        """An amount in round steps, or with cents."""
        if self.cents and rng.random() < 0.5:
            value: float = rng.randint(self.low * 100, self.high * 100) / 100
            return Drawn(value, f"{self.sign}{value:,.2f}")
        size = self.high - self.low
        step = next((s for s in (1000, 100, 50, 10, 5) if size >= 20 * s), 1)
        value = rng.randrange(self.low, self.high + 1, step)
        words = {"$": "dollar", "€": "euro", "£": "pound"}[self.sign] + "s" * (value != 1)
        text = f"{value:,}" if rng.random() < 0.7 else str(value)
        return Drawn(value, rng.choice([f"{self.sign}{text}", f"{text} {words}"]))


@dataclass(frozen=True)
class Percent:
    """A percentage; with `fraction` the schema's description asks for 0.05 in place of 5."""

    low: float
    high: float
    fraction: bool = False
    digits: int = 1

    def schema(self) -> dict[str, JSON]:
        """A number."""
        return {"type": "number"}

    def draw(self, rng: random.Random) -> Drawn:
        """A percentage, often a whole one."""
        whole = rng.random() < 0.6
        shown: float = (
            rng.randint(math.ceil(self.low), int(self.high))
            if whole
            else round(rng.uniform(self.low, self.high), self.digits)
        )
        value = round(shown / 100, 6) if self.fraction else shown
        return Drawn(_plain(value), f"{shown:g}" + rng.choice(["%", "%", " percent"]))


@dataclass(frozen=True)
class Date:
    """A day, YYYY-MM-DD in the call, said in one of the usual ways."""

    years: tuple[int, int] = (2023, 2026)

    def schema(self) -> dict[str, JSON]:
        """A string; the description has to tell the format."""
        return {"type": "string", "format": "date"}

    def draw(self, rng: random.Random) -> Drawn:
        """A day of these years."""
        day = datetime.date(rng.randint(*self.years), 1, 1)
        day += datetime.timedelta(rng.randrange(365))
        month, suffix = MONTHS[day.month - 1], _ordinal(day.day)
        said = rng.choice(
            [
                day.isoformat(),
                f"{month} {day.day}, {day.year}",
                f"{day.day} {month} {day.year}",
                f"{month} {suffix}, {day.year}",
                f"the {suffix} of {month} {day.year}",
            ]
        )
        return Drawn(day.isoformat(), said)


@dataclass(frozen=True)
class Time:
    """A time of day, HH:MM in 24 hours in the call."""

    def schema(self) -> dict[str, JSON]:
        """A string; the description has to tell the format."""
        return {"type": "string"}

    def draw(self, rng: random.Random) -> Drawn:
        """A time on a quarter of an hour."""
        hour, minute = rng.randint(6, 22), rng.choice([0, 0, 15, 30, 30, 45])
        value = f"{hour:02d}:{minute:02d}"
        half, twelve = ("am", "pm")[hour >= 12], (hour - 1) % 12 + 1
        short = f"{twelve}{half}" if minute == 0 else f"{twelve}:{minute:02d}{half}"
        spaced = f"{twelve}:{minute:02d} {half.upper()}"
        return Drawn(value, rng.choice([value, short, spaced]))


@dataclass(frozen=True)
class Code:
    """An identifier by pattern: ``#`` is a digit, ``@`` a capital letter, ``%`` a small one."""

    pattern: str

    def schema(self) -> dict[str, JSON]:
        """A string."""
        return {"type": "string"}

    def draw(self, rng: random.Random) -> Drawn:
        """One that fits the pattern."""
        sets = {"#": string.digits, "@": string.ascii_uppercase, "%": string.ascii_lowercase}
        text = "".join(rng.choice(sets[c]) if c in sets else c for c in self.pattern)
        return Drawn(text, text)


@dataclass(frozen=True)
class Words:
    """A text put together from parts, one of each: ``Words("{} {}", FIRST, LAST)``."""

    pattern: str
    parts: tuple[Sequence[str], ...]

    def __init__(self, pattern: str, *parts: Sequence[str]) -> None:
        object.__setattr__(self, "pattern", pattern)
        object.__setattr__(self, "parts", parts)

    def schema(self) -> dict[str, JSON]:
        """A string."""
        return {"type": "string"}

    def draw(self, rng: random.Random) -> Drawn:
        """One combination."""
        text = self.pattern.format(*(rng.choice(part) for part in self.parts))
        return Drawn(text, text)


@dataclass(frozen=True)
class ListOf:
    """Several values of a kind, no two the same."""

    kind: Kind
    low: int = 2
    high: int = 4
    brackets: bool = False
    """Numbers may also be said as a list in brackets."""

    def schema(self) -> dict[str, JSON]:
        """An array."""
        return {"type": "array", "items": self.kind.schema()}

    def draw(self, rng: random.Random) -> Drawn:
        """So many values, joined by commas and "and"."""
        wanted = rng.randint(self.low, self.high)
        drawn: list[Drawn] = []
        for _ in range(20 * wanted):
            new = self.kind.draw(rng)
            if len(drawn) < wanted and all(new.value != old.value for old in drawn):
                drawn.append(new)
        values, said = [d.value for d in drawn], [d.said for d in drawn]
        if self.brackets and rng.random() < 0.4:
            return Drawn(values, f"[{', '.join(map(str, values))}]")
        return Drawn(values, joined(said))


@dataclass(frozen=True)
class Record:
    """An object with fields of their own, said by a pattern over its fields.

    Every field is required; `about` describes each for the schema.
    """

    say: str
    fields: Mapping[str, Kind]
    about: Mapping[str, str] = field(default_factory=dict)

    def schema(self) -> dict[str, JSON]:
        """An object."""
        return {
            "type": "object",
            "properties": {
                name: {**kind.schema(), "description": self.about.get(name, f"The {name}.")}
                for name, kind in self.fields.items()
            },
            "required": list(self.fields),
        }

    def draw(self, rng: random.Random) -> Drawn:
        """One value of each field."""
        drawn = {name: kind.draw(rng) for name, kind in self.fields.items()}
        return Drawn(
            {name: d.value for name, d in drawn.items()},
            self.say.format(**{name: d.said for name, d in drawn.items()}),
        )


@dataclass(frozen=True)
class Said:
    """Another kind said in other words: ``Said(Int(2, 9), lambda words: f"{words} people")``."""

    kind: Kind
    how: Callable[[str], str]

    def schema(self) -> dict[str, JSON]:
        """The kind's."""
        return self.kind.schema()

    def draw(self, rng: random.Random) -> Drawn:
        """The kind's value in other words."""
        drawn = self.kind.draw(rng)
        return Drawn(drawn.value, self.how(drawn.said))


def joined(texts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _plain(value: float) -> float:
    """A whole number as an integer, the way a user says it."""
    return int(value) if value == int(value) else value


def _ordinal(day: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    return f"{day}{endings.get(day, 'th')}"
