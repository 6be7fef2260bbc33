"""Answers held to one call that the official reading takes in whole.

The official reading cuts numbers at a point or a sign and merges two calls into one. So a
constrained answer is a single call with every value but lists between double quotes. A quote inside
a value still ends it officially; only the repaired reading knows escapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from agents.formats.python_calls import PythonCalls
from envs.types import ToolSpec

_SPELLED: Mapping[str, Mapping[str, Any]] = {
    "string": {},
    "integer": {"pattern": "^-?[0-9]{1,9}$"},
    "number": {"pattern": r"^-?[0-9]{1,9}(\.[0-9]{1,9})?$"},
    "boolean": {"enum": ["True", "False"]},
}
"""Type to what its values look like between quotes."""


class OneCall(PythonCalls):
    """The format ``python`` with at most one call in a constrained answer."""

    max_calls = 1

    def grammar(self, tools: Sequence[ToolSpec], mode: Literal["calls", "any"]) -> str:
        """A grammar of one call, or with ``any`` of a reply.

        Raises:
            UnsupportedSchema: there is no tool and ``calls`` asks for one.
        """
        return super().grammar([_spelled(tool) for tool in tools], mode)


def _spelled(tool: ToolSpec) -> ToolSpec:
    properties = {
        name: {"type": "string", **_SPELLED[schema["type"]]}
        if schema.get("type") in _SPELLED
        else schema
        for name, schema in tool.parameters["properties"].items()
    }
    return ToolSpec(tool.name, tool.description, {**tool.parameters, "properties": properties})
