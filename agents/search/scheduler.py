"""Many searches on one engine: kept full, without a barrier, one failure apart from the others.

Each tree is a coroutine on one event loop; expansions and judgements of all trees are one stream of
requests. Trees are begun, the longest first, while fewer sequences are wanted than the engine
should have before it. How many trees are under way changes when an answer comes and never what a
tree asks, so trees are the same whatever the load. Every answer is in the journal before it is
used: a search that was killed is searched again and asks only what is new.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.engines.base import Capabilities, Completion, Engine, EngineError, Request
from agents.search.config import SearchConfig
from agents.search.journal import JournaledProblem
from agents.search.problem import SearchProblem
from agents.search.search import search
from agents.search.tree import SearchTree
from envs.common.errors import UserError
from envs.common.runs import JsonlLog

log = logging.getLogger(__name__)

GIVE_UP = 8
"""So many trees in a row that fail by the engine: no more are begun."""

_tree: contextvars.ContextVar[str] = contextvars.ContextVar("tree", default="")


@dataclass(frozen=True)
class Job:
    """A tree to grow."""

    task: str
    """Id of the task, unique among the jobs."""
    open: Callable[[], SearchProblem]
    """Makes the problem when its turn comes."""
    size: float = 0.0
    """How long it may take, in any unit; the longest are begun first."""


@dataclass(frozen=True)
class Result:
    """What became of a job."""

    task: str
    tree: SearchTree | None = None
    error: str | None = None
    """Why there is no tree."""


class Unwritable(UserError):
    """The journal cannot be written: nothing more may be asked."""


class Journal:
    """The answers of many searches in one file that only grows.

    Args:
        path: the file.
        done: tasks whose answers are not needed any more.

    Raises:
        UserError: a line before the last is broken.
    """

    def __init__(self, path: Path, done: Collection[str] = ()) -> None:
        self._path = path
        self._rows: dict[str, list[dict[str, Any]]] = {}
        for number, row in enumerate(JsonlLog(path).read(), 1):
            task = row.get("task")
            if not isinstance(task, str):
                raise UserError(f"{path}:{number}: not an answer of a search")
            if task not in done:
                self._rows.setdefault(task, []).append(row)

    def of(self, task: str) -> JsonlLog:
        """The part of one task."""
        return _Part(self._path, task, self._rows.pop(task, []))


class _Part(JsonlLog):
    def __init__(self, path: Path, task: str, rows: list[dict[str, Any]]) -> None:
        super().__init__(path)
        self._task, self._rows = task, rows

    def append(self, row: Mapping[str, Any]) -> None:
        try:
            super().append({"task": self._task, **row})
        except UserError as error:
            raise Unwritable(str(error)) from None

    def read(self) -> Iterator[dict[str, Any]]:
        rows, self._rows = self._rows, []
        yield from rows


class Gauge:
    """An engine that is watched: how many sequences it has before it, and for how long.

    Args:
        engine: what answers.
        slots: sequences that it works on at a time.
        clock: gives seconds.
    """

    def __init__(
        self, engine: Engine, slots: int = 16, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.inner, self.slots, self._clock = engine, slots, clock
        self.in_flight = 0
        """Sequences asked for and not answered."""
        self.tokens = 0
        """Generated so far."""
        self.requests = 0
        self.changed: Callable[[], None] = lambda: None
        """Called when sequences are asked for or answered."""
        self._of: dict[str, list[int]] = {}
        self._busy = self._waiting = self._idle = 0.0
        self._since: float | None = None
        self._started: float | None = None

    @property
    def name(self) -> str:
        """The engine's."""
        return self.inner.name

    @property
    def capabilities(self) -> Capabilities:
        """The engine's."""
        return self.inner.capabilities

    def __getattr__(self, name: str) -> Any:
        """Everything else, such as the tokenizer, is the engine's."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.inner, name)

    async def generate(self, request: Request) -> list[Completion]:
        """Ask, and count."""
        self._count(request.n)
        self.requests += 1
        try:
            answers = await self.inner.generate(request)
        finally:
            self._count(-request.n)
        self.tokens += sum(answer.usage.completion or len(answer.ids) for answer in answers)
        return answers

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        """The engine's."""
        return await self.inner.score(prompt_ids, target_ids)

    async def aclose(self) -> None:
        """Close the engine."""
        await self.inner.aclose()

    def wanted(self, task: str, otherwise: int) -> int:
        """Sequences that a tree has in flight, or had before its last pause."""
        now, peak = self._of.get(task, (0, 0))
        return now or peak or otherwise

    def usage(self) -> dict[str, float]:
        """What the engine was asked so far, and how full it was kept."""
        self._tick()
        seconds = max(self._seconds(), 1e-9)
        return {
            "requests": self.requests,
            "tokens": self.tokens,
            "seconds": round(seconds, 3),
            "tokens per second": round(self.tokens / seconds, 2),
            "utilisation": round(self._busy / (self.slots * seconds), 4),
            "sequences in flight": round(self._waiting / seconds, 2),
            "share of time idle": round(self._idle / seconds, 4),
        }

    def _seconds(self) -> float:
        return 0.0 if self._started is None else self._clock() - self._started

    def _count(self, change: int) -> None:
        self._tick()
        self.in_flight += change
        own = self._of.setdefault(_tree.get(), [0, 0])
        if change > 0 and own[0] == 0:
            own[1] = 0
        own[0] += change
        own[1] = max(own)
        self.changed()

    def _tick(self) -> None:
        now = self._clock()
        if self._since is None:
            self._since = self._started = now
        passed, self._since = now - self._since, now
        self._busy += passed * min(self.in_flight, self.slots)
        self._waiting += passed * self.in_flight
        self._idle += passed * (self.in_flight == 0)


class Scheduler:
    """Grows the trees of many jobs.

    Args:
        engine: what all problems of the jobs ask.
        config: how trees grow.
        seed: of the run.
        journal: where answers are kept and found.
        in_flight: sequences that should be before the engine; by default twice its slots.
        on_wave: called with a tree after each of its waves.
        on_done: called with each result as it comes.
    """

    def __init__(
        self,
        engine: Gauge,
        config: SearchConfig,
        *,
        seed: int = 0,
        journal: Journal | None = None,
        in_flight: int | None = None,
        on_wave: Callable[[SearchTree], None] | None = None,
        on_done: Callable[[Result], None] | None = None,
    ) -> None:
        self.replayed = 0
        """Answers that came out of the journal."""
        self._engine, self._config, self._seed, self._journal = engine, config, seed, journal
        self._target = in_flight or 2 * engine.slots
        self._on_wave, self._on_done = on_wave, on_done
        self._queue: list[Job] = []
        self._active: set[str] = set()
        self._results: dict[str, Result] = {}
        self._lost = 0

    async def run(self, jobs: Iterable[Job]) -> list[Result]:
        """Grow all trees; the results in the order of the jobs.

        Raises:
            Unwritable: the journal's disk is full.
            Whatever `on_wave` and `on_done` raise.
        """
        order = list(jobs)
        if len({job.task for job in order}) < len(order):
            raise ValueError("two jobs have the same task")
        self._queue = sorted(order, key=lambda job: -job.size)
        try:
            async with asyncio.TaskGroup() as group:
                self._engine.changed = lambda: self._admit(group)
                self._admit(group)
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            self._engine.changed = lambda: None
        return [self._results[job.task] for job in order]

    def _admit(self, group: asyncio.TaskGroup) -> None:
        """Begin trees while the engine should have more before it."""
        width = self._config.samples
        while self._queue:
            wanted = sum(self._engine.wanted(task, width) for task in self._active)
            if self._active and wanted >= self._target:
                return
            job = self._queue.pop(0)
            if self._lost >= GIVE_UP:
                self._finish(Result(job.task, error="not begun: the engine fails"))
                continue
            self._active.add(job.task)
            group.create_task(self._grow(job, group))

    async def _grow(self, job: Job, group: asyncio.TaskGroup) -> None:
        _tree.set(job.task)
        result = await self._searched(job)
        self._active.discard(job.task)
        self._finish(result)
        self._admit(group)

    async def _searched(self, job: Job) -> Result:
        try:
            problem = job.open()
            journaled = None
            if self._journal is not None:
                problem = journaled = JournaledProblem(problem, self._journal.of(job.task))
            tree = await search(
                problem, self._config, task=job.task, seed=self._seed, on_wave=self._on_wave
            )
        except Unwritable:
            raise
        except Exception as error:  # whatever it was, it is this tree's own
            self._lost += isinstance(error, EngineError)
            told = " ".join(f"{type(error).__name__}: {error}".split())
            log.info("%s: no tree: %s", job.task, told)
            return Result(job.task, error=told)
        self._lost = 0
        self.replayed += journaled.replayed if journaled else 0
        return Result(job.task, tree)

    def _finish(self, result: Result) -> None:
        self._results[result.task] = result
        if self._on_done:
            self._on_done(result)
