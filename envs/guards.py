"""Limits that an environment keeps: on time, on the length of results, on calls that lead nowhere.

A model is told of every limit that it runs into. Time limits interrupt a tool where the system can
(Python code in the main thread, where there are timers); elsewhere, and inside a library that does
not come back, a tool is found to be late when it returns. None of this is a sandbox.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from types import FrameType

from envs.common.errors import UserError
from envs.state import digest
from envs.types import ToolCall


@dataclass(frozen=True)
class Guards:
    """Limits of an environment; ``None`` is none.

    Raises:
        UserError: a limit is not above 0.
    """

    tool_deadline: float | None = None
    """Seconds that a call may take. A late one is answered with an error, and what it changed is
    taken back; in a world that cannot be copied that is impossible, so the episode is lost."""
    deadline: float | None = None
    """Seconds that an episode may take, the model's thinking included. After the turn in which
    they are over it ends with the outcome ``deadline``; no call outlasts them."""
    max_chars: int | None = None
    """Longest answer of a tool, in characters; the rest is cut off and the answer says so."""
    max_repeats: int | None = None
    """How often a call may be repeated while nothing new comes of any call; then it is refused."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None and not value > 0:
                raise UserError(f"{each.name} {value}: more than 0 is needed")

    def cut(self, text: str) -> str:
        """An answer within `max_chars`, and a note of what is missing."""
        if self.max_chars is None or len(text) <= self.max_chars:
            return text
        return f"{text[: self.max_chars]}\n[cut: {self.max_chars} of {len(text)} characters]"


OFF = Guards()


@dataclass(frozen=True, slots=True)
class History:
    """Which calls were answered how, and which were repeated since something new came."""

    seen: frozenset[str] = frozenset()
    """Calls with their answers."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Calls -> how often they were repeated since a call was last answered in a new way."""

    def repeats(self, call: ToolCall) -> int:
        """How often a call was repeated since something new came."""
        return self.counts.get(digest([call.name, call.arguments]), 0)

    def answered(self, call: ToolCall, answer: str) -> History:
        """The history after a call."""
        key = digest([call.name, call.arguments])
        pair = digest([key, answer])
        if pair in self.seen:
            return History(self.seen, {**self.counts, key: self.counts.get(key, 0) + 1})
        return History(self.seen | {pair})


class TimeUp(BaseException):
    """A block took too long. No `Exception`: a tool that catches all of those cannot keep it."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `TimeUp` in a block that takes longer than that, or at its end."""
    if seconds is None:
        yield
        return
    started = time.monotonic()
    timers = hasattr(signal, "setitimer")
    if timers and threading.current_thread() is threading.main_thread():
        with _alarm(seconds):
            yield
    else:
        yield
    if time.monotonic() - started > seconds:
        raise TimeUp


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Have the system's timer raise `TimeUp`; a timer that is set already goes on afterwards."""
    running = True

    def ring(signum: int, frame: FrameType | None) -> None:
        if running:
            raise TimeUp

    started = time.monotonic()
    before = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            left = max(left - (time.monotonic() - started), 1e-3)
            signal.setitimer(signal.ITIMER_REAL, left, interval)
