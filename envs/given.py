"""Tools that come from elsewhere, and tasks that the user gives.

What is common to worlds without a logic of their own (plain functions, a list of tools): the tasks
of `envs.tasks`, a state that is the record of the calls, and a score made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from envs.common.errors import UserError
from envs.schema import call_errors
from envs.state import digest
from envs.tasks import listed_tasks, made, read_tasks, said
from envs.turn import shown
from envs.types import JSON, Task, ToolCall, ToolError, ToolSpec
from envs.world import Score, World

Given = str | Path | Sequence[Task | Mapping[str, Any]]
"""Tasks: a JSON-lines file, or tasks, or the objects that stand for them (`envs.tasks`)."""

UNSCORED = "unscored"
"""The part of the score of a task that expects nothing; always 0."""


class GivenWorld(World):
    """Tools on offer and the user's tasks; a subclass sets `offered` and answers calls.

    Args:
        tasks: in place of those that the class has.
        message: what the user says, for one task in their place that expects nothing.

    Raises:
        UserError: both are given, or a task is none.
    """

    offered: ClassVar[tuple[ToolSpec, ...]] = ()
    given: ClassVar[Given] = ()

    def __init__(self, *, tasks: Given | None = None, message: str | None = None) -> None:
        if tasks is not None and message is not None:
            raise UserError("tasks or a message: one of them")
        if message is not None:
            tasks = [Task("message", message)]
        self._given = self.given if tasks is None else tasks
        self._tasks: list[Task] | None = None

    def answer(self, call: ToolCall) -> JSON:
        """What a tool says to a call; `ToolError` to refuse it."""
        raise NotImplementedError(f"{type(self).__name__} has no answer()")

    def tasks(self) -> Iterable[Task]:
        """The tasks that were given; read once."""
        if self._tasks is None:
            given = self._given
            of_file = isinstance(given, str | Path)
            self._tasks = read_tasks(Path(given)) if of_file else listed_tasks(given, "task")  # type: ignore[arg-type]
        return self._tasks

    def setup(self, task: Task) -> None:
        """Start an empty record of calls."""
        self.state: dict[str, list[JSON]] = {"calls": []}

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The tools, always the same."""
        return self.offered

    def call(self, call: ToolCall) -> JSON:
        """Have a call answered, and keep a record of it."""
        record = {"name": call.name, "arguments": dict(call.arguments), "error": False}
        self.state["calls"].append(record)
        try:
            return self.answer(call)
        except ToolError:
            record["error"] = True
            raise

    def score(self, task: Task) -> Score:
        """Score what the task expects: calls, a text in the last reply, what tools say now."""
        wanted, answers = task.data.get("calls"), task.data.get("answers")
        parts: dict[str, bool | float] = {}
        if wanted is not None:
            parts["calls"] = made(wanted, self.state["calls"])
        if answers is not None:
            parts["answer"] = said(answers, self.actions[-1].text)
        if checks := task.data.get("checks"):
            parts["checks"] = all(self._holds(check) for check in checks)
        return parts or {UNSCORED: 0.0}

    def view(self) -> JSON:
        """What was done, call by call."""
        calls = [] if self.state is None else self.state["calls"]
        return {"calls": [f"{call['name']} {digest(call)[:8]}" for call in calls]}

    def _holds(self, check: JSON) -> bool:
        """Whether a tool says what it should, now that the episode is over."""
        call = ToolCall(check["name"], check["arguments"])
        if wrong := call_errors(call, self.offered):
            raise ValueError(f"the task's check of {call.name}: {'; '.join(wrong)}")
        try:
            return check["text"] in shown(self.answer(call))
        except ToolError:
            return False
