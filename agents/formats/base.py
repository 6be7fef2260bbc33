"""How a model family writes tool calls: the one interface of all formats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from envs.common.errors import UserError
from envs.types import Action, ToolSpec

MAX_CALLS = 16
"""Most calls in a constrained answer; a small model may otherwise never come to an end."""


@runtime_checkable
class ToolFormat(Protocol):
    """Writes and reads one assistant turn. ``parse(render(action)) == action``."""

    @property
    def name(self) -> str:
        """What ``--format`` and reports call it."""

    @property
    def instructions(self) -> str:
        """How calls are written, told to a model whose chat template does not say.

        Empty where no text of a model is a call.
        """

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


class Unreadable(ValueError):
    """The text is no call; says why in a line that a model can act on."""


class UnsupportedSchema(UserError, ValueError):
    """A tool's JSON Schema uses something that constrained decoding cannot promise to obey."""
