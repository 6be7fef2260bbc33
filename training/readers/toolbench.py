"""ToolBench: turns of ``Thought:``, ``Action:`` and ``Action Input:``, ended by ``Finish``.

Functions stand in the system prompt as a Python list. ``Finish`` is how a path ends and no tool
of the world: its answer becomes a reply, and of a path that gives up nothing is learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.formats.base import Unreadable
from agents.formats.json_calls import read_arguments
from envs.types import JSON, Action, ToolSpec
from training.readers.dialogue import Names, list_of
from training.readers.hermes import literal
from training.readers.records import Record
from training.readers.sharegpt import Dialect, dialogue_rows, first_list, listed_tools
from training.rows import Row

FINISH = "Finish"
_APIS = "following APIs:"
_TURN = re.compile(
    r"(?:Thought:(?P<thought>.*?))?Action:(?P<name>[^\n]{1,200}?)\s*Action Input:(?P<input>.*)\Z",
    re.DOTALL,
)


def rows(record: Record, source: str) -> Iterator[Row]:
    """The rows of a path.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    return dialogue_rows(record, source, _DIALECT)


def _tools(record: Record, system: str) -> list[ToolSpec]:
    if record.given("tools"):
        values: list[JSON] = list_of(record.value, "tools")
    else:
        values = _listed(system)
    tools = listed_tools(values, "system: API")
    return [tool for tool in tools if tool.name != FINISH]


def _listed(system: str) -> list[JSON]:
    start, end = system.find("[{", max(system.find(_APIS), 0)), system.rfind("]")
    if 0 <= start < end:
        found = literal(system[start : end + 1])
        if isinstance(found, list):
            return found
    if (listed := first_list(system)) is None and start >= 0:
        raise ValueError("system: the list of APIs cannot be read")
    return listed or []


def _turn(text: str, names: Names) -> Action | None:
    match = _TURN.match(text.strip())
    if match is None:
        called = "Action Input:" in text
        return Action(text, error="no 'Action:' before 'Action Input:'" if called else None)
    name, written = match["name"].strip(), match["input"].strip()
    try:
        call = read_arguments(name, written)
    except Unreadable as error:
        if not isinstance(value := literal(written), dict):
            return Action(text, error=str(error))
        call = read_arguments(name, value)
    if call.name != FINISH:
        return Action((match["thought"] or "").strip(), (call,))
    answer = call.arguments.get("final_answer")
    if call.arguments.get("return_type") != "give_answer" or not isinstance(answer, str):
        return None
    return Action(answer)


def _user(text: str) -> str:
    return text.strip().removesuffix("Begin!").strip()


def _results(text: str, calls: int) -> list[tuple[str | None, str]]:
    return [(None, text)]


_DIALECT = Dialect(_tools, _turn, _results, user=_user)
