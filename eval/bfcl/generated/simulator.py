"""The simulated APIs as generated tasks use them: opened, called by name, offered as tools."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from envs.types import JSON, ToolCall, ToolError, ToolSpec
from eval.bfcl.multi_turn.data import MultiTurnEntry, read_docs
from eval.bfcl.multi_turn.execute import execute, scope
from eval.bfcl.multi_turn.instances import Apis, make
from eval.bfcl.schemas import to_spec

Scenario = dict[str, JSON]
"""The state that an API starts in, in the shape that its class loads."""

_INTRODUCED = "Tool description: "
"""In front of it, every official description introduces the whole API: too long for small
contexts."""


def open_apis(root: Path, scenarios: Mapping[str, Scenario]) -> Apis:
    """Fresh instances in the state that scenarios tell, by the names of their classes.

    Raises:
        UserError: an API cannot be loaded.
    """
    entry = MultiTurnEntry(
        id="",
        category="multi_turn_base",
        turns=(),
        functions=(),
        held_out={},
        classes=tuple(scenarios),
        initial_config=scenarios,
        truth=(),
    )
    return make(root, entry)


def carry_out(call: ToolCall, apis: Apis) -> str:
    """Carry out a call; the official result text.

    Raises:
        ToolError: the result is an error.
    """
    result = execute(written(call), apis, scope(apis, "episode"))
    if result.kind != "done" or _is_error(result.text):
        raise ToolError(result.text)
    return result.text


def written(call: ToolCall) -> str:
    """A call in Python."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
    return f"{call.name}({arguments})"


def value_of(text: str) -> Any:
    """What a result text says, where it is JSON; else the text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


@functools.cache
def specs_of(root: Path, class_name: str) -> dict[str, ToolSpec]:
    """The documented methods of an API as tools, by name.

    Raises:
        UserError: the docs are missing or broken.
    """
    specs = (to_spec(doc) for doc in read_docs(root, class_name))
    return {spec.name: replace(spec, description=_short(spec.description)) for spec in specs}


def _short(description: str) -> str:
    return description.partition(_INTRODUCED)[2] or description


def _is_error(text: str) -> bool:
    if '"error": ' not in text:
        return False
    value = value_of(text)
    return isinstance(value, dict) and "error" in value
