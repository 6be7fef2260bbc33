"""``mcp:FILE.toml``: what a file may say. No server is started."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from envs import make, resolve_world
from envs.common.errors import UserError
from envs.mcp import MCPWorld
from envs.mcp.files import _FIELDS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mcp"


def toml(folder: Path, text: str) -> str:
    path = folder / "server.toml"
    path.write_text(text)
    return f"mcp:{path}"


def test_a_file_may_say_all_that_the_class_takes():
    assert list(_FIELDS) == list(inspect.signature(MCPWorld).parameters)


def test_a_file_is_an_environment(tmp_path):
    (tmp_path / "given.jsonl").write_text('{"id": "one", "text": "Go on."}\n')
    name = toml(tmp_path, 'command = "serve --fast"\ntasks = "given.jsonl"\ndeadline = 5\n')
    env = make(name, max_turns=3)
    assert (list(env.tasks), env.max_turns, env.spec.namespace) == (["one"], 3, "local")
    server = env.world.server
    assert (server.command, server.cwd, server.deadline) == (("serve", "--fast"), tmp_path, 5)
    assert (server.name, resolve_world(name).__name__) == ("server", "server")
    assert make(name, deadline=7).world.server.deadline == 7


def test_tasks_and_folders_in_the_file(tmp_path):
    tasks = 'workspace = "w"\n[[tasks]]\nid = "one"\ntext = "Go on."\nanswer = "yes"\n'
    world = make(toml(tmp_path, 'command = ["serve"]\n' + tasks)).world
    assert [task.data["answers"] for task in world.tasks()] == [["yes"]]
    assert (world.server.workspace, world.server.cwd) == (tmp_path / "w", None)
    world = make(toml(tmp_path, 'url = "http://localhost:8000/mcp"\nmessage = "Hello"\n')).world
    assert [task.messages[0].content for task in world.tasks()] == ["Hello"]
    assert world.server.name == "server"


def test_options_win_over_the_file(tmp_path):
    for asked in ('message = "Hello"', '[[tasks]]\nid = "own"\ntext = "Hello"'):
        name = toml(tmp_path, f'command = ["serve"]\n{asked}\n')
        (task,) = make(name, message="Hi").tasks.values()
        assert task.messages[0].content == "Hi"
        assert list(make(name, tasks=[{"id": "new", "text": "Hi"}]).tasks) == ["new"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("command = ", "not TOML"),
        ('comand = "serve"', r"unknown field 'comand' \(did you mean 'command'"),
        ("command = 3", "command: a text, or a list of texts, is needed"),
        ('command = ["serve"]\ndeadline = "5"', "deadline: a number is needed"),
        ('command = ["serve"]\ndeadline = true', "deadline: a number is needed"),
        ('command = ["serve"]\nheaders = ["A"]', "headers: a table of header"),
        ('command = ["serve"]\nreplayable = 1', "replayable: true or false is needed"),
        ('command = ["serve"]\nmax_chars = 1.5', "max_chars: a whole number is needed"),
        ('command = ["serve"]\ntasks = [1]', "tasks: a file name, or"),
        ("deadline = 5", "server.toml: an MCP server is given by a command or by a URL"),
        ('command = ["serve"]\nmessage = "a"\ntasks = "b"', "tasks or a message"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path, text, why):
    with pytest.raises(UserError, match=why) as raised:
        make(toml(tmp_path, text))
    assert "server.toml" in str(raised.value) and "\n" not in str(raised.value)


def test_no_such_file_and_no_such_option(tmp_path):
    with pytest.raises(UserError, match="No such file"):
        make(f"mcp:{tmp_path}/nowhere.toml")
    with pytest.raises(UserError, match=r"has no option 'dedline' \(did you mean 'deadline'"):
        make(toml(tmp_path, 'command = ["serve"]'), dedline=3)


@pytest.mark.parametrize("name", ["git", "time"])
def test_the_examples_can_be_read(name):
    env = make(f"mcp:{EXAMPLES / name}.toml")
    assert all(task.gold for task in env.tasks.values())
