"""How model families write tool calls; one module a format, imported when it is asked for."""

from __future__ import annotations

import difflib
import importlib
from typing import cast

from agents.formats.base import ToolFormat
from envs.common.errors import UserError

FORMATS = {
    "python": "agents.formats.python_calls:PythonCalls",
    "hermes": "agents.formats.hermes:Hermes",
    "llama3": "agents.formats.llama3:Llama3",
    "mistral": "agents.formats.mistral:Mistral",
    "json": "agents.formats.json_list:JsonList",
    "native": "agents.formats.native:Native",
}
"""Name -> where its class is."""


def get_format(name: str) -> ToolFormat:
    """The format called `name`, one of `FORMATS`.

    Raises:
        UserError: there is no such format; says which there are.
    """
    if name not in FORMATS:
        close = difflib.get_close_matches(name, FORMATS, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise UserError(f"unknown tool format {name!r}; there are: {', '.join(FORMATS)}{hint}")
    module, _, attribute = FORMATS[name].partition(":")
    return cast(ToolFormat, getattr(importlib.import_module(module), attribute)())
