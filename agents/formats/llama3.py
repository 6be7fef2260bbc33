"""Calls as Llama 3.x writes them: ``{"name": "f", "parameters": {"x": 1}}``, separated by ``; ``.

The models put ``<|python_tag|>`` in front of some calls; it is read and not written.
"""

from __future__ import annotations

from agents.formats.json_format import JsonFormat


class Llama3(JsonFormat):
    """The format ``llama3``; see the module."""

    name = "llama3"
    instructions = (
        "To call a tool, answer with nothing but a JSON object, several separated by '; ':\n"
        '{"name": "tool_name", "parameters": {"argument": "text", "other": 2}}'
    )
    key = "parameters"
    marker = "<|python_tag|>"
    between = "; "
    reply_without = "<{"
