"""The two spaces of every tool environment, for Gymnasium.

An action is a whole assistant turn and an observation a whole conversation, so neither has a shape:
vector environments keep them as tuples (`envs.make_vec` sets that up).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium

from envs.schema import call_errors
from envs.types import Action, Message, Observation, ToolCall, ToolSpec


class ActionSpace(gymnasium.Space[Action]):
    """All turns whose calls are valid for the tools on offer; a turn without calls is a reply.

    Two of them are equal whatever they offer: the tools come and go with task and turn, while
    vector environments want one space.
    """

    tools: tuple[ToolSpec, ...]
    """On offer now; the environment keeps this up to date."""

    def __init__(self, tools: Sequence[ToolSpec] = (), seed: int | None = None) -> None:
        super().__init__(seed=seed)
        self.tools = tuple(tools)

    @property
    def is_np_flattenable(self) -> bool:
        """Never: a turn is text."""
        return False

    def contains(self, x: Any) -> bool:
        """Whether `x` is a readable turn with valid calls only."""
        return (
            isinstance(x, Action)
            and x.error is None
            and not any(call_errors(call, self.tools) for call in x.calls)
        )

    def sample(self, mask: Any | None = None, probability: Any | None = None) -> Action:
        """A turn with one or two valid calls, or, one time in eight, a short reply.

        `mask` and `probability` are of no use here and have to be ``None``.
        """
        from envs.sampling import sample

        if mask is not None or probability is not None:
            raise ValueError("the action space of a tool environment takes no mask")
        rng = self.np_random
        if not self.tools or rng.random() < 1 / 8:
            return Action("I am done.")
        calls = []
        for _ in range(1 + int(rng.random() < 1 / 8)):
            spec = self.tools[int(rng.integers(len(self.tools)))]
            try:
                calls.append(ToolCall(spec.name, sample(spec.parameters, rng)))
            except ValueError:  # a schema too demanding to sample
                return Action("I am done.")
        return Action(calls=tuple(calls))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActionSpace)

    def __hash__(self) -> int:
        return hash(ActionSpace)

    def __repr__(self) -> str:
        return f"ActionSpace({len(self.tools)} tools)"


class ObservationSpace(gymnasium.Space[Observation]):
    """All conversations."""

    @property
    def is_np_flattenable(self) -> bool:
        """Never: a conversation is text."""
        return False

    def contains(self, x: Any) -> bool:
        """Whether `x` is an observation made of messages and tools."""
        return (
            isinstance(x, Observation)
            and all(isinstance(message, Message) for message in x.messages)
            and all(isinstance(spec, ToolSpec) for spec in x.tools)
        )

    def sample(self, mask: Any | None = None, probability: Any | None = None) -> Observation:
        """A conversation of one short user message."""
        return Observation((Message("user", f"Hello {int(self.np_random.integers(100))}."),))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ObservationSpace)

    def __hash__(self) -> int:
        return hash(ObservationSpace)

    def __repr__(self) -> str:
        return "ObservationSpace()"
