"""The official BFCL entries, read as they are: docs keep BFCL's own type names.

A folder ``root`` is the official package's: it holds ``data/`` and ``constants/``. This file
reads the 13 single-turn categories, and format sensitivity, which asks entries of theirs again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from envs.common.errors import UserError
from envs.common.files import read_bytes, read_lines
from envs.types import Message
from eval.bfcl.categories import FORMAT_SENSITIVITY, RELEVANCE, SINGLE_TURN
from eval.bfcl.formats import CONFIGS, PromptConfig

Doc = dict[str, Any]
"""A function doc as in the data: ``name``, ``description``, ``parameters``."""
Truth = list[dict[str, Any]]
"""One ``{function: {parameter: [acceptable values]}}`` for each expected call. The value ``""``
says that the parameter may be left out."""


@dataclass(frozen=True)
class Entry:
    """One question with the functions on offer and the answers that count."""

    id: str
    category: str
    """Whose rules judge the answer: in format sensitivity that of the entry asked again."""
    messages: tuple[Message, ...]
    functions: tuple[Doc, ...]
    """Docs without the hints that a prompt adds; what answers are checked against."""
    truth: Truth | None
    """``None`` in the (ir)relevance categories, where only calling or not calling counts."""
    config: PromptConfig | None = None
    """The variation of the prompt; in format sensitivity alone."""


def load(root: Path, category: str) -> list[Entry]:
    """All entries of a single-turn category or of format sensitivity, in the official order.

    Truths belong to questions by line number, as in the official code, not by id.

    Raises:
        UserError: a file is missing or broken; names file, line and what is wrong.
    """
    if category == FORMAT_SENSITIVITY:
        return _load_format_sensitivity(root)
    if category not in SINGLE_TURN:
        raise UserError(f"{category!r} is not a single-turn category of BFCL")
    questions, *truths = files(root, category)
    rows = read_lines(questions)
    answers: list[dict[str, Any] | None] = [None] * len(rows)
    if truths:
        answers = list(read_lines(truths[0]))
        if len(answers) != len(rows):
            raise UserError(
                f"{truths[0]}: {len(answers)} truths for the {len(rows)} questions in {questions}"
            )
    return [
        Entry(
            id=_text(row, "id", questions, line),
            category=category,
            messages=_messages(row, questions, line),
            functions=read_functions(row, questions, line),
            truth=None if answer is None else read_truth(answer, truths[0], line),
        )
        for line, (row, answer) in enumerate(zip(rows, answers, strict=True), 1)
    ]


def _load_format_sensitivity(root: Path) -> list[Entry]:
    """The chosen entries in every variation: entries outside, variations inside."""
    chosen = [
        entry
        for category, ids in _format_sensitivity_ids(root).items()
        for entry in load(root, category)
        if entry.id in ids
    ]
    varied = ((entry, config) for entry in chosen for config in CONFIGS)
    return [
        replace(entry, id=f"{FORMAT_SENSITIVITY}_{n}:{config.name}:{entry.id}", config=config)
        for n, (entry, config) in enumerate(varied)
    ]


def _format_sensitivity_ids(root: Path) -> dict[str, set[str]]:
    """The ids of format sensitivity by category, in the official order."""
    path = _questions(root, FORMAT_SENSITIVITY)
    try:
        chosen = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not JSON: {error}") from None
    if not isinstance(chosen, dict) or not all(isinstance(ids, list) for ids in chosen.values()):
        raise UserError(f"{path}: expected an object with a list of ids for each category")
    return {category: set(map(str, ids)) for category, ids in chosen.items() if ids}


def _questions(root: Path, category: str) -> Path:
    return root / "data" / f"BFCL_v4_{category}.json"


def files(root: Path, category: str) -> list[Path]:
    """The data files behind a category: questions, then truths where there are any.

    Raises:
        UserError: the file of format sensitivity is missing or broken.
    """
    paths = [_questions(root, category)]
    if category == FORMAT_SENSITIVITY:
        return paths + [
            path for name in _format_sensitivity_ids(root) for path in files(root, name)
        ]
    if category not in RELEVANCE:
        paths.append(root / "data" / "possible_answer" / paths[0].name)
    return paths


def _text(row: dict[str, Any], field: str, path: Path, line: int) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise UserError(f"{path}:{line}: field {field!r} is not a string")
    return value


def _messages(row: dict[str, Any], path: Path, line: int) -> tuple[Message, ...]:
    turns = row.get("question")
    if not (isinstance(turns, list) and len(turns) == 1 and isinstance(turns[0], list)):
        raise UserError(f"{path}:{line}: field 'question' is not a list of one turn")
    messages = []
    for message in turns[0]:
        if not isinstance(message, dict):
            raise UserError(f"{path}:{line}: a message of 'question' is not an object")
        role = _text(message, "role", path, line)
        if role not in ("system", "user", "assistant"):
            raise UserError(f"{path}:{line}: a message of 'question' has the role {role!r}")
        messages.append(Message(role, _text(message, "content", path, line)))  # type: ignore[arg-type]
    return tuple(messages)


def read_functions(row: dict[str, Any], path: Path, line: int) -> tuple[Doc, ...]:
    """Read the field ``function`` of a row.

    Raises:
        UserError: it is not a list of function docs.
    """
    docs = row.get("function")
    if not isinstance(docs, list):
        raise UserError(f"{path}:{line}: field 'function' is not a list")
    for doc in docs:
        if not (isinstance(doc, dict) and isinstance(doc.get("name"), str)):
            raise UserError(f"{path}:{line}: a function doc has no name")
        parameters = doc.get("parameters")
        if not (isinstance(parameters, dict) and isinstance(parameters.get("properties"), dict)):
            raise UserError(f"{path}:{line}: {doc['name']!r} has no 'parameters.properties'")
    return tuple(docs)


def read_truth(row: dict[str, Any], path: Path, line: int) -> Truth:
    """Read the field ``ground_truth`` of a row.

    Raises:
        UserError: it is not a list of expected calls.
    """
    truth = row.get("ground_truth")
    if not (isinstance(truth, list) and all(isinstance(t, dict) and len(t) == 1 for t in truth)):
        raise UserError(f"{path}:{line}: field 'ground_truth' is not a list of one-key objects")
    return truth
