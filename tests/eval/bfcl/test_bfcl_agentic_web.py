from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from envs.common.errors import UserError
from eval.bfcl.agentic import web_live
from eval.bfcl.agentic.web import BackendError, Fake, Recorded, Result, WebError, WebSearchAPI
from eval.bfcl.multi_turn.execute import execute, scope

PAGE = "<head><style>a{}</style></head><h1>Cats &amp; dogs</h1><script>x()</script><p>purr</p>"
WEB = Fake(
    {
        "cats": [
            {"title": f"Cat {n}", "link": f"https://cats/{n}", "snippet": f"{n}é", "position": n}
            for n in range(12)
        ],
        "bare": [{"title": "Bare", "link": "https://bare"}],
    },
    {"https://cats/1": PAGE},
)
ERROR = "Error during execution: "
FETCHING = "An error occurred while fetching https://cats/"

OFFICIAL = [
    (
        "search_engine_query('cats', max_results=1)",
        "[{'title': 'Cat 0', 'href': 'https://cats/0', 'body': '0é'}]",
    ),
    ("search_engine_query(keywords='dogs', region='us-en')", "[]"),
    (
        "search_engine_query(keywords='cats', max_results=-11)",
        "[{'title': 'Cat 0', 'href': 'https://cats/0', 'body': '0é'}]",
    ),
    (
        "search_engine_query(keywords='cats', max_results='3')",
        ERROR + "slice indices must be integers or None or have an __index__ method",
    ),
    ("search_engine_query(keywords='bare')", ERROR + "'snippet'"),
    (
        "search_engine_query()",
        ERROR + "WebSearchAPI.search_engine_query() missing 1 required positional argument: "
        "'keywords'",
    ),
    (
        "search_engine_query(query='cats')",
        ERROR + "WebSearchAPI.search_engine_query() got an unexpected keyword argument 'query'",
    ),
    ("fetch_url_content(url='https://cats/1')", json.dumps({"content": PAGE})),
    (
        "fetch_url_content(url='https://cats/1', mode='pdf')",
        json.dumps({"error": FETCHING + "1: Unsupported mode: pdf"}),
    ),
    (
        "fetch_url_content(url='https://cats/2')",
        json.dumps({"error": FETCHING + "2: 404 Client Error: Not Found for url: https://cats/2"}),
    ),
    ("fetch_url_content(url='file:///etc/passwd')", ERROR + "Invalid URL: file:///etc/passwd"),
    ("fetch_url_content(url=5)", ERROR + "'int' object has no attribute 'startswith'"),
    (
        "fetch_url_content(url=search_engine_query(keywords='cats'))",
        ERROR + "'list' object has no attribute 'startswith'",
    ),
]
"""Calls and what the official package made of them, asked the same made-up web."""


def run(api: WebSearchAPI, call: str) -> str:
    apis = {"WebSearchAPI": api}
    return execute(call, apis, scope(apis, "model")).text


def test_results_and_complaints_are_the_official_ones() -> None:
    api = WebSearchAPI(WEB)
    for call, expected in OFFICIAL:
        assert run(api, call) == expected, call
    results = run(api, "search_engine_query(keywords='cats')")
    assert results.count("href") == 10
    assert run(api, "search_engine_query(keywords='cats', max_results=None)").count("href") == 12
    assert api.failure is None


def test_snippets_can_be_hidden() -> None:
    api = WebSearchAPI(WEB, show_snippet=False)
    expected = "[{'title': 'Bare', 'href': 'https://bare'}]"
    assert run(api, "search_engine_query(keywords='bare')") == expected


@pytest.mark.parametrize(
    ("module", "mode", "expected"),
    [
        ("html2text", "markdown", "# Cats & dogs\n\npurr\n\n"),
        ("bs4", "truncate", "Cats & dogs\npurr"),
    ],
)
def test_pages_as_text(module: str, mode: str, expected: str) -> None:
    pytest.importorskip(module)
    got = run(WebSearchAPI(WEB), f"fetch_url_content(url='https://cats/1', mode={mode!r})")
    assert json.loads(got) == {"content": expected}


class Counting:
    """A web that counts who asks, and has trouble with one query."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def search(self, query: str, region: str) -> Sequence[Result]:
        self.asked.append(query)
        if query == "trouble":
            raise BackendError("no connection")
        return WEB.search(query, region)

    def fetch(self, url: str) -> str:
        self.asked.append(url)
        return WEB.fetch(url)


def test_what_was_recorded_is_answered_without_the_web(tmp_path: Path) -> None:
    path, live = tmp_path / "web.jsonl", Counting()
    for _ in range(2):
        recording = Recorded(path, live)
        assert len(recording.search("cats", "wt-wt")) == 12
        assert recording.fetch("https://cats/1") == PAGE
        with pytest.raises(WebError, match="404"):
            recording.fetch("https://cats/2")
        with pytest.raises(BackendError):
            recording.search("trouble", "wt-wt")
    assert live.asked == ["cats", "https://cats/1", "https://cats/2", "trouble", "trouble"]

    alone = Recorded(path)
    assert alone.search("cats", "wt-wt") == list(map(dict, WEB.results["cats"]))
    for request in (lambda: alone.search("cats", "us-en"), lambda: alone.fetch("https://new")):
        with pytest.raises(BackendError, match="not recorded in"):
            request()


def test_a_failing_backend_is_not_the_model_s_failure() -> None:
    api = WebSearchAPI(Counting())
    run(api, "search_engine_query(keywords='trouble')")
    assert isinstance(api.failure, BackendError)


@pytest.mark.parametrize("row", ["[]", "{}", '{"request": ["fetch", "x"]}', '{"answer": 1}'])
def test_broken_recordings_say_where(tmp_path: Path, row: str) -> None:
    path = tmp_path / "web.jsonl"
    path.write_text(row + "\n", "utf-8")
    with pytest.raises(UserError, match=r"web\.jsonl:1: "):
        Recorded(path)
    with pytest.raises(UserError, match="no such file"):
        Recorded(tmp_path / "none.jsonl")


# The live web itself is out of reach; these tests stand in for its servers.


def live(monkeypatch: pytest.MonkeyPatch, answer: Any) -> web_live.Live:
    monkeypatch.setattr(web_live.time, "sleep", lambda seconds: None)
    made = web_live.Live("secret")
    made._service = httpx.Client(transport=httpx.MockTransport(answer))
    made._web = httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True)
    return made


def test_live_search(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = [
        httpx.Response(429, json={"error": "slow down"}),
        httpx.Response(200, json={"organic_results": WEB.results["cats"]}),
        httpx.Response(200, json={"error": "nothing found"}),
        httpx.Response(401, json={"error": "bad key secret"}),
        httpx.Response(200, text="<html>"),
        *(httpx.Response(429) for _ in range(web_live.MAX_TRIES)),
    ]
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return replies.pop(0)

    backend = live(monkeypatch, answer)
    kept = {"title": "Cat 0", "link": "https://cats/0", "snippet": "0é"}
    assert backend.search("cats & dogs", "us-en")[0] == kept
    assert dict(asked[0].params) == {
        "engine": "duckduckgo",
        "q": "cats & dogs",
        "kl": "us-en",
        "api_key": "secret",
    }
    with pytest.raises(WebError, match="try again later"):
        backend.search("cats", "wt-wt")
    for complaint in ("status 401", "status 200", "put a query off"):
        with pytest.raises(BackendError, match=complaint) as caught:
            backend.search("cats", "wt-wt")
        assert "secret" not in str(caught.value)
    assert not replies


def test_live_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/moved":
            return httpx.Response(302, headers={"location": "/page"})
        if request.url.path == "/dead":
            raise httpx.ConnectTimeout("timed out")
        return httpx.Response(200 if request.url.path == "/page" else 404, text=PAGE)

    backend = live(monkeypatch, answer)
    assert backend.fetch("https://cats/moved") == PAGE
    for path, complaint in (
        ("dead", "timed out"),
        ("none", "404 Client Error: Not Found for url: https://cats/none"),
    ):
        with pytest.raises(WebError, match=complaint):
            backend.fetch(f"https://cats/{path}")
    with pytest.raises(WebError):
        backend.fetch("https://[")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "10.0.0.1", "[::1]"])
def test_live_refuses_private_addresses(host: str) -> None:
    with pytest.raises(WebError, match="public"):
        web_live.Live("secret").fetch(f"http://{host}/latest/meta-data")


def test_live_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(web_live.KEY, raising=False)
    with pytest.raises(UserError, match=web_live.KEY):
        web_live.Live()
