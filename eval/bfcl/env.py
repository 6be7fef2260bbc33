"""BFCL as a Gymnasium environment: ``gymnasium.make("itool/BFCL-v0")`` plays any of its tasks."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from envs.types import JSON, Action, Task, ToolCall, ToolSpec
from envs.world import Score, World
from eval.bfcl.families import Mode
from eval.bfcl.suite import BFCL


class BFCLWorld(World):
    """Any task of any category, played and scored as in that category.

    Memory questions start with nothing in the memory; `eval.bfcl` has the conversations before them
    played first.

    Args:
        data: the official package's folder; the pinned package by default.
        categories: what can be asked; all but web searches by default.
        mode: how functions are offered and calls are read.
        assets: folder with packages fetched ahead.
        offline: never try to download.
    """

    def __init__(
        self,
        *,
        data: str | Path | None = None,
        categories: Sequence[str] = ("single_turn", "multi_turn", "memory"),
        mode: Mode = "prompting",
        assets: str | Path | None = None,
        offline: bool = False,
    ) -> None:
        self._options = (data, tuple(categories), mode, assets, offline)
        self._inner: World = World()

    @cached_property
    def _suite(self) -> BFCL:
        from envs.common.assets import locate

        data, categories, mode, assets, offline = self._options
        folder = None if assets is None else Path(assets)
        root = Path(data) if data else locate("bfcl-eval", folder=folder, offline=offline)
        return BFCL(root, chosen=categories, mode=mode)

    def tasks(self) -> Iterable[Task]:
        """All tasks of the chosen categories."""
        return self._suite.tasks

    def setup(self, task: Task) -> None:
        """Set the world of the task's category up."""
        self._inner = self._suite.world(task)
        self._inner.setup(task)

    # --- what the task's own world says

    @property
    def state(self) -> Any:
        """The task's own world: with its state goes how it is read, played and scored."""
        return self._inner

    @state.setter
    def state(self, inner: World) -> None:
        self._inner = inner

    @property
    def actions(self) -> tuple[Action, ...]:
        """The assistant turns so far."""
        return self._inner.actions

    @actions.setter
    def actions(self, actions: tuple[Action, ...]) -> None:
        self._inner.actions = actions

    @property
    def single_answer(self) -> bool:  # type: ignore[override]
        """Whether the first turn is the answer."""
        return self._inner.single_answer

    @property
    def strict(self) -> bool:  # type: ignore[override]
        """Whether calls are checked against their schemas."""
        return self._inner.strict

    @property
    def max_turns(self) -> int:  # type: ignore[override]
        """The categories' own loops have limits of their own."""
        return 10_000

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The functions on offer now."""
        return self._inner.specs(task)

    def read(self, action: Action) -> Action | None:
        """The turn as the category reads it."""
        return self._inner.read(action)

    def call(self, call: ToolCall) -> JSON:
        """Carry a call out."""
        return self._inner.call(call)

    def user(self, task: Task) -> str | None:
        """What the user says next."""
        return self._inner.user(task)

    def stop(self, task: Task) -> bool:
        """Whether the loop's limit is reached."""
        return self._inner.stop(task)

    def score(self, task: Task) -> Score:
        """The official verdict."""
        return self._inner.score(task)

    def view(self) -> JSON:
        """What is compared of the state."""
        return self._inner.view()

    def copy_state(self, state: Any) -> Any:
        """The same world with a copy of its state."""
        inner = copy.copy(state)
        inner.state = state.copy_state(state.state)
        return inner
