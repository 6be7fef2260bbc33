"""Worlds made harder in one way, to see what a model's score rests on.

``rename``: tools have names that say nothing; ``shuffle``: tools and parameters come in another
order; ``drop``: a quarter of the tools is missing; ``flaky``: one call in five fails for no reason
and may be tried again. All is settled by a seed, snapshots work as before, and the world itself
sees its own names. What is said in texts (a task that names a tool) stays as it is, so a world that
reads calls in texts by its own rules is not renamed.
"""

from __future__ import annotations

import random
import string
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from envs.checks import UNSOLVABLE
from envs.common.errors import UserError, suggest
from envs.state import digest
from envs.types import JSON, Action, Task, ToolCall, ToolError, ToolSpec
from envs.world import Score, World

DROPPED = 1 / 4
"""Share of the tools that ``drop`` takes away."""
FAILING = 1 / 5
"""Share of the calls that ``flaky`` refuses."""


class Perturbed(World):
    """What the ways have in common: each is a class that goes in front of a world's."""

    seed: int = 0
    _offered: tuple[Any, ...] = ()

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The world's tools, changed; the same objects as long as the world's are the same."""
        own = tuple(super().specs(task))
        if self._offered[:2] != (task.id, own):
            self._offered = (task.id, own, tuple(self.changed(own, task)))
        offered: tuple[ToolSpec, ...] = self._offered[2]
        return offered

    def changed(self, specs: Sequence[ToolSpec], task: Task) -> Iterable[ToolSpec]:
        """The tools as the model is to see them."""
        return specs

    def chance(self, *parts: str) -> float:
        """A number in [0, 1) that depends on the seed and the parts alone."""
        return int(digest([self.seed, *parts])[:12], 16) / 16**12


class Rename(Perturbed):
    """Letters of tool names are exchanged for others, one to one."""

    def tasks(self) -> Iterable[Task]:
        """The world's tasks; gold calls tools by their new names."""
        for task in super().tasks():
            yield _with_gold(task, lambda name: renamed(name, self.seed))

    def setup(self, task: Task) -> None:
        """Set the world up with the task as it knows it."""
        super().setup(self._own(task))

    def score(self, task: Task) -> Score:
        """Have the world score the task as it knows it."""
        return super().score(self._own(task))

    def call(self, call: ToolCall) -> JSON:
        """Call the tool by its own name."""
        return super().call(replace(call, name=original(call.name, self.seed)))

    def changed(self, specs: Sequence[ToolSpec], task: Task) -> Iterable[ToolSpec]:
        """The tools with their new names."""
        return [replace(spec, name=renamed(spec.name, self.seed)) for spec in specs]

    @property
    def actions(self) -> tuple[Action, ...]:
        """The turns so far, with the world's own names."""
        actions: tuple[Action, ...] = self.__dict__.get("actions", ())
        return actions

    @actions.setter
    def actions(self, actions: tuple[Action, ...]) -> None:
        self.__dict__["actions"] = _by_names(actions, lambda name: original(name, self.seed))

    def _own(self, task: Task) -> Task:
        return _with_gold(task, lambda name: original(name, self.seed))


class Shuffle(Perturbed):
    """Tools, and the parameters of each, come in another order in every task."""

    def changed(self, specs: Sequence[ToolSpec], task: Task) -> Iterable[ToolSpec]:
        """The tools in their new order."""
        return sorted(
            (self._shuffled(spec, task) for spec in specs),
            key=lambda spec: self.chance(task.id, spec.name),
        )

    def _shuffled(self, spec: ToolSpec, task: Task) -> ToolSpec:
        properties = spec.parameters.get("properties", {})
        order = sorted(properties, key=lambda name: self.chance(task.id, spec.name, name))
        changed = {**spec.parameters, "properties": {name: properties[name] for name in order}}
        return replace(spec, parameters=changed)


class Drop(Perturbed):
    """Some tools are missing, others in every task; a task whose gold needs one is unsolvable."""

    _task = ""

    def tasks(self) -> Iterable[Task]:
        """The world's tasks, tagged where they became unsolvable."""
        for task in super().tasks():
            called = {call.name for action in task.gold or () for call in action.calls}
            lost = any(self._drops(name, task.id) for name in called)
            yield replace(task, tags=(*task.tags, UNSOLVABLE)) if lost else task

    def changed(self, specs: Sequence[ToolSpec], task: Task) -> Iterable[ToolSpec]:
        """The tools that are left."""
        self._task = task.id
        return [spec for spec in specs if not self._drops(spec.name, task.id)]

    def call(self, call: ToolCall) -> JSON:
        """Call a tool that is left."""
        if self._drops(call.name, self._task):
            raise ToolError(f"unknown tool {call.name!r}")
        return super().call(call)

    def _drops(self, name: str, task: str) -> bool:
        return self.chance(task, name) < DROPPED


class Flaky(Perturbed):
    """Some calls are not carried out; whether one is, the world's generator says."""

    def call(self, call: ToolCall) -> JSON:
        """Call the tool, or not."""
        if self.rng.random() < FAILING:
            raise ToolError(f"{call.name} is not available at the moment; try again")
        return super().call(call)


WAYS: dict[str, type[Perturbed]] = {
    "rename": Rename,
    "shuffle": Shuffle,
    "drop": Drop,
    "flaky": Flaky,
}


def perturbed(world: type[World] | str, *ways: str, seed: int = 0) -> type[World]:
    """The class of a world that is harder in some of `WAYS`, for `envs.make` and all others.

    Args:
        world: a class, or the name of an environment.
        ways: names of `WAYS`, each at most once; the first is the innermost.
        seed: other seeds give other names, orders and losses.

    Raises:
        UserError: there is no such way, or it is named twice.
    """
    if isinstance(world, str):
        from envs.registry import resolve_world

        world = resolve_world(world)
    for way in ways:
        if way not in WAYS:
            raise UserError(f"no way {way!r} to perturb a world{suggest(way, list(WAYS))}")
        if ways.count(way) > 1:
            raise UserError(f"{way} is named twice")
    for way in ways:
        fields = {"seed": seed, "__module__": __name__, "__doc__": world.__doc__}
        world = type(f"{world.__name__}_{way}", (WAYS[way], world), fields)
    return world


# --- names


def renamed(name: str, seed: int) -> str:
    """A name with its letters exchanged; digits, dots and the like stay."""
    return name.translate(str.maketrans(string.ascii_letters, _letters(seed)))


def original(name: str, seed: int) -> str:
    """The name that `renamed` was given."""
    return name.translate(str.maketrans(_letters(seed), string.ascii_letters))


def _letters(seed: int) -> str:
    """What stands for each of `string.ascii_letters`; no letter stands for itself."""
    letters = list(string.ascii_lowercase)
    random.Random(seed).shuffle(letters)
    to = dict(zip(letters, letters[1:] + letters[:1], strict=True))
    lower = "".join(to[letter] for letter in string.ascii_lowercase)
    return lower + lower.upper()


def _by_names(actions: Iterable[Action], to: Any) -> tuple[Action, ...]:
    return tuple(
        replace(action, calls=tuple(replace(call, name=to(call.name)) for call in action.calls))
        for action in actions
    )


def _with_gold(task: Task, to: Any) -> Task:
    return task if task.gold is None else replace(task, gold=_by_names(task.gold, to))
