"""What can be typed at the prompt: one table, from which help and completion are made."""

from __future__ import annotations

from typing import NamedTuple

from envs.common.errors import UserError, suggest


class Command(NamedTuple):
    """One command."""

    name: str
    key: str
    """Its shortcut."""
    usage: str
    """What may follow it."""
    help: str
    model: bool = False
    """Whether it asks a model."""


COMMANDS = (
    Command("call", "c", "[TOOL]", "call a tool: its arguments are asked for (or type its name)"),
    Command("answer", "a", "TEXT", "reply to the user in your own words"),
    Command("raw", "!", "CALLS", "send calls unchecked (a bare call is checked first)"),
    Command("step", "s", "[N]", "the model takes a turn (an empty line does too)", model=True),
    Command("run", "r", "", "the model plays on to the end", model=True),
    Command("edit", "e", "", "see and change the model's turn before it is taken", model=True),
    Command("undo", "u", "[N]", "take back a turn"),
    Command("redo", "y", "[N]", "take it again"),
    Command("fork", "f", "[NAME]", "go on from here in a new branch"),
    Command("branches", "b", "", "list the branches"),
    Command("go", "g", "BRANCH", "switch to a branch"),
    Command("what-if", "i", "", "two actions from here, side by side; nothing is taken"),
    Command("list", "l", "[TOOL]", "the tools, or one tool's schema"),
    Command("view", "v", "", "the world's state"),
    Command("diff", "d", "", "what changed since the episode began"),
    Command("history", "h", "", "draw the episode so far again"),
    Command("prompt", "p", "", "the conversation as the agent reads it"),
    Command("score", "m", "", "how it stands"),
    Command("write", "w", "", "save all branches"),
    Command("quit", "q", "", "save and leave (so does Ctrl-D)"),
    Command("help", "?", "", "this list"),
)
_ALIASES = {"save": "write", "state": "view", "tools": "list", "switch": "go", "exit": "quit"}
NAMES = [*(command.name for command in COMMANDS), *_ALIASES]


def find(word: str) -> Command | None:
    """The command that a word names, if any."""
    word = _ALIASES.get(word, word)
    return next((command for command in COMMANDS if word in (command.name, command.key)), None)


def unknown(word: str, tools: list[str]) -> UserError:
    """What to say to a line that is neither command, nor tool, nor call."""
    near = suggest(word[:60], [*NAMES, *tools]).partition(" (one of")[0]
    return UserError(f"no command or tool {word[:60]!r}{near}; a reply is: a TEXT; help: ?")


def count(text: str) -> int:
    """The number behind a command, 1 where there is none.

    Raises:
        UserError: it is no number.
    """
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise UserError(f"a number of turns is needed, not {text[:40]!r}")
    return int(text)
