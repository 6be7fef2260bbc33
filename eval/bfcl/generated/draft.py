"""A task in the making: what the user says, the gold calls, and what they lead to.

A kind of task is a function that fills in a `Draft`. Its calls are carried out as it makes them, so
that later ones can use what earlier ones brought, and so that the goal is known: the state in the
end, and the results that questions are after. Nothing is written down by hand but the words.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from envs.types import JSON, Action, Task, ToolCall, ToolError
from eval.bfcl.generated.simulator import (
    Scenario,
    carry_out,
    open_apis,
    specs_of,
    value_of,
    written,
)
from eval.bfcl.generated.words import Words
from eval.bfcl.multi_turn.instances import Apis, view

Kind = Callable[["Draft"], None]

SIZES = {"easy": 4, "medium": 6, "hard": 8}
"""Difficulty -> fewest tools on offer; at least two are of no use."""


def call(name: str, /, **arguments: JSON) -> ToolCall:
    """A call, written short."""
    return ToolCall(name, arguments)


@dataclass
class Turn:
    """One turn of the user."""

    said: str
    steps: list[Action] = field(default_factory=list)
    """Gold: steps with calls, then a reply."""
    answers: list[str] = field(default_factory=list)
    """Results without which a question is not answered."""
    without: frozenset[str] = frozenset()
    """Tools that the user needs and that are not on offer yet."""


class Draft:
    """A task in the making; a kind fills it in.

    Args:
        root: folder of the official package.
        rng: of everything that is drawn.
        words: the vocabulary of the split.
    """

    def __init__(self, root: Path, rng: random.Random, words: Words) -> None:
        self.root, self.rng, self.words = root, rng, words
        self.scenarios: dict[str, Scenario] = {}
        self.turns: list[Turn] = []
        self.marks: list[str] = []
        self._apis: Apis = {}

    # --- what kinds use

    def open(self, **scenarios: Scenario) -> None:
        """Start the APIs, by the names of their classes."""
        self.scenarios = scenarios
        self._apis = open_apis(self.root, scenarios)

    def ask(self, said: str) -> None:
        """Begin a turn of the user.

        Args:
            said: what the user says; one of ``[these|those]`` is drawn.
        """
        count = 1
        while count:
            said, count = re.subn(
                r"\[([^\[\]]*)\]", lambda found: self.rng.choice(found[1].split("|")), said
            )
        self.turns.append(Turn(said))

    def call(self, name: str, /, **arguments: JSON) -> Any:
        """Make one call in a step of its own; what it brings."""
        return self.calls(ToolCall(name, arguments))[0]

    def calls(self, *calls: ToolCall) -> list[Any]:
        """Make calls that do not need each other in one step; what they bring."""
        self.turns[-1].steps.append(Action(calls=calls))
        return [_value(self._carry_out(call)) for call in calls]

    def look(self, name: str, /, **arguments: JSON) -> Any:
        """Make the call whose result the user asks for."""
        made = ToolCall(name, arguments)
        self.turns[-1].steps.append(Action(calls=(made,)))
        text = self._carry_out(made)
        self.turns[-1].answers.append(text)
        return _value(text)

    def reply(self, text: str) -> None:
        """End the turn with a text; one without is ended for the kind."""
        self.turns[-1].steps.append(Action(text))

    def ask_back(self, text: str) -> None:
        """End a turn that lacks something only the user knows."""
        self.marks.append("asks-back")
        self.reply(text)

    def refuse(self, text: str, *tools: str) -> None:
        """End a turn that needs tools which are not on offer.

        They are offered from the next turn on if a later one uses them.
        """
        self.marks.append("no-tool")
        self.turns[-1].without = frozenset(tools)
        self.reply(text)

    def pick(self, values: Sequence[Any]) -> Any:
        """One of the values."""
        return self.rng.choice(values)

    def some(self, values: Sequence[Any], count: int) -> list[Any]:
        """Different ones of the values, in random order."""
        return self.rng.sample(values, count)

    def remark(self) -> str:
        """A short sentence."""
        return str(self.pick(self.words.remarks).format(self.pick(self.words.things)))

    def _carry_out(self, call: ToolCall) -> str:
        try:
            return carry_out(call, self._apis)
        except ToolError as error:
            raise ValueError(f"the gold call {written(call)} leads to {error}") from None

    # --- what becomes of it

    def task(self, id: str, split: str, tags: Sequence[str]) -> Task:
        """The finished task."""
        for turn in self.turns:
            if not turn.steps or turn.steps[-1].calls:
                turn.steps.append(Action("That is done."))
        difficulty = self._difficulty()
        offers = self._offers(SIZES[difficulty])
        turns = [
            {
                "said": turn.said,
                "tools": offer,
                "calls": len(turn.steps) > 1,
                "answers": turn.answers,
            }
            for turn, offer in zip(self.turns, offers, strict=True)
        ]
        asks = ["question"] if any(turn.answers for turn in self.turns) else []
        return Task(
            id,
            self.turns[0].said,
            data={"scenarios": self.scenarios, "turns": turns, "goal": view(self._apis)},
            gold=[step for turn in self.turns for step in turn.steps],
            split=split,
            tags=(difficulty, *tags, *asks, *dict.fromkeys(self.marks)),
        )

    def _difficulty(self) -> str:
        calls = sum(len(step.calls) for turn in self.turns for step in turn.steps)
        if calls <= 1 and len(self.turns) == 1:
            return "easy"
        return "hard" if calls >= 4 and len(self.turns) >= 2 else "medium"

    def _offers(self, size: int) -> list[list[str]]:
        """The names of the tools on offer, turn by turn."""
        steps = [step for turn in self.turns for step in turn.steps]
        needed = list(dict.fromkeys(call.name for step in steps for call in step.calls))
        never = frozenset().union(*(turn.without for turn in self.turns)) - {*needed}
        known = [tool for name in self.scenarios for tool in specs_of(self.root, name)]
        others = [tool for tool in known if tool not in never and tool not in needed]
        extra = min(len(others), max(2, size - len(needed)))
        offer = [*needed, *self.rng.sample(others, extra)]
        self.rng.shuffle(offer)
        held_back = [
            frozenset().union(*(turn.without for turn in self.turns[at:]))
            for at in range(len(self.turns))
        ]
        return [[name for name in offer if name not in held] for held in held_back]


def _value(text: str) -> Any:
    """What a result says; lists come in Python's spelling."""
    value = value_of(text)
    return ast.literal_eval(value) if isinstance(value, str) else value
