"""Asking a server over a bad network: retries, pace, deadlines, and the key that never shows.

Connection errors, timeouts, 408, 409, 425, 429, 5xx and bodies that are no answer are tried again
with exponential backoff and full jitter until a deadline; everything else is refused at once.
Knows HTTP and nothing of what is asked.
"""

from __future__ import annotations

import asyncio
import base64
import email.utils
import itertools
import json
import logging
import math
import os
import random
import re
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from agents.engines.base import EngineError
from agents.engines.http_complaint import Complaint, read_complaint
from agents.engines.http_wire import BadAnswer
from envs.common.errors import UserError
from envs.types import JSON

if TYPE_CHECKING:
    import ssl

    import httpx

T = TypeVar("T")
log = logging.getLogger(__name__)

PASSING = frozenset({408, 409, 425, 429})
"""Statuses below 500 that may be different next time."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for what, in seconds."""

    deadline: float = 600.0
    """For one request over all its tries, from when its turn has come."""
    timeout: float = 300.0
    """For one try."""
    first_wait: float = 0.5
    """Longest wait before the second try; it doubles with each further one."""
    longest_wait: float = 30.0
    """Longest wait between two tries."""
    longest_pause: float = 60.0
    """Most that a server's ``Retry-After`` is obeyed for."""

    def backoff(self, tries: int) -> float:
        """Seconds to wait after so many tries: anything up to the bound (full jitter)."""
        bound = self.first_wait * 2.0 ** min(tries - 1, 30)
        return random.uniform(0, min(self.longest_wait, bound))


class Refused(Exception):
    """The server will not answer this request, now or later."""

    def __init__(self, status: int, complaint: Complaint, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.complaint = complaint
        """To be looked into, not to be shown: `said` is that, the status included."""


class _Passing(Exception):
    """A failure that may be gone at the next try."""

    def __init__(self, cause: str, pause: float | None = None) -> None:
        super().__init__(cause)
        self.pause = pause


class Pace:
    """When the next request may start: evenly spaced, and not while the server wants a pause."""

    def __init__(
        self, per_minute: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._gap = 60 / per_minute if per_minute else 0.0
        self._clock = clock
        self._next = self._pause = -math.inf

    def wait(self) -> float:
        """Seconds until a request may start; at most 0 if it may start now."""
        return max(self._next, self._pause) - self._clock()

    def start(self) -> None:
        """A request starts."""
        self._next = self._clock() + self._gap

    def pause(self, seconds: float) -> None:
        """Nothing starts for so long."""
        self._pause = max(self._pause, self._clock() + seconds)


@dataclass
class _Session:
    """What belongs to one event loop."""

    client: httpx.AsyncClient
    slots: asyncio.Semaphore
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the one that waits for its start, so that starts keep their order."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    tasks: set[asyncio.Task[object]] = field(default_factory=set)
    lifetime: AsyncGenerator[None] | None = None


class Client:
    """Asks one server, from any number of event loops, one after the other."""

    def __init__(
        self,
        base_url: str,
        *,
        key_env: str,
        concurrency: int,
        requests_per_minute: float | None,
        patience: Patience,
    ) -> None:
        self.url, self._login = _split(base_url)
        self.key_env = key_env
        self.patience = patience
        self._concurrency = concurrency
        self._pace = Pace(requests_per_minute)
        self._sessions: dict[asyncio.AbstractEventLoop, _Session] = {}
        self._ssl: ssl.SSLContext | None = None
        self._warned = -math.inf

    async def ask(
        self,
        method: str,
        path: str,
        body: JSON = None,
        *,
        read: Callable[[JSON], T],
        patience: Patience | None = None,
    ) -> T:
        """Send a request until an answer comes that `read` takes.

        Args:
            method: of HTTP.
            path: below the base URL, or a whole URL of the same server.
            body: sent as JSON; nothing is sent for ``None``.
            read: makes the result of the answer; `BadAnswer` means to ask again.
            patience: other than the client's own.

        Raises:
            EngineError: none came before the deadline; says why not.
            Refused: the server will not answer it.
            UserError: the server wants another key, or money.
        """
        patience = patience or self.patience
        session = await self._session()
        task = asyncio.current_task()
        assert task is not None
        session.tasks.add(task)
        try:
            async with session.slots:
                await self._turn(session)
                return await self._persist(session, method, path, body, read, patience)
        finally:
            session.tasks.discard(task)

    async def lock(self) -> asyncio.Lock:
        """The user's own lock in this event loop; nothing in here takes it."""
        return (await self._session()).lock

    async def _persist(
        self,
        session: _Session,
        method: str,
        path: str,
        body: JSON,
        read: Callable[[JSON], T],
        patience: Patience,
    ) -> T:
        started = time.monotonic()
        cause = "no answer"
        try:
            async with asyncio.timeout(patience.deadline):
                for tries in itertools.count(1):
                    try:
                        async with asyncio.timeout(patience.timeout):
                            return read(await self._try(session.client, method, path, body))
                    except TimeoutError:
                        failure = _Passing(f"no answer within {patience.timeout:g} s")
                    except (BadAnswer, RecursionError) as error:
                        failure = _Passing(f"a broken answer: {error}")
                    except _Passing as error:
                        failure = error
                    cause = self.quote(str(failure))
                    wait = patience.backoff(tries)
                    if failure.pause is not None:
                        wait = max(wait, min(failure.pause, patience.longest_pause))
                        self._pace.pause(wait)
                    self._warn(cause)
                    if time.monotonic() + wait > started + patience.deadline:
                        break
                    await asyncio.sleep(wait)
                    await self._turn(session)
        except TimeoutError:
            pass
        seconds = time.monotonic() - started
        raise EngineError(f"{self.url}{path}: gave up after {seconds:.0f} s: {cause}")

    async def _turn(self, session: _Session) -> None:
        async with session.turn:
            while (wait := self._pace.wait()) > 0:
                await asyncio.sleep(wait)
            self._pace.start()

    async def _try(self, client: httpx.AsyncClient, method: str, path: str, body: JSON) -> JSON:
        import httpx

        # ASCII escapes carry any text; UTF-8 could not carry a lone surrogate.
        content = None if body is None else json.dumps(body, allow_nan=False).encode()
        url = path if path.startswith("http") else self.url + path
        try:
            response = await client.request(method, url, content=content)
        except httpx.RequestError as error:
            raise _Passing(f"{type(error).__name__}: {error}".rstrip(": ")) from None
        if response.is_success:
            try:
                return json.loads(response.content)
            except (ValueError, RecursionError):
                raise _Passing("the answer is not JSON") from None
        try:
            complaint = read_complaint(json.loads(response.content))
        except (ValueError, RecursionError):
            complaint = Complaint(response.text)
        raise self._failure(response, complaint)

    def _failure(self, response: httpx.Response, complaint: Complaint) -> Exception:
        """The exception for an answer with an error status."""
        status = response.status_code
        said = f"{status} {self.quote(complaint.text)}".strip()
        if status in (401, 403):
            return UserError(f"{self.url}: {self._refused_key()} ({said})")
        if status == 402 or "insufficient_quota" in complaint.kinds:
            return UserError(f"{self.url}: the account of ${self.key_env} is empty ({said})")
        if 300 <= status < 400:
            target = self.quote(response.headers.get("location", "elsewhere"))
            return UserError(f"{self.url}: moved to {target}; give the URL of the API itself")
        lasting = status < 500 and status not in PASSING
        if lasting or status == 501 or "exceed_context_size_error" in complaint.kinds:
            return Refused(status, complaint, said)
        return _Passing(said, retry_after(response.headers.get("retry-after")))

    def _refused_key(self) -> str:
        if self._login is not None:
            return "the name and password in the URL are refused"
        if self._key():
            return f"the key in ${self.key_env} is refused"
        return f"the server wants a key, and ${self.key_env} is not set"

    async def _session(self) -> _Session:
        loop = asyncio.get_running_loop()
        if loop not in self._sessions:
            session = _Session(self._connect(), asyncio.Semaphore(self._concurrency))
            self._sessions[loop] = session
            # `asyncio.run` closes the asynchronous generators of its loop before the loop itself:
            # the client lives exactly as long.
            session.lifetime = self._close_with(loop, session)
            await anext(session.lifetime)
        return self._sessions[loop]

    async def _close_with(
        self, loop: asyncio.AbstractEventLoop, session: _Session
    ) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            del self._sessions[loop]
            await session.client.aclose()

    def _connect(self) -> httpx.AsyncClient:
        import httpx

        self._ssl = (
            self._ssl or httpx.create_ssl_context()
        )  # reads all certificates: once is enough
        headers = {"content-type": "application/json"}
        if self._login is None and (key := self._key()):
            headers["authorization"] = f"Bearer {key}"
        return httpx.AsyncClient(
            headers=headers,
            auth=self._login,
            verify=self._ssl,
            timeout=httpx.Timeout(None, connect=min(10.0, self.patience.timeout)),
            limits=httpx.Limits(
                max_connections=self._concurrency, max_keepalive_connections=self._concurrency
            ),
        )

    async def aclose(self) -> None:
        """Cancel what is under way in this event loop and close its connections."""
        session = self._sessions.get(asyncio.get_running_loop())
        if session is None:
            return
        for task in session.tasks - {asyncio.current_task()}:
            task.cancel()
        if session.lifetime is not None:
            await session.lifetime.aclose()

    def _key(self) -> str:
        """The key, read where it is used and kept nowhere.

        Raises:
            UserError: it cannot be sent.
        """
        key = os.environ.get(self.key_env, "").strip()
        if not re.fullmatch(r"[!-~]*", key):
            raise UserError(f"${self.key_env}: a key has printable ASCII characters only")
        return key

    def quote(self, text: str) -> str:
        """A stranger's words as part of one line: short, plain, without our key."""
        secrets = [self._key()]
        if self._login is not None:
            user, password = self._login
            basic = base64.b64encode(f"{user}:{password}".encode()).decode()
            secrets += [password, basic]
        for secret in filter(None, secrets):
            text = text.replace(secret, "***")
        text = re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+", " ", text).strip()
        return text if len(text) <= 300 else text[:300] + "..."

    def _warn(self, cause: str) -> None:
        """Say that something is wrong, though not for each of many requests."""
        log.debug("%s: %s", self.url, cause)
        if time.monotonic() - self._warned > 30:
            self._warned = time.monotonic()
            log.warning("%s: %s; trying again", self.url, cause)


def retry_after(value: str | None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, 10.2.3); ``None`` without one."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return None if math.isnan(seconds) else max(0.0, seconds)


def _split(base_url: str) -> tuple[str, tuple[str, str] | None]:
    """A base URL without its credentials, and those.

    Raises:
        UserError: this is not the URL of an API.
    """
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        raise UserError(f"not a URL: {error}") from None
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", base_url):
        raise UserError("not a URL: http://HOST[:PORT]/v1 or https://HOST/v1 is needed")
    if parts.query or parts.fragment:
        raise UserError(f"http://{host}: the URL of an API has no '?' or '#' part")
    where = f"[{host}]" if ":" in host else host
    where += f":{port}" if port is not None else ""
    login = None
    if parts.username is not None or parts.password is not None:
        login = (unquote(parts.username or ""), unquote(parts.password or ""))
    return f"{parts.scheme}://{where}{parts.path.rstrip('/')}", login
