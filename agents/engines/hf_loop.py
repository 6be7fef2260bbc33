"""The decoding loop of one model: jobs in, tokens of all rows in step, answers out.

Runs on the worker thread of `agents.engines.hf`. A job that fails takes nobody with it unless the
model itself fails, which fails the rows of the batch; either way the loop goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.engines.base import Completion, EngineError, Finish, PromptTooLong, Request, Usage
from agents.engines.chat import prompt_ids
from agents.engines.constraints import Guide, Guides
from agents.engines.hf_load import LoadedModel
from agents.engines.hf_runners import Limits, make_runner
from agents.engines.hf_sampling import Choice, generator, pick

if TYPE_CHECKING:
    import random

    from torch import Tensor

log = logging.getLogger(__name__)

_SCORED_TOKENS = 2048
"""Most positions of all rows whose logits are in memory at once when scoring."""


@dataclass(eq=False)
class Job:
    """Something a task awaits. Its future belongs to the task's event loop."""

    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    _told: bool = field(default=False, init=False)

    @property
    def over(self) -> bool:
        """It has been answered, or nobody awaits it any more."""
        return self._told or self.future.done() or self.loop.is_closed()

    def finish(self, result: Any) -> None:
        """Hand over the result."""
        self._tell(self.future.set_result, result)

    def fail(self, error: Exception) -> None:
        """Hand over an exception."""
        self._tell(self.future.set_exception, error)

    def cancel(self) -> None:
        """Tell the awaiting task that there will be no result."""
        self._tell(self.future.cancel)

    def _tell(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._told = True

        def deliver() -> None:
            if not self.future.done():
                function(*arguments)

        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits
            self.loop.call_soon_threadsafe(deliver)


@dataclass(eq=False, kw_only=True)
class ScoreJob(Job):
    """Score targets after a prompt."""

    prompt: tuple[int, ...]
    targets: tuple[int, ...]


@dataclass(eq=False, kw_only=True)
class GenerateJob(Job):
    """Complete a request."""

    request: Request
    prompt: tuple[int, ...] = ()
    """This and the rest are filled on the worker."""
    rows: list[Row] = field(default_factory=list)
    label_logprobs: tuple[float, ...] = ()


@dataclass(eq=False)
class Row:
    """One completion under way."""

    job: GenerateJob
    limit: int
    draw: random.Random
    guide: Guide | None
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    text: str | None = None
    """Set when a stop text cut it."""
    finish: Finish | None = None

    @property
    def last(self) -> int:
        """The token to feed next."""
        return self.ids[-1] if self.ids else self.job.prompt[-1]

    @property
    def over(self) -> bool:
        """No more tokens are wanted."""
        return self.finish is not None or self.job.over


class Loop:
    """All that the worker thread knows."""

    def __init__(self, loaded: LoadedModel, limits: Limits) -> None:
        self._loaded = loaded
        self._limits = limits
        self._runner = make_runner(loaded.model, limits)
        self._waiting: deque[GenerateJob] = deque()
        self._to_score: list[ScoreJob] = []
        self._rows: list[Row] = []
        self._guides: Guides | None = None

    @property
    def idle(self) -> bool:
        """There is nothing to do."""
        return not (self._waiting or self._to_score or self._rows)

    def add(self, jobs: Iterable[Job]) -> None:
        """Take jobs in."""
        for job in jobs:
            try:
                self._accept(job)
            except Exception as error:  # told to who asked; the loop serves the others
                job.fail(error)

    def advance(self) -> None:
        """Score what waits, let prompts join, decode one token of every row."""
        self._score()
        self._join()
        if self._rows:
            with self._blaming([row.job for row in self._rows]):
                self._settle(self._rows, self._runner.step([row.last for row in self._rows]))
            self._leave()

    def abandon(self, error: Exception | None = None) -> None:
        """Fail all jobs, or cancel them, and start anew."""
        for job in [*self._waiting, *self._to_score, *(row.job for row in self._rows)]:
            if error is None:
                job.cancel()
            else:
                job.fail(EngineError(_told(error)))
        self._waiting.clear()
        self._to_score, self._rows = [], []
        self._runner.keep([])

    def forget(self) -> None:
        """Give back the memory of prompts and rows."""
        self._runner.forget()

    # --- jobs ----------------------------------------------------------------------------------

    def _accept(self, job: Job) -> None:
        room = self._loaded.context_length
        if isinstance(job, ScoreJob):
            needed = len(job.prompt) + len(job.targets)
            if needed > room:
                raise PromptTooLong(f"prompt and targets have {needed} tokens, {_holds(room)}")
            self._to_score.append(job)
        elif isinstance(job, GenerateJob):
            request = job.request
            if request.n < 1 or request.max_tokens < 1:
                raise ValueError("n and max_tokens must be at least 1")
            job.prompt = tuple(prompt_ids(self._loaded.tokenizer, request))
            if not job.prompt:
                raise ValueError("the prompt is empty")
            if len(job.prompt) >= room:
                raise PromptTooLong(f"prompt has {len(job.prompt)} tokens, {_holds(room)}")
            job.rows = [self._new_row(job, k) for k in range(request.n)]
            self._waiting.append(job)

    def _new_row(self, job: GenerateJob, index: int) -> Row:
        request, guide = job.request, None
        if request.constraint is not None:
            guide = self._all_guides().start(request.constraint.grammar)
        limit = min(request.max_tokens, self._loaded.context_length - len(job.prompt))
        return Row(job, limit, generator(request.seed, index), guide)

    def _all_guides(self) -> Guides:
        if self._guides is None:
            loaded = self._loaded
            vocabulary = loaded.model.get_output_embeddings().weight.shape[0]
            self._guides = Guides(loaded.tokenizer, vocabulary, loaded.end_ids)
        return self._guides

    # --- one round -----------------------------------------------------------------------------

    def _score(self) -> None:
        """Score targets with the same prompt in one pass."""
        jobs = [job for job in self._to_score if not job.over]
        self._to_score = []
        groups: dict[tuple[int, ...], list[ScoreJob]] = {}
        for job in jobs:
            groups.setdefault(job.prompt, []).append(job)
        for prompt, group in groups.items():
            for part in _parts(group, self._limits.rows):
                with self._blaming(part):
                    scores = self._runner.score(prompt, [job.targets for job in part])
                    for job, values in zip(part, scores, strict=True):
                        job.finish(values)

    def _join(self) -> None:
        """Read waiting prompts and let their rows join, as many as there is room for."""
        while jobs := self._next_jobs():
            self._start(jobs)

    def _next_jobs(self) -> list[GenerateJob]:
        """The job that waits longest, if there is room; in a new whole batch, all that fit."""
        chosen: list[GenerateJob] = []
        rows = longest = 0
        while self._waiting and not (chosen and self._runner.joins):
            job = self._waiting[0]
            if not job.over:
                rows += len(job.rows)
                longest = max(longest, len(job.prompt))
                alone = not (chosen or self._rows)  # may ask for more than a batch should hold
                if not alone and rows > self._runner.room(longest):
                    break
                chosen.append(job)
            self._waiting.popleft()
        return chosen

    def _start(self, jobs: Sequence[GenerateJob]) -> None:
        if self._go_on(jobs):
            return
        prompts = list(dict.fromkeys(job.prompt for job in jobs))
        source = {prompt: index for index, prompt in enumerate(prompts)}
        rows = [row for job in jobs for row in job.rows]
        sources = [source[row.job.prompt] for row in rows]
        prefilled = None
        with self._blaming(jobs):
            prefilled = self._runner.prefill(prompts)
            for job in jobs:
                job.label_logprobs = _labels(prefilled.logits[source[job.prompt]], job.request)
            self._settle(rows, prefilled.logits[sources])
        joining = [i for i, row in enumerate(rows) if not row.over]
        if prefilled is None or not joining:
            self._runner.keep(range(len(self._rows)))
            return
        with self._blaming([*jobs, *(row.job for row in self._rows)]):
            self._runner.insert(prefilled, [sources[i] for i in joining])
        self._rows += [rows[i] for i in joining]
        self._leave()

    def _go_on(self, jobs: Sequence[GenerateJob]) -> bool:
        """Let the rows of a job join without reading its prompt, where all of it is known."""
        if len(jobs) != 1 or jobs[0].request.label_ids:
            return False
        joined = True  # also where it fails, which spoils the batch: all have been told
        with self._blaming([*jobs, *(row.job for row in self._rows)]):
            joined = self._runner.go_on(jobs[0].prompt, len(jobs[0].rows))
        if joined:
            self._rows += jobs[0].rows
            self._leave()
        return joined

    def _settle(self, rows: Sequence[Row], logits: Tensor) -> None:
        """Give every row its next token; `logits` is [rows, vocabulary]."""
        import torch

        logprobs = torch.log_softmax(logits.float(), dim=-1)
        choices = [self._choice(row) for row in rows]
        tokens = pick(logprobs, choices)
        picked = logprobs[range(len(rows)), tokens].tolist()
        for row, token, logprob in zip(rows, tokens, picked, strict=True):
            if not row.over:
                with self._blaming([row.job]):
                    self._extend(row, token, logprob)
        for job in dict.fromkeys(row.job for row in rows):
            if not job.over and all(row.finish for row in job.rows):
                job.finish([self._completion(row) for row in job.rows])

    def _choice(self, row: Row) -> Choice:
        request, allowed = row.job.request, None
        if row.guide is not None and not row.over:
            with self._blaming([row.job]):
                allowed = row.guide.allowed()
        return Choice(request.temperature, request.top_p, row.draw, allowed)

    def _extend(self, row: Row, token: int, logprob: float) -> None:
        row.ids.append(token)
        row.logprobs.append(logprob)
        complete = row.guide is not None and row.guide.accept(token)
        if complete or token in self._loaded.end_ids or self._stops(row):
            row.finish = "stop"
        elif len(row.ids) >= row.limit:
            row.finish = "length"

    def _stops(self, row: Row) -> bool:
        """Whether the row has come to a stop text; cuts its text there."""
        if not row.job.request.stop:
            return False
        text = self._decode(row.ids)
        found = [text.index(stop) for stop in row.job.request.stop if stop in text]
        if found:
            row.text = text[: min(found)]
        return bool(found)

    def _completion(self, row: Row) -> Completion:
        return Completion(
            text=self._decode(row.ids) if row.text is None else row.text,
            finish=row.finish or "stop",
            ids=tuple(row.ids),
            logprobs=tuple(row.logprobs),
            prompt_ids=row.job.prompt,
            label_logprobs=row.job.label_logprobs,
            usage=Usage(len(row.job.prompt), len(row.ids)),
        )

    def _decode(self, ids: Sequence[int]) -> str:
        return str(
            self._loaded.tokenizer.decode(
                ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    def _leave(self) -> None:
        """Take out the rows that are over; the last rows move into their places."""
        for number, row in enumerate(self._rows):
            if row.finish == "length" and row.job.request.ids is not None:  # it may be continued
                self._runner.remember(number, (*row.job.prompt, *row.ids[:-1]))
        order = compact([not row.over for row in self._rows])
        if len(order) < len(self._rows):
            self._runner.keep(order)
            self._rows = [self._rows[i] for i in order]

    @contextlib.contextmanager
    def _blaming(self, jobs: Sequence[Job]) -> Iterator[None]:
        """A failure inside fails these jobs and nothing else."""
        try:
            yield
        except EngineError as error:
            for job in jobs:
                job.fail(error)
        except Exception as error:
            log.warning("the model failed on %d requests", len(jobs), exc_info=True)
            for job in jobs:
                job.fail(EngineError(_told(error)))


def compact(keep: Sequence[bool]) -> list[int]:
    """The order of the items to keep when the last ones fill the gaps."""
    order = list(range(len(keep)))
    for slot in reversed(range(len(keep))):
        if not keep[slot]:
            order[slot] = order[-1]
            order.pop()
    return order


def _labels(logits: Tensor, request: Request) -> tuple[float, ...]:
    """The log-probabilities of the labels, from logits [vocabulary]."""
    values = logits.float().log_softmax(dim=-1)[list(request.label_ids)]
    return tuple(values.tolist())


def _holds(context: int) -> str:
    return f"the context holds {context}"


def _told(error: Exception) -> str:
    """An exception in one line."""
    lines = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _parts(jobs: Iterable[ScoreJob], rows: int) -> Iterator[list[ScoreJob]]:
    """Jobs to score in one pass: so many rows, and logits for so many tokens, padding included."""
    part: list[ScoreJob] = []
    for job in sorted(jobs, key=lambda job: len(job.targets)):
        if part and (len(part) == rows or (len(part) + 1) * len(job.targets) > _SCORED_TOKENS):
            yield part
            part = []
        part.append(job)
    yield part
