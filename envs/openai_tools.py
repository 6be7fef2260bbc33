"""A list of tools as OpenAI's API takes them, as a world: ``openai:TOOLS.json``.

There is no code behind such tools. Calls are answered from a file of recorded answers, or by the
person at the terminal; without either, by nobody. Nothing checks whether an answer is true.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from envs.common.errors import UserError, suggest
from envs.common.files import read_bytes
from envs.common.runs import read_jsonl
from envs.common.text import visible
from envs.episode import Episode
from envs.given import Given, GivenWorld
from envs.openai_messages import call_from_json, tool_from_json
from envs.schema import check_schema
from envs.state import digest
from envs.turn import shown
from envs.types import JSON, ToolCall, ToolError, ToolSpec

PREFIX = "openai:"
"""What such a name starts with."""
Answers = Mapping[str, Sequence[tuple[str, bool]]]
"""Key of a call -> its answers in the order they were given, and whether each is an error."""


class OpenAIToolsWorld(GivenWorld):
    """Tools without code, and the user's tasks.

    A call that was recorded several times gets its answers in their order, and then the last one
    for ever. A call that nobody recorded is refused.

    Args:
        answers: a JSON-lines file: calls with results, or episodes (what ``agents.play --out``
            wrote); without one, `ask` answers.
        ask: what answers a call in place of the person at the terminal.
        tasks: see `GivenWorld`.
        message: see `GivenWorld`.

    Raises:
        UserError: no such file, or a line of it is wrong.
    """

    recorded: ClassVar[Path | None] = None
    """The file of answers that the class has."""

    def __init__(
        self,
        *,
        answers: str | Path | None = None,
        ask: Callable[[ToolCall], str] | None = None,
        tasks: Given | None = None,
        message: str | None = None,
    ) -> None:
        super().__init__(tasks=tasks, message=message)
        path = self.recorded if answers is None and ask is None else answers
        self._ask = ask or asked
        self._answers = None if path is None else read_answers(Path(path))
        self.copyable = self._answers is not None

    def answer(self, call: ToolCall) -> JSON:
        """The recorded answer, or what the person says."""
        if self._answers is None:
            return self._ask(call)
        key = key_of(call)
        given = self._answers.get(key)
        if not given:
            raise ToolError(f"there is no recorded answer to this call of {call.name}")
        made = sum(key_of(ToolCall(c["name"], c["arguments"])) == key for c in self.state["calls"])
        text, error = given[min(max(made, 1), len(given)) - 1]
        if error:
            raise ToolError(text)
        return text


def world_of_file(env: str) -> type[OpenAIToolsWorld]:
    """The world class of ``openai:TOOLS.json``.

    What lies beside the file belongs to it: tasks in ``TOOLS.jsonl``, recorded answers in
    ``TOOLS.answers.jsonl``.

    Raises:
        UserError: no such file, or it is no list of tools.
    """
    path = Path(env.removeprefix(PREFIX)).expanduser()
    tasks, answers = path.with_suffix(".jsonl"), path.with_suffix(".answers.jsonl")
    fields = {
        "__doc__": "Tools without code, and the tasks that the user gives.",
        "__module__": __name__,
        "offered": read_tools(path),
        "given": tasks if tasks.is_file() else (),
        "recorded": answers if answers.is_file() else None,
    }
    return type(path.stem, (OpenAIToolsWorld,), fields)


def read_tools(path: Path) -> tuple[ToolSpec, ...]:
    """The tools of a file: a JSON list as OpenAI's ``tools``, or an object that has one.

    Raises:
        UserError: no such file, or an entry is no tool; names it.
    """
    try:
        value = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not JSON: {error}") from None
    value = value.get("tools") if isinstance(value, dict) else value
    if not isinstance(value, list) or not value:
        raise UserError(f"{path}: a list of tools is needed, or an object with one in 'tools'")
    tools: dict[str, ToolSpec] = {}
    for number, entry in enumerate(value):
        where = f"tools[{number}]"
        try:
            spec = tool_from_json(entry, where)
            check_schema(spec)
        except ValueError as error:
            raise UserError(f"{path}: {where}: {str(error).removeprefix(where + ': ')}") from None
        if spec.name in tools:
            raise UserError(f"{path}: {where}: a second tool is called {spec.name!r}")
        tools[spec.name] = spec
    return tuple(tools.values())


# --- recorded answers


def key_of(call: ToolCall) -> str:
    """What two calls have in common that get the same answers: name and arguments."""
    return digest([call.name, dict(call.arguments)])


def read_answers(path: Path) -> dict[str, list[tuple[str, bool]]]:
    """The answers of a file.

    A line is ``{"name", "arguments", "result"}``, with ``"error": true`` where the tool refused, or
    the record of an episode.

    Raises:
        UserError: no such file, or a line is neither.
    """
    answers: dict[str, list[tuple[str, bool]]] = {}
    for number, row in read_jsonl(path):
        try:
            found = list(_of_episode(row) if "steps" in row else [_of_row(row)])
        except ValueError as error:
            raise UserError(f"{path}:{number}: {error}") from None
        for call, text, refused in found:
            answers.setdefault(key_of(call), []).append((text, refused))
    return answers


_FIELDS = ("name", "arguments", "result", "error")


def _of_row(row: Mapping[str, Any]) -> tuple[ToolCall, str, bool]:
    for name in row:
        if name not in _FIELDS:
            raise ValueError(f"unknown field {name!r}{suggest(name, _FIELDS)}")
    if "result" not in row:
        raise ValueError("'result' is missing: what the tool says")
    if not isinstance(row.get("error", False), bool):
        raise ValueError("error: true or false is needed")
    return call_from_json(row, "the call"), shown(row["result"]), row.get("error", False)


def _of_episode(row: Mapping[str, Any]) -> Iterator[tuple[ToolCall, str, bool]]:
    """The calls of an episode that were carried out."""
    for step in Episode.from_json(row).steps:
        wrong = {error.get("call"): error.get("kind") for error in step.errors}
        results = [message for message in step.messages if message.role == "tool"]
        for index, (call, result) in enumerate(zip(step.action.calls, results, strict=False)):
            if wrong.get(index) in (None, "tool_error"):
                yield call, result.content, index in wrong


# --- the person at the terminal


def asked(call: ToolCall) -> str:
    """What the person at the terminal says to a call; ``! text`` refuses it.

    Raises:
        UserError: there is nobody.
    """
    if not sys.stdin.isatty():
        raise UserError(
            f"nobody answers {call.name}: give a file of recorded answers, or run in a terminal"
        )
    arguments = json.dumps(dict(call.arguments), ensure_ascii=False)
    print(visible(f"{call.name} {arguments}"), file=sys.stderr)
    print("answer (! refuses): ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise UserError(f"nobody answers {call.name}: the input has ended")
    line = line.rstrip("\n")
    if line.startswith("!"):
        raise ToolError(line[1:].strip() or "refused")
    return line
