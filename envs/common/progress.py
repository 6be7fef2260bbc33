"""Progress of a run on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

EVERY = 15.0
"""Seconds between lines where there is no terminal."""


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Log how long the block took, if one could notice."""
    started = time.monotonic()
    yield
    seconds = time.monotonic() - started
    if seconds >= 0.5:
        log.info("%s: %.1f s", what, seconds)


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[object], None]]:
    """Give a function to call after each thing that is done."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress, TextColumn

        columns = (*Progress.get_default_columns(), TextColumn("{task.completed}/{task.total}"))
        with Progress(*columns, console=Console(stderr=True)) as bars:
            bar = bars.add_task(title, total=total)
            yield lambda _: bars.advance(bar)
        return
    started = last = time.monotonic()
    done = 0

    def tick(_: object) -> None:
        nonlocal done, last
        done += 1
        now = time.monotonic()
        if now - last >= EVERY or done == total:
            last = now
            print(f"{title}: {done} of {total}, {now - started:.0f} s", file=sys.stderr, flush=True)

    yield tick
