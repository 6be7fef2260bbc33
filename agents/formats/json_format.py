"""What the formats with JSON calls share; a family says what stands around its calls.

Written is one line of JSON a call, text (if any) on the lines before. Constrained decoding writes
the same without the family's marks: where a tokenizer keeps a mark as one token, a grammar that
does not know the tokenizer cannot spell it. Every family reads its calls without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from agents.formats.base import MAX_CALLS, Unreadable, UnsupportedSchema
from agents.formats.json_calls import Found, before_arguments, find_calls, read_calls, write_call
from agents.formats.lark import Alt, Grammar, Node, Regex, Repeat, Seq, Text
from agents.formats.schema_grammar import SchemaGrammar
from agents.formats.spelling import COLON, JSON, quote
from envs.types import Action, ToolCall, ToolSpec


class JsonFormat:
    """A family of models that writes calls as JSON objects; subclasses set the attributes."""

    name: str
    instructions: str
    key = "arguments"
    """Under which the arguments of a call stand."""
    marker = ""
    """What announces calls in the text of a model, empty where nothing does."""
    announcement = ""
    """Written before the calls of a turn, though not in constrained answers."""
    around_each = ("", "")
    """Opens and closes one call, though not in constrained answers."""
    around_all = ("", "")
    """Opens and closes the calls of a turn."""
    between = ""
    """Separates calls."""
    reply_without = r"{"
    """Characters that no constrained reply has, as in a regular expression's brackets."""

    def render(self, action: Action) -> str:
        """Text (if any) on its own lines, then the calls.

        White space around the text beside calls and the ids of calls are not written. A turn that
        could not be read is written to the letter.

        Raises:
            ValueError: a call has no name, an argument is not a JSON value, or the text would be
                read as calls.
        """
        if action.error is not None:
            return action.text if action.raw is None else action.raw
        text, written = action.text, action.text
        if action.calls:
            text = text.strip()
            calls = self._write(action.calls)
            written = f"{text}\n{calls}" if text else calls
        without_ids = tuple(replace(call, id=None) for call in action.calls)
        if self.parse(written) != Action(text, without_ids):
            raise ValueError(f"this text would not be read back as it is meant: {written[:200]!r}")
        return written

    def parse(self, text: str) -> Action:
        """Read a turn; never raises.

        Prose is a reply. What follows a marker, and a broken call on a line of its own, is an
        `Action.error` where it cannot be read.
        """
        try:
            calls, rest = self._find(text)
        except Unreadable as error:
            return Action(text, error=str(error), raw=text)
        return Action(rest if calls else text, calls, raw=text)

    def grammar(self, tools: Sequence[ToolSpec], mode: Literal["calls", "any"]) -> str:
        """A grammar of one to `MAX_CALLS` schema-valid calls; with ``any``, or of a reply.

        A reply has none of the characters in `reply_without`, so that no reader finds a call in it.

        Raises:
            UnsupportedSchema: a schema cannot be promised, a tool has no name, or there is no tool
                and ``calls`` asks for one.
        """
        if mode == "calls" and not tools:
            raise UnsupportedSchema("a call is asked for and no tool is offered")
        grammar = Grammar()
        call = grammar.rule("call", Alt(tuple(self._call(grammar, tool) for tool in tools)))
        more = Repeat(Seq((Text(self.between), call)), 0, MAX_CALLS - 1)
        opening, closing = map(Text, self.around_all)
        turn: Node = Seq((opening, call, more, closing))
        if mode == "any":
            turn = Alt((turn, Regex(rf"[^\s{self.reply_without}][^{self.reply_without}]*")))
        return grammar.lark(turn)

    def _find(self, text: str) -> Found:
        """The calls of a turn; `Unreadable` where what starts like one is none."""
        return find_calls(text, self.marker, self._read_marked)

    def _read_marked(self, text: str, position: int) -> tuple[list[ToolCall], int]:
        """The calls behind a marker, and where they end."""
        return read_calls(text, position)

    def _write(self, calls: Sequence[ToolCall]) -> str:
        opens, closes = self.around_each
        written = self.between.join(f"{opens}{write_call(c, self.key)}{closes}" for c in calls)
        return f"{self.announcement}{self.around_all[0]}{written}{self.around_all[1]}"

    def _call(self, grammar: Grammar, tool: ToolSpec) -> Node:
        if not tool.name:
            raise UnsupportedSchema("a tool has no name")
        arguments = SchemaGrammar(grammar, JSON, tool).arguments(_argument)
        before = Text(before_arguments(tool.name, self.key))
        # Bracket by bracket, so that the last ones share their lexeme with brackets in values.
        return Seq((before, Text("{"), arguments, Text("}"), Text("}")))


def _argument(name: str, value: Node) -> Node:
    return Seq((Text(quote(name) + COLON), value))
