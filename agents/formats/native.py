"""Calls that the server reads itself: `Completion.action` has them, and text is always a reply.

What a turn with calls looks like is the server's own business, so none is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from agents.formats.base import UnsupportedSchema
from envs.types import Action, ToolSpec


class Native:
    """The format ``native``; see the module."""

    name = "native"
    instructions = ""

    def render(self, action: Action) -> str:
        """The text of a reply, or of a turn that could not be read.

        Raises:
            ValueError: the turn has calls.
        """
        if action.calls:
            raise ValueError("format native: calls go through the server, they have no text")
        return action.text if action.error is None or action.raw is None else action.raw

    def parse(self, text: str) -> Action:
        """A reply."""
        return Action(text, raw=text)

    def grammar(self, tools: Sequence[ToolSpec], mode: Literal["calls", "any"]) -> str:
        """Nothing: what the server may write is not ours to say.

        Raises:
            UnsupportedSchema: always.
        """
        raise UnsupportedSchema(
            "format native: the server writes the calls, so its answers cannot be constrained here;"
            " take another --format"
        )
