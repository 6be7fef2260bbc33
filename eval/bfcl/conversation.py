"""How a conversation with results goes to a server that takes no tool messages without calls."""

from __future__ import annotations

from itertools import groupby

from envs.types import Message, Observation


def results_as_user(observation: Observation) -> tuple[Message, ...]:
    """The conversation with the results of each step in one user message.

    In prompting mode calls are text, so a server knows no call that a tool message could answer;
    officially, API models are shown the ``repr`` of a list of such messages in its place.
    """
    messages: list[Message] = []
    for is_result, group in groupby(observation.messages, key=lambda m: m.role == "tool"):
        if is_result:
            shown = [{"role": "tool", "name": m.name, "content": m.content} for m in group]
            messages.append(Message("user", repr(shown)))
        else:
            messages += group
    return tuple(messages)
