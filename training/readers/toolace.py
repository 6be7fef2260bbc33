"""ToolACE: a system prompt with a JSON list of functions, turns with calls as a Python list.

    {"system": "... a list of functions in JSON format ...[{...}]...",
     "conversations": [{"from": "user", "value": "..."},
                       {"from": "assistant", "value": "[Market API(kind='all'), other()]"}]}

Names of functions and arguments may be any text; nothing of the list is executed.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping

from agents.formats import get_format
from envs.types import Action, ToolCall, ToolSpec
from training.readers.dialogue import Names, list_of
from training.readers.records import Record
from training.readers.sharegpt import Dialect, dialogue_rows, first_list, listed_tools
from training.rows import Row

_QUOTED = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_STARTS_LIST = re.compile(r"\[\s*[^\W\d][\w .\-/]{0,100}\(")


def rows(record: Record, source: str) -> Iterator[Row]:
    """The rows of a dialogue.

    Raises:
        ValueError: it has not the shape; says which field.
    """
    return dialogue_rows(record, source, DIALECT)


def _tools(record: Record, system: str) -> list[ToolSpec]:
    if record.value.get("tools"):
        return listed_tools(list_of(record.value, "tools"), "tools")
    return listed_tools(first_list(system) or [], "system: function")


def read_turn(text: str, names: Names) -> Action:
    """A turn: calls where it is a list of them, or has a list with a tool on offer in it."""
    arguments = _strange_arguments(names)
    action = get_format("python").parse(_with_names(text, names, arguments))
    if action.error is not None or not action.calls:
        starts = bool(_STARTS_LIST.match(text.strip()))
        return Action(text, error=action.error or "no calls") if starts else Action(text)
    own = {written: name for name, written in arguments.items()}
    calls = tuple(
        ToolCall(names(call.name), {own.get(k, k): v for k, v in call.arguments.items()})
        for call in action.calls
    )
    known = {tool.name for tool in names.tools}
    if text.strip().startswith("[") or any(call.name in known for call in calls):
        return Action(action.text, calls)
    return Action(text)


def _strange_arguments(names: Names) -> dict[str, str]:
    """Names of arguments that Python cannot read, such as ``from``, and names to put in place."""
    known = {name for tool in names.tools for name in tool.parameters.get("properties", {})}
    strange = sorted(n for n in known if not n.isidentifier() or keyword.iskeyword(n))
    return {name: f"argument_{n}_" for n, name in enumerate(strange)}


def _with_names(text: str, names: Names, arguments: Mapping[str, str]) -> str:
    """The text with names that Python can read, of tools and arguments, quoted text apart."""
    tools = {name: names(name) for name in names.raw if names(name) != name}
    if not (tools or arguments):
        return text
    pattern = re.compile(
        rf"{_QUOTED}|(?<=[\[,(;\s])(?:({_any(tools)})\s*(?=\()|({_any(arguments)})\s*(?==(?!=)))"
    )

    def readable(match: re.Match[str]) -> str:
        if match[1]:
            return tools[match[1]]
        return arguments[match[2]] if match[2] else match[0]

    return pattern.sub(readable, text)


def _any(texts: Iterable[str]) -> str:
    """A pattern of any of these texts, the longest first; of none, one that never matches."""
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True))) or "(?!)"


DIALECT = Dialect(_tools, read_turn)
