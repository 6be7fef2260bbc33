"""A conversation in the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from envs.common.text import one_line, visible
from envs.types import Message

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"system": "dim", "user": "bold cyan", "assistant": "bold green", "tool": "yellow"}


def as_text(messages: Iterable[Message], *, width: int = 100) -> str:
    """The conversation as plain text, `width` characters wide."""
    import io

    from rich.console import Console

    console = Console(file=io.StringIO(), width=width, color_system=None)
    _draw(console, messages)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def show(messages: Iterable[Message]) -> None:
    """Print the conversation."""
    from rich.console import Console

    _draw(Console(), messages)


def _draw(console: Console, messages: Iterable[Message]) -> None:
    from rich.text import Text

    for message in messages:
        who = message.name if message.role == "tool" and message.name else message.role
        lines = [message.content] if message.content else []
        for call in message.calls:
            arguments = json.dumps(dict(call.arguments), ensure_ascii=False, default=str)
            lines.append(f"→ {call.name} {arguments}")
        head = Text(f"{one_line(who)}: ", style=_STYLES[message.role])
        console.print(head + Text(visible("\n".join(lines))))
