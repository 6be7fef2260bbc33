"""Runs a model on vLLM's own engine, in processes that belong to this one.

vLLM's front end lives on one event loop for as long as the engine does; requests come from any loop
and are handed over. Grammars are followed by vLLM's guidance backend, which is llguidance. vLLM
computes log-probabilities behind the mask of a grammar, so those of constrained answers are asked
for afterwards: a second reading of the prompt. One process group on one machine; what needs more is
served with ``vllm serve`` and reached over ``http``.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import multiprocessing
import threading
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from agents.engines.base import (
    Capabilities,
    Completion,
    EngineError,
    PromptTooLong,
    Request,
    Usage,
    completion_seed,
)
from agents.engines.cache import fingerprint
from agents.engines.chat import chat_template, prompt_ids
from agents.engines.constraints import Guide, Guides
from agents.engines.hf_load import check_folder, first_line
from agents.engines.vllm_load import Model, VLLMOptions, starting
from envs.common.errors import UserError
from envs.common.optional import need
from envs.types import JSON

T = TypeVar("T")
_PATIENCE = 30.0
"""Seconds that vLLM's processes have to end by themselves before they are killed."""


class VLLMEngine:
    """A model on vLLM as an `Engine`; opening one takes seconds on a CPU and more on a GPU.

    Args:
        source: folder or hub id of a transformers model.
        options: how to run it.

    Raises:
        UserError: vLLM is not installed, or cannot run the model.
    """

    def __init__(self, source: str, options: VLLMOptions | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="vllm")
        self._thread.start()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._numbers = itertools.count()
        self._loras: dict[str, Any] = {}
        self._closing = False
        self._died = False
        try:
            with starting(source, options or VLLMOptions()) as model:
                self._model: Model = model
                self._llm = self._call(_start(model)).result()
        except BaseException:
            self._closing = True
            self._stop_loop()
            raise
        self._guides: Guides | None = None

    @property
    def name(self) -> str:
        """The folder's name or the hub id, or what the model was opened as."""
        return self._model.name

    @property
    def capabilities(self) -> Capabilities:
        """All; adapters by request where asked for, constraints where the tokenizer is fast."""
        return Capabilities(
            ids=True,
            logprobs=True,
            score=True,
            constrained=bool(self._model.tokenizer.is_fast),
            lora=self._model.lora,
        )

    @property
    def context_length(self) -> int:
        """Most tokens of prompt and answer together: the model's, or what the memory holds."""
        return int(self._llm.vllm_config.model_config.max_model_len)

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of transformers."""
        return self._model.tokenizer

    @property
    def chat_template(self) -> str | None:
        """The model's own, where it has one."""
        return chat_template(self._model.tokenizer)

    def describe(self) -> dict[str, JSON]:
        """What a manifest records of the engine."""
        model = self._model
        return {
            "engine": "vllm",
            "name": model.name,
            "source": model.source,
            "adapter": model.adapter,
            "context_length": self.context_length,
            **model.details,
        }

    async def generate(self, request: Request) -> list[Completion]:
        """Answer with `request.n` completions.

        Raises:
            PromptTooLong: the prompt does not fit the model's context.
            UserError: the chat template has no place for the tools.
            ValueError: the request contradicts itself, or its grammar cannot be read.
            EngineError: the machine failed, or the chat template refuses the messages.
        """
        if request.n < 1 or request.max_tokens < 1:
            raise ValueError("n and max_tokens must be at least 1")
        prompt = tuple(prompt_ids(self._model.tokenizer, request))
        if not prompt:
            raise ValueError("the prompt is empty")
        room = self.context_length - len(prompt)
        if room < 1:
            raise PromptTooLong(f"prompt has {len(prompt)} tokens, {self._holds()}")
        if request.constraint is not None:
            self._guide(request.constraint.grammar)  # refused before anything is asked
        request = replace(request, ids=prompt, max_tokens=min(request.max_tokens, room))
        if request.temperature == 0:  # all greedy answers are the same
            return [await self._do(self._complete(request, 0))] * request.n
        parts = [self._complete(request, k) for k in range(request.n)]
        return list(await self._do(_all(parts)))

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
        needed = len(prompt_ids) + len(target_ids)
        if needed > self.context_length:
            raise PromptTooLong(f"prompt and targets have {needed} tokens, {self._holds()}")
        return await self._do(self._score(tuple(prompt_ids), tuple(target_ids), None))

    async def aclose(self) -> None:
        """End vLLM's processes; requests under way are cancelled."""
        if not self._closing:
            self._closing = True
            await asyncio.to_thread(self._close)

    # --- between the event loops ---------------------------------------------------------------

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Await something on vLLM's loop; cancelling the awaiting task cancels it there."""
        if self._closing:
            coroutine.close()
            raise EngineError("the engine is closed")
        result: T = await asyncio.wrap_future(self._call(self._tracked(coroutine)))
        return result

    async def _tracked(self, coroutine: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with self._telling():
                return await coroutine
        finally:
            self._tasks.discard(task)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Exceptions of vLLM as ours."""
        errors = need("vllm.exceptions", extra="vllm")
        dead = need("vllm.v1.engine.exceptions", extra="vllm").EngineDeadError
        try:
            yield
        except dead as error:
            self._died = True
            raise EngineError(f"vLLM died: {self._model.cause(error)}") from None
        except errors.VLLMClientError as error:
            raise ValueError(first_line(error)) from None
        except errors.VLLMError as error:
            raise EngineError(f"vLLM failed: {first_line(error.__cause__ or error)}") from None

    def _close(self) -> None:
        self._call(self._cancel_all()).result()
        self._call(_shut_down(self._llm)).result()
        self._stop_loop()
        if self._model.log is not None and not self._died:
            self._model.log.unlink(missing_ok=True)

    async def _cancel_all(self) -> None:
        pending = list(self._tasks)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # --- on vLLM's loop ------------------------------------------------------------------------

    async def _complete(self, request: Request, k: int) -> Completion:
        """Completion `k` of a request with ids."""
        prompt, lora = request.ids or (), self._lora(request.adapter)
        output = await self._ask(prompt, self._parameters(request, k), lora)
        (answer,) = output.outputs
        if answer.finish_reason not in ("stop", "length"):
            raise EngineError(f"vLLM gave the answer up ({answer.finish_reason})")
        ids, finish = tuple(answer.token_ids), answer.finish_reason
        if request.constraint is None:
            table = answer.logprobs
            logprobs = [entry[token].logprob for entry, token in zip(table, ids, strict=True)]
            labels = [table[0][label].logprob for label in request.label_ids]
        else:
            ids, complete = follow(self._guide(request.constraint.grammar), ids)
            finish = "stop" if complete else finish
            logprobs = await self._score(prompt, ids, lora)
            labels = await self._labels(request, lora)
        return Completion(
            text=self._text(ids, request.stop),
            finish=finish,
            ids=ids,
            logprobs=tuple(logprobs),
            prompt_ids=prompt,
            label_logprobs=tuple(labels),
            usage=Usage(len(prompt), len(ids)),
        )

    async def _score(
        self, prompt: tuple[int, ...], targets: tuple[int, ...], lora: Any
    ) -> list[float]:
        """The last target is scored as the token that comes next, the others as prompt."""
        ids, last = (*prompt, *targets[:-1]), targets[-1]
        parameters = self._sampling(
            max_tokens=1,
            temperature=0.0,
            logprob_token_ids=[last],
            prompt_logprobs=0 if len(targets) > 1 else None,
            detokenize=False,
        )
        output = await self._ask(ids, parameters, lora)
        table = output.prompt_logprobs
        scores = [table[at][ids[at]].logprob for at in range(len(prompt), len(ids))]
        return [*scores, output.outputs[0].logprobs[0][last].logprob]

    async def _labels(self, request: Request, lora: Any) -> list[float]:
        """The log-probabilities of the labels, without the constraint."""
        if not request.label_ids:
            return []
        parameters = self._sampling(
            max_tokens=1, logprob_token_ids=list(request.label_ids), detokenize=False
        )
        output = await self._ask(request.ids or (), parameters, lora)
        first = output.outputs[0].logprobs[0]
        return [first[label].logprob for label in request.label_ids]

    async def _ask(self, ids: Sequence[int], parameters: Any, lora: Any) -> Any:
        """The last word of vLLM on a request."""
        prompt = {"prompt_token_ids": list(ids)}
        number = str(next(self._numbers))
        outputs = self._llm.generate(prompt, parameters, number, lora_request=lora)
        async with contextlib.aclosing(outputs):
            return await anext(outputs)  # there is one: `FINAL_ONLY`

    def _parameters(self, request: Request, k: int) -> Any:
        options: dict[str, Any] = {}
        if request.constraint is not None:
            outputs = need("vllm.sampling_params", extra="vllm").StructuredOutputsParams
            options["structured_outputs"] = outputs(grammar=request.constraint.grammar)
        elif request.label_ids:
            options["logprob_token_ids"] = list(request.label_ids)
        else:
            options["logprobs"] = 0  # of the token itself, no alternatives
        if request.temperature > 0:
            options |= {"top_p": request.top_p, "seed": completion_seed(request.seed, k)}
        return self._sampling(
            max_tokens=request.max_tokens,
            temperature=request.temperature,
            stop=list(request.stop),
            stop_token_ids=sorted(self._model.end_ids),
            detokenize=bool(request.stop),
            **options,
        )

    def _sampling(self, **options: Any) -> Any:
        module = need("vllm.sampling_params", extra="vllm")
        return module.SamplingParams(output_kind=module.RequestOutputKind.FINAL_ONLY, **options)

    def _lora(self, adapter: str | None) -> Any:
        """The name for an adapter in vLLM: a new one, with a new number, for new content.

        vLLM neither reads the folder of a known number again nor forgets what its prefix cache
        holds under the name.
        """
        if adapter is None and not self._model.merged:
            adapter = self._model.adapter
        if adapter is None:
            return None
        if not self._model.lora:
            raise EngineError("this engine takes its adapter when it is opened, not by request")
        folder = Path(adapter)
        check_folder(folder, "adapter_config.json")
        version = fingerprint(folder)
        if version not in self._loras:
            make = need("vllm.lora.request", extra="vllm").LoRARequest
            name = f"{folder.resolve().name}-{version[:12]}"
            self._loras[version] = make(name, len(self._loras) + 1, str(folder.resolve()))
        return self._loras[version]

    # --- texts ---------------------------------------------------------------------------------

    def _guide(self, grammar: str) -> Guide:
        if self._guides is None:
            tokenizer = self._model.tokenizer
            self._guides = Guides(tokenizer, len(tokenizer), self._model.end_ids)
        return self._guides.start(grammar)

    def _text(self, ids: Sequence[int], stops: Sequence[str]) -> str:
        """The text of an answer, up to the first of the stop texts."""
        text = str(
            self._model.tokenizer.decode(
                ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )
        return text[: min((text.index(stop) for stop in stops if stop in text), default=None)]

    def _holds(self) -> str:
        return f"the context holds {self.context_length}"


async def _start(model: Model) -> Any:
    """The front end of vLLM, on the running loop."""
    module = need("vllm.v1.engine.async_llm", extra="vllm")
    arguments = need("vllm.engine.arg_utils", extra="vllm").AsyncEngineArgs
    try:
        return module.AsyncLLM.from_engine_args(arguments(**model.arguments))
    except Exception as error:
        raise UserError(f"vLLM cannot run {model.source}: {model.cause(error)}") from None


async def _shut_down(llm: Any) -> None:
    llm.shutdown(timeout=_PATIENCE)
    multiprocessing.active_children()  # which reaps those that have ended


async def _all(coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    return list(await asyncio.gather(*coroutines))


def follow(guide: Guide, ids: Sequence[int]) -> tuple[tuple[int, ...], bool]:
    """An answer up to where its grammar is complete, and whether it comes there.

    vLLM puts an end token behind a complete answer; the model did not choose it.

    Raises:
        EngineError: the answer is not in the grammar.
    """
    for at, token in enumerate(ids, start=1):
        if guide.accept(token):
            return tuple(ids[:at]), True
    return tuple(ids), False
