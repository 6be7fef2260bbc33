"""LLaMA-Factory: turns of the roles ``function_call`` and ``observation``, ``tools`` as JSON text.

    {"conversations": [{"from": "human", "value": "..."},
                       {"from": "function_call", "value": "CALL"},
                       {"from": "observation", "value": "..."}],
     "tools": "[{...}]"}

where CALL is the text of ``{"name": "f", "arguments": {}}``, or of a list of such.
The system prompt is the data's own and stays, unless tools are listed in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from agents.formats import get_format
from envs.types import Action, ToolSpec
from training.readers.dialogue import UNREADABLE, Dialogue, list_of, rows_of
from training.readers.records import Record
from training.readers.sharegpt import (
    Dialect,
    Said,
    dates_in,
    dialogue_of,
    first_list,
    listed_tools,
    turns_of,
)
from training.rows import Row


def rows(record: Record, source: str) -> Iterator[Row]:
    """The rows of a dialogue.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    turns = turns_of(record)
    dialogue = dialogue_of(record, turns, _DIALECT)
    _mark_empty(dialogue, turns)
    return rows_of(dialogue, record, source)


def _mark_empty(dialogue: Dialogue, turns: list[Said]) -> None:
    """A turn that says to call and calls nothing is unreadable."""
    assistant = [turn for turn in turns if turn.role in ("assistant", "call")]
    places = [n for n, message in enumerate(dialogue.messages) if message.role == "assistant"]
    for place, turn in zip(places, assistant, strict=True):
        if turn.role == "call" and not dialogue.messages[place].calls:
            dialogue.unfit.setdefault(place, UNREADABLE)


def _tools(record: Record, system: str) -> list[ToolSpec]:
    values = list_of(record.value, "tools") if record.value.get("tools") else []
    if values:
        return listed_tools(values, "tools")
    return listed_tools(first_list(system) or [], "system: function")


def _keeps(system: str) -> str:
    return system if first_list(system) is None else dates_in(system)


def _turn(text: str, names: object) -> Action:
    return get_format("json").parse(text)


_DIALECT = Dialect(_tools, _turn, keeps=_keeps)
