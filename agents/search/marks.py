"""Where the steps of an assistant turn end, told character by character.

A step is one tool call or one sentence (the paper, 4.3). Inside calls brackets and quotes are
followed, so that nothing in a string ends a step; outside, a step ends behind ``.``, ``?`` or ``!``
before white space, or at a line break, if it has four visible characters. What is read decides at
once or not at all, so text that comes in pieces is cut as the whole would be. Whether a call can
be carried out is not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

Granularity = Literal["call", "argument"]
"""How fine steps are inside calls: ``argument`` also ends one behind every ``name=value,``."""

LEAST = 4
"""Visible characters of a sentence at least."""

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_LONGEST_ANNOUNCEMENT = 300
"""Characters that may stand before the first argument of a call; bounds the time for any text."""


class Mark(NamedTuple):
    """A place where a step ends: anywhere from `end` on, before `next`."""

    end: int
    """Behind the last character that belongs to the step."""
    next: int
    """Where the next visible character stands."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """What announces calls in a format, as far as steps care."""

    marker: str = ""
    """Text in front of calls."""
    closing: str = ""
    """Text behind each call."""
    opens: re.Pattern[str] | None = None
    """What opens the first call; the last character is read last."""
    begins: re.Pattern[str] | None = None
    """What may still become that."""
    bare: re.Pattern[str] | None = None
    """What may stand before ``(`` or ``{`` at the start of a step, and makes a call of it."""
    bare_opener: str = ""
    nested: int = 2
    """Brackets around an argument, those of the list not counted."""
    quotes: str = '"'


_JSON_OPENS = re.compile(
    r"""(?:\[\s*)?\{\s*["'](?:name|arguments|parameters|function|type|id)["']\s*:"""
)
_JSON_BEGINS = re.compile(r"""(?:\[\s*)?(?:\{\s*(?:["']\w{0,10}(?:["']\s*)?)?)?""")
_NAMED = rf"\s*(?:{_NAME}|[^\W\d][\w.-]*)\s*(?:\[CALL_ID\]\s*\w+\s*)?(?:\[ARGS\]\s*)?"

SPELLINGS: dict[str, Spelling] = {
    "python": Spelling(
        opens=re.compile(rf"\[\s*{_NAME}\s*\("),
        begins=re.compile(r"\[\s*[\w.]*\s*"),
        bare=re.compile(rf"\s*(?:```\w*\s*)?(?P<name>{_NAME})"),
        bare_opener="(",
        nested=1,
        quotes="\"'",
    ),
    "hermes": Spelling("<tool_call>", "</tool_call>", _JSON_OPENS, _JSON_BEGINS),
    "llama3": Spelling("<|python_tag|>", "", _JSON_OPENS, _JSON_BEGINS),
    "mistral": Spelling(
        "[TOOL_CALLS]", "", _JSON_OPENS, _JSON_BEGINS, re.compile(rf"(?P<name>{_NAMED})"), "{"
    ),
    "json": Spelling("", "", _JSON_OPENS, _JSON_BEGINS),
    "native": Spelling(),
}
"""Tool format -> its spelling."""


def has_calls(format: str, text: str) -> bool:
    """Whether a turn that begins so makes a call, or has begun to."""
    marks = Marks(format)
    marks.read(text)
    return bool(marks.calls) or marks.begun() is not None


class Marks:
    """Follows a turn and marks the ends of its steps.

    Args:
        format: name of the tool format.
        granularity: how fine steps are inside calls.
    """

    def __init__(self, format: str, granularity: Granularity = "call") -> None:
        self.text = ""
        """All that was read."""
        self.calls: list[tuple[int, int]] = []
        """Where the calls stand that are complete."""
        self._spelling = SPELLINGS[format]
        self._by_argument = granularity == "argument"
        self._found: list[Mark] = []
        self._start = 0
        self._visible = 0
        self._pending: int | None = None
        self._after_call = False
        self._tag = ""
        self._candidate: int | None = None
        self._marked: int | None = None
        self._bracket: int | None = None
        self._sentence = False
        self._stack: list[str] = []
        self._base = 0
        self._nested = 0
        self._call_start: int | None = None
        self._given = 0
        self._quote = ""
        self._opened = 0
        self._escaped = False

    def read(self, text: str) -> list[Mark]:
        """Go on with the turn; the ends that are certain by now."""
        at, self.text = len(self.text), self.text + text
        while at < len(self.text):
            at = self._read(at, self.text[at])
        found, self._found = self._found, []
        return found

    def begun(self) -> str | None:
        """The call under way, closed behind its last complete argument; ``None``: there is none.

        Empty where its arguments have not begun.
        """
        if self._call_start is None:
            return None
        if self._given <= self._call_start:
            return ""
        opened = self._stack[self._base : self._base + self._nested]
        closing = "".join({"(": ")", "[": "]", "{": "}"}[char] for char in reversed(opened))
        return self.text[self._call_start : self._given] + closing

    def restart(self) -> None:
        """A step begins here, whatever was read."""
        self._start, self._visible = len(self.text), 0
        self._pending, self._tag, self._sentence = None, "", False

    def _read(self, at: int, char: str) -> int:
        """Read a character; where to read next."""
        if self._pending is not None:
            if self._tag or (self._after_call and not char.isspace()):
                known = self._extend(at, char)
                if known is not None:
                    return known
            if char.isspace():
                return at + 1
            self._confirm(at)
        self._visible += not char.isspace()
        if self._quote:
            self._in_quotes(at, char)
        elif self._stack:
            self._in_call(at, char)
        elif self._marked is not None:
            self._behind_marker(at, char)
        else:
            self._in_text(at, char)
        return at + 1

    # --- between two steps

    def _extend(self, at: int, char: str) -> int | None:
        """Take what belongs to the call before; ``None`` where the next thing begins."""
        closing = self._spelling.closing
        tag = self._tag + char
        if closing.startswith(tag) and not self._stack:
            done = tag == closing
            self._tag = "" if done else tag
            if done:
                self._pending = at + 1
            return at + 1
        if self._tag:  # it only began like a closing tag: read it again, as what comes next
            at -= len(self._tag)
            self._tag = ""
            self._confirm(at)
            return at
        if char in ",;" or (char == "`" and not self._stack):
            self._pending = at + 1
        elif char == "]" and len(self._stack) == 1:
            self._stack.clear()
            self._pending = at + 1
        else:
            return None
        return at + 1

    def _confirm(self, at: int) -> None:
        assert self._pending is not None
        self._found.append(Mark(self._pending, at))
        self._start, self._visible, self._pending = at, 0, None
        self._sentence, self._after_call = False, False

    def _end(self, at: int, *, call: bool = False) -> None:
        """A step may end at `at`."""
        self._pending, self._after_call = at, call

    # --- text

    def _in_text(self, at: int, char: str) -> None:
        spelling = self._spelling
        near = at - self._start <= _LONGEST_ANNOUNCEMENT
        if spelling.bare and char == spelling.bare_opener and near:
            match = spelling.bare.fullmatch(self.text, self._start, at)
            if match and (self._start == 0 or char == "{"):
                self._open(at, [char], match.start("name"), 1)
                return
        if self._candidate is not None and self._follow_candidate(at):
            return
        if self._candidate is None and char in "[{<" and self._alive(char):
            self._candidate = at
            self._follow_candidate(at)
            return
        if char in ".?!":
            self._sentence = True
        elif char.isspace():
            ends = char == "\n" or self._sentence
            if ends and self._candidate is None and self._visible >= LEAST:
                self._end(at)
        elif char not in "\"')]*_":
            self._sentence = False

    def _alive(self, text: str) -> bool:
        begins = self._spelling.begins
        return self._spelling.marker.startswith(text) or bool(begins and begins.fullmatch(text))

    def _follow_candidate(self, at: int) -> bool:
        """Whether what began as calls may still be that, or is."""
        assert self._candidate is not None
        start, spelling = self._candidate, self._spelling
        text = self.text[start : at + 1]
        if text == spelling.marker:
            self._marked, self._bracket, self._candidate = at + 1, None, None
        elif spelling.opens and text[-1] in "(:" and spelling.opens.fullmatch(text):
            stack = [char for char in text if char in "[{("]
            inner = text.index("{") if "{" in stack else 1
            self._open(at, stack, start + inner, spelling.nested)
        elif len(text) > _LONGEST_ANNOUNCEMENT or not self._alive(text):
            self._candidate = None
            return False
        return True

    def _behind_marker(self, at: int, char: str) -> None:
        """Calls are announced; they begin with their bracket."""
        assert self._marked is not None
        if char == "{":
            bracket = self._bracket
            if bracket is not None and not self.text[bracket + 1 : at].strip():
                self._open(at, ["[", "{"], at, 2)
                return
            name = self.text[self._marked : at].strip()
            start = self._marked if name else at
            self._open(at, ["{"], start, 1 if name else 2)
        elif char == "[":
            self._bracket = at
        elif at - self._marked > _LONGEST_ANNOUNCEMENT or not (
            char.isalnum() or char.isspace() or char in "_.-[]"
        ):
            self._marked = None

    # --- calls

    def _open(self, at: int, stack: list[str], call_start: int, nested: int) -> None:
        self._stack, self._base, self._nested = stack, len(stack) - 1, nested
        self._call_start = call_start
        self._given = at + 1 if nested == 1 else 0
        self._candidate = self._marked = self._bracket = None
        self._quote, self._sentence = "", False

    def _in_call(self, at: int, char: str) -> None:
        stack = self._stack
        if self._call_start is None and not char.isspace() and len(stack) == self._base:
            self._call_start, self._given = at, 0
        depth = self._base + self._nested
        if char in self._spelling.quotes:
            self._quote, self._opened, self._escaped = char, at, False
        elif char in "[({":
            stack.append(char)
            if len(stack) == depth:
                self._given = at + 1
        elif char in "])}":
            stack.pop()
            if len(stack) == self._base and self._call_start is not None:
                self.calls.append((self._call_start, at + 1))
                self._call_start = None
                self._end(at + 1, call=True)
            elif not stack:
                self._call_start = None
                self._end(at + 1, call=True)
        elif char == "," and len(stack) == depth:
            self._given = at
            if self._by_argument:
                self._end(at + 1)

    def _in_quotes(self, at: int, char: str) -> None:
        quote = self._quote
        if len(quote) == 1 and at == self._opened + 2 and self.text[at - 1] == quote:
            if char == quote and self._spelling.quotes != '"':  # Python's triple quotes
                self._quote = quote * 3
            else:  # the string was empty, and ended before this character
                self._quote = ""
                self._in_call(at, char)
        elif self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == quote[0] and self._closes(at):
            self._quote = ""

    def _closes(self, at: int) -> bool:
        """Whether a quote ends the string that it stands in."""
        if len(self._quote) == 1:
            return at > self._opened + 1  # directly behind the first, it may be one of three
        return at >= self._opened + 5 and self.text[at - 2 : at + 1] == self._quote
