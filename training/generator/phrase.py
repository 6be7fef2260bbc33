"""From a plan to a request in words, with the arguments of its gold call."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from envs.types import JSON
from training.generator.kinds import Drawn
from training.generator.plan import SLOT, Plan

_OPTIONAL = re.compile(r"<([^<>]*)>")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Asked:
    """A request."""

    text: str
    arguments: Mapping[str, JSON]
    """Of the gold call: what the text says, and nothing else."""
    said: Mapping[str, str]
    """Parameter -> the words in the text that give its value."""
    frame: str
    """The wording with its slots emptied."""


def ask(plan: Plan, rng: random.Random, optional: float = 0.5) -> Asked:
    """A request that says all that its call needs.

    Args:
        plan: the tool.
        rng: of everything that is drawn.
        optional: how likely each optional part is said.
    """
    return _asked(plan, wording(plan.say, rng, optional), rng)


def ask_vaguely(plan: Plan, rng: random.Random) -> Asked | None:
    """A request that lacks something only the user knows; ``None`` where the plan has none."""
    return _asked(plan, wording(plan.vague, rng, 0.5), rng) if plan.vague else None


def wording(texts: object, rng: random.Random, optional: float) -> str:
    """One wording, its choices and optional parts decided, its slots left open."""
    text: str = rng.choice(list(texts))  # type: ignore[call-overload]
    text = _OPTIONAL.sub(lambda part: part[1] if rng.random() < optional else "", text)
    return _chosen(text, rng)


def filled(frame: str, said: Mapping[str, str]) -> str:
    """A wording with the words for its slots."""
    return tidy(SLOT.sub(lambda slot: said[slot[1]], frame))


def tidy(text: str) -> str:
    """White space in order, and a capital letter first."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([,.;:?!])", r"\1", text)
    return text[:1].upper() + text[1:]


def _asked(plan: Plan, frame: str, rng: random.Random) -> Asked:
    names = list(dict.fromkeys(SLOT.findall(frame)))
    drawn: dict[str, Drawn] = {name: plan.params[name].kind.draw(rng) for name in names}
    order = [name for name in plan.params if name in drawn]
    said = {name: drawn[name].said for name in order}
    empty = tidy(SLOT.sub("_", frame))
    return Asked(filled(frame, said), {name: drawn[name].value for name in order}, said, empty)


def _chosen(text: str, rng: random.Random) -> str:
    count = 1
    while count:
        text, count = _CHOICE.subn(lambda found: rng.choice(found[1].split("|")), text)
    return text
