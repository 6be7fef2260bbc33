"""How a tool is spelt: names as different libraries write them, the same plan under all of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from envs.types import JSON, ToolCall, ToolSpec
from training.generator.plan import Plan

Spelling = Callable[[str, str], str]
"""From a tool's name in snake case and its domain's name."""


@dataclass(frozen=True)
class Tool:
    """A plan as it is spelt in one list of tools."""

    plan: Plan
    spec: ToolSpec
    params: Mapping[str, str]
    """The plan's parameter -> its name in the spec."""

    def call(self, arguments: Mapping[str, JSON]) -> ToolCall:
        """A call in this spelling, from arguments by the plan's names."""
        spelt = {self.params[name]: value for name, value in arguments.items()}
        return ToolCall(self.spec.name, spelt)


@dataclass(frozen=True)
class Style:
    """One way of spelling tools and parameters."""

    tool: Spelling
    camel_params: bool = False

    def spell(self, plan: Plan, domain: str) -> Tool:
        """The plan's tool in this style."""
        spec = plan.spec()
        params = {name: camel(name) if self.camel_params else name for name in plan.params}
        parameters = {
            "type": "object",
            "properties": {
                params[name]: schema for name, schema in spec.parameters["properties"].items()
            },
            "required": [params[name] for name in spec.parameters["required"]],
        }
        name = self.tool(plan.name, domain)
        return Tool(plan, ToolSpec(name, spec.description, parameters), params)


def camel(name: str) -> str:
    """``interest_rate`` as ``interestRate``."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _pascal(name: str, domain: str) -> str:
    return camel(f"_{name}")


def _class_method(name: str, domain: str) -> str:
    return f"{camel(f'_{domain}')}.{name}"


STYLES: tuple[tuple[Style, int], ...] = (
    (Style(lambda name, domain: name), 50),
    (Style(lambda name, domain: f"{domain}.{name}"), 20),
    (Style(lambda name, domain: camel(name)), 6),
    (Style(lambda name, domain: camel(name), camel_params=True), 8),
    (Style(lambda name, domain: f"{domain}_{name}"), 6),
    (Style(_class_method), 5),
    (Style(_pascal), 5),
)
"""Styles with their weights in percent."""


def draw_style(rng: random.Random) -> Style:
    """One of `STYLES`."""
    (style,) = rng.choices([style for style, _ in STYLES], [weight for _, weight in STYLES])
    return style
