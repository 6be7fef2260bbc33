"""Calls as Mistral models write them: ``[TOOL_CALLS] [{"name": "f", "arguments": {"x": 1}}]``.

Written is this older shape; read is the newer one too, ``[TOOL_CALLS]f[ARGS]{"x": 1}``, with or
without ``[CALL_ID]``. Where the decoder dropped the special tokens, the newer shape (``f{"x": 1}``)
is recognised only at the beginning of a turn.
"""

from __future__ import annotations

import re

from agents.formats.json_calls import Found, find_calls, read_arguments, read_calls
from agents.formats.json_format import JsonFormat
from agents.formats.json_values import read_value
from envs.types import ToolCall

_NAME = r"[^\W\d][\w.-]{0,255}+"
_ID = r"\[CALL_ID\]\s*+\w++\s*+"
_NAMED = re.compile(rf"[\s,;]*+({_NAME})\s*+(?:{_ID})?+(?:\[ARGS\]\s*+)?+(?=\{{)")
_BARE = re.compile(rf'\s*+{_NAME}(?:\[ARGS\]\s*+)?+\{{\s*+["}}]')


class Mistral(JsonFormat):
    """The format ``mistral``; see the module."""

    name = "mistral"
    instructions = (
        "To call tools, answer with nothing but [TOOL_CALLS] and a JSON list of calls:\n"
        '[TOOL_CALLS] [{"name": "tool_name", "arguments": {"argument": "text", "other": 2}}]'
    )
    marker = "[TOOL_CALLS]"
    announcement = "[TOOL_CALLS] "
    around_all = ("[", "]")
    between = ", "
    reply_without = r"\[{"

    def _find(self, text: str) -> Found:
        if _BARE.match(text):
            text = self.marker + text
        return find_calls(text, self.marker, self._read_marked)

    def _read_marked(self, text: str, position: int) -> tuple[list[ToolCall], int]:
        calls: list[ToolCall] = []
        while match := _NAMED.match(text, position):
            arguments, position = read_value(text, match.end())
            calls.append(read_arguments(match[1], arguments))
        return (calls, position) if calls else read_calls(text, position)
