"""The official multi-turn entries, read as they are.

A user asks turn by turn, and the model works on simulated APIs. In ``multi_turn_miss_func`` some
functions are held out at first; the turn that reveals them has no message of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from envs.common.errors import UserError
from envs.common.files import read_lines
from eval.bfcl.apis import FILES
from eval.bfcl.categories import MULTI_TURN
from eval.bfcl.data import Doc, files, read_functions

DOCS = "data/multi_turn_func_doc"
"""Where the function docs of the APIs are, under the package's folder."""


@dataclass(frozen=True)
class MultiTurnEntry:
    """One conversation to be had."""

    id: str
    category: str
    turns: tuple[str | None, ...]
    """What the user says, turn by turn; ``None`` where held-out functions are revealed."""
    functions: tuple[Doc, ...]
    """Docs of what is on offer from the start, without the hints that a prompt adds."""
    held_out: Mapping[int, tuple[Doc, ...]]
    """Index of a turn -> docs of the functions that it reveals."""
    classes: tuple[str, ...]
    """The APIs in their order: of two methods with one name the later class has it."""
    initial_config: Mapping[str, Any]
    """Class -> the scenario that its instance starts with."""
    truth: tuple[tuple[str, ...], ...]
    """The expected calls of each turn, as Python."""

    @property
    def long_context(self) -> bool:
        """The APIs pad files and listings with filler."""
        return "long_context" in self.category


def load(root: Path, category: str) -> list[MultiTurnEntry]:
    """All entries of a multi-turn category, in the official order.

    Truths belong to questions by line number, as in the official code, not by id.

    Raises:
        UserError: a file is missing or broken; names file, line and what is wrong.
    """
    if category not in MULTI_TURN:
        raise UserError(f"{category!r} is not a multi-turn category of BFCL")
    questions, truths = files(root, category)
    rows, answers = read_lines(questions), read_lines(truths)
    if len(answers) != len(rows):
        raise UserError(
            f"{truths}: {len(answers)} truths for the {len(rows)} questions in {questions}"
        )
    docs: dict[str, tuple[Doc, ...]] = {}
    entries = []
    for line, (row, answer) in enumerate(zip(rows, answers, strict=True), 1):
        asked, told = _Row(row, questions, line), _Row(answer, truths, line)
        classes = asked.texts("involved_classes")
        for name in classes:
            if name not in FILES:
                raise asked.wrong("involved_classes", f"has no known API in {name!r}")
            if name not in docs:
                docs[name] = read_docs(root, name)
        functions = [doc for name in classes for doc in docs[name]]
        turns = asked.turns()
        entries.append(
            MultiTurnEntry(
                id=asked.text("id"),
                category=category,
                turns=turns,
                held_out=_hold_out(asked, functions, turns),
                functions=tuple(functions),
                classes=classes,
                initial_config=asked.scenarios(),
                truth=told.truth(),
            )
        )
        if len(entries[-1].truth) != len(turns):
            raise told.wrong("ground_truth", f"is not a list of {len(turns)} turns")
    return entries


def read_docs(root: Path, class_name: str) -> tuple[Doc, ...]:
    """The function docs of an API.

    Raises:
        UserError: the file is missing or broken.
    """
    path = root / DOCS / f"{FILES[class_name]}.json"
    return tuple(
        doc
        for line, row in enumerate(read_lines(path), 1)
        for doc in read_functions({"function": [row]}, path, line)
    )


def _hold_out(
    row: _Row, functions: list[Doc], turns: Sequence[str | None]
) -> dict[int, tuple[Doc, ...]]:
    """Take the held-out functions of an entry out of `functions`."""
    held_out = {}
    for turn, names in row.objects("missed_function").items():
        if not (turn.isdecimal() and int(turn) < len(turns) and isinstance(names, list)):
            raise row.wrong("missed_function", f"has no list of names for a turn in {turn!r}")
        if turns[int(turn)] is not None:
            raise row.wrong("question", f"has a message in turn {turn}, which reveals functions")
        found = []
        for name in names:
            index = next((i for i, doc in enumerate(functions) if doc["name"] == name), None)
            if index is None:
                raise row.wrong("missed_function", f"names {name!r}, which no API documents")
            found.append(functions.pop(index))
        held_out[int(turn)] = tuple(found)
    silent = [turn for turn, said in enumerate(turns) if said is None and turn not in held_out]
    if silent:
        raise row.wrong("question", f"has no message in turn {silent[0]}")
    return held_out


@dataclass(frozen=True)
class _Row:
    """One line of a file; reads its fields or says what is wrong with them."""

    fields: Mapping[str, Any]
    path: Path
    line: int

    def wrong(self, field: str, what: str) -> UserError:
        return UserError(f"{self.path}:{self.line}: field {field!r} {what}")

    def text(self, field: str) -> str:
        value = self.fields.get(field)
        if not isinstance(value, str):
            raise self.wrong(field, "is not a string")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.fields.get(field)
        if not _is_list_of(value, str):
            raise self.wrong(field, "is not a list of strings")
        return tuple(value)

    def objects(self, field: str) -> Mapping[str, Any]:
        value = self.fields.get(field, {})
        if not isinstance(value, dict):
            raise self.wrong(field, "is not an object")
        return value

    def scenarios(self) -> Mapping[str, Any]:
        found = self.objects("initial_config")
        if not all(isinstance(scenario, dict) for scenario in found.values()):
            raise self.wrong("initial_config", "is not an object of objects")
        return found

    def turns(self) -> tuple[str | None, ...]:
        """Every turn is one message of the user, or none."""
        turns = self.fields.get("question")
        if not _is_list_of(turns, list):
            raise self.wrong("question", "is not a list of turns")
        return tuple(self._said(number, turn) for number, turn in enumerate(turns))

    def _said(self, number: int, turn: list[Any]) -> str | None:
        match turn:
            case []:
                return None
            case [{"role": "user", "content": str(content)}]:
                return content
        raise self.wrong("question", f"has something else than one user message in turn {number}")

    def truth(self) -> tuple[tuple[str, ...], ...]:
        turns = self.fields.get("ground_truth")
        if not (_is_list_of(turns, list) and all(_is_list_of(turn, str) for turn in turns)):
            raise self.wrong("ground_truth", "is not a list of lists of calls")
        return tuple(map(tuple, turns))


def _is_list_of(value: Any, kind: type) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)
