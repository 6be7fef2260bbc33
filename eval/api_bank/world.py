"""API-Bank's tools as a world: databases that belong to the episode, and calls that change them.

A task says in its ``data`` which ``level`` it is of, and

- ``tools``: names of the tools on offer (all of the level by default);
- ``search``: ``True`` for ToolSearcher alone at first; what it finds is on offer from then on;
- ``turns``: what the user says to the first, second, ... turn without a call;
- ``expected``: the calls that solve the task, in order, each with ``name`` and ``arguments``.

The score is the share of the expected calls that were made, in their order, with the results they
are to have by the repaired comparison; other calls in between do no harm but for what they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from envs.state import copied
from envs.types import JSON, Action, Task, ToolCall, ToolError, ToolSpec
from envs.world import World
from eval.api_bank.prompts import Mode
from eval.api_bank.reading import Unfit, fit, read_call
from eval.api_bank.repaired import meets
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.base import Result, ToolSet
from eval.api_bank.tools.library import Library
from eval.api_bank.tools.lookup import SEARCH, names_found

Made = tuple[str, Result]
"""A tool and the result of a call of it."""


class APIBank(World):
    """Bookings, meetings, health, money and a smart home, for an assistant with many tools.

    Args:
        tasks: what there is to do; by default our own dialogues and scenes.
        data: folder of the official data or a checkout; small databases of our own by default.
        libraries: what the tools know, by level, where that is open already.
        own_words: describe tools in our own words even where official ones are there.
        mode: ``prompting`` reads the call in the text that a model wrote, ``fc`` takes its calls.
    """

    strict = False  # the official tools have words of their own for bad calls

    def __init__(
        self,
        tasks: Sequence[Task] | None = None,
        *,
        data: str | Path | None = None,
        libraries: Mapping[int, Library] | None = None,
        own_words: bool = False,
        mode: Mode = "fc",
    ) -> None:
        self._tasks = tasks
        self._mode = mode
        self._data = None if data is None else Path(data)
        self._own_words = own_words
        self._libraries = dict(libraries or {})
        self._offers: dict[tuple[int, tuple[str, ...]], tuple[ToolSpec, ...]] = {}
        self._level = 1

    def tasks(self) -> Iterable[Task]:
        """The tasks it was given, or our own."""
        if self._tasks is None:
            from eval.api_bank.tasks import own_tasks

            self._tasks = own_tasks()
        return self._tasks

    def setup(self, task: Task) -> None:
        """Fresh databases; no calls so far."""
        self._level = task.data.get("level", 1)
        fresh = self._library(self._level).fresh()
        self.state = {"databases": fresh, "results": [], "found": [], "said": 0}

    def specs(self, task: Task) -> Sequence[ToolSpec]:
        """The tools on offer."""
        names = task.data.get("tools") or LEVELS[self._level].apis
        if task.data.get("search"):
            names = (SEARCH, *self.state["found"])
        key = (self._level, tuple(names))
        if key not in self._offers:
            self._offers[key] = tuple(self._spec(name) for name in names)
        return self._offers[key]

    def read(self, action: Action) -> Action | None:
        """In prompting mode the first call that the repaired reading finds in the text."""
        if self._mode == "fc" or action.raw is None:
            return None
        call = read_call(action.raw)
        return Action(action.raw, () if call is None else (call,))

    def user(self, task: Task) -> str | None:
        """The user's next line; the conversation is over when there is none."""
        turns: Sequence[str] = task.data.get("turns", ())
        said: int = self.state["said"]
        if said >= len(turns):
            return None
        self.state["said"] += 1
        return turns[said]

    def call(self, call: ToolCall) -> JSON:
        """Carry out a call; any tool of the level may be called, on offer or not.

        Raises:
            ToolError: the tool refuses, in official words.
        """
        result = carry_out(self._tools(), call)
        self.state["results"].append((call.name, result))
        if call.name == SEARCH:
            new = (n for n in names_found(result["output"]) if n not in self.state["found"])
            self.state["found"].extend(new)
        if result["exception"] is not None:
            raise ToolError(result["exception"])
        return result["output"]

    def score(self, task: Task) -> Mapping[str, float]:
        """The share of the expected calls that were made."""
        expected = self.expected(task)
        if not expected:
            return {"calls": float(not self.state["results"])}
        return {"calls": self.met(task) / len(expected)}

    def met(self, task: Task) -> int:
        """How many of the expected calls were made, in their order."""
        return calls_met(LEVELS[self._level], self.expected(task), self.state["results"])

    def view(self) -> JSON:
        """The databases, and the tools found."""
        return {"databases": self.state["databases"], "found": self.state["found"]}

    def copy_state(self, state: Any) -> Any:
        """A copy that shares the results, which never change."""
        return {
            "databases": copied(state["databases"]),
            "results": list(state["results"]),
            "found": list(state["found"]),
            "said": state["said"],
        }

    def expected(self, task: Task) -> list[tuple[str, Result | None]]:
        """The results of the expected calls, one after the other on fresh databases.

        A call that cannot be carried out has no result, and nothing meets it.
        """
        level = task.data.get("level", 1)
        tools = LEVELS[level](self._library(level))
        found: list[tuple[str, Result | None]] = []
        for action in solution(task.data.get("expected", ())):
            for call in action.calls:
                try:
                    found.append((call.name, carry_out(tools, call)))
                except ToolError:
                    found.append((call.name, None))
        return found

    def _tools(self) -> ToolSet:
        return LEVELS[self._level](self._library(self._level), self.state["databases"])

    def _library(self, level: int) -> Library:
        if level not in self._libraries:
            from eval.api_bank.data import find_root, load, load_own, open_library
            from eval.api_bank.data import recorded_services as recorded

            root = None if self._data is None else find_root(self._data)
            known = [load_own(n) if root is None else load(root, n) for n in (1, 2)]
            services = recorded([dialogue for own in known for dialogue in own])
            opened = open_library(level, root, services=services, own_words=self._own_words)
            self._libraries.update(dict.fromkeys((1, 2) if level < 3 else (3,), opened))
        return self._libraries[level]

    def _spec(self, name: str) -> ToolSpec:
        return self._library(self._level).docs[name].spec(LEVELS[self._level].apis[name])


def carry_out(tools: ToolSet, call: ToolCall) -> Result:
    """Call a tool with JSON arguments, turned into the declared types where they can be.

    Raises:
        ToolError: there is no result, for want of such a tool or of such arguments.
    """
    found = tools.find(call.name)
    try:
        return tools.call(call.name, fit(found, call.arguments))
    except Unfit as error:
        raise ToolError(str(error)) from None


def calls_met(
    level: type[ToolSet], expected: Sequence[tuple[str, Result | None]], made: Iterable[Made]
) -> int:
    """How many of the expected results are met, in their order."""
    met = 0
    for name, result in made:
        wanted, right = expected[met] if met < len(expected) else ("", None)
        if wanted == name and right is not None:
            met += meets(level.apis[name], result, right)
    return met


def solution(calls: Iterable[Mapping[str, Any]]) -> tuple[Action, ...]:
    """Gold of a task from its expected calls: one turn each."""
    return tuple(Action(calls=(ToolCall(c["name"], c.get("arguments", {})),)) for c in calls)
