"""Runs a transformers model: requests from any event loop, batched on one worker thread.

Every row of a batch has its own prompt, settings, constraint and end; a row that ends makes room
for a waiting prompt at once. Requests that arrive together form the same batches every time.
Rounding depends on the shape of a batch, so with other batch-mates log-probabilities may differ in
their last digits; nothing else does. The loop is plain PyTorch on one device: no tensor
parallelism, no paged attention, no speculative decoding.
"""

from __future__ import annotations

import asyncio
import atexit
import importlib.metadata
import importlib.util
import logging
import threading
import weakref
from collections.abc import Sequence
from typing import Any, TypeVar

from agents.engines.base import Capabilities, Completion, EngineError, Request
from agents.engines.chat import chat_template
from agents.engines.hf_load import LoadedModel
from agents.engines.hf_loop import GenerateJob, Job, Loop, ScoreJob
from agents.engines.hf_runners import Limits
from agents.engines.memory import Trimmer, give_freed_memory_back, physical_memory
from envs.types import JSON

T = TypeVar("T")
log = logging.getLogger(__name__)

CPU_LIMITS = Limits(
    rows=64, tokens=32_768, prefix_bytes=min(max(physical_memory() // 8, 1 << 30), 4 << 30)
)
"""An eighth of the memory holds prompts. Two cores decode 1.8 times as many tokens a second with 64
rows as with 16; with long prompts the columns are the limit."""
GPU_LIMITS = Limits(rows=256, tokens=131_072, prefix_bytes=4 << 30)
"""Far more rows than on a CPU; for large models the columns are the limit."""


_working: weakref.WeakSet[HFEngine] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    """An interpreter that ends under a thread inside torch ends in an abort."""
    for engine in list(_working):
        engine._stop()


class HFEngine:
    """A `LoadedModel` as an `Engine`."""

    def __init__(self, loaded: LoadedModel, *, limits: Limits | None = None) -> None:
        self._loaded = loaded
        default = CPU_LIMITS if loaded.device.type == "cpu" else GPU_LIMITS
        self._loop = Loop(loaded, limits or default)
        self._condition = threading.Condition()
        self._arrived: list[Job] = []
        self._released: list[Job] = []
        self._closing = False
        self._thread: threading.Thread | None = None

    @property
    def name(self) -> str:
        """The folder's name or the hub id, or what the model was opened as."""
        return self._loaded.name

    @property
    def capabilities(self) -> Capabilities:
        """All but adapters by request; constraints where the tokenizer is a fast one."""
        can_guide = self._loaded.tokenizer.is_fast and importlib.util.find_spec("llguidance")
        return Capabilities(ids=True, logprobs=True, score=True, constrained=bool(can_guide))

    @property
    def context_length(self) -> int:
        """Most tokens of prompt and answer together."""
        return self._loaded.context_length

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of transformers."""
        return self._loaded.tokenizer

    @property
    def chat_template(self) -> str | None:
        """The model's own, where it has one."""
        return chat_template(self._loaded.tokenizer)

    def describe(self) -> dict[str, JSON]:
        """What a manifest records of the engine."""
        loaded = self._loaded
        return {
            "engine": "hf",
            "name": loaded.name,
            "source": loaded.source,
            "adapter": loaded.adapter,
            "device": str(loaded.device),
            "dtype": str(loaded.model.dtype).removeprefix("torch."),
            "context_length": loaded.context_length,
            "torch": importlib.metadata.version("torch"),
            "transformers": importlib.metadata.version("transformers"),
            **loaded.details,
        }

    async def generate(self, request: Request) -> list[Completion]:
        """Answer with `request.n` completions.

        Raises:
            PromptTooLong: the prompt does not fit the model's context.
            UserError: the chat template has no place for the tools.
            ValueError: the request contradicts itself, or its grammar cannot be read.
            EngineError: the machine failed, or the chat template refuses the messages.
        """
        if request.adapter is not None:
            raise EngineError("this engine takes its adapter when it is opened, not by request")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Completion]] = loop.create_future()
        return await self._submit(GenerateJob(loop, future, request=request), future)

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        """Log-probability of every target id after the prompt and the targets before it.

        Raises:
            ValueError: the prompt is empty.
            PromptTooLong: prompt and targets do not fit the model's context.
            EngineError: the machine failed.
        """
        if not prompt_ids:
            raise ValueError("a score needs a prompt of at least one token")
        if not target_ids:
            return []
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[float]] = loop.create_future()
        job = ScoreJob(loop, future, prompt=tuple(prompt_ids), targets=tuple(target_ids))
        return await self._submit(job, future)

    async def aclose(self) -> None:
        """Stop the worker; requests under way are cancelled."""
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        with self._condition:
            self._closing = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._loop.forget()
        give_freed_memory_back()

    # --- between the event loops and the worker ------------------------------------------------

    async def _submit(self, job: Job, future: asyncio.Future[T]) -> T:
        with self._condition:
            if self._closing:
                raise EngineError("the engine is closed")
            self._arrived.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="hf-engine", daemon=True)
                self._thread.start()
                _working.add(self)
        # Behind the first steps of all tasks that are ready now: their requests come in together,
        # so the batches do not depend on how fast the worker wakes up.
        job.loop.call_soon(self._release)
        return await future

    def _release(self) -> None:
        with self._condition:
            self._released += self._arrived
            self._arrived.clear()
            self._condition.notify()

    def _take(self, *, wait: bool) -> list[Job]:
        with self._condition:
            while wait and not self._released and not self._closing:
                self._condition.wait()
            jobs, self._released = self._released, []
            return jobs

    def _work(self) -> None:
        import torch

        trim = Trimmer(CPU_LIMITS.prefix_bytes)
        with torch.inference_mode():
            while not self._closing:
                jobs = self._take(wait=self._loop.idle)
                try:
                    self._loop.add(jobs)
                    self._loop.advance()
                    trim()
                except Exception as error:  # nobody may wait for ever
                    log.exception("the decoding loop failed")
                    self._loop.abandon(error)
        self._loop.abandon()
        for job in self._take(wait=False) + self._arrived:
            job.cancel()
