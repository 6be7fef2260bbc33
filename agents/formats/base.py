"""How a model family writes tool calls: the one interface of all formats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from envs.common.errors import UserError
from envs.types import Action, ToolSpec


@runtime_checkable
class ToolFormat(Protocol):
    """Writes and reads one assistant turn. ``parse(render(action)) == action``."""

    @property
    def name(self) -> str:
        """What ``--format`` and reports call it."""

    def render(self, action: Action) -> str:
        """The turn as the model family writes it.

        Raises:
            ValueError: the action cannot be written in this format; says why.
        """

    def parse(self, text: str) -> Action:
        """Read a turn. Never raises: what cannot be read is in `Action.error`."""

    def grammar(self, tools: Sequence[ToolSpec], mode: Literal["calls", "any"]) -> str:
        """A Lark grammar (llguidance dialect) of the schema-valid turns.

        Raises:
            UnsupportedSchema: a tool's schema uses a keyword outside the supported part.
        """


class UnsupportedSchema(UserError, ValueError):
    """A tool's JSON Schema uses something that constrained decoding cannot promise to obey."""
