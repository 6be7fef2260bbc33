"""BFCL's multi-turn entries as worlds: simulated APIs, a scripted user, the official loop.

A step that calls something is carried out and answered with the official result texts; a step
that does not ends the user's turn. In prompting mode calls are read in the raw text by the
official decoder, and the conversation keeps that text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from envs.types import JSON, Action, Task, ToolCall, ToolError, ToolSpec
from envs.world import World
from eval.bfcl.calls import DecodeError
from eval.bfcl.multi_turn.checker import Checker
from eval.bfcl.multi_turn.execute import Scope, execute, scope
from eval.bfcl.multi_turn.instances import Apis, copied_apis, view
from eval.bfcl.multi_turn.steps import MAX_STEPS, calls_of, step_of, turns_of


@dataclass(frozen=True)
class Progress:
    """All that changes in a conversation beside its transcript."""

    apis: Apis
    """Changed in place by what is called."""
    scope: Scope
    turn: int = 0
    """Index of the user's turn."""
    steps: int = 0
    """Steps with calls in this turn."""


class Simulated(World):
    """The official loop around simulated APIs: what every kind of conversation shares.

    Args:
        tasks: what can be asked.
        mode: what steps are: texts, or calls that a server has taken apart.
    """

    strict = False
    max_turns = 10_000  # the loop has a limit of its own
    state: Progress

    def __init__(
        self, tasks: Sequence[Task] = (), *, mode: Literal["prompting", "fc"] = "prompting"
    ) -> None:
        self._tasks = tasks
        self._mode = mode

    def tasks(self) -> Iterable[Task]:
        """The tasks it was given."""
        return self._tasks

    def begin(self, apis: Apis, task: Task) -> None:
        """Start a conversation on these instances."""
        self.state = Progress(apis, scope(apis, f"model_{task.id}"))

    def read(self, action: Action) -> Action | None:
        """In prompting mode, the calls that the official decoder finds in the text.

        They are named by their call strings, as their results are. A text without calls has an
        error only where the agent's format saw one, too.
        """
        if self._mode == "fc":
            return None
        text = step_of(action, self._mode)
        try:
            calls = calls_of(text, self._mode)
        except DecodeError:
            calls = []
        error = None if calls else action.error
        return Action(text, tuple(ToolCall(call) for call in calls), error)

    def call(self, call: ToolCall) -> JSON:
        """Carry a call out; the official result text.

        Raises:
            ToolError: it is the text of an error.
        """
        source = call.name
        if self._mode == "fc":
            try:
                (source,) = calls_of([{call.name: dict(call.arguments)}], self._mode)
            except DecodeError as error:
                raise ToolError(f"Error during execution: {error}") from None
        result = execute(source, self.state.apis, self.state.scope)
        if result.kind != "done":
            raise ToolError(result.text)
        return result.text

    def stop(self, task: Task) -> bool:
        """The conversation ends with the last step that a turn may have."""
        self.state = replace(self.state, steps=self.state.steps + 1)
        return self.state.steps >= MAX_STEPS

    def user(self, task: Task) -> str | None:
        """What the user says next; ``None`` after the last turn."""
        said: Sequence[str] = task.data["turns"]
        self.state = replace(self.state, turn=self.state.turn + 1, steps=0)
        return said[self.state.turn] if self.state.turn < len(said) else None

    def view(self) -> JSON:
        """The attributes of the instances that the checker compares."""
        return view(self.state.apis)

    def copy_state(self, state: Progress) -> Progress:
        """Copies of the instances; the rest does not change."""
        return replace(state, apis=copied_apis(state.apis))


class MultiTurn(Simulated):
    """Asks an entry turn by turn.

    Args:
        checker: makes instances and judges what came of them.
        tasks: made by `eval.bfcl.multi_turn.tasks`.
        mode: as in `Simulated`.
    """

    def __init__(
        self,
        checker: Checker,
        tasks: Sequence[Task] = (),
        *,
        mode: Literal["prompting", "fc"] = "prompting",
    ) -> None:
        super().__init__(tasks, mode=mode)
        self._checker = checker

    def setup(self, task: Task) -> None:
        """Put the APIs into the state that the entry's scenarios tell."""
        self.begin(self._checker.fresh(task.data["entry"]), task)

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The functions on offer in this turn, as JSON Schema."""
        offered: Sequence[Sequence[ToolSpec]] = task.data["specs"]
        return offered[min(self.state.turn, len(offered) - 1)]

    def score(self, task: Task) -> bool:
        """The official verdict on the conversation.

        Raises:
            ValueError: the official checker has none (it would crash).
        """
        entry = task.data["entry"]
        verdict = self._checker.judge(entry, self.result(task), self._mode)
        if verdict.valid is None:
            raise ValueError(f"{task.id}: {verdict.message}")
        return verdict.valid

    def result(self, task: Task) -> list[list[Any]]:
        """The conversation so far as official result files have it."""
        steps = [step_of(action, self._mode) for action in self.actions]
        return turns_of(steps, self._mode, len(task.data["turns"]))
