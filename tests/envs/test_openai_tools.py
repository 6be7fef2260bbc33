"""A list of OpenAI's tools as a world: recorded answers, a person, or nobody."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from envs import Action, Task, ToolCall, ToolError, make
from envs.check import check_env
from envs.common.errors import UserError
from envs.openai_tools import asked, read_answers, world_of_file

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tell the weather.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
ROME = {"name": "weather", "arguments": {"city": "Rome"}}
ANSWERS = [
    {**ROME, "result": "24 degrees"},
    {**ROME, "result": {"degrees": 25}},
    {"name": "weather", "arguments": {"city": "Nowhere"}, "result": "no such city", "error": True},
]
TASKS = [{"id": "rome", "text": "How warm is Rome?", "calls": [ROME], "answer": "24"}]


def call(city: str) -> Action:
    return Action(calls=(ToolCall("weather", {"city": city}),))


def lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    path = tmp_path / "tools.json"
    path.write_text(json.dumps([WEATHER, {"type": "function", "function": {"name": "noop"}}]))
    return path


def answers(env: Any, *cities: str) -> list[str]:
    return [env.step(call(city))[0].messages[-1].content for city in cities]


def test_recorded_answers(tools):
    lines(tools.with_suffix(".jsonl"), TASKS)
    lines(tools.with_suffix(".answers.jsonl"), ANSWERS)
    world = world_of_file(f"openai:{tools}")
    report = check_env(world)
    assert report.problems == [] and report.tasks == {"test": 1}
    env = make(world)
    env.reset(options={"task": "rome"})
    start = env.snapshot()
    told = ["24 degrees", '{"degrees":25}', '{"degrees":25}', "no such city"]
    assert answers(env, "Rome", "Rome", "Rome", "Nowhere") == told
    assert env.step(call("Oslo"))[4]["errors"][0] == {
        "kind": "tool_error",
        "call": 0,
        "text": "there is no recorded answer to this call of weather",
    }
    env.restore(start)
    assert answers(env, "Rome") == told[:1], "the order of answers is part of the state"
    assert env.step(Action("24"))[1] == 1.0


def test_a_recorded_episode_answers_as_it_went(tools, tmp_path):
    from envs.episode import Episode, Step

    said: list[ToolCall] = []

    def ask(asked_for: ToolCall) -> str:
        said.append(asked_for)
        if asked_for.arguments["city"] == "Nowhere":
            raise ToolError("no such city")
        return f"{len(said)} degrees"

    world = world_of_file(f"openai:{tools}")
    env = make(world, ask=ask, tasks=TASKS)
    assert not env.world.copyable
    seen = env.reset(options={"task": "rome"})[0].messages
    steps = []
    wrong = Action(calls=(ToolCall("weather", {"city": 3}),))
    for action in (call("Rome"), wrong, call("Nowhere"), call("Rome"), Action("1")):
        observation, *_, info = env.step(action)
        messages = observation.messages[len(seen) + 1 :]
        steps.append(Step(action, messages=messages, errors=tuple(info["errors"])))
        seen = observation.messages
    assert len(said) == 3
    episode = Episode("x", "rome", "me", steps=tuple(steps), outcome=env.outcome)
    log = lines(tmp_path / "episodes.jsonl", [episode.to_json()])
    assert sum(map(len, read_answers(log).values())) == 3
    env = make(world, answers=log, tasks=TASKS)
    env.reset(options={"task": "rome"})
    assert answers(env, "Rome", "Nowhere", "Rome") == ["1 degrees", "no such city", "3 degrees"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_person_at_the_terminal(tools, monkeypatch, capsys):
    env = make(world_of_file(f"openai:{tools}"), message="How warm is Rome?")
    env.reset()
    with pytest.raises(UserError, match="can be neither copied nor replayed"):
        env.snapshot()
    monkeypatch.setattr(sys, "stdin", Terminal("24 degrees\n! no such city\n!\n"))
    assert answers(env, "Rome", "\x1b[31m", "Oslo") == ["24 degrees", "no such city", "refused"]
    out, err = capsys.readouterr()
    assert out == "" and "\x1b" not in err
    assert err.startswith('weather {"city": "Rome"}\nanswer (! refuses): ')
    with pytest.raises(UserError, match="the input has ended"):
        env.step(call("Rome"))


def test_without_anybody_a_call_is_refused_in_one_line(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("24\n"))
    with pytest.raises(UserError, match="nobody answers weather: give a file of recorded answers"):
        asked(ToolCall("weather"))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", "not JSON"),
        ("[]", "a list of tools is needed, or an object with one in 'tools'"),
        ("3", "a list of tools is needed"),
        ('[{"function": {}}]', r"tools\[0\]: name: missing|tools\[0\]\.name: missing"),
        ('[{"name": "f", "parameters": 3}]', r"parameters: an object is needed"),
        ('[{"name": "f", "parameters": {"type": "string"}}]', "have to be of type 'object'"),
        ('{"tools": [{"name": "f"}, {"name": "f"}]}', r"tools\[1\]: a second tool is called 'f'"),
    ],
)
def test_files_that_hold_no_tools(tmp_path, text, error):
    path = tmp_path / "tools.json"
    path.write_text(text)
    with pytest.raises(UserError, match=error) as caught:
        world_of_file(f"openai:{path}")
    assert str(caught.value).startswith(f"{path}: ") and "\n" not in str(caught.value)
    with pytest.raises(UserError, match=r"none\.json: No such file"):
        world_of_file(f"openai:{tmp_path}/none.json")


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({**ROME}, "'result' is missing"),
        ({**ROME, "resutl": 1}, r"unknown field 'resutl' \(did you mean 'result'"),
        ({"name": 3, "result": 1}, "name: a text is needed"),
        ({**ROME, "result": 1, "error": "yes"}, "error: true or false is needed"),
        ({"steps": 3}, "not an episode"),
    ],
)
def test_files_that_hold_no_answers(tmp_path, tools, row, error):
    path = lines(tmp_path / "answers.jsonl", [*ANSWERS, row])
    with pytest.raises(UserError, match=error) as caught:
        world_of_file(f"openai:{tools}")(answers=path)
    assert str(caught.value).startswith(f"{path}:4: ")


def test_tasks_may_be_given(tools):
    env = make(world_of_file(f"openai:{tools}"), tasks=[Task("t", "Hi")])
    assert list(env.tasks) == ["t"]


def test_the_name_works_everywhere(tools, capsys, monkeypatch):
    from agents.play import main as play
    from eval.run import main as run

    monkeypatch.chdir(tools.parent)
    script = {"answers": ["[weather(city='Rome')]", "24 degrees."]}
    lines(Path("script.jsonl"), [script])
    model = ["--model", "scripted:script.jsonl", "--format", "python", "--json"]
    monkeypatch.setattr(sys, "stdin", Terminal("It has 24 degrees.\n"))
    lines(Path("tools.jsonl"), TASKS)
    assert play(["openai:tools.json", *model, "--out", "tools.answers.jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["episode"]["outcome"] == "success"
    assert run(["openai:tools.json", "--out", "run", *model]) == 0
    assert json.loads(capsys.readouterr().out)["overall"]["plain"][0]["value"] == 1.0
    Path("tools.answers.jsonl").unlink()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert play(["openai:tools.json", *model]) == 2
    assert "nobody answers weather" in capsys.readouterr().err
