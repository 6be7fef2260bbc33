"""What the player draws beside the turns of `agents.views`. Strangers' texts stay texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from agents import views
from agents.player.ask import fields_of
from agents.player.commands import COMMANDS
from agents.views import Row
from envs.common.text import one_line, visible
from envs.state import plain
from envs.types import JSON, Message, ToolSpec

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from agents.player.session import Session, Trial
    from envs.state import Change

WIDE = 100
"""Columns from which two trials stand beside each other."""


def help_table(model: bool) -> Table:
    """The commands."""
    table = Table.grid(padding=(0, 2))
    for command in COMMANDS:
        if model or not command.model:
            table.add_row(command.key, Text(f"{command.name} {command.usage}"), Text(command.help))
    return table


def tools(specs: Sequence[ToolSpec]) -> Table:
    """Names and arguments, what may be left out in brackets, and the first sentence about each."""
    table = Table.grid(padding=(0, 2))
    for spec in specs:
        names = [f.name if f.required else f"[{f.name}]" for f in fields_of(spec)]
        about = one_line(spec.description).partition(". ")[0]
        title = Text(one_line(spec.name), "bold").append(f"({one_line(', '.join(names))})", "none")
        table.add_row(title, Text(about))
    return table


def tool(spec: ToolSpec) -> Group:
    """A tool and its arguments."""
    rows = [Row(one_line(f.name), Text(one_line(f.told))) for f in fields_of(spec)]
    title = Text(one_line(spec.name), "bold")
    return Group(title, Text(visible(spec.description), "dim"), *rows)


def state(value: JSON) -> Text:
    """The world's state as JSON."""
    return _cut(json.dumps(value, ensure_ascii=False, indent=1, default=plain), 60)


def changes(found: Sequence[Change]) -> Row:
    """What differs."""
    told = "\n".join(change.told() for change in found) or "nothing changed"
    return Row("state", _cut(told, 60))


def conversation(messages: Sequence[Message]) -> Group:
    """The messages that an agent reads."""
    return views.opening("what the agent reads", {}, messages)


def branches(session: Session) -> Table:
    """Name, length and last turn of each branch; a star at the present one."""
    table = Table.grid(padding=(0, 2))
    for name, node in session.branches.items():
        star = "*" if name == session.branch else " "
        action = node.step.action if node.step else None
        last = "(start)" if action is None else _short(action.text)
        if action and action.calls:
            last = ", ".join(_short(c.name) for c in action.calls)
        table.add_row(star, one_line(name), f"{node.depth} turns", Text(last))
    return table


def compare(trials: Sequence[Trial], first: int, console: Console) -> RenderableType:
    """Trials beside each other, or one below the other where the terminal is narrow."""
    drawn = [_trial(chr(65 + index), trial, first) for index, trial in enumerate(trials)]
    if console.width < WIDE:
        return Group(*drawn)
    table = Table.grid(expand=True, padding=(0, 2))
    for _ in drawn:
        table.add_column(ratio=1)
    table.add_row(*drawn)
    return table


def _trial(letter: str, trial: Trial, number: int) -> Group:
    title = Text(f"what if {letter}", "bold cyan")
    if trial.step is None:
        return Group(title, Row("error", Text(one_line(trial.error or ""))))
    end = f"it would end: {trial.outcome}" if trial.outcome else "it would go on"
    rest = [] if trial.changed else [Row("state", Text("nothing changed", "dim"))]
    return Group(title, views.turn(number, trial.step, trial.diffs), *rest, Row("then", Text(end)))


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= 40 else text[:38] + " …"


def _cut(text: str, lines: int) -> Text:
    parts = visible(text).split("\n")
    shown = Text("\n".join(parts[:lines]))
    if len(parts) > lines:
        shown.append(f"\n… {len(parts) - lines} more lines", "dim italic")
    return shown
