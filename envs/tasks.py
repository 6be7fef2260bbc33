"""Tasks that a user gives to tools that have none: what is asked, and what tells it was done.

A task is a JSON object, one a line. Three things may be expected, and each is a part of the score:
calls that were made, a text in the last reply, and what tools say afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from envs.common.errors import UserError, suggest
from envs.common.runs import read_jsonl
from envs.types import JSON, Action, Message, Task, ToolCall

FIELDS = ("id", "text", "messages", "calls", "answer", "checks", "split", "tags")
ROLES = ("system", "user", "assistant")


def read_tasks(path: Path) -> list[Task]:
    """The tasks of a JSON-lines file.

    Raises:
        UserError: no such file, or a line that is no task; names the line.
    """
    return _distinct((task_of(row, f"{path}:{n}"), f"{path}:{n}") for n, row in read_jsonl(path))


def listed_tasks(rows: Sequence[Task | Mapping[str, Any]], where: str) -> list[Task]:
    """Tasks, or the objects that stand for them.

    Raises:
        UserError: one is no task; names its number, from 1.
    """
    return _distinct(
        (row if isinstance(row, Task) else task_of(row, f"{where} {n}"), f"{where} {n}")
        for n, row in enumerate(rows, 1)
    )


def task_of(row: Mapping[str, Any], where: str) -> Task:
    """The task that an object stands for; what it expects goes into `Task.data`.

    Its gold is the expected calls, a turn each, and the expected answer.

    Raises:
        UserError: it is no task.
    """
    if not isinstance(row, Mapping):
        raise UserError(f"{where}: an object is needed, not {type(row).__name__}")
    for name in row:
        if name not in FIELDS:
            raise UserError(f"{where}: unknown field {name!r}{suggest(str(name), FIELDS)}")
    if ("text" in row) == ("messages" in row):
        raise UserError(f"{where}: one of 'text' (what the user says) and 'messages' is needed")
    task_id = _checked(row, "id", str, where)
    messages = _messages(row, where)
    calls, answers, checks = _calls(row, where), _answers(row, where), _checks(row, where)
    split = _checked(row, "split", str, where, "test")
    if split not in ("train", "test"):
        raise UserError(f"{where}: split: {split!r} is neither 'train' nor 'test'")
    gold = [Action(calls=(ToolCall(c["name"], c["arguments"]),)) for c in calls or ()]
    data = {"calls": calls, "answers": answers, "checks": checks}
    tags = _strings(row.get("tags", []), f"{where}: tags")
    known = calls is not None or answers is not None
    last = Action(answers[0] if answers else "Done.")
    return Task(task_id, messages, data, [*gold, last] if known else None, split, tags)


# --- what is expected


def made(wanted: Sequence[JSON], record: Iterable[JSON]) -> bool:
    """Whether every wanted call was carried out, each by a call of its own, in any order.

    Arguments that a wanted call does not name may be anything. No wanted calls: none may be made.
    """
    calls = [call for call in record if not call["error"]]
    if not wanted:
        return not calls
    taken: dict[int, int] = {}

    def place(index: int, tried: set[int]) -> bool:
        """Find a call for a wanted one, moving others to calls that suit them too."""
        for at, call in enumerate(calls):
            if at not in tried and _fits(wanted[index], call):
                tried.add(at)
                if at not in taken or place(taken[at], tried):
                    taken[at] = index
                    return True
        return False

    return all(place(index, set()) for index in range(len(wanted)))


def said(answers: Iterable[str], text: str) -> bool:
    """Whether one of the answers stands in the text, as whole words, in any case."""
    return any(
        re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text, re.IGNORECASE) for answer in answers
    )


def _fits(wanted: JSON, call: JSON) -> bool:
    arguments = call["arguments"]
    return bool(wanted["name"] == call["name"]) and all(
        name in arguments and arguments[name] == value
        for name, value in wanted["arguments"].items()
    )


# --- reading


def _distinct(tasks: Iterable[tuple[Task, str]]) -> list[Task]:
    seen: dict[str, Task] = {}
    for task, where in tasks:
        if task.id in seen:
            raise UserError(f"{where}: the id {task.id!r} is taken by an earlier task")
        seen[task.id] = task
    return list(seen.values())


def _messages(row: Mapping[str, Any], where: str) -> str | list[Message]:
    if "text" in row:
        text: str = _checked(row, "text", str, where)
        return text
    messages = []
    for n, said in enumerate(_checked(row, "messages", list, where)):
        place = f"{where}: messages[{n}]"
        if not (isinstance(said, Mapping) and said.keys() == {"role", "content"}):
            raise UserError(f"{place}: an object with 'role' and 'content' is needed")
        role = said["role"]
        if role not in ROLES:
            raise UserError(f"{place}: role: {role!r} is not one of {', '.join(ROLES)}")
        messages.append(Message(role, _checked(said, "content", str, place)))
    if not messages:
        raise UserError(f"{where}: messages: there is none")
    return messages


def _calls(row: Mapping[str, Any], where: str) -> list[JSON] | None:
    if "calls" not in row:
        return None
    calls = _checked(row, "calls", list, where)
    return [_call(call, f"{where}: calls[{n}]", ()) for n, call in enumerate(calls)]


def _checks(row: Mapping[str, Any], where: str) -> list[JSON]:
    checks = _checked(row, "checks", list, where, [])
    return [_call(check, f"{where}: checks[{n}]", ("text",)) for n, check in enumerate(checks)]


def _call(call: Any, where: str, more: Sequence[str]) -> JSON:
    if not isinstance(call, Mapping):
        raise UserError(f"{where}: an object is needed, not {type(call).__name__}")
    for name in call:
        if name not in ("name", "arguments", *more):
            known = ["name", "arguments", *more]
            raise UserError(f"{where}: unknown field {name!r}{suggest(str(name), known)}")
    return {
        "name": _checked(call, "name", str, where),
        "arguments": dict(_checked(call, "arguments", Mapping, where, {})),
        **{name: _checked(call, name, str, where) for name in more},
    }


def _answers(row: Mapping[str, Any], where: str) -> list[str] | None:
    if "answer" not in row:
        return None
    answer = row["answer"]
    answers = _strings([answer] if isinstance(answer, str) else answer, f"{where}: answer")
    if not answers or not all(answer.strip() for answer in answers):
        raise UserError(f"{where}: answer: a text, or a list of texts of which one has to be said")
    return answers


def _strings(value: Any, where: str) -> list[str]:
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return list(value)
    raise UserError(f"{where}: a list of texts is needed")


_NOUNS: dict[type, str] = {str: "a text", list: "a list", Mapping: "an object"}


def _checked(row: Mapping[str, Any], name: str, kind: type, where: str, default: Any = None) -> Any:
    if name not in row and default is not None:
        return default
    value = row.get(name)
    if not isinstance(value, kind):
        raise UserError(f"{where}: {name}: {_NOUNS[kind]} is needed")
    return value
