"""Searching the web and reading pages, as the official tools show it, over any source of answers.

`WebSearchAPI` is what the model calls; where results and pages come from is a `SearchBackend`:
the live web (`eval.bfcl.agentic.web_live`), a recording, or answers made up for a test.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from envs.common.errors import UserError
from envs.common.optional import need
from envs.common.runs import JsonlLog
from envs.types import JSON

Result = Mapping[str, JSON]
"""One search result: ``title``, ``link`` and mostly ``snippet``."""


class WebError(Exception):
    """The web has no answer to this request; its text goes to the model."""


class BackendError(Exception):
    """The backend failed to ask the web: the machine's failure, not the model's."""


class SearchBackend(Protocol):
    """Where search results and pages come from. May be asked by several threads."""

    def search(self, query: str, region: str) -> Sequence[Result]:
        """All results for a query, best first.

        Raises:
            WebError: the search engine refuses the query.
            BackendError: the search engine could not be asked.
        """

    def fetch(self, url: str) -> str:
        """The source of a page.

        Raises:
            WebError: there is no such page, or it is not given out.
            BackendError: nobody could ask for it.
        """


class WebSearchAPI:
    """The official tools: names, arguments, and what they return or complain about.

    Args:
        backend: who is asked.
        show_snippet: results show what the page says.
    """

    def __init__(self, backend: SearchBackend, *, show_snippet: bool = True) -> None:
        self._backend = backend
        self._show_snippet = show_snippet
        self.failure: Exception | None = None
        """Why a call has no answer that the model should see."""

    def __deepcopy__(self, memo: object) -> WebSearchAPI:
        return self  # it remembers nothing

    def search_engine_query(
        self, keywords: str, max_results: int | None = 10, region: str | None = "wt-wt"
    ) -> JSON:
        """Results as ``{title, href, body}``, without ``body`` where snippets are hidden."""
        try:
            found = self._backend.search(str(keywords), str(region))
        except WebError as error:
            return {"error": str(error)}
        except Exception as error:
            self.failure = error
            raise
        fields = {"title": "title", "href": "link"}
        if self._show_snippet:
            fields["body"] = "snippet"
        return [{name: row[key] for name, key in fields.items()} for row in found[:max_results]]

    def fetch_url_content(self, url: str, mode: str = "raw") -> JSON:
        """A page as ``{content}``: its source (``raw``), as ``markdown``, or its text alone
        (``truncate``).
        """
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"Invalid URL: {url}")
        try:
            return {"content": _as(mode, self._backend.fetch(url))}
        except WebError as error:
            return {"error": f"An error occurred while fetching {url}: {error}"}
        except Exception as error:
            self.failure = error
            raise


def _as(mode: str, source: str) -> str:
    """A page in the form that a mode asks for.

    Raises:
        WebError: no such mode.
        MissingDependency: the form takes a package that is not installed.
    """
    if mode == "raw":
        return source
    if mode == "markdown":
        return str(need("html2text", extra="bench").HTML2Text().handle(source))
    if mode == "truncate":
        page = need("bs4", extra="bench").BeautifulSoup(source, "html.parser")
        for hidden in page(["script", "style"]):
            hidden.extract()
        return str(page.get_text(separator="\n", strip=True))
    raise WebError(f"Unsupported mode: {mode}")


@dataclass(frozen=True)
class Fake:
    """Answers made up ahead, for tests and examples."""

    results: Mapping[str, Sequence[Result]] = field(default_factory=dict)
    """Query -> results; any other query finds nothing."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """URL -> source; any other page is not found."""

    def search(self, query: str, region: str) -> Sequence[Result]:
        """What was made up for the query."""
        return self.results.get(query, ())

    def fetch(self, url: str) -> str:
        """What was made up for the page."""
        if url not in self.pages:
            raise WebError(f"404 Client Error: Not Found for url: {url}")
        return self.pages[url]


class Recorded:
    """Answers kept in a file, so that a run can be repeated without the web.

    Args:
        path: JSON lines, one request and its answer each.
        backend: who is asked what is not in the file, and then is; without one, such a request is
            a `BackendError`.

    Raises:
        UserError: the file is missing where there is nobody to ask, or broken.
    """

    def __init__(self, path: Path, backend: SearchBackend | None = None) -> None:
        if backend is None and not path.is_file():
            raise UserError(f"{path}: no such file of recorded searches")
        self._backend = backend
        self._log = JsonlLog(path)
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], Mapping[str, JSON]] = {}
        for number, row in enumerate(self._log.read(), 1):
            request = row.get("request")
            if not isinstance(request, list) or not row.keys() & {"answer", "error"}:
                raise UserError(f"{path}:{number}: not a recorded request with its answer")
            self._known[tuple(map(str, request))] = row

    def search(self, query: str, region: str) -> Sequence[Result]:
        """The results as recorded."""
        results: Sequence[Result] = self._answer("search", query, region)
        return results

    def fetch(self, url: str) -> str:
        """The page as recorded."""
        return str(self._answer("fetch", url))

    def _answer(self, kind: str, *arguments: str) -> JSON:
        request = (kind, *arguments)
        row = self._known.get(request)
        if row is None:
            if self._backend is None:
                raise BackendError(f"not recorded in {self._log.path}: {' '.join(request)}")
            row = {"request": list(request), **_ask(self._backend, kind, arguments)}
            with self._lock:
                self._known[request] = row
                self._log.append(row)
        if "error" in row:
            raise WebError(row["error"])
        return row["answer"]


def _ask(backend: SearchBackend, kind: str, arguments: Sequence[str]) -> dict[str, JSON]:
    try:
        if kind == "fetch":
            return {"answer": backend.fetch(*arguments)}
        return {"answer": [dict(row) for row in backend.search(*arguments)]}
    except WebError as error:
        return {"error": str(error)}
