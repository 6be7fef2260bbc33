"""What an author of an environment writes.

A `World` sets a task up, answers tool calls and scores the result. It owns no loop, no transcript
and no Gymnasium: `envs.env.ToolEnv` adds those. All that changes during an episode is `state` (and
the generator `rng`), which is why any world can be copied, restored, hashed and compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from envs.common.errors import UserError
from envs.guards import Guards
from envs.state import copied
from envs.tools import tools_of
from envs.types import JSON, Action, Task, ToolCall, ToolError, ToolSpec

if TYPE_CHECKING:
    from numpy.random import Generator

Score = bool | float | Mapping[str, bool | float]
"""What `World.score` gives: one value in [0, 1], or named parts of which the reward is the
product. 1 is success."""


class WorldError(RuntimeError):
    """A world broke: the machine's failure, not the model's. The episode has no reward."""


def broken(world: World, doing: str, error: Exception) -> Exception:
    """Return what to raise for an exception out of a world: a `WorldError` that says where.

    A `UserError` (a missing package, a bad option) stays as it is.
    """
    if isinstance(error, WorldError | UserError):
        return error
    name = type(world).__name__
    return WorldError(f"{name} failed in {doing}: {type(error).__name__}: {error}")


class World:
    """Base class of all worlds: tasks, set-up, tools and score.

    Methods marked with `envs.tool` are the tools. A world is made without arguments; keyword
    arguments with defaults are options that `envs.make(id, option=...)` sets.
    """

    max_turns: int = 20
    """Assistant turns before the episode is cut."""
    max_errors: int = 10
    """Turns that could not be carried out (unreadable, or every call invalid) before it ends."""
    guards: Guards = Guards()
    """Limits on time, on the length of results and on repeated calls; by default there are none."""
    single_answer: bool = False
    """The first assistant turn is the answer: its calls are neither checked nor executed, the
    episode ends and `score` reads `actions`."""
    strict: bool = True
    """Calls are checked against their schemas, and only valid ones reach `call`. A benchmark that
    answers bad calls in its own words says ``False``: then all calls reach `call`, and a turn that
    could not be read counts as a reply."""
    copyable: bool = True
    """``False`` for a world whose state lives elsewhere (a server, a process)."""
    replayable: bool = False
    """Of a world that is not copyable: its author promises that `setup` and the same calls lead to
    the same state without side effects that matter, so snapshots may replay."""
    blocking: bool = False
    """``True`` for a world whose calls wait for something else (a server, the network): who plays
    several episodes at once carries its turns out in threads, one episode in one thread at a time.
    There, limits on time do not interrupt a tool; its author's own deadlines do."""

    state: Any = None
    """All that changes during an episode; `setup` sets it, tools change it."""
    rng: Generator
    """The only source of randomness; set before `setup`."""
    actions: tuple[Action, ...] = ()
    """The assistant turns so far, the present one included."""

    def tasks(self) -> Iterable[Task]:
        """All tasks of all splits, in a fixed order."""
        return ()

    def setup(self, task: Task) -> None:
        """Set `state` for the start of `task`."""
        self.state = None

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The tools on offer now; asked again after every turn. By default the marked methods."""
        return specs_of(type(self))

    def call(self, call: ToolCall) -> JSON:
        """Carry out a call and return a text, or a value that is shown as JSON.

        Raises:
            ToolError: its text is the tool's answer.
        """
        found = tools_of(type(self)).get(call.name)
        if found is None:
            raise ToolError(f"unknown tool {call.name!r}")
        return found.call(call.arguments, self)

    def read(self, action: Action) -> Action | None:
        """The turn as this world reads it; ``None``, the default, takes it as it came.

        For a benchmark that reads calls in the text by rules of its own: the conversation then
        keeps the text, and a result has the name of its call and no id.
        """
        return None

    def stop(self, task: Task) -> bool:
        """Whether the episode is over after a turn with calls; asked once after each."""
        return False

    def score(self, task: Task) -> Score:
        """How well the episode went, from `state` and `actions`."""
        raise NotImplementedError(f"{type(self).__name__} has no score()")

    def user(self, task: Task) -> str | None:
        """What the user says to a turn without calls; ``None`` ends the episode."""
        return None

    def view(self) -> JSON:
        """What counts in comparing two states; sets, tuples and dataclasses are fine in it."""
        return self.state

    def copy_state(self, state: Any) -> Any:
        """An independent copy of a state. Override it where much of a state never changes."""
        return copied(state)


_specs: WeakKeyDictionary[type, tuple[ToolSpec, ...]] = WeakKeyDictionary()


def specs_of(owner: type) -> tuple[ToolSpec, ...]:
    """Return the specs of the marked methods of a class; always the same tuple."""
    if owner not in _specs:
        _specs[owner] = tuple(tool.spec for tool in tools_of(owner).values())
    return _specs[owner]


def default_specs(world: World) -> tuple[ToolSpec, ...]:
    """The tools to offer before the first episode, where they do not depend on the task."""
    return specs_of(type(world)) if type(world).specs is World.specs else ()


def distinct(specs: Iterable[ToolSpec]) -> tuple[ToolSpec, ...]:
    """Tools that have a name each.

    Raises:
        ValueError: two have the same.
    """
    tools = tuple(specs)
    names = [spec.name for spec in tools]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two tools are called {twice!r}")
    return tools


def parts_of(score: Score) -> dict[str, float]:
    """The named parts of a score; a single value is the part ``score``.

    Raises:
        ValueError: a part is not in [0, 1], or there is none.
    """
    parts = {
        name: float(part)
        for name, part in (score if isinstance(score, Mapping) else {"score": score}).items()
    }
    if not parts or not all(0.0 <= part <= 1.0 for part in parts.values()):
        raise ValueError(f"score() gave {score!r}; parts have to lie in [0, 1]")
    return parts


def reward_of(parts: Mapping[str, float]) -> float:
    """The product of the parts: 1 only if every part is 1; 0 for no parts at all."""
    return math.prod(parts.values()) if parts else 0.0
