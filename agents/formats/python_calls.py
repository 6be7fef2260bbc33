"""Calls as a Python list: ``[name1(p=v, q=v), name2(p=v)]``, the format of BFCL's prompt.

Values are Python literals; an argument whose name is no Python identifier is written
``**{"from": 1}``. Text beside the calls stands on the lines before the list.

Reading is lenient in where the list stands (first, amid prose, in a code fence; calls without the
brackets when there is nothing else) and strict in what it holds: named arguments, literal values.
The strict reading of a whole answer by BFCL's official evaluator is not done here.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from agents.formats.base import MAX_CALLS, Unreadable, UnsupportedSchema
from agents.formats.lark import Alt, Grammar, Node, Regex, Repeat, Seq, Text
from agents.formats.python_values import read_calls
from agents.formats.schema_grammar import SchemaGrammar
from agents.formats.spelling import COMMA, PYTHON, quote
from envs.types import Action, ToolCall, ToolSpec

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_LIST = re.compile(rf"\[\s*{_NAME}\s*\(")
_BARE = re.compile(rf"{_NAME}\((?=\s*(?:\)|\*\*|[^\W\d]\w*\s*=(?!=)))")
_FENCE = re.compile(r"```[\w-]*")
_EMPTY_FENCE = re.compile(r"```[\w-]*\s*```")
_BRACKET = re.compile(r"[\[\](){}\"'\\]")
_TRIES = 16
"""How many unreadable lists are passed over: bounds the time spent on hostile text."""


class PythonCalls:
    """The format ``python``; see the module."""

    name = "python"
    max_calls = MAX_CALLS
    """Most calls in a constrained answer."""
    instructions = (
        "To call tools, answer with nothing but a Python list of calls, every argument named:\n"
        '[tool_name(argument="text", other=2), second_tool(flag=True)]'
    )

    def render(self, action: Action) -> str:
        """Text (if any) on its own lines, then the list of calls.

        White space around the text beside calls and the ids of calls are not written. A turn that
        could not be read is written to the letter.

        Raises:
            ValueError: a name is not a dotted Python name, an argument is not a JSON value, or the
                text would be read as calls.
        """
        if action.error is not None:
            return action.text if action.raw is None else action.raw
        text, written = action.text, action.text
        if action.calls:
            text = text.strip()
            calls = f"[{COMMA.join(map(_write_call, action.calls))}]"
            written = f"{text}\n{calls}" if text else calls
        without_ids = tuple(replace(call, id=None) for call in action.calls)
        if self.parse(written) != Action(text, without_ids):
            raise ValueError(f"this text would not be read back as it is meant: {written[:200]!r}")
        return written

    def parse(self, text: str) -> Action:
        """Read a turn; never raises.

        Prose is a reply. A line that starts like a list of calls and cannot be read, or one call
        that cannot be read where there is nothing else, is an `Action.error`.
        """
        try:
            calls, rest = _find_lists(text)
            if not calls:
                calls, rest = _bare_calls(text)
        except Unreadable as error:
            return Action(text, error=str(error), raw=text)
        return Action(rest if calls else text, calls, raw=text)

    def grammar(self, tools: Sequence[ToolSpec], mode: Literal["calls", "any"]) -> str:
        """A grammar of one to `max_calls` schema-valid calls; with ``any``, or of a reply.

        A reply is text without ``(`` and ``[``, so that no reader finds a call in it.

        Raises:
            UnsupportedSchema: a schema cannot be promised, a name cannot be written, or there is
                no tool and ``calls`` asks for one.
        """
        if mode == "calls" and not tools:
            raise UnsupportedSchema("a call is asked for and no tool is offered")
        grammar = Grammar()
        calls: list[Node] = []
        for tool in tools:
            if not _is_dotted_name(tool.name):
                raise UnsupportedSchema(f"tool {tool.name!r}: not a dotted Python name")
            arguments = SchemaGrammar(grammar, PYTHON, tool).arguments(_argument_rule)
            calls.append(Seq((Text(f"{tool.name}("), arguments, Text(")"))))
        call = grammar.rule("call", Alt(tuple(calls)))
        more = Repeat(Seq((Text(COMMA), call)), 0, self.max_calls - 1)
        turn: Node = Seq((Text("["), call, more, Text("]")))
        if mode == "any":
            turn = Alt((turn, Regex(r"[^\s(\[][^(\[]*")))
        return grammar.lark(turn)


def _write_call(call: ToolCall) -> str:
    if not _is_dotted_name(call.name):
        raise ValueError(f"{call.name!r} is not a dotted Python name")
    try:
        arguments = [_write_argument(key, value) for key, value in call.arguments.items()]
    except ValueError as error:
        raise ValueError(f"{call.name}: {error}") from None
    return f"{call.name}({COMMA.join(arguments)})"


def _write_argument(key: str, value: object) -> str:
    if _is_name(key):
        return f"{key}={PYTHON.write(value)}"
    return f"**{PYTHON.write({key: value})}"


def _argument_rule(key: str, value: Node) -> Node:
    if _is_name(key):
        return Seq((Text(f"{key}="), value))
    return Seq((Text(f"**{{{quote(key)}: "), value, Text("}")))


def _is_name(text: str) -> bool:
    """Whether Python reads `text` as a name, and as this one."""
    return (
        text.isidentifier()
        and not keyword.iskeyword(text)
        and unicodedata.normalize("NFKC", text) == text
    )


def _is_dotted_name(text: str) -> bool:
    return all(map(_is_name, text.split(".")))


# --- where the calls stand in a text ---------------------------------------------------------


def _find_lists(text: str) -> tuple[tuple[ToolCall, ...], str]:
    """The calls of all readable lists, and the text around them.

    Raises:
        Unreadable: a list at the start of a line cannot be read.
    """
    calls: list[ToolCall] = []
    rest: list[str] = []
    taken = position = tries = 0
    while tries < _TRIES and (match := _LIST.search(text, position)):
        start = match.start()
        try:
            end = _closing(text, start)
            calls += read_calls(text[start:end])
            rest.append(text[taken:start])
            taken = position = end
        except Unreadable:
            if not text[text.rfind("\n", 0, start) + 1 : start].strip():
                raise
            position = match.end()
            tries += 1
    rest.append(text[taken:])
    return tuple(calls), _EMPTY_FENCE.sub("", "".join(rest)).strip()


def _bare_calls(text: str) -> tuple[tuple[ToolCall, ...], str]:
    """The calls of a text that is nothing but calls without brackets, or none.

    Raises:
        Unreadable: it starts like a call and cannot be read.
    """
    body = text.strip()
    if (fence := _FENCE.match(body)) and body.endswith("```"):
        body = body[fence.end() : -3].strip()
    return (read_calls(body) if _BARE.match(body) else ()), ""


def _closing(text: str, start: int) -> int:
    """Behind the bracket that closes the one at `start`, quoted text passed over.

    Raises:
        Unreadable: there is none.
    """
    depth, quoted, escaped = 0, "", -1
    for match in _BRACKET.finditer(text, start):
        mark, at = match[0], match.start()
        if quoted:
            if mark == "\\" and escaped != at:
                escaped = at + 1
            elif mark == quoted and escaped != at:
                quoted = ""
        elif mark in "\"'":
            quoted = mark
        elif mark in "[({":
            depth += 1
        elif mark in "])}":
            depth -= 1
            if depth == 0:
                return at + 1
    raise Unreadable("the list of calls is not closed")
