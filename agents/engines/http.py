"""The engine behind a server: anything that speaks OpenAI's API at ``http(s)://host/v1``.

Messages go to ``/chat/completions``, token ids to ``/completions``. What a server can do beyond
text is found out by looking: token ids, log-probabilities, scoring and constrained decoding are
asked of vLLM alone, the only one that reads our grammars. Adapters by request are not offered: a
server serves an adapter under a model name of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace

from agents.engines.base import (
    Capabilities,
    Completion,
    Constraint,
    EngineError,
    PromptTooLong,
    Request,
    completion_seed,
)
from agents.engines.http_client import Client, Patience, Refused
from agents.engines.http_complaint import Complaint
from agents.engines.http_wire import (
    Server,
    chat_body,
    completion_body,
    read_capabilities,
    read_completions,
    read_models,
    read_scores,
    read_version,
    score_body,
    wire_names,
)
from envs.common.errors import UserError, suggest
from envs.types import JSON

log = logging.getLogger(__name__)

_UNLIKELY = "qzqzq"

FIRST_CONTACT = Patience(deadline=30.0, timeout=10.0)
"""How long a server may take to say what it is; one that is not there is told soon."""


class HttpEngine:
    """A model behind an OpenAI-compatible server.

    Args:
        base_url: of the API, such as ``http://localhost:8000/v1``.
        model_name: which model is asked; may be left out where the server lists one alone.
        key_env: the environment variable that holds the key; the key itself is kept nowhere.
        concurrency: requests in flight at a time.
        requests_per_minute: starts of requests, evenly spaced; no limit by default.
        patience: deadlines, and how tries are repeated.

    Raises:
        UserError: the URL is none, or a limit is not positive.
    """

    reads_calls = True
    """Calls of offered tools come back in `Completion.action`."""

    def __init__(
        self,
        base_url: str,
        model_name: str | None = None,
        *,
        key_env: str = "OPENAI_API_KEY",
        concurrency: int = 32,
        requests_per_minute: float | None = None,
        patience: Patience | None = None,
    ) -> None:
        if concurrency < 1 or (requests_per_minute is not None and not requests_per_minute > 0):
            raise UserError("concurrency and requests per minute have to be positive")
        self._client = Client(
            base_url,
            key_env=key_env,
            concurrency=concurrency,
            requests_per_minute=requests_per_minute,
            patience=patience or Patience(),
        )
        self._model_name = model_name
        self._server: Server | None = None
        self._max_tokens = "max_tokens"
        self._unconstrained = "only vLLM reads our grammars"

    def __repr__(self) -> str:
        return f"HttpEngine({self._client.url!r}, {self._model_name!r})"

    @property
    def name(self) -> str:
        """The model's name; before `probe`, the URL where none was given."""
        if self._server is not None:
            return self._server.model
        return self._model_name or self._client.url

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do; nothing is promised before `probe`."""
        return self._server.capabilities if self._server is not None else Capabilities()

    def describe(self) -> dict[str, JSON]:
        """What a manifest records of the engine."""
        server = self._server
        return {
            "engine": "http",
            "base_url": self._client.url,
            "model": self.name,
            "server": server.kind if server else "",
            "server_version": server.version if server else "",
        }

    async def probe(self) -> Server:
        """Find out, once, what the server is. The first request does it otherwise.

        Raises:
            UserError: nothing answers there, or it does not say which model to ask.
        """
        if self._server is None:
            async with await self._client.lock():
                self._server = self._server or await self._look()
        return self._server

    async def generate(self, request: Request) -> list[Completion]:
        """Answer with `request.n` completions.

        Raises:
            PromptTooLong: the prompt does not fit the model's context.
            EngineError: no answer came before the deadline, or the server refuses the request.
            UserError: every request would fail: a wrong key, a wrong model, no such capability.
        """
        server = await self.probe()
        self._check(request, server)
        completions = await self._complete(request, server)
        wanted = 1 if request.temperature == 0 else request.n  # greedy answers are all the same
        if len(completions) < wanted:  # the server takes n for less, or for 1
            missing = range(len(completions), wanted)
            singles = [
                replace(request, n=1, seed=completion_seed(request.seed, k)) for k in missing
            ]
            more = await asyncio.gather(*(self._complete(single, server) for single in singles))
            completions += [completion for (completion,) in more]
        if request.constraint is not None:
            completions = await asyncio.gather(*(self._unmasked(c) for c in completions))
        return completions if wanted > 1 else completions[:1] * request.n

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        """Log-probability of every target id after the prompt and the targets before it.

        Raises:
            UserError: the server gives no log-probabilities of prompts.
        """
        server = await self.probe()
        if not server.capabilities.score:
            raise UserError(f"{self._client.url}: this server gives no prompt log-probabilities")
        if not prompt_ids:
            raise ValueError("a prompt of at least one id is needed")
        ids = [*prompt_ids, *target_ids]
        if not target_ids:
            return []

        def read(body: JSON) -> list[float]:
            return read_scores(body, ids, len(prompt_ids))

        try:
            return await self._client.ask(
                "POST", "/completions", score_body(ids, server), read=read
            )
        except Refused as refusal:
            raise self._told("/completions", refusal) from None

    async def aclose(self) -> None:
        """Close the connections; pending requests are cancelled."""
        await self._client.aclose()

    def _check(self, request: Request, server: Server) -> None:
        lacks = None
        constrained = request.constraint is not None
        if constrained and not server.capabilities.constrained:
            lacks = f"constrained decoding: {self._unconstrained}"
        elif constrained and request.label_ids:
            lacks = "log-probabilities of chosen tokens under a constraint"
        elif request.adapter is not None:
            lacks = "adapters by folder: give the name that the server knows it by as the model"
        elif request.label_ids and not server.capabilities.logprobs:
            lacks = "log-probabilities of chosen tokens"
        if lacks is not None:
            raise UserError(f"{self._client.url}: no {lacks}")

    async def _complete(self, request: Request, server: Server) -> list[Completion]:
        path = _path(request)
        for last in (False, False, True):
            try:
                return await self._send(request, server)
            except Refused as refusal:
                adapted = self._adapted(request, refusal.complaint)
                if adapted is None or last:
                    raise self._told(path, refusal) from None
                request = adapted
        raise AssertionError

    async def _unmasked(self, completion: Completion) -> Completion:
        """With the model's own log-probabilities: those of a constrained answer are masked."""
        scores: list[float] = []
        if completion.ids and self.capabilities.score:
            with contextlib.suppress(PromptTooLong):  # scoring needs room for one token more
                scores = await self.score(completion.prompt_ids, completion.ids)
        return replace(completion, logprobs=tuple(scores))

    async def _send(self, request: Request, server: Server) -> list[Completion]:
        names = wire_names(request)
        if request.ids is None:
            body = chat_body(request, server, names)
            body[self._max_tokens] = body.pop("max_tokens")
        else:
            body = completion_body(request, server)

        def read(answer: JSON) -> list[Completion]:
            return read_completions(answer, request, names)

        return await self._client.ask("POST", _path(request), body, read=read)

    def _adapted(self, request: Request, complaint: Complaint) -> Request | None:
        """The request as a server with this complaint may take it, if there is a way."""
        if complaint.too_long:  # perhaps the prompt fits, though not with so long an answer
            room = complaint.room or 0
            return replace(request, max_tokens=room) if 0 < room < request.max_tokens else None
        if "max_completion_tokens" in complaint.text:
            self._max_tokens = "max_completion_tokens"
            return request
        return None

    def _told(self, path: str, refusal: Refused) -> Exception:
        """What a refusal means to the caller."""
        complaint = refusal.complaint
        where = f"{self._client.url}{path}"
        if complaint.too_long:
            return PromptTooLong(f"the prompt does not fit the model's context: {refusal}")
        if refusal.status == 404:
            return UserError(f"{where}: {self._not_found(refusal)}")
        if "--enable-auto-tool-choice" in complaint.text:  # vLLM: no request with tools can work
            return UserError(f"{where}: the server was not started for tools: {refusal}")
        return EngineError(f"{where}: refused: {refusal}")

    def _not_found(self, refusal: Refused) -> str:
        server = self._server
        if server and server.models and server.model not in server.models:
            return f"no model {server.model!r}{suggest(server.model, server.models)}"
        hint = "" if self._client.url.endswith("/v1") else "; such a URL ends in /v1 as a rule"
        return f"nothing there ({refusal}){hint}"

    # Finding out what the server is

    async def _look(self) -> Server:
        listed = await self._models()
        model = self._model_name
        models = tuple(name for name, _ in listed)
        if model is None:
            if len(models) != 1:
                there = f"one of: {', '.join(models)}" if models else "it lists none"
                raise UserError(f"{self._client.url}: which model? give --model-name ({there})")
            model = models[0]
        owners = dict(listed)
        kind = owners.get(model) or next(iter(owners.values()), "")
        server = Server(model, models, kind)
        if kind != "vllm":
            return server
        return replace(
            server,
            version=await self._vllm_version(),
            capabilities=await self._vllm_capabilities(server),
        )

    async def _models(self) -> list[tuple[str, str]]:
        """Names and owners of the models; none where the server does not list them."""
        try:
            return await self._client.ask(
                "GET", "/models", read=read_models, patience=self._first_contact()
            )
        except EngineError as error:
            raise UserError(str(error)) from None
        except (Refused, UserError) as error:
            if self._model_name is not None:
                return []  # not every key may list models: the first request will tell
            if isinstance(error, UserError):
                raise
            raise UserError(f"{self._client.url}/models: {self._not_found(error)}") from None

    async def _vllm_version(self) -> str:
        root = self._client.url.removesuffix("/v1")
        try:
            return await self._client.ask(
                "GET", f"{root}/version", read=read_version, patience=Patience(3.0, 3.0)
            )
        except (EngineError, Refused, UserError):
            return ""

    async def _vllm_capabilities(self, server: Server) -> Capabilities:
        """What this version really gives: one token is asked for with all the extras."""
        body = score_body([0, 0], server)
        try:
            capabilities = await self._client.ask(
                "POST", "/completions", body, read=read_capabilities, patience=self._first_contact()
            )
            return replace(capabilities, constrained=await self._constrains(server))
        except EngineError as error:
            log.warning("%s; going on with text alone", error)
        except Refused as refusal:
            if refusal.status == 404 and server.model not in server.models:
                known = suggest(server.model, server.models)
                raise UserError(f"{self._client.url}: no model {server.model!r}{known}") from None
        return Capabilities()

    async def _constrains(self, server: Server) -> bool:
        """Whether grammars are obeyed: one is sent that leaves a single, unlikely answer."""
        constraint = Constraint(f'start: "{_UNLIKELY}"', "calls")
        request = Request(ids=(0, 0), max_tokens=16, constraint=constraint)

        def read(answer: JSON) -> str:
            return read_completions(answer, request, {})[0].text

        try:
            text = await self._client.ask(
                "POST",
                "/completions",
                completion_body(request, server),
                read=read,
                patience=self._first_contact(),
            )
        except (EngineError, Refused) as error:
            self._unconstrained = f"this vLLM does not take our grammars: {error}"
            return False
        self._unconstrained = "this vLLM does not obey grammars"
        return text == _UNLIKELY

    def _first_contact(self) -> Patience:
        own = self._client.patience
        deadline, timeout = FIRST_CONTACT.deadline, FIRST_CONTACT.timeout
        return replace(own, deadline=min(deadline, own.deadline), timeout=min(timeout, own.timeout))


def _path(request: Request) -> str:
    return "/chat/completions" if request.ids is None else "/completions"
