"""Agentic entries: memory questions, the conversations that fill the memory, web searches.

One data file serves several categories: memory questions are asked once for each of three
back-ends, web questions with and without snippets. Ids are rewritten to say which. How entries
become tasks is in `eval.bfcl.agentic.tasks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from envs.common.errors import UserError
from envs.common.files import read_lines
from eval.bfcl.apis import FILES
from eval.bfcl.categories import AGENTIC, MEMORY
from eval.bfcl.data import Doc
from eval.bfcl.multi_turn.data import DOCS, read_docs

Backend = Literal["kv", "vector", "rec_sum"]

SCENARIOS = ("student", "customer", "finance", "healthcare", "notetaker")
"""Whose memory it is; in the official order."""


@dataclass(frozen=True)
class Entry:
    """A question, or a conversation that fills the memory (a prerequisite)."""

    id: str
    category: str
    turns: tuple[str, ...]
    """What the user says; of a question, the question alone."""
    functions: tuple[Doc, ...]
    """Docs without the hints that a prompt adds."""
    answers: tuple[str, ...] | None
    """Of which one has to be said; ``None`` for a prerequisite, which is not scored."""
    scenario: str | None = None
    """Whose memory it reads and writes; ``None`` for a web search."""
    depends_on: tuple[str, ...] = ()
    """Prerequisites to play first, in this order."""

    @property
    def backend(self) -> Backend | None:
        """Of the memory; ``None`` for a web search."""
        if self.scenario is None:
            return None
        return self.category.removeprefix("memory_")  # type: ignore[return-value]

    @property
    def api(self) -> str:
        """The official class that carries the calls out."""
        return api_of(self.category)

    @property
    def show_snippet(self) -> bool:
        """Whether search results show what the page says."""
        return self.category != "web_search_no_snippet"


def load(root: Path, category: str) -> list[Entry]:
    """All questions of an agentic category, in the official order.

    Truths belong to questions by line number, as in the official code, not by id.

    Raises:
        UserError: a file is missing or broken; names file, line and what is wrong.
    """
    if category not in AGENTIC:
        raise UserError(f"{category!r} is not an agentic category of BFCL")
    in_memory = category in MEMORY
    questions, truths = _questions(root, category)
    rows, answers = read_lines(questions), read_lines(truths)
    if len(answers) != len(rows):
        raise UserError(
            f"{truths}: {len(answers)} truths for the {len(rows)} questions in {questions}"
        )
    functions = read_docs(root, api_of(category))
    before = load_prerequisites(root, category) if in_memory else {}
    entries = []
    for line, (row, answer) in enumerate(zip(rows, answers, strict=True), 1):
        scenario = _text(row, "scenario", questions, line) if in_memory else None
        if scenario not in (before or {None}):
            raise UserError(f"{questions}:{line}: unknown scenario {scenario!r}")
        turns = _turns(row, questions, line)
        if len(turns) != 1:
            raise UserError(f"{questions}:{line}: field 'question' is not a list of one turn")
        entries.append(
            Entry(
                id=_id(row, category, questions, line),
                category=category,
                turns=turns,
                functions=functions,
                answers=_answers(answer, truths, line),
                scenario=scenario,
                depends_on=tuple(entry.id for entry in before.get(scenario, ())),
            )
        )
    return entries


def load_prerequisites(root: Path, category: str) -> dict[str | None, tuple[Entry, ...]]:
    """The conversations that fill the memory, by scenario, in the order to be played.

    Raises:
        UserError: as `load`.
    """
    if category not in MEMORY:
        raise UserError(f"{category!r} is not a memory category of BFCL")
    functions = read_docs(root, api_of(category))
    found: dict[str | None, tuple[Entry, ...]] = {}
    for scenario in SCENARIOS:
        chain: list[Entry] = []
        path = _conversations(root, scenario)
        for line, row in enumerate(read_lines(path), 1):
            chain.append(
                Entry(
                    id=_id(row, category, path, line),
                    category=category,
                    turns=_turns(row, path, line),
                    functions=functions,
                    answers=None,
                    scenario=scenario,
                    depends_on=tuple(entry.id for entry in chain),
                )
            )
        found[scenario] = tuple(chain)
    return found


def files(root: Path, category: str) -> list[Path]:
    """The data files behind an agentic category."""
    docs = root / DOCS / f"{FILES[api_of(category)]}.json"
    conversations = SCENARIOS if category in MEMORY else ()
    return [*_questions(root, category), docs, *(_conversations(root, s) for s in conversations)]


def _family(category: str) -> str:
    return "memory" if category in MEMORY else "web_search"


def api_of(category: str) -> str:
    """The official class behind an agentic category."""
    if category in MEMORY:
        return f"MemoryAPI_{category.removeprefix('memory_')}"
    return "WebSearchAPI"


def _questions(root: Path, category: str) -> tuple[Path, Path]:
    """Questions and truths."""
    data, name = root / "data", f"BFCL_v4_{_family(category)}.json"
    return data / name, data / "possible_answer" / name


def _conversations(root: Path, scenario: str) -> Path:
    return root / "data" / "memory_prereq_conversation" / f"memory_{scenario}.json"


def _id(row: dict[str, Any], category: str, path: Path, line: int) -> str:
    return _text(row, "id", path, line).replace(_family(category), category)


def _turns(row: dict[str, Any], path: Path, line: int) -> tuple[str, ...]:
    turns = row.get("question")
    if not (isinstance(turns, list) and turns):
        raise UserError(f"{path}:{line}: field 'question' is not a list of turns")
    return tuple(_said(turn, path, line) for turn in turns)


def _said(turn: Any, path: Path, line: int) -> str:
    match turn:
        case [{"role": "user", "content": str(text)}]:
            return text
    raise UserError(f"{path}:{line}: a turn of 'question' is not a list of one user message")


def _answers(row: dict[str, Any], path: Path, line: int) -> tuple[str, ...]:
    answers = row.get("ground_truth")
    if not (isinstance(answers, list) and all(isinstance(answer, str) for answer in answers)):
        raise UserError(f"{path}:{line}: field 'ground_truth' is not a list of strings")
    return tuple(answers)


def _text(row: dict[str, Any], field: str, path: Path, line: int) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise UserError(f"{path}:{line}: field {field!r} is not a string")
    return value
