"""The one fake world of the suite: small, random, with every kind of state and tool."""

from __future__ import annotations

from typing import Any, Literal

from envs import Action, Task, ToolCall, ToolError, World, tool


class FakeWorld(World):
    """A shelf of things, a log, a set and a die."""

    def __init__(self, *, shelf: int = 3) -> None:
        self.shelf = shelf

    def tasks(self):
        two = Action(calls=(ToolCall("add", {"thing": "cup", "count": 2}),))
        yield Task("two-cups", "Put two cups on the shelf.", {"goal": {"cup": 2}}, [two], "train")
        yield Task("a-spoon", "Put a spoon there.", {"goal": {"spoon": 1}}, split="test")
        more = [two, Action("Done."), Action(calls=(ToolCall("add", {"thing": "pan"}),))]
        data = {"goal": {"cup": 2, "pan": 1}, "asks": ["And a pan."]}
        yield Task("then-a-pan", "Two cups, please.", data, more, "train")

    def setup(self, task):
        self.state = {"things": {}, "log": [], "seen": set(), "asks": task.data.get("asks", [])}

    @tool
    def add(self, thing: str, count: int = 1) -> int:
        """Put things on the shelf.

        Args:
            thing: what to put.
            count: how many.
        """
        if count < 1:
            raise ToolError("count has to be positive")
        self.state["things"][thing] = self.state["things"].get(thing, 0) + count
        self.state["seen"].add(thing)
        return self.state["things"][thing]

    @tool
    def note(self, items: list[Any], kind: Literal["a", "b"] = "a") -> list[Any]:
        """Keep a list in the log, then mark it."""
        self.state["log"].append(items)
        items.append(kind)
        return self.state["log"]

    @tool
    def roll(self) -> int:
        """Throw the die."""
        value = int(self.rng.integers(1_000_000))
        self.state["log"].append(value)
        return value

    def user(self, task):
        return self.state["asks"].pop(0) if self.state["asks"] else None

    def score(self, task):
        return self.state["things"] == task.data["goal"]


class Crashing(FakeWorld):
    """Breaks where it is told to: in a tool, in setup, in score, in what a tool returns."""

    def __init__(self, *, where: str = "tool") -> None:
        super().__init__()
        self.where = where

    def setup(self, task):
        super().setup(task)
        if self.where == "setup":
            raise KeyError("setup")

    @tool
    def crash(self) -> Any:
        """Break."""
        if self.where == "result":
            return b"bytes"
        if self.where == "shape":
            return object()
        raise ZeroDivisionError("oops")

    def score(self, task):
        return {"part": 2.0}


class Remote(FakeWorld):
    """Its state is said to live elsewhere."""

    copyable = False
    replayable = True


class Stuck(FakeWorld):
    """Neither copied nor replayed."""

    copyable = False


class Answer(FakeWorld):
    """One turn, nothing executed."""

    single_answer = True

    def score(self, task):
        return {"calls": len(self.actions[0].calls) == 2, "half": 0.5}


class Lenient(FakeWorld):
    """Answers bad calls in its own words."""

    strict = False

    def call(self, call):
        return f"I saw {call.name}"


class Hidden(FakeWorld):
    """Keeps something that changes outside of its state: check_env has to notice."""

    def setup(self, task):
        super().setup(task)
        self.count = 0

    @tool
    def roll(self) -> int:
        """Count."""
        self.count += 1
        return self.count


class Growing(FakeWorld):
    """Offers a tool more after the first turn."""

    def specs(self, task):
        every = list(super().specs(task))
        return every if self.actions else every[:1]
