"""Dialogues as tasks that are played to their end.

The user's lines come one after the other, each in answer to a turn without a call. The recorded
assistant's words are not shown; its calls are what is expected. Level 1 offers the dialogue's
tools; on levels 2 and 3 there is ToolSearcher at first.
"""

from __future__ import annotations

from collections.abc import Sequence

from envs.types import Action, Message, Task
from eval.api_bank.data import Dialogue, load_own
from eval.api_bank.docs import Docs
from eval.api_bank.prompts import Mode, Prompts, call_of, function_calling_text, system_text
from eval.api_bank.tools.lookup import SEARCH

CATEGORIES = {1: "level-1-dialogues", 2: "level-2-dialogues", 3: "level-3-scenes"}


def own_tasks() -> list[Task]:
    """Our own dialogues and scenes, with tools offered as such."""
    system = function_calling_text("talk")
    return [task_of(dialogue, system) for level in CATEGORIES for dialogue in load_own(level)]


def task_id(dialogue: Dialogue) -> str:
    """What reports call a dialogue."""
    return f"{dialogue.level}/{dialogue.file.removesuffix('.jsonl')}"


def opening(dialogue: Dialogue, mode: Mode, prompts: Prompts, docs: Docs) -> str:
    """The system prompt of a conversation."""
    if mode == "fc":
        return function_calling_text("talk")
    offered = dialogue.tools if dialogue.level == 1 else (SEARCH,)
    return system_text(prompts.talk, [name for name in offered if name in docs], docs)


def task_of(dialogue: Dialogue, system: str) -> Task:
    """A dialogue to be played, with its recorded calls as gold.

    Args:
        dialogue: of any level.
        system: the system prompt.
    """
    said = _user_turns(dialogue)
    calls = [call_of(line) for line in dialogue.lines if line.role == "API"]
    return Task(
        task_id(dialogue),
        (Message("system", system), Message("user", said[0])),
        {
            "level": dialogue.level,
            "tools": dialogue.tools if dialogue.level == 1 else None,
            "search": dialogue.level > 1,
            "turns": said[1:],
            "expected": [{"name": call.name, "arguments": call.arguments} for call in calls],
        },
        _gold(dialogue),
        tags=(CATEGORIES[dialogue.level],),
    )


def _user_turns(dialogue: Dialogue) -> Sequence[str]:
    """What the user says, lines that follow each other in one turn."""
    turns: list[str] = []
    before = ""
    for line in dialogue.lines:
        if line.role == "User" and before == "User":
            turns[-1] += f"\n{line.text}"
        elif line.role == "User":
            turns.append(line.text)
        before = line.role
    return turns or [""]


def _gold(dialogue: Dialogue) -> tuple[Action, ...]:
    """The recorded calls, and before each turn of the user what the assistant said last."""
    actions: list[Action] = []
    text, before, asked = "", "", False
    for line in dialogue.lines:
        if line.role == "API":
            actions.append(Action(calls=(call_of(line),)))
        elif line.role == "AI":
            text = line.text
        elif before != "User":
            if asked:
                actions.append(Action(text))
            text, asked = "", True
        before = line.role
    return (*actions, Action(text))
