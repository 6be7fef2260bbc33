"""Calls as Hermes and Qwen 2.5 and 3 write them: a ``<tool_call>`` block for each.

    <tool_call>
    {"name": "f", "arguments": {"x": 1}}
    </tool_call>

The last closing tag may be missing, where it was the text that stopped the answer.
"""

from __future__ import annotations

import re

from agents.formats.base import Unreadable
from agents.formats.json_calls import read_calls
from agents.formats.json_format import JsonFormat
from envs.types import ToolCall

_END = re.compile(r"\s*+(?:</tool_call>|(?=<tool_call>)|\Z)")


class Hermes(JsonFormat):
    """The format ``hermes``; see the module."""

    name = "hermes"
    instructions = (
        "To call tools, answer with one block for each call:\n"
        "<tool_call>\n"
        '{"name": "tool_name", "arguments": {"argument": "text", "other": 2}}\n'
        "</tool_call>"
    )
    marker = "<tool_call>"
    around_each = ("<tool_call>\n", "\n</tool_call>")
    between = "\n"
    reply_without = "<{"

    def _read_marked(self, text: str, position: int) -> tuple[list[ToolCall], int]:
        calls, position = read_calls(text, position)
        if (end := _END.match(text, position)) is None:
            found = text[position : position + 20].strip()
            raise Unreadable(f"expected </tool_call> behind the call, found {found!r}")
        return calls, end.end()
