"""Agentic entries as tasks, and the order in which they can be played.

A memory question reads what conversations before it have left in the memory, and so does every
such conversation but the first of its scenario. A task therefore names in ``depends_on`` what to
play first. When one of those has been played, `Agentic.content` is what it left: JSON to be kept by
its id. Before a task is played, `TaskMaker.resume` puts the memory into it: into its system prompt
and into the data that its world starts from. Each agent and each trial has a memory of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from envs.common.errors import UserError
from envs.types import Message, Task
from eval.bfcl.agentic.data import Entry, load_prerequisites
from eval.bfcl.agentic.memory import Content, Memories
from eval.bfcl.formats import PromptConfig
from eval.bfcl.hints import hinted
from eval.bfcl.prompts import CONSTANTS, Prompts, system_prompt
from eval.bfcl.schemas import to_spec

PREREQUISITE = "prerequisite"
"""Tag of tasks that are played for what they leave in the memory, and not scored."""


def prerequisites(root: Path, questions: Iterable[Entry]) -> list[Entry]:
    """The conversations to play before `questions`, in an order that respects what each needs.

    Raises:
        UserError: a data file is missing or broken.
    """
    wanted = {(entry.category, entry.scenario): None for entry in questions if entry.depends_on}
    chains = {category: load_prerequisites(root, category) for category, _ in wanted}
    return [entry for category, scenario in wanted for entry in chains[category][scenario]]


def latest(task: Task, contents: Mapping[str, Content]) -> Content | None:
    """What the memory holds when a task begins.

    Args:
        task: of an agentic entry.
        contents: what the memory held after each prerequisite that has been played, by its id.

    Returns:
        What the last of the task's prerequisites left; officially, one that failed leaves things
        as they were. ``None`` where there is nothing.
    """
    for task_id in reversed(task.data["depends_on"]):
        if task_id in contents:
            return contents[task_id]
    return None


@dataclass(frozen=True)
class TaskMaker:
    """Makes tasks as the official generation asks them."""

    prompts: Prompts
    """The official texts."""
    memories: Memories
    mode: Literal["prompting", "fc"] = "prompting"
    """``prompting``: the system prompt lists the functions; ``fc``: they are offered as tools."""

    def make(self, entry: Entry, content: Content | None = None) -> Task:
        """An entry as a task that starts with this in the memory.

        Raises:
            UserError: the official files lack a text, or a package is missing.
        """
        docs = hinted(entry.functions, "python", self.prompts.hints)
        parts = [] if self.mode == "fc" else [system_prompt(docs, self.prompts, PromptConfig())]
        if entry.backend:
            parts.append(self._memory_prompt(entry, self.memories.shown(entry.backend, content)))
        if entry.answers is not None:
            parts.append(self._text("ADDITIONAL_SYSTEM_PROMPT_FOR_AGENTIC_RESPONSE_FORMAT"))
        return Task(
            entry.id,
            (Message("system", "\n\n".join(parts)), Message("user", entry.turns[0])),
            data={
                "entry": entry,
                "turns": entry.turns,
                "specs": tuple(map(to_spec, docs)),
                "depends_on": entry.depends_on,
                "content": content,
            },
            tags=(entry.category,) if entry.answers is not None else (entry.category, PREREQUISITE),
        )

    def resume(self, task: Task, contents: Mapping[str, Content]) -> Task:
        """The task as it is after its prerequisites; see `latest`."""
        return self.make(task.data["entry"], latest(task, contents))

    def _memory_prompt(self, entry: Entry, memory: str) -> str:
        kind = "UNIFIED" if entry.backend == "rec_sum" else "CORE_ARCHIVAL"
        template = self._text(f"MEMORY_BACKEND_INSTRUCTION_{kind}")
        settings = self.prompts.constants.get("MEMORY_AGENT_SETTINGS", {})
        try:
            return template.format(scenario_setting=settings[entry.scenario], memory_content=memory)
        except (KeyError, IndexError) as error:
            raise _lacking(error) from None

    def _text(self, name: str) -> str:
        text = self.prompts.constants.get(name)
        if not isinstance(text, str):
            raise _lacking(name)
        return text


def _lacking(what: object) -> UserError:
    return UserError(f"{CONSTANTS} of the official package lacks a text: {what}")
