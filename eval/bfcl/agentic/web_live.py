"""The live web: DuckDuckGo through SerpAPI, and pages from where they are.

Answers change from day to day, so scores on them are those of a date. Calls are synchronous: while
one waits, nothing else of its process goes on. No test of this project reaches it.
"""

from __future__ import annotations

import ipaddress
import os
import random
import socket
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from envs.common.errors import UserError
from eval.bfcl.agentic.web import BackendError, Result, WebError

if TYPE_CHECKING:
    import httpx

KEY = "SERPAPI_API_KEY"
URL = "https://serpapi.com/search"
TIMEOUT = 20.0
"""Seconds for one page or one search."""
MAX_TRIES = 8
"""Of a search that the service puts off (status 429)."""
MAX_WAIT = 120.0
"""Longest wait between two tries, in seconds."""
MAX_PAGE = 10_000_000
"""Bytes of a page that are read."""
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/124.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
}
"""Those of a browser; many pages refuse anybody else."""


class Live:
    """Asks the web itself. Pages on private networks are refused, whoever asks for them.

    Args:
        key: for SerpAPI; from the environment by default.

    Raises:
        UserError: there is no key.
    """

    def __init__(self, key: str | None = None) -> None:
        import httpx

        self._key = key or os.environ.get(KEY, "")
        if not self._key:
            raise UserError(f"live web search needs a SerpAPI key in the environment ({KEY})")
        self._service = httpx.Client(timeout=TIMEOUT)
        self._web = httpx.Client(
            timeout=TIMEOUT,
            headers=HEADERS,
            follow_redirects=True,
            event_hooks={"request": [_refuse_private]},
        )

    def search(self, query: str, region: str) -> Sequence[Result]:
        """Results of DuckDuckGo; waits and tries again while the service asks for it."""
        asked = {"engine": "duckduckgo", "q": query, "kl": region, "api_key": self._key}
        payload = self._payload(asked)
        if "organic_results" not in payload:
            # The official tool's words.
            raise WebError(
                "Failed to retrieve the search results from server. Please try again later."
            )
        kept = ("title", "link", "snippet")
        return [{k: row[k] for k in kept if k in row} for row in payload["organic_results"]]

    def _payload(self, asked: dict[str, str]) -> dict[str, Any]:
        import httpx

        wait = 2.0
        for _ in range(MAX_TRIES):
            try:
                response = self._service.get(URL, params=asked)
            except httpx.HTTPError as error:  # its text may hold the key
                raise BackendError(f"the search service: {type(error).__name__}") from None
            if response.status_code != 429:
                return _read(response)
            time.sleep(wait + random.uniform(0, wait))
            wait = min(2 * wait, MAX_WAIT)
        raise BackendError(f"the search service put a query off {MAX_TRIES} times (status 429)")

    def fetch(self, url: str) -> str:
        """The source of a page, after redirects."""
        import httpx

        try:
            with self._web.stream("GET", url) as response:
                if response.is_error:
                    side = "Client" if response.status_code < 500 else "Server"
                    status = f"{response.status_code} {side} Error: {response.reason_phrase}"
                    raise WebError(f"{status} for url: {response.url}")
                return _text(response)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise WebError(str(error) or type(error).__name__) from None


def _read(response: httpx.Response) -> dict[str, Any]:
    """The answer of the search service.

    Raises:
        BackendError: it is none, or refuses the key.
    """
    try:
        payload = response.json()
    except ValueError:
        payload = None
    if not isinstance(payload, dict) or response.status_code in (401, 403):
        raise BackendError(f"the search service answered with status {response.status_code}")
    return payload


def _text(response: httpx.Response) -> str:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) >= MAX_PAGE:
            break
    return bytes(body[:MAX_PAGE]).decode(response.encoding or "utf-8", "replace")


def _refuse_private(request: httpx.Request) -> None:
    """Keep a model from reading what only this machine or its network can reach.

    Raises:
        WebError: the host has an address that is not public, or none.
    """
    host = request.url.host
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise WebError(f"{host}: {error.strerror or error}") from None
    for address in found:
        if not ipaddress.ip_address(address.partition("%")[0]).is_global:
            raise WebError(f"{host}: not an address on the public web")
