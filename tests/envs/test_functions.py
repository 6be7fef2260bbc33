"""Plain functions as worlds: from Python, and from a file by its name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from envs import Action, Task, ToolCall, ToolError, make, registry, tool
from envs.check import check_env
from envs.common.errors import UserError
from envs.env import ToolEnv
from envs.functions import world_of, world_of_file
from envs.types import Outcome
from envs.world import WorldError

ROOT = Path(__file__).resolve().parents[2]

MINE = '''
"""What the weather is like."""
import math
from json import dumps

STATELESS = True
WARM = {"Rome": 24, "Oslo": 9}


def weather(city: str, unit: str = "C") -> dict:
    """Tell the weather.

    Args:
        city: where.
    """
    if city not in WARM:
        raise ValueError(f"no weather for {city}")
    return {"degrees": WARM[city] if unit == "C" else _fahrenheit(WARM[city])}


def average(numbers: list[float]) -> float:
    """Take the mean."""
    if not numbers:
        raise ValueError("the mean of nothing")
    return sum(numbers) / len(numbers)


def _fahrenheit(degrees):
    return degrees * 9 / 5 + 32
'''
TASKS = [
    {
        "id": "rome",
        "text": "How warm is Rome?",
        "calls": [{"name": "weather", "arguments": {"city": "Rome"}}],
        "answer": "24",
    },
    {"id": "train", "text": "And Oslo?", "answer": ["9", "nine"], "split": "train"},
    {
        "id": "none",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "calls": [],
    },
]


def ask(city: str) -> Action:
    return Action(calls=(ToolCall("weather", {"city": city}),))


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "my_tools.py"
    path.write_text(MINE)
    path.with_suffix(".jsonl").write_text("".join(json.dumps(row) + "\n" for row in TASKS))
    return path


def add(a: int, b: int = 1) -> int:
    """Add."""
    return a + b


def fail(how: str) -> Any:
    """Fail."""
    raise {
        "tool": ToolError("no"),
        "value": ValueError("bad"),
        "": ValueError(),
        "bug": KeyError("k"),
    }[how]


def test_functions_from_python():
    task = Task("t", "What is 1 + 2?", {"answers": ["3"]})
    env = make(world_of([add, fail], tasks=[task, {"id": "u", "text": "Hm."}], name="Sums"))
    assert type(env.world).__name__ == "Sums" and not env.world.copyable
    assert [spec.name for spec in env.reset(options={"task": "t"})[0].tools] == ["add", "fail"]
    observation, *_, info = env.step(Action(calls=(ToolCall("add", {"a": 2}), ToolCall("add"))))
    assert [m.content for m in observation.messages[2:]] == [
        "3",
        "Error: missing required argument 'a'",
    ]
    assert [error["kind"] for error in info["errors"]] == ["schema"]
    assert env.step(Action("It is 3."))[1] == 1.0
    env.reset(options={"task": "u"})
    assert env.step(Action())[4]["score"] == {"unscored": 0.0}


@pytest.mark.parametrize(("how", "text"), [("tool", "no"), ("value", "bad"), ("", "ValueError")])
def test_what_goes_to_the_model(how, text):
    env = make(world_of([fail]), max_turns=3)
    env.reset(options={"task": Task("t", "Fail.", {"calls": [{"name": "fail", "arguments": {}}]})})
    observation, *_, info = env.step(Action(calls=(ToolCall("fail", {"how": how}),)))
    assert observation.messages[-1].content == text and info["errors"][0]["kind"] == "tool_error"
    assert env.step(Action())[4]["score"] == {"calls": 0.0}, "a refused call was not made"


def test_a_bug_is_the_machines_failure():
    env = make(world_of([fail]))
    env.reset(options={"task": Task("t", "Fail.")})
    with pytest.raises(WorldError, match="the tool fail: KeyError: 'k'"):
        env.step(Action(calls=(ToolCall("fail", {"how": "bug"}),)))
    assert env.outcome is Outcome.ERROR


def test_going_back_is_a_promise():
    options = {"task": Task("t", "Add.", {"calls": [{"name": "add", "arguments": {"a": 1}}]})}
    env = make(world_of([add]))
    env.reset(options=options)
    with pytest.raises(UserError, match="can be neither copied nor replayed"):
        env.snapshot()
    env = make(world_of([add], stateless=True))
    env.reset(options=options)
    start = env.snapshot()
    env.step(Action(calls=(ToolCall("add", {"a": 1}),)))
    made = env.snapshot()
    env.restore(start)
    assert env.step(Action())[1] == 0.0
    env.restore(made)
    assert env.step(Action())[1] == 1.0


def test_checks_are_asked_at_the_end():
    check = {"name": "add", "arguments": {"a": 1}, "text": "2"}
    row = {"id": "t", "text": "Add.", "checks": [check]}
    for changed, reward in (({}, 1.0), ({"text": "7"}, 0.0), ({"name": "fail"}, None)):
        env = make(world_of([add], tasks=[{**row, "checks": [check | changed]}]))
        env.reset()
        if reward is None:
            with pytest.raises(WorldError, match="the task's check of fail: unknown tool"):
                env.step(Action())
        else:
            assert env.step(Action())[1] == reward
    env = make(
        world_of(
            [fail],
            tasks=[{**row, "checks": [{**check, "name": "fail", "arguments": {"how": "value"}}]}],
        )
    )
    env.reset()
    assert env.step(Action())[4]["score"] == {"checks": 0.0}


async def later(x: int) -> int:
    """Wait."""
    return x


@tool(name="add")
def plus(a: int) -> int:
    """Add one."""
    return a + 1


def bare(x):
    """Say nothing of x."""


@pytest.mark.parametrize(
    ("functions", "text"),
    [
        ([], "there is no function to make a tool of"),
        ([later], "later: an async function cannot be a tool"),
        ([bare], "bare: parameter 'x' has no annotation"),
        ([add, plus], "two tools are called 'add'"),
    ],
)
def test_functions_that_are_no_tools(functions, text):
    with pytest.raises(UserError, match=text):
        world_of(functions)


def test_one_kind_of_task():
    world = world_of([add], tasks=[{"id": "a", "text": "A."}])
    assert [task.id for task in world().tasks()] == ["a"]
    (task,) = world(message="Add.").tasks()
    assert (task.id, task.messages[0].content) == ("message", "Add.")
    assert [task.id for task in world(tasks=[Task("b", "B.")]).tasks()] == ["b"]
    with pytest.raises(UserError, match="tasks or a message: one of them"):
        world(tasks=[], message="Add.")
    with pytest.raises(UserError, match="task 2: one of 'text'"):
        world(tasks=[{"id": "a", "text": "A."}, {"id": "b"}]).tasks()


# --- files


def test_a_file_is_a_world(mine):
    world = world_of_file(f"tools:{mine}")
    assert world is world_of_file(f"tools:{mine}"), "a file is imported once"
    assert list(world.toolkit) == ["weather", "average"]
    assert world.offered[0].parameters["properties"]["city"] == {
        "type": "string",
        "description": "where.",
    }
    report = check_env(world)
    assert report.problems == [] and report.tasks == {"test": 2, "train": 1}
    cases = {row.check: row.cases for row in report.rows}
    assert cases["snapshots"] == 3 and cases["gold passes"] == 3
    env = ToolEnv(world())
    env.reset(options={"task": "rome"})
    env.step(ask("Rome"))
    assert env.step(Action("24 degrees"))[1] == 1.0


def test_marked_functions_win(tmp_path):
    path = tmp_path / "some.py"
    path.write_text(
        "from envs import tool\n@tool\ndef one(): 'One.'\n@tool(name='a.b')\ndef _two(): 'Two.'\n"
        "def three(): 'Three.'\n"
    )
    world = world_of_file(f"tools:{path}")
    assert list(world.toolkit) == ["one", "a.b"] and not world.copyable
    assert list(world().tasks()) == []


def test_what_lies_beside_it_can_be_imported(tmp_path):
    (tmp_path / "beside_it.py").write_text("def two() -> int: return 2\n")
    path = tmp_path / "json.py"  # the name of another module does no harm
    path.write_text(
        "import beside_it\ndef double(x: int) -> int:\n    return x * beside_it.two()\n"
    )
    env = make(world_of_file(f"tools:{path}"))
    env.reset(options={"task": Task("t", "Double.")})
    call = ToolCall("double", {"x": 4})
    assert env.step(Action(calls=(call,)))[0].messages[-1].content == "8"
    assert json.dumps({}) == "{}"


def test_a_changed_file_is_read_anew(mine):
    before = world_of_file(f"tools:{mine}")
    mine.write_text(MINE + "\ndef more(): 'More.'\n")
    assert "more" in world_of_file(f"tools:{mine}").toolkit
    assert "more" not in before.toolkit


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("def broken(:\n", r"mine\.py: does not import: SyntaxError: .*line 1"),
        ("x = 1\n\n1 / 0\n", r"mine\.py:3: does not import: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)\n", r"mine\.py:2: does not import: SystemExit: 3"),
        ("x = 1\n", r"mine\.py: there is no function to make a tool of"),
        ("def f(x): pass\n", r"mine\.py: f: parameter 'x' has no annotation"),
    ],
)
def test_files_that_will_not_do(tmp_path, text, error):
    path = tmp_path / "mine.py"
    path.write_text(text)
    before = set(sys.modules)
    with pytest.raises(UserError, match=error) as caught:
        world_of_file(f"tools:{path}")
    assert "\n" not in str(caught.value)
    assert (
        not [name for name in set(sys.modules) - before if "mine" in name] or "import" not in error
    )


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(UserError, match=r"none\.py: No such file"):
        world_of_file(f"tools:{tmp_path}/none.py")
    (tmp_path / "tools.txt").write_text("")
    with pytest.raises(UserError, match=r"tools\.txt: a file of Python"):
        world_of_file(f"tools:{tmp_path}/tools.txt")


def test_it_travels_to_another_process(mine):
    env = ToolEnv(world_of_file(f"tools:{mine}")())
    env.reset(options={"task": "rome"})
    env.step(ask("Oslo"))
    (mine.parent / "env.pickle").write_bytes(cloudpickle.dumps(env))
    code = (
        "import pickle; env = pickle.load(open('env.pickle', 'rb')); "
        "from envs import Action, ToolCall; call = ToolCall('weather', {'city': 'Rome'}); "
        "print(env.step(Action(calls=(call,)))[0].messages[-1].content)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=mine.parent, check=False
    )
    assert done.stdout == '{"degrees":24}\n', done.stderr


# --- by name


def test_the_name_works_everywhere(mine, capsys, monkeypatch):
    from agents.play import main as play
    from eval.run import main as run

    monkeypatch.chdir(mine.parent)
    answers = {"answers": ["[weather(city='Rome')]", "It is 24 degrees."]}
    Path("answers.jsonl").write_text(json.dumps(answers))
    model = ["--model", "scripted:answers.jsonl", "--format", "python", "--json"]
    for name in ("tools:my_tools.py", f"tools:{mine}"):
        assert play([name, *model]) == 0
        assert json.loads(capsys.readouterr().out)["episode"]["outcome"] == "success"
    assert run(["tools:my_tools.py", "--out", "scored", *model]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["overall"]["plain"][0]["value"] == 0.5
    vector = registry.make_vec("tools:my_tools.py", 2, mode="async", context="spawn")
    try:
        vector.reset(seed=0, options={"task": "rome"})
        observations = vector.step((ask("Rome"), ask("Bonn")))[0]
        assert observations[1].messages[-1].content == "no weather for Bonn"
    finally:
        vector.close()


def test_a_message_or_a_file_of_tasks(mine, capsys, monkeypatch):
    from agents.play import main as play

    monkeypatch.chdir(mine.parent)
    Path("answers.jsonl").write_text(json.dumps({"answers": ["[average(numbers=[1, 2])]", "1.5"]}))
    Path("other.jsonl").write_text(json.dumps({"id": "o", "text": "Mean?", "answer": "1.5"}))
    model = ["--model", "scripted:answers.jsonl", "--format", "python", "--json"]
    for flags, task, outcome in (
        (["--message", "What is the mean of 1 and 2?"], "message", "failure"),
        (["--tasks", "other.jsonl"], "o", "success"),
    ):
        assert play(["tools:my_tools.py", *flags, *model]) == 0
        episode = json.loads(capsys.readouterr().out)["episode"]
        assert (episode["task"], episode["outcome"]) == (task, outcome)
    assert play(["itool/Bank-v0", "--message", "Hi", *model]) == 2
    assert "Bank has no option 'message'" in capsys.readouterr().err
