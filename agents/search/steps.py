"""Sampled token ids as steps: one tool call or one sentence each (the paper, 4.3).

Ids are cut, never made from text again: where a step ends inside a token, the token belongs to the
step that it began in. The steps of a turn put together are its ids, the end token included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agents.formats import get_format
from agents.formats.base import ToolFormat
from agents.search.keys import call_key, text_key
from agents.search.marks import SPELLINGS, Granularity, Mark, Marks
from envs.types import ToolCall

Decode = Callable[[Sequence[int]], str]
"""Ids to text, without special tokens; U+FFFD for bytes that are no character (yet)."""

_STRUCTURE = " \t\r\n[`,;"


@dataclass(frozen=True, slots=True)
class Piece:
    """A step of a turn."""

    ids: tuple[int, ...]
    text: str
    key: str
    """Canonical form: the same for calls with the same name and arguments."""
    start: int
    """Offset of its ids in what was split, the prefix not counted."""


class StepSplitter:
    """Cuts a turn into steps while it comes in.

    Args:
        decode: of the model's tokenizer.
        format: name of the tool format.
        granularity: how fine steps are inside calls.
        prefix: ids of the turn that were cut before; a step begins behind them.
    """

    def __init__(
        self,
        decode: Decode,
        format: str,
        granularity: Granularity = "call",
        prefix: Sequence[int] = (),
    ) -> None:
        self._text = _Text(decode)
        self._marks = Marks(format, granularity)
        self._format = get_format(format)
        self._spelling = SPELLINGS[format]
        self._waiting: list[Mark] = []
        for token in prefix:
            self._marks.read(self._text.push(token))
        self._marks.restart()
        self._first = self._start = len(prefix)

    @property
    def text(self) -> str:
        """All that was read, the prefix included."""
        return self._marks.text

    def feed(self, ids: Iterable[int]) -> list[Piece]:
        """Go on with the turn; the steps that are complete by now."""
        pieces: list[Piece] = []
        for token in ids:
            self._waiting += self._marks.read(self._text.push(token))
            pieces += self._complete()
        return pieces

    def finish(self) -> list[Piece]:
        """The turn ends here: what is left of it."""
        self._waiting += self._marks.read(self._text.flush())
        pieces = self._complete()
        end = len(self._text.ids)
        if end > self._start:
            pieces.append(self._piece(end))
        return pieces

    def _complete(self) -> list[Piece]:
        pieces = []
        while self._waiting:
            cut = self._text.cut(self._waiting[0])
            if cut is None or not self._marks.text[self._text.ends[cut - 1] :].strip():
                break
            self._waiting.pop(0)
            if cut > self._start and self._said(cut):
                pieces.append(self._piece(cut))
        return pieces

    def _said(self, end: int) -> bool:
        """Whether more than white space would end there; that goes with what follows."""
        low = self._text.ends[self._start - 1] if self._start else 0
        return bool(self._marks.text[low : self._text.ends[end - 1]].strip())

    def _piece(self, end: int) -> Piece:
        start, ends, text = self._start, self._text.ends, self._marks.text
        low = ends[start - 1] if start else 0
        high = ends[end - 1] if end < len(ends) else len(text)
        self._start = end
        ids = tuple(self._text.ids[start:end])
        return Piece(ids, text[low:high], self._key(low, high), start - self._first)

    def _key(self, low: int, high: int) -> str:
        text = self._marks.text
        spans = [(a, b) for a, b in self._marks.calls if low < b <= high]
        if not spans or spans[0][0] < low:
            return text_key(text[low:high])
        calls = []
        for start, end in spans:
            read = read_call(self._format, text[start:end])
            if not read:
                return text_key(text[low:high])
            calls += [call_key(call.name, call.arguments) for call in read]
        before = text[low : spans[0][0]].replace(self._spelling.marker or "\0", "")
        after = text[spans[-1][1] : high].replace(self._spelling.closing or "\0", "")
        closed = ["]"] if "]" in after else []
        rest = [text_key(part.strip(_STRUCTURE + "]")) for part in (before, after)]
        return " ".join(filter(None, [rest[0], *calls, *closed, rest[1]]))


def read_call(tool_format: ToolFormat, text: str) -> tuple[ToolCall, ...]:
    """The call in a part of a turn that holds it and nothing else; none if it cannot be read."""
    text = text.strip()
    # In a list of its own, no list in one of its strings comes before it.
    return tool_format.parse(f"[{text}]" if tool_format.name == "python" else text).calls


class _Text:
    """The text of ids, and where in it each id ends."""

    def __init__(self, decode: Decode) -> None:
        self.ids: list[int] = []
        self.ends: list[int] = []
        """Behind each id; an id in the middle of a character ends where the character begins."""
        self._whole: list[bool] = []
        self._decode = decode
        self._from, self._to, self._known = 0, 0, ""
        self._length = 0

    def push(self, token: int) -> str:
        """The text that is new with an id; a window is decoded, since ids may lean on the last."""
        self.ids.append(token)
        text = self._decode(self.ids[self._from :])
        whole = not text.endswith("\ufffd")
        new = text[len(self._known) :] if whole else ""
        if whole:
            self._from, self._to = self._to, len(self.ids)
            self._known = self._decode(self.ids[self._from : self._to])
        self._length += len(new)
        self.ends.append(self._length)
        self._whole.append(whole)
        return new

    def flush(self) -> str:
        """What is left: bytes that became no character."""
        new = self._decode(self.ids[self._from :])[len(self._known) :]
        if new and self.ends:
            self._length += len(new)
            self.ends[-1], self._whole[-1] = self._length, True
        return new

    def cut(self, mark: Mark) -> int | None:
        """How many ids belong to what ends at the mark; ``None``: not known yet."""
        late = None
        for count in range(len(self.ids), 0, -1):
            end = self.ends[count - 1]
            if end < mark.end:
                break
            if self._whole[count - 1]:
                if end <= mark.next:
                    return count
                late = count
        return late
