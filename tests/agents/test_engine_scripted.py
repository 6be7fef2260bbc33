"""The engine that says what it is told."""

from __future__ import annotations

import asyncio
import json
import math
from pathlib import Path
from typing import Any

import pytest

from agents.engines import open_engine
from agents.engines.base import (
    Completion,
    Engine,
    EngineError,
    Request,
    Usage,
    generate_all,
    run,
    score_all,
)
from agents.engines.scripted import END, ScriptedEngine
from envs.common.errors import UserError
from envs.types import Message


def ask(*texts: str, **options: Any) -> Request:
    """A conversation: user and assistant in turn."""
    roles = ("user", "assistant")
    return Request(tuple(Message(roles[i % 2], text) for i, text in enumerate(texts)), **options)


def say(engine: Engine, request: Request) -> list[str]:
    (completions,) = generate_all(engine, [request])
    return [completion.text for completion in completions]


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_a_sequence_has_an_answer_for_every_turn() -> None:
    engine = ScriptedEngine(["one", ("two", "zwei")])
    assert isinstance(engine, Engine)
    assert say(engine, ask("a", n=2)) == ["one", "one"]
    assert say(engine, ask("a", "one", "b", n=3)) == ["two", "zwei", "two"]
    assert say(engine, ask("a", "one", "b", "two", "c")) == ["two"]


def test_a_function_answers_with_text_or_all_of_a_completion() -> None:
    own = Completion("x", finish="length")
    engine = ScriptedEngine(lambda r: own if r.n == 2 else r.messages[-1].content.upper())
    assert say(engine, ask("hello")) == ["HELLO"]
    assert generate_all(engine, [ask("hello", n=2)]) == [[own, own]]


def test_bytes_are_ids() -> None:
    ((answer,),) = generate_all(ScriptedEngine(["é"]), [ask("hi", label_ids=(1, 2))])
    assert answer.ids == (*"é".encode(), END)
    assert answer.logprobs == (0.0, 0.0, 0.0)
    assert bytes(answer.prompt_ids) == b"user: hi\n"
    assert answer.usage == Usage(9, 3)
    assert answer.label_logprobs == (math.log(0.5),) * 2
    assert score_all(ScriptedEngine([""]), [((1,), (2, 3))]) == [[0.0, 0.0]]


def test_limits_and_stops() -> None:
    engine = ScriptedEngine(["abc;def"])
    ((cut,),) = generate_all(engine, [ask("x", max_tokens=2)])
    assert (cut.text, cut.finish, len(cut.ids)) == ("ab", "length", 2)
    ((stopped,),) = generate_all(engine, [ask("x", stop=("d", ";"))])
    assert (stopped.text, stopped.finish) == ("abc", "stop")


def test_a_file_answers_with_the_first_row_that_fits(tmp_path: Path) -> None:
    path = write(
        tmp_path / "answers.jsonl",
        {"match": "rent", "answers": ["[transfer(amount=50)]", "Paid."]},
        {"match": "broken", "error": "out of memory"},
        {"match": "slow", "answer": ["a", "b"], "latency": 0.01, "finish": "length"},
        {"answer": "I do not know."},
    )
    engine = open_engine(f"scripted:{path}")
    assert engine.name == "scripted:answers.jsonl"
    assert say(engine, ask("pay the rent")) == ["[transfer(amount=50)]"]
    assert say(engine, ask("pay the rent", "…", "go on")) == ["Paid."]
    assert say(engine, ask("weather?")) == ["I do not know."]
    ((first, second),) = generate_all(engine, [ask("slow", n=2)])
    assert (first.text, second.text, first.finish) == ("a", "b", "length")
    with pytest.raises(EngineError, match="out of memory"):
        say(engine, ask("broken"))
    assert say(engine, Request(ids=tuple(b"rent"))) == ["[transfer(amount=50)]"]


def test_answers_do_not_depend_on_the_order_of_requests(tmp_path: Path) -> None:
    rows = [{"match": f"q{i};", "answer": f"a{i}", "latency": (9 - i) / 500} for i in range(10)]
    engine = open_engine(f"scripted:{write(tmp_path / 'a.jsonl', *rows)}")
    requests = [ask(f"q{i};") for i in range(10)]
    forward, backward = generate_all(engine, requests), generate_all(engine, requests[::-1])
    assert [answers[0].text for answers in forward] == [f"a{i}" for i in range(10)]
    assert forward == backward[::-1]


def test_no_row_fits(tmp_path: Path) -> None:
    engine = open_engine(f"scripted:{write(tmp_path / 'a.jsonl', {'match': 'x', 'answer': 'y'})}")
    with pytest.raises(EngineError, match="no row fits 'hello'"):
        say(engine, ask("hello"))


def test_cancelling_a_slow_answer(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", {"answer": "y", "latency": 1e6})

    async def go() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(open_engine(f"scripted:{path}").generate(ask("x")), 0.01)

    run(go())


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "not JSON"),
        ("[]", "a row is an object"),
        ('{"answer": "x", "mtach": "y"}', "unknown field 'mtach'; there are answer"),
        ('{"match": "x"}', "give one of 'answer', 'answers' and 'error'"),
        ('{"answer": "x", "error": "y"}', "give one of"),
        ('{"answer": 3}', "'answer' must be a string, or a list of strings"),
        ('{"answers": []}', "'answers' must be a list with one entry for each turn"),
        ('{"answer": "x", "latency": -1}', "'latency' must be a number of seconds"),
        ('{"answer": "x", "finish": "no"}', "'finish' must be 'stop' or 'length'"),
        ('{"answer": "x", "match": 1}', "'match' must be a string"),
    ],
)
def test_bad_rows_name_file_and_line(tmp_path: Path, line: str, error: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"answer": "ok"}\n\n' + line + "\n", "utf-8")
    with pytest.raises(UserError, match=error) as caught:
        open_engine(f"scripted:{path}")
    assert str(caught.value).startswith(f"{path}, line 3: ")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read the script"):
        open_engine(f"scripted:{tmp_path / 'none'}")


@pytest.mark.parametrize("answer", ["[f(a=1), g()]", ["[f(a=1), g()]", "[f(a=1), h()]", "No."]])
def test_a_prompt_of_ids_that_ends_in_an_answer_is_given_the_rest(
    tmp_path: Path, answer: Any
) -> None:
    files = open_engine(f"scripted:{write(tmp_path / 's.jsonl', {'answer': answer})}")
    for engine in (files, ScriptedEngine([answer])):
        said, prompt = "", tuple(b"user: go\n")
        while not said or len(said) < 13:
            ids = (*prompt, *said.encode())
            (piece,) = say(engine, Request(ids=ids, max_tokens=5, seed=len(said)))
            said += piece
        assert said in ([answer] if isinstance(answer, str) else answer)
