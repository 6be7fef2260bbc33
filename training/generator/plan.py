"""What an author of a domain writes: tools, their parameters, and how people ask for them.

::

    WEATHER = Domain(
        "weather",
        Plan(
            "get_forecast",
            "Get the weather forecast for a city.",
            {
                "city": need(CITY, "City and country, for example Oslo, Norway."),
                "days": opt(Int(2, 10), "How many days ahead.", default=3),
            },
            say=[
                "What will the weather be like in {city}< over the next {days} days>?",
                "[Give|Show] me the< {days}-day> forecast for {city}.",
            ],
            vague=["What will the weather be like?"],
        ),
    )

In ``say``, ``{name}`` is a value in the user's words, ``[a|b]`` is one of several wordings, and
``<...>`` is a part that is said only when its optional parameters are given. Required parameters
stand outside ``<...>`` in every wording. ``vague`` asks lack all or some required parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from envs.types import JSON, ToolSpec
from training.generator.kinds import Kind

SLOT = re.compile(r"\{(\w+)\}")
_NONE = object()


@dataclass(frozen=True)
class Param:
    """One parameter of a tool."""

    kind: Kind
    about: str
    required: bool
    default: JSON = field(default=_NONE)

    def schema(self) -> dict[str, JSON]:
        """Its JSON Schema, described."""
        schema = {**self.kind.schema(), "description": self.about}
        if self.default is not _NONE:
            schema["default"] = self.default
        return schema


def need(kind: Kind, about: str) -> Param:
    """A required parameter."""
    return Param(kind, about, required=True)


def opt(kind: Kind, about: str, default: JSON = _NONE) -> Param:
    """An optional parameter, with what holds where it is not given."""
    return Param(kind, about, required=False, default=default)


@dataclass(frozen=True)
class Plan:
    """A tool and how people ask for it."""

    name: str
    """In snake case; it is spelt other ways when rows are made."""
    about: str
    params: Mapping[str, Param]
    say: Sequence[str]
    """Requests; see the module."""
    vague: Sequence[str] = ()
    """Requests that lack what only the user knows: nothing can be called for them."""
    like: Sequence[str] = ()
    """Tools of the same domain that could serve the same request; never offered beside it."""

    def spec(self) -> ToolSpec:
        """The tool as it is written here."""
        return ToolSpec(
            self.name,
            self.about,
            {
                "type": "object",
                "properties": {name: param.schema() for name, param in self.params.items()},
                "required": [name for name, param in self.params.items() if param.required],
            },
        )

    def problems(self) -> list[str]:
        """What is wrong with the plan, in lines for its author."""
        required = {name for name, param in self.params.items() if param.required}
        found = []
        if len(self.say) < 3:
            found.append("at least three wordings are needed")
        for text in self.say:
            always = set(SLOT.findall(re.sub(r"<[^>]*>", "", text)))
            slots = set(SLOT.findall(text))
            if unknown := slots - self.params.keys():
                found.append(f"unknown slot {min(unknown)!r} in {text!r}")
            if lost := required - always:
                found.append(f"{min(lost)!r} is not said in {text!r}")
            if text.count("<") != text.count(">") or text.count("[") != text.count("]"):
                found.append(f"unbalanced brackets in {text!r}")
            for part in re.findall(r"<([^>]*)>", text):
                if not SLOT.search(part):
                    found.append(f"an optional part without a slot in {text!r}")
            for options in re.findall(r"\[([^\[\]]*)\]", text):
                if SLOT.search(options):
                    found.append(f"a slot inside [..] in {text!r}: it may be lost")
            shown = (re.sub(r"<[^>]*>", "", text), re.sub(r"[<>]", "", text))
            if not all(each.rstrip().endswith((".", "?", "!")) for each in shown):
                found.append(f"no end mark in {text!r}")
        for text in self.vague:
            if not required - set(SLOT.findall(text)):
                found.append(f"nothing is missing in the vague {text!r}")
        return found


@dataclass(frozen=True)
class Domain:
    """Tools about one matter."""

    name: str
    plans: tuple[Plan, ...]

    def __init__(self, name: str, *plans: Plan) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "plans", plans)
