"""Calls as a JSON list: ``[{"name": "f", "arguments": {"x": 1}}]``, for any model.

Reads a single object too, amid prose or in a code fence.
"""

from __future__ import annotations

from agents.formats.json_format import JsonFormat


class JsonList(JsonFormat):
    """The format ``json``; see the module."""

    name = "json"
    instructions = (
        "To call tools, answer with nothing but a JSON list of calls:\n"
        '[{"name": "tool_name", "arguments": {"argument": "text", "other": 2}}]'
    )
    around_all = ("[", "]")
    between = ", "
    reply_without = r"\[{"
