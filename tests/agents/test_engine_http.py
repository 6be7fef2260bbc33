"""The server engine against a local server that fails in every way it can."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import logging
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from fault_server import Asked, FaultServer, Reply, Script, chat, error
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.engines import http_client
from agents.engines.base import (
    Capabilities,
    Completion,
    Constraint,
    Engine,
    EngineError,
    PromptTooLong,
    Request,
    Usage,
    generate_all,
    run,
    score_all,
)
from agents.engines.http import HttpEngine
from agents.engines.http_client import Client, Pace, Patience, retry_after
from agents.engines.http_complaint import read_complaint
from agents.engines.http_wire import BadAnswer, read_completions, wire_messages, wire_names
from agents.policies import Decision
from envs.common.errors import UserError
from envs.common.runs import RunFolder
from envs.episode import Episode
from envs.types import Action, Message, Observation, Task, ToolCall, ToolSpec
from envs.world import World
from eval import EvalConfig, Group, Score, Suite, evaluate

KEY = "sk-very-secret-4711"
QUICK = Patience(deadline=20, timeout=0.5, first_wait=0.01, longest_wait=0.05, longest_pause=0.1)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "*")


@contextmanager
def serving(script: Script, patience: Patience = QUICK, **options: Any) -> Iterator[Any]:
    """A server and an engine on it."""
    named = {name: options.pop(name) for name in ("models", "owner") if name in options}
    with FaultServer(script, **named) as server:
        yield server, HttpEngine(server.url, patience=patience, **options)


def ask(text: str = "hello", **fields: Any) -> Request:
    return Request((Message("user", text),), **fields)


def one(engine: Engine, request: Request | None = None) -> Completion:
    return generate_all(engine, [request or ask()])[0][0]


def echo(asked: Asked) -> Reply:
    return Reply(chat(f"<{asked.prompt}>"))


# Faults


def faulty(seed: int) -> Script:
    """Each request fails a few times, each time in another way, before it is answered."""

    def script(asked: Asked) -> Reply:
        draw = random.Random(f"{seed}/{asked.prompt}/{asked.nth}")
        if asked.nth >= 4 or draw.random() < 0.4:
            return Reply(chat(f"<{asked.prompt}>"), delay=draw.choice((0, 0, 0.02)))
        wrong = chat("wrong " * 50)
        soon = {"Retry-After": draw.choice(("0", "0.01", formatdate(time.time(), usegmt=True)))}
        return draw.choice(
            (
                Reply(error("slow down"), 429),
                Reply(error("slow down"), 429, soon),
                Reply(error("oh"), 500),
                Reply(None, 503, soon, raw=b"<html>busy</html>"),
                Reply(raw=b"\x00\xff garbage {"),
                Reply({"choices": []}),
                Reply(error("upstream broke")),
                Reply(chat("wrong", finish_reason="abort")),
                Reply(wrong, sent=0.5),
                Reply(raw=json.dumps(wrong).encode()[:40]),
                Reply(close=True),
                Reply(delay=float("inf")) if draw.random() < 0.2 else Reply(close=True),
            )
        )

    return script


def test_every_answer_arrives_once_and_right_whatever_the_faults() -> None:
    with serving(faulty(1)) as (server, engine):
        requests = [ask(f"question {i}") for i in range(300)]
        answers = generate_all(engine, requests)
        assert [[c.text for c in a] for a in answers] == [[f"<question {i}>"] for i in range(300)]
        last = {asked.prompt: asked.nth for asked in server.asked}
        assert len(server.asked) == sum(nth + 1 for nth in last.values())  # none after its answer
        assert server.listed == 1 and len(server.asked) > 450 and max(last.values()) >= 4


def test_faults_while_models_are_listed_are_survived() -> None:
    def models(asked: Asked) -> Reply:
        broken = (Reply(close=True), Reply(raw=b"{"), Reply({"data": 3}), Reply(status=500))
        return broken[asked.nth] if asked.nth < 4 else Reply({"data": [{"id": "late"}, 7]})

    with serving(echo, models=models) as (_, engine):
        assert one(engine).text == "<hello>" and engine.name == "late"


def test_what_never_works_ends_in_one_line_at_the_deadline() -> None:
    def script(asked: Asked) -> Reply:
        return {
            "hangs": Reply(delay=float("inf")),
            "breaks": Reply(error("boom\x1b[31m"), 500),
        }.get(asked.prompt, Reply(error("later"), 429, {"Retry-After": "3600"}))

    with serving(script, Patience(0.6, 0.2, 0.01, 0.05, 0.1)) as (server, engine):
        for prompt, cause in (("hangs", "no answer within 0.2 s"), ("breaks", "500 boom [31m")):
            with pytest.raises(EngineError) as failure:
                one(engine, ask(prompt))
            assert str(failure.value).startswith(f"{server.url}/chat/completions: gave up after ")
            assert str(failure.value).endswith(cause)
        with pytest.raises(EngineError, match="429 later"):
            one(engine, ask("throttled"))
        assert {"hangs", "breaks", "throttled"} == {asked.prompt for asked in server.asked}


def test_a_pause_holds_all_requests_back() -> None:
    script_times: list[float] = []

    def script(asked: Asked) -> Reply:
        script_times.append(time.monotonic())
        return Reply(None, 429, {"Retry-After": "0.3"}) if len(script_times) == 1 else echo(asked)

    patience = Patience(10, 5, 0.001, 0.001, 10)
    with serving(script, patience) as (_, engine):

        async def go() -> None:
            first = asyncio.create_task(engine.generate(ask("first")))
            while not engine._client._pace.wait() > 0.2:
                await asyncio.sleep(0.01)
            await asyncio.gather(first, *(engine.generate(ask(str(i))) for i in range(5)))

        run(go())
        assert len(script_times) == 7 and script_times[1] - script_times[0] >= 0.29


def test_a_dead_server_is_told_soon() -> None:
    with FaultServer(echo) as server:
        url = server.url
    engine = HttpEngine(url, "tiny", patience=Patience(deadline=0.3, first_wait=0.01))
    with pytest.raises(UserError, match=r"/models: gave up after 0 s: ConnectError"):
        one(engine)


def test_cancelling_the_task_cancels_the_request() -> None:
    with serving(lambda asked: Reply(delay=float("inf")), Patience(30, 30)) as (server, engine):

        async def go() -> None:
            task = asyncio.create_task(engine.generate(ask()))
            while not server.asked:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            other = asyncio.create_task(engine.generate(ask("again")))
            while len(server.asked) < 2:
                await asyncio.sleep(0.01)
            await engine.aclose()
            with pytest.raises(asyncio.CancelledError):
                await other
            assert not engine._client._sessions

        run(go())
        assert len(server.asked) == 2


def test_connections_close_with_their_event_loop() -> None:
    with serving(echo) as (server, engine):
        for _ in range(3):
            assert one(engine).text == "<hello>"
        assert not engine._client._sessions
        assert len(server.asked) == 3


# Limits


def test_no_more_requests_than_allowed_are_under_way() -> None:
    with serving(lambda a: Reply(chat("x"), delay=0.02), concurrency=3) as (server, engine):
        generate_all(engine, [ask(str(i)) for i in range(20)])
        assert server.most == 3


def test_starts_are_spaced_and_pauses_obeyed() -> None:
    now = 100.0
    pace = Pace(30, lambda: now)
    started = []
    while len(started) < 5:
        if pace.wait() <= 0:
            pace.start()
            started.append(now)
        now += 0.5
        if now == 105.0:
            pace.pause(7)
    assert started == [100, 102, 104, 112, 114]
    assert Pace(None, lambda: now).wait() < 0


def test_the_rate_limit_holds_over_retries() -> None:
    with serving(faulty(2), requests_per_minute=3000) as (server, engine):
        started = time.monotonic()
        generate_all(engine, [ask(str(i)) for i in range(10)])
        assert len(server.asked) <= 1 + (time.monotonic() - started) * 50


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after("1.5") == 1.5 and retry_after("-3") == 0 and retry_after(None) is None
    later = retry_after(formatdate(time.time() + 100, usegmt=True))
    assert later is not None and 95 < later <= 100
    assert retry_after("soon") is None and retry_after("nan") is None
    assert Patience().backoff(10_000) <= 30


# The runner


class Question(World):
    single_answer = True

    def __init__(self, tasks: Sequence[Task] = ()) -> None:
        self._tasks = tasks

    def tasks(self) -> Iterable[Task]:
        return self._tasks

    def specs(self, task: Task) -> tuple[()]:
        return ()


class Echoes(Suite):
    """Right is what the server says of a question."""

    name = "echoes"
    groups = (Group("all", ("all",)),)

    def __init__(self, n: int) -> None:
        self.tasks = [Task(f"t{i}", f"question {i}") for i in range(n)]

    def category(self, task: Task) -> str:
        return "all"

    def world(self, task: Task) -> Question:
        return Question(self.tasks)

    def score(self, task: Task, episode: Episode) -> Score:
        return Score(episode.answer == f"<{task.messages[0].content}>")


class Asker:
    name = "asker"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        (completion,) = await self.engine.generate(Request(observation.messages))
        return Decision(Action(completion.text))


def test_a_bad_network_costs_coverage_and_nothing_else(tmp_path: Path) -> None:
    faults = faulty(3)

    def script(asked: Asked) -> Reply:
        number = int(asked.prompt.split()[-1])
        if number % 20 == 7:
            return Reply(error("this one never works"), 500)
        if number % 20 == 11:
            return Reply(error("this one is refused"), 400)
        if number % 20 == 13:
            return Reply(error("maximum context length is 9 tokens"), 400)
        return faults(asked)

    with serving(script, Patience(2.5, 0.3, 0.01, 0.05, 0.1)) as (_, engine):
        report = evaluate(
            Echoes(60),
            [Asker(engine)],
            EvalConfig(concurrency=32),
            folder=RunFolder(tmp_path),
        )
        (row,) = report.rows
    assert (row.asked, row.n, row.valid, row.overflow) == (60, 54, 51, 3)
    assert row.coverage == 0.9 and report.machine_failures == {"asker": 6}


def test_a_wrong_key_stops_the_whole_run(tmp_path: Path) -> None:
    script = lambda asked: Reply(error(f"no such key: {KEY}"), 401)  # noqa: E731
    with serving(script) as (server, engine):
        with pytest.raises(UserError, match=r"the key in \$OPENAI_API_KEY is refused \(401 no"):
            evaluate(Echoes(60), [Asker(engine)], folder=RunFolder(tmp_path))
        assert len(server.asked) <= 32


# Refusals


@pytest.mark.parametrize(
    ("reply", "kind", "text"),
    [
        (Reply(error("x"), 403), UserError, "OPENAI_API_KEY is refused"),
        (Reply(error("x"), 402), UserError, "is empty"),
        (Reply(error("x", code="insufficient_quota"), 429), UserError, "is empty"),
        (Reply(None, 307, {"Location": "https://b/v1"}), UserError, "moved to https://b/v1;"),
        (Reply(error("no route"), 404), UserError, r"nothing there \(404 no route\)"),
        (Reply(error("bad top_p"), 400), EngineError, "refused: 400 bad top_p"),
        (Reply({"detail": [{"msg": "no"}]}, 422), EngineError, "422 .*no"),
        (Reply(raw=b"no", status=501), EngineError, "501 no"),
        (Reply(error("long", code="context_length_exceeded"), 400), PromptTooLong, "long"),
        (Reply(error("x", type="exceed_context_size_error"), 500), PromptTooLong, "500 x"),
        (Reply({"object": "error", "message": "the prompt is too long"}, 400), PromptTooLong, "oo"),
        (
            Reply({"error": "`inputs` must have less than 9 tokens. Given: 11"}, 422),
            PromptTooLong,
            "less than 9 tokens",
        ),
        (
            Reply(error("Requested tokens (2285) exceed context window of 2048"), 400),
            PromptTooLong,
            "2285",
        ),
        (
            Reply(error("The input (9 tokens) is longer than the model's context length"), 400),
            PromptTooLong,
            "9 tokens",
        ),
    ],
)
def test_what_is_refused_is_asked_once(reply: Reply, kind: type[Exception], text: str) -> None:
    with serving(lambda asked: reply) as (server, engine):
        with pytest.raises(kind, match=text) as failure:
            one(engine)
        assert type(failure.value) is kind and "\n" not in str(failure.value)
        assert len(server.asked) == 1


def test_an_answer_is_cut_to_the_room_that_the_prompt_leaves() -> None:
    complaints = {
        "openai": "This model's maximum context length is 100 tokens. However, you requested "
        "150 tokens (90 in the messages, 60 in the completion).",
        "vllm": "'max_tokens' or 'max_completion_tokens' is too large: 60. This model's maximum "
        "context length is 100 tokens and your request has 90 input tokens (60 > 100 - 90).",
        "tgi": "`inputs` tokens + `max_new_tokens` must be <= 100. Given: 90 `inputs` tokens and "
        "60 `max_new_tokens`",
    }

    def script(asked: Asked) -> Reply:
        if asked.body["max_tokens"] > 10:
            return Reply(error(complaints[asked.prompt]), 400)
        return Reply(chat("fits", finish_reason="length"))

    with serving(script) as (server, engine):
        for prompt in complaints:
            answer = one(engine, ask(prompt, max_tokens=60))
            assert (answer.text, answer.finish) == ("fits", "length")
        assert [asked.body["max_tokens"] for asked in server.asked] == [60, 10] * 3


def test_the_newer_name_of_max_tokens_is_learnt() -> None:
    def script(asked: Asked) -> Reply:
        if "max_tokens" in asked.body:
            return Reply(error("Unsupported parameter: use 'max_completion_tokens' instead."), 400)
        return Reply(chat(str(asked.body["max_completion_tokens"])))

    with serving(script) as (server, engine):
        assert one(engine, ask(max_tokens=5)).text == "5"
        assert one(engine, ask(max_tokens=6)).text == "6"
        assert len(server.asked) == 3


def test_the_model_is_the_only_one_or_has_to_be_named() -> None:
    with serving(echo) as (server, engine):
        assert engine.name == server.url and engine.capabilities == Capabilities()
        assert one(engine).text == "<hello>" and engine.name == "tiny"
        assert server.asked[0].body["model"] == "tiny"
        assert engine.describe() == {
            "engine": "http",
            "base_url": server.url,
            "model": "tiny",
            "server": "me",
            "server_version": "",
        }
    with (
        serving(echo, models=("small", "large")) as (_, engine),
        pytest.raises(UserError, match=r"--model-name \(one of: small, large\)"),
    ):
        one(engine)
    unlisted = Reply(error("no"), 404)
    with (
        serving(echo, models=lambda asked: unlisted) as (_, engine),
        pytest.raises(UserError, match=r"/models: nothing there \(404 no\)"),
    ):
        one(engine)
    with serving(echo, models=lambda asked: unlisted, model_name="mine") as (_, engine):
        assert one(engine).text == "<hello>"
    missing = Reply(error("The model does not exist"), 404)
    with (
        serving(lambda a: missing, models=("small", "large"), model_name="smal") as (_, engine),
        pytest.raises(UserError, match=r"no model 'smal' \(did you mean 'small'\?\)"),
    ):
        one(engine)


def test_a_url_without_v1_gets_a_hint() -> None:
    with FaultServer(echo, models=lambda asked: Reply(None, 404)) as server:
        engine = HttpEngine(server.url.removesuffix("/v1"), patience=QUICK)
        with pytest.raises(UserError, match="such a URL ends in /v1"):
            one(engine)


@pytest.mark.parametrize(
    "url", ["ftp://x/v1", "http://", "http://a b/v1", "http://x:nine/v1", "http://x/v1?key=1", "x"]
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UserError, match="URL"):
        HttpEngine(url)


# The key


def test_the_key_never_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def script(asked: Asked) -> Reply:
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        status = {"a": 500, "b": 400, "c": 401, "d": 404}[asked.prompt]
        return Reply(error(f"{asked.headers['authorization']} is bad"), status)

    shown = io.StringIO()
    with serving(script, Patience(0.2, 0.1, 0.01, 0.02)) as (_, engine):
        for prompt in "abcd":
            with pytest.raises((EngineError, UserError)) as failure:
                one(engine, ask(prompt))
            assert "Bearer *** is bad" in str(failure.value)
            shown.write(f"{failure.value!r} {failure.getrepr(showlocals=False, style='native')}")
        shown.write(f"{engine!r} {engine.describe()} {vars(engine)} {vars(engine._client)}")
        assert KEY not in shown.getvalue() + caplog.text
        assert "trying again" in caplog.text and "Bearer *** is bad" in caplog.text
    for bad in ("sk-\n-4711", "sk-schlüssel"):
        monkeypatch.setenv("OPENAI_API_KEY", bad)
        with serving(echo) as (_, engine), pytest.raises(UserError, match="printable ASCII") as no:
            one(engine)
        assert bad not in str(no.value)


def test_without_a_key_none_is_sent_and_the_variable_is_named() -> None:
    def script(asked: Asked) -> Reply:
        assert "authorization" not in asked.headers
        return Reply(error("who are you"), 401)

    with (
        serving(script, key_env="ITOOL_TEST_NO_KEY") as (_, engine),
        pytest.raises(UserError, match=r"wants a key, and \$ITOOL_TEST_NO_KEY is not set"),
    ):
        one(engine)


def test_credentials_in_the_url_are_used_and_hidden() -> None:
    with FaultServer(lambda a: Reply(chat(a.headers["authorization"]))) as server:
        url = server.url.replace("//", "//me:s%33cret@")
        engine = HttpEngine(url, patience=QUICK)
        assert one(engine).text == "Basic bWU6czNjcmV0"
        assert engine.describe()["base_url"] == server.url
        assert "cret" not in f"{engine!r}{engine.describe()}{engine.name}"


# The wire


def test_requests_are_in_the_shape_of_the_api() -> None:
    tools = (ToolSpec("math.add", "Adds."), ToolSpec("math_add"), ToolSpec("näh"))
    messages = (
        Message("system", "Be brief."),
        Message("user", "1+1 and 2+2, \ud800?"),
        Message("assistant", "", (ToolCall("math.add", {"a": 1}), ToolCall("math_add", {}, "x7"))),
        Message("tool", "2", call_id="x7", name="math_add"),
        Message("tool", "4", name="math.add"),
        Message("assistant", "two", (ToolCall("gone", {"é": "ü"}),)),
        Message("tool", "5"),
    )
    request = Request(
        messages, tools, n=2, max_tokens=9, temperature=0.5, top_p=0.9, seed=2**40 + 5, stop=("\n",)
    )
    both = chat("a")["choices"] + chat("b")["choices"]
    both[1]["index"] = 1
    with serving(lambda asked: Reply({"choices": both[::-1]})) as (server, engine):
        answers = generate_all(engine, [request])[0]
        assert [answer.text for answer in answers] == ["a", "b"]
    body = server.asked[0].body
    settings_ = {key: body[key] for key in body if key not in ("messages", "tools")}
    assert settings_ == {
        "model": "tiny",
        "n": 2,
        "max_tokens": 9,
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": (2**40 + 5) % 2**31,
        "stop": ["\n"],
    }
    assert [t["function"]["name"] for t in body["tools"]] == ["math_add_2", "math_add", "n_h"]
    _, _, first, second, third, fourth, fifth = body["messages"]
    assert first["content"] is None and [
        (c["id"], c["type"], c["function"]["name"], c["function"]["arguments"])
        for c in first["tool_calls"]
    ] == [("call_0", "function", "math_add_2", '{"a": 1}'), ("x7", "function", "math_add", "{}")]
    assert second == {"role": "tool", "content": "2", "tool_call_id": "x7"}
    assert third["tool_call_id"] == "call_0"
    assert fourth["content"] == "two" and fourth["tool_calls"][0]["id"] == "call_1"
    assert fifth["tool_call_id"] == "call_1"


def test_greedy_requests_ask_once_and_without_a_seed() -> None:
    with serving(echo) as (server, engine):
        answers = generate_all(engine, [ask(n=3, seed=5, top_p=0.5)])[0]
    assert [answer.text for answer in answers] == ["<hello>"] * 3
    assert not {"n", "seed", "top_p"} & server.asked[0].body.keys() and len(server.asked) == 1


def test_a_server_that_ignores_n_is_asked_for_each() -> None:
    script = lambda asked: Reply(chat(str(asked.body["seed"])))  # noqa: E731
    with serving(script) as (server, engine):
        texts = [c.text for c in generate_all(engine, [ask(n=4, temperature=1, seed=3)])[0]]
        again = [c.text for c in generate_all(engine, [ask(n=4, temperature=1, seed=3)])[0]]
    assert texts == again and len(set(texts)) == 4 and len(server.asked) == 8


def test_native_calls_are_read_with_our_names() -> None:
    calls = [
        {"id": "a", "type": "function", "function": {"name": "math_add", "arguments": '{"x": 1}'}},
        {"function": {"name": "other", "arguments": ""}},
        {"id": 5, "function": {"name": "third", "arguments": {"y": [None]}}},
    ]
    body = chat(None, message={"tool_calls": calls}, finish_reason="tool_calls")
    with serving(lambda asked: Reply(body)) as (_, engine):
        answer = one(engine, ask(tools=(ToolSpec("math.add"),)))
    assert answer.text == "" and answer.finish == "stop" and answer.usage == Usage(7, 2)
    assert answer.action is not None and answer.action.error is None
    assert answer.action.calls == (
        ToolCall("math.add", {"x": 1}, "a"),
        ToolCall("other", {}, None),
        ToolCall("third", {"y": [None]}, None),
    )
    assert json.loads(answer.action.raw or "")["tool_calls"] == calls


@pytest.mark.parametrize("arguments", ['{"x": ', "[1]", "null", '{"x": NaN}', "[" * 10**5, 7])
def test_arguments_that_are_no_object_are_the_models_failure(arguments: Any) -> None:
    calls = [{"id": "a", "function": {"name": "f", "arguments": arguments}}]
    body = chat("so:", message={"tool_calls": calls})
    (answer,) = read_completions(body, ask(), {})
    assert answer.action is not None and answer.action.calls == () and answer.action.text == "so:"
    assert answer.action.error == "the arguments of 'f' are not a JSON object"


def test_content_and_finish_reasons_come_in_several_shapes() -> None:
    def read(content: Any, **choice: Any) -> Completion:
        return read_completions(chat(content, **choice), ask(), {})[0]

    parts = [{"type": "thinking", "text": "hm"}, {"type": "text", "text": "a"}]
    assert read([*parts, {"type": "text", "text": "b"}]).text == "ab"
    assert read(None).text == "" and read("x", message={"reasoning": "y"}).text == "x"
    assert read("x").action is None and read("x", message={"tool_calls": []}).action is None
    assert [
        read("x", finish_reason=r).finish for r in ("length", "content_filter", "stop", None, 3)
    ] == ["length", "stop", "stop", "stop", "stop"]
    for broken in ("abort", "error"):
        with pytest.raises(BadAnswer, match=broken):
            read("x", finish_reason=broken)


names = st.text(st.sampled_from("ab._-é "), min_size=1, max_size=70)


@given(st.lists(names, unique=True, max_size=6))
def test_names_on_the_wire_are_legal_and_reversible(own: list[str]) -> None:
    wire = wire_names(Request(tools=tuple(map(ToolSpec, own))))
    assert len(set(wire.values())) == len(own) and set(wire) == set(own)
    for name in wire.values():
        assert 0 < len(name) <= 64 and all(c.isascii() and (c.isalnum() or c in "_-") for c in name)


@given(st.lists(st.integers(0, 3), max_size=4), st.randoms())
def test_results_find_their_calls(sizes: list[int], rng: random.Random) -> None:
    messages = [Message("user", "go")]
    number = itertools.count()
    for size in sizes:
        ids = [rng.choice((None, f"call_{next(number)}")) for _ in range(size)]
        messages.append(Message("assistant", "", tuple(ToolCall("f", {}, i) for i in ids)))
        messages += [Message("tool", "r", call_id=i) for i in ids]
    wire = wire_messages(messages, {"f": "f"})
    asked = [c["id"] for m in wire for c in m.get("tool_calls", ())]
    assert [m["tool_call_id"] for m in wire if m["role"] == "tool"] == asked
    assert len(set(asked)) == len(asked)


# Hostile bodies

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
scalars |= st.sampled_from([10**400, -1, "stop", "length", "text", "function", "{}", "\ud800"])
KEYS = (
    "choices message content tool_calls function name arguments id index text type logprobs"
    " token_ids prompt_token_ids token_logprobs top_logprobs prompt_logprobs usage prompt_tokens"
    " completion_tokens finish_reason error code token logprob 0 1 token_id:1 data owned_by"
)
keys = st.sampled_from(KEYS.split())
values = st.recursive(
    scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(keys, v, max_size=5), max_leaves=25
)


@st.composite
def bodies(draw: st.DrawFn) -> Any:
    """Anything, often with a part of a real answer replaced by anything."""
    body: Any = chat("hi", logprobs={"content": [{"logprob": -1, "top_logprobs": []}]})
    calls = [{"id": "a", "function": {"name": "f", "arguments": "{}"}}]
    body["choices"][0] |= {"text": "hi", "token_ids": [1], "prompt_token_ids": [2]}
    body["choices"][0]["message"]["tool_calls"] = calls
    for _ in range(draw(st.integers(0, 3))):
        spot = body
        while isinstance(spot, dict | list) and spot:
            key = draw(
                st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot)))
            )
            if draw(st.booleans()):
                spot[key] = draw(values)
                break
            spot = spot[key]
    return draw(st.just(body) | values)


@settings(max_examples=400, deadline=None)
@given(bodies(), st.booleans(), st.booleans())
def test_no_body_can_break_the_reader(body: Any, ids: bool, labels: bool) -> None:
    request = Request(
        ids=(1, 2) if ids else None, messages=(), label_ids=(1,) if labels else (), n=2
    )
    try:
        answers = read_completions(body, request, {"f": "f"})
    except (BadAnswer, EngineError):
        answers = []
    for answer in answers:
        assert isinstance(answer, Completion) and isinstance(answer.text, str)
        assert all(type(i) is int for i in answer.ids + answer.prompt_ids)
        assert all(type(x) is float for x in answer.logprobs + answer.label_logprobs)
        assert len(answer.logprobs) in (0, len(answer.ids))
        json.dumps(answer.action and [dict(call.arguments) for call in answer.action.calls])
    complaint = read_complaint(body)
    assert isinstance(complaint.text, str) and complaint.room in (None, complaint.room)


def test_hostile_bytes_are_asked_again_and_then_given_up() -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    huge = b'{"choices": [{"index": ' + b"9" * 5000 + b"}]}"
    texts = [deep, huge, b"", b"null", b"[]", b'{"choices": {}}', b'{"choices": [{"message": 3}]}']
    with serving(lambda a: Reply(raw=texts[int(a.prompt)]), Patience(0.1, 1, 0.01)) as (_, engine):
        for i in range(len(texts)):
            with pytest.raises(EngineError, match="gave up"):
                one(engine, ask(str(i)))


# vLLM


def vllm(asked: Asked) -> Reply:
    """What vLLM 0.32 answers, in the shapes seen there."""
    if asked.path == "/version":
        return Reply({"version": "0.32.0"})
    body = asked.body
    top = [{"token": f"token_id:{i}", "logprob": -i} for i in body.get("logprob_token_ids", ())]
    if "messages" in body:
        logprobs: Any = {"content": [{"logprob": -0.5, "top_logprobs": top}, {"logprob": -0.25}]}
        answer = chat("hi", token_ids=[5, 2], logprobs=logprobs)
        return Reply(answer | {"prompt_token_ids": [1, 9]})
    tops = {entry["token"]: entry["logprob"] for entry in top}
    choice: Any = {"index": 0, "text": "hi", "finish_reason": "length", "token_ids": [5]}
    choice |= {"logprobs": {"token_logprobs": [-0.5], "top_logprobs": [tops]}}
    choice["prompt_token_ids"] = body["prompt"]
    if "prompt_logprobs" in body:
        rest = [{str(i): {"logprob": -i / 8, "rank": 1}} for i in body["prompt"][1:]]
        choice["prompt_logprobs"] = [None, *rest]
    return Reply({"choices": [choice], "usage": {"prompt_tokens": 2, "completion_tokens": 1}})


def test_vllm_gives_ids_logprobs_labels_and_scores() -> None:
    with serving(vllm, owner="vllm") as (server, engine):
        run(engine.probe())
        assert engine.capabilities == Capabilities(ids=True, logprobs=True, score=True)
        assert engine.describe()["server"] == "vllm"
        assert engine.describe()["server_version"] == "0.32.0"
        assert one(engine, ask(label_ids=(4, 3))) == Completion(
            "hi", "stop", (5, 2), (-0.5, -0.25), (1, 9), (-4.0, -3.0), Usage(7, 2)
        )
        assert one(engine, Request(ids=(7, 8), label_ids=(4,))) == Completion(
            "hi", "length", (5,), (-0.5,), (7, 8), (-4.0,), Usage(2, 1)
        )
        assert score_all(engine, [((1, 2), (8, 16)), ((1,), ())]) == [[-1.0, -2.0], []]
        with pytest.raises(ValueError, match="at least one id"):
            score_all(engine, [((), (1,))])
        chat_body = server.asked[3].body
        assert chat_body["return_token_ids"] and chat_body["repetition_penalty"] == 1.0


def test_other_servers_get_no_extras_and_promise_nothing() -> None:
    with serving(echo) as (server, engine):
        run(engine.probe())
        assert engine.capabilities == Capabilities()
        one(engine)
        assert server.asked[0].body.keys() == {"model", "messages", "max_tokens", "temperature"}
        constraint = Constraint('start: "a"', "calls")
        for fields, text in (
            ({"constraint": constraint}, "no constrained decoding"),
            ({"adapter": "here"}, "no adapters by folder"),
            ({"label_ids": (1,)}, "no log-probabilities of chosen tokens"),
        ):
            with pytest.raises(UserError, match=text):
                one(engine, ask(**fields))  # type: ignore[arg-type]
        with pytest.raises(UserError, match="gives no prompt log-probabilities"):
            score_all(engine, [((1,), (2,))])
        assert len(server.asked) == 1


def masking(asked: Asked) -> Reply:
    """A vLLM that follows a grammar of one literal, with log-probabilities behind its mask."""
    if "structured_outputs" not in (asked.body or {}):
        return vllm(asked)
    header, grammar = asked.body["structured_outputs"]["grammar"].split("\n")
    assert header == "%llguidance {}"
    choice = {"text": json.loads(grammar.removeprefix("start: ")), "finish_reason": "stop"}
    choice |= {"token_ids": [8, 16], "logprobs": {"token_logprobs": [0.0, 0.0]}}
    choice["prompt_token_ids"] = [1, 9]
    if "messages" in asked.body:
        choice["message"] = {"role": "assistant", "content": choice["text"]}
        choice["logprobs"] = {"content": [{"logprob": 0.0}, {"logprob": 0.0}]}
    return Reply({"choices": [choice], "usage": {}})


def test_a_vllm_that_obeys_grammars_constrains() -> None:
    constraint = Constraint('start: "[f()]"', "calls")
    with serving(masking, owner="vllm") as (_, engine):
        run(engine.probe())
        assert engine.capabilities.constrained
        answer = one(engine, ask(constraint=constraint))
        assert answer.text == "[f()]" and answer.ids == (8, 16)
        assert answer.logprobs == (-1.0, -2.0), "the model's own, scored afterwards"
        two = generate_all(engine, [ask(constraint=constraint, n=2, temperature=1.0)])[0]
        assert [c.text for c in two] == ["[f()]"] * 2
        with pytest.raises(UserError, match="chosen tokens under a constraint"):
            one(engine, ask(constraint=constraint, label_ids=(1,)))

    def refusing(asked: Asked) -> Reply:
        constrained = "structured_outputs" in (asked.body or {})
        return Reply(error("Grammar error: no"), 400) if constrained else vllm(asked)

    for script, reason in ((vllm, "does not obey grammars"), (refusing, "Grammar error: no")):
        with serving(script, owner="vllm") as (_, engine):
            run(engine.probe())
            assert not engine.capabilities.constrained and engine.capabilities.score
            with pytest.raises(UserError, match=f"no constrained decoding: .*{reason}") as caught:
                one(engine, ask(constraint=constraint))
            assert "\n" not in str(caught.value)


def test_a_vllm_without_the_extras_promises_less() -> None:
    def script(asked: Asked) -> Reply:
        plain = {"choices": [{"text": "hi", "finish_reason": "stop"}]}
        return Reply(None, 404) if asked.path == "/version" else Reply(plain)

    with serving(script, owner="vllm") as (_, engine):
        run(engine.probe())
        assert engine.capabilities == Capabilities()
        assert engine.describe()["server_version"] == ""
        assert one(engine, Request(ids=(1,))).text == "hi"


def test_it_is_an_engine_and_imports_no_http_library() -> None:
    engine = HttpEngine("http://localhost:1/v1")
    assert isinstance(engine, Engine)
    assert "httpx" not in vars(http_client) and Client.__module__ == http_client.__name__
