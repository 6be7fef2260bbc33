"""The response cache: what counts, what is kept, and what a bad disk costs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fault_server import FaultServer, Reply, chat, error

from agents.engines import cache
from agents.engines.base import (
    Capabilities,
    Completion,
    Constraint,
    Engine,
    EngineError,
    Request,
    Usage,
    generate_all,
    run,
    score_all,
)
from agents.engines.cache import CachedEngine, fingerprint
from agents.engines.http import HttpEngine
from agents.engines.http_client import Patience
from envs.common.errors import UserError
from envs.types import Action, Message, ToolCall, ToolSpec

ANSWER = Completion(
    "é\ud800",
    "length",
    (1, 2),
    (-0.1, -1e-17),
    (3,),
    (-2.5,),
    Usage(1, 2),
    Action("é", (ToolCall("f", {"x": [None, {"y": 1.5}]}, "id"),), "oops", "raw"),
)


class Counting:
    """Answers with what it was asked, and counts."""

    name = "counting"
    capabilities = Capabilities(ids=True)

    def __init__(self, **about: Any) -> None:
        self.about = about
        self.asked: list[Any] = []
        self.answer: Callable[[Request], list[Completion]] = lambda r: [ANSWER] * r.n
        self.closed = False

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, **self.about}

    async def generate(self, request: Request) -> list[Completion]:
        self.asked.append(request)
        await asyncio.sleep(0.005)
        return self.answer(request)

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        self.asked.append((prompt_ids, target_ids))
        return [-float(i) / 3 for i in target_ids]

    async def aclose(self) -> None:
        self.closed = True


def ask(text: str = "hello", **fields: Any) -> Request:
    return Request((Message("user", text),), **fields)


def entries(folder: Path) -> list[tuple[bytes, bytes, bytes]]:
    with sqlite3.connect(folder / "answers.sqlite") as connection:
        return connection.execute("SELECT key, text, checksum FROM answers").fetchall()


def test_an_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    engine = Counting()
    cached = CachedEngine(engine, tmp_path / "new" / "cache")
    assert isinstance(cached, Engine) and cached.name == "counting"
    assert cached.capabilities == engine.capabilities
    first = generate_all(cached, [ask(n=2)])
    again = generate_all(CachedEngine(Counting(), tmp_path / "new" / "cache"), [ask(n=2)])
    assert first == again == [[ANSWER, ANSWER]] and len(engine.asked) == 1
    assert (cached.hits, cached.misses) == (0, 1)
    assert generate_all(cached, [ask(n=2)]) == first and (cached.hits, cached.misses) == (1, 1)
    assert score_all(cached, [((1, 2), (3, 4))] * 3) == [[-1.0, -4 / 3]] * 3
    assert len(engine.asked) == 2
    assert cached.describe()["cache"] == str(tmp_path / "new" / "cache")
    run(cached.aclose())
    assert engine.closed


def test_everything_that_determines_an_answer_counts(tmp_path: Path) -> None:
    adapter = tmp_path / "adapter"
    (adapter / "deep").mkdir(parents=True)
    (adapter / "deep" / "weights").write_bytes(b"one")
    base = ask(temperature=1.0, seed=1)
    schema = {"type": "object", "properties": {"a": {}, "b": {}}}
    turned = {"type": "object", "properties": {"b": {}, "a": {}}}
    call = Message("assistant", "", (ToolCall("f", {"x": 1}),))
    variants = [
        base,
        replace(base, messages=(Message("system", "hello"),)),
        replace(base, messages=(*base.messages, call)),
        replace(base, messages=(*base.messages, replace(call, calls=(ToolCall("f", {"x": 1.0}),)))),
        replace(
            base, messages=(*base.messages, replace(call, calls=(ToolCall("f", {"x": True}),)))
        ),
        replace(base, tools=(ToolSpec("f", "", schema),)),
        replace(base, tools=(ToolSpec("f", "", turned),)),
        replace(base, messages=(), ids=(1, 2)),
        replace(base, messages=(), ids=(12,)),
        replace(base, n=2),
        replace(base, max_tokens=7),
        replace(base, temperature=0.5),
        replace(base, top_p=0.5),
        replace(base, seed=2),
        replace(base, stop=("a",)),
        replace(base, stop=("a", "b")),
        replace(base, constraint=Constraint("x", "calls")),
        replace(base, constraint=Constraint("x", "any")),
        replace(base, label_ids=(1,)),
        replace(base, adapter=str(adapter)),
        replace(base, temperature=0.0),
    ]
    engine = Counting()
    cached = CachedEngine(engine, tmp_path / "cache")
    for _ in range(2):
        generate_all(cached, variants)
        assert len(engine.asked) == len(variants)
    (adapter / "deep" / "weights").write_bytes(b"two")  # of the same length
    generate_all(cached, variants)
    assert engine.asked[len(variants) :] == [replace(base, adapter=str(adapter))]

    other = Counting(revision="2")
    generate_all(CachedEngine(other, tmp_path / "cache"), variants)
    assert len(other.asked) == len(variants)


def test_greedy_answers_do_not_depend_on_the_seed_and_unseeded_samples_are_new(
    tmp_path: Path,
) -> None:
    engine = Counting()
    cached = CachedEngine(engine, tmp_path)
    generate_all(cached, [ask(seed=i) for i in (1, 2, None)])
    assert len(engine.asked) == 1
    generate_all(cached, [ask(temperature=0.1)] * 3)
    assert len(engine.asked) == 4 and len(entries(tmp_path)) == 1
    assert (cached.hits, cached.misses) == (2, 1)


def test_the_files_of_a_model_count_by_content(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "weights").write_bytes(b"one")
    same = tmp_path / "same"
    same.mkdir()
    (same / "weights").write_bytes(b"one")
    assert fingerprint(model) == fingerprint(same) != fingerprint(same / "weights")
    engine = Counting(source=str(model))
    generate_all(CachedEngine(engine, tmp_path / "cache"), [ask()])
    (model / "weights").write_bytes(b"two")
    generate_all(CachedEngine(engine, tmp_path / "cache"), [ask()])
    assert len(engine.asked) == 2


def test_equal_requests_at_a_time_are_asked_once(tmp_path: Path) -> None:
    engine = Counting()
    cached = CachedEngine(engine, tmp_path)
    assert generate_all(cached, [ask(), ask("other")] * 20) == [[ANSWER]] * 40
    assert len(engine.asked) == 2 and (cached.hits, cached.misses) == (38, 2)


def test_failures_and_cancelled_requests_are_not_kept(tmp_path: Path) -> None:
    engine = Counting()
    cached = CachedEngine(engine, tmp_path)

    def broken(request: Request) -> list[Completion]:
        raise EngineError("no route")

    async def go() -> None:
        good, engine.answer = engine.answer, broken
        failures = await asyncio.gather(
            *(cached.generate(ask()) for _ in range(3)), return_exceptions=True
        )
        assert [str(failure) for failure in failures] == ["no route"] * 3
        engine.answer = good
        first, second = (asyncio.create_task(cached.generate(ask())) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == [ANSWER]
        assert first.cancelled()

    run(go())
    assert len(entries(tmp_path)) == 1


@pytest.mark.parametrize("damage", ["text", "checksum", "cut", "other", "kind"])
def test_a_broken_entry_is_asked_again(tmp_path: Path, damage: str) -> None:
    generate_all(CachedEngine(Counting(), tmp_path), [ask("a"), ask("b")])
    (key, text, checksum), (_, other, _) = entries(tmp_path)
    changed: dict[str, tuple[Any, Any]] = {
        "text": (text.replace(b"oops", b"Oops"), checksum),
        "checksum": (text, b""),
        "cut": (text[:-1], checksum),
        "other": (other + b" ", checksum),
        "kind": (3, None),
    }
    with sqlite3.connect(tmp_path / "answers.sqlite") as connection:
        statement = "UPDATE answers SET text = ?, checksum = ? WHERE key = ?"
        connection.execute(statement, (*changed[damage], key))
    engine = Counting()
    cached = CachedEngine(engine, tmp_path)
    for _ in range(2):
        assert generate_all(cached, [ask("a"), ask("b")]) == [[ANSWER], [ANSWER]]
    assert len(engine.asked) == 1 and len(entries(tmp_path)) == 2


def test_a_file_that_is_no_database_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "answers.sqlite").write_bytes(b"not a database " * 100)
    engine = Counting()
    cached = CachedEngine(engine, tmp_path)
    for _ in range(3):
        assert generate_all(cached, [ask()]) == [[ANSWER]]
    assert len(engine.asked) == 1 and len(caplog.records) == 1
    assert (tmp_path / "broken-answers.sqlite").exists() and len(entries(tmp_path)) == 1


def test_a_full_disk_costs_the_entry_and_not_the_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Counting()
    cached = CachedEngine(engine, tmp_path)
    generate_all(cached, [ask("small")])
    connection = cached._store._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 1")
    engine.answer = lambda request: [Completion("x" * 50_000)]
    for i in range(3):
        assert len(generate_all(cached, [ask(f"large {i}")])[0][0].text) == 50_000
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "full" in caplog.text
    assert generate_all(cached, [ask("small")]) == [[ANSWER]] and len(engine.asked) == 4


def test_a_folder_that_cannot_be_and_an_engine_without_a_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="no folder for a cache"):
        CachedEngine(Counting(), tmp_path / "file")

    class Nameless:
        name, capabilities = "nameless", Capabilities()
        generate = score = aclose = Counting.aclose

    with pytest.raises(UserError, match="nameless: cannot be cached"):
        CachedEngine(Nameless(), tmp_path)  # type: ignore[arg-type]


def test_two_processes_share_a_cache(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_engine_cache import ANSWER, Counting, ask
from agents.engines.base import generate_all
from agents.engines.cache import CachedEngine
cached = CachedEngine(Counting(), Path({folder!r}))
for i in range(40):
    assert generate_all(cached, [ask(str(i)), ask(f"{{sys.argv[1]}}/{{i}}")]) == [[ANSWER]] * 2
print(cached.hits, cached.misses)
"""
    code = code.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, name],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    for process in processes:
        out, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
        hits, misses = map(int, out.split())
        assert hits + misses == 80 and misses >= 40
    assert len(entries(tmp_path)) == 120


def test_none_of_several_that_begin_a_cache_at_once_is_turned_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    together = threading.Barrier(4)

    def begin(folder: Path, name: str) -> None:
        with contextlib.closing(CachedEngine(Counting(), folder)._store) as store:
            together.wait()
            store.put(name.encode(), name)
            assert store.get(name.encode()) == name

    with ThreadPoolExecutor(4) as pool:
        for turn in range(50):
            list(pool.map(begin, [tmp_path / str(turn)] * 4, "abcd"))
    assert not caplog.records


def test_a_server_is_cached_by_the_model_that_it_serves_without_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-4711")
    monkeypatch.setenv("NO_PROXY", "*")
    patience = Patience(deadline=0.3, first_wait=0.01)
    with FaultServer(lambda asked: Reply(chat(asked.body["model"]))) as server:
        for model in ("one", "two", "one"):
            server.models = (model,)
            cached = CachedEngine(HttpEngine(server.url, patience=patience), tmp_path)
            assert generate_all(cached, [ask()])[0][0].text == model
        assert len(server.asked) == 2
        server.script = lambda asked: Reply(error(asked.headers["authorization"]), 500)
        with pytest.raises(EngineError):
            generate_all(cached, [ask("new")])
        run(cached.aclose())
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files and not any(b"4711" in file.read_bytes() for file in files)


def test_a_file_that_cannot_be_written_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(seconds: float) -> None:
        raise AssertionError("waited")

    monkeypatch.setattr(cache.time, "sleep", sleep)
    file = tmp_path / "answers.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE t (a)")
    read_only = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with (
        contextlib.closing(read_only),
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        cache._log_ahead(read_only)
