"""A single-turn BFCL entry as a world: the first assistant turn is the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from envs.types import Task, ToolSpec
from envs.world import World


class SingleTurn(World):
    """Asks one question; the calls of the answer are judged, never executed.

    Args:
        tasks: what can be asked.
        calls: judge the calls of the turn (function-calling mode), not its text.
    """

    single_answer = True

    def __init__(self, tasks: Sequence[Task] = (), *, calls: bool = False) -> None:
        self._tasks = tasks
        self._calls = calls

    def tasks(self) -> Iterable[Task]:
        """The tasks it was given."""
        return self._tasks

    def setup(self, task: Task) -> None:
        """There is nothing to set up."""
        self.state = {}

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The entry's functions, with the language hints of generation, as JSON Schema."""
        specs: Sequence[ToolSpec] = task.data["specs"]
        return specs

    def score(self, task: Task) -> bool:
        """The official verdict on the answer.

        Raises:
            ValueError: the official checker has none (it would crash).
        """
        from eval.bfcl.function_calls import answer_of_turn, judge_function_calls
        from eval.bfcl.multi_turn.steps import written
        from eval.bfcl.verdict import judge

        action, entry = self.actions[-1], task.data["entry"]
        args = (entry.category, entry.functions, entry.truth)
        if self._calls:
            verdict = judge_function_calls(*args, answer_of_turn(action))
        else:
            verdict = judge(*args, written(action), entry.config)
        if verdict.valid is None:
            raise ValueError(f"{task.id}: {verdict.message}")
        return verdict.valid
