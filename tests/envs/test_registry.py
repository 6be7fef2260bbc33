from __future__ import annotations

import json
import sys
from pathlib import Path

import gymnasium
import pytest
from fake_world import FakeWorld

import envs
from envs import Action, ToolCall, ToolEnv, make, make_vec, registry
from envs import list as listing
from envs.common.errors import UserError
from envs.plugins import register_all
from envs.worlds.bank import Bank

GOOD = '''
from envs import Task, World, tool

class Shop(World):
    """Sell things."""
    def __init__(self, *, stock: int = 1):
        self.stock = stock
    def tasks(self):
        yield Task("one", "Sell one.")
    def setup(self, task):
        self.state = {"stock": self.stock}
    @tool
    def sell(self) -> int:
        """Sell one."""
        self.state["stock"] -= 1
        return self.state["stock"]
    def score(self, task):
        return self.state["stock"] == 0
'''


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two installed packages: one good, one that does not import."""
    for name, points in {
        "acme_shop": '"acme/Shop-v0" = acme_shop:Shop\nbad id = acme_shop:Shop',
        "acme_broken": '"acme/Broken-v0" = acme_broken:World\nitool/Bank-v0 = acme_broken:Bank',
    }.items():
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        text = f"[itool.envs]\n{points}\n[itool.suites]\nacme-{name} = {name}:Suite\n"
        (info / "entry_points.txt").write_text(text.replace('"', ""))
    (tmp_path / "acme_shop.py").write_text(GOOD)
    (tmp_path / "acme_broken.py").write_text("import not_installed_anywhere\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = dict(gymnasium.registry)
    with pytest.warns(UserWarning, match="acme"):
        register_all()
    yield
    gymnasium.registry.clear()
    gymnasium.registry.update(before)
    for name in ("acme_shop", "acme_broken"):
        sys.modules.pop(name, None)
    monkeypatch.undo()
    register_all()


def test_built_in_environments_are_there():
    assert "itool/Bank-v0" in envs.ids()
    assert envs.suites()["bfcl"] == "eval.bfcl.command:Config"
    register_all()  # again: nothing happens
    for id in ("itool/Bank-v0", "envs:itool/Bank-v0"):
        env = gymnasium.make(id, split="train")
        assert isinstance(env, ToolEnv)
        assert env.split == "train"
        assert isinstance(make(id).world, Bank)


def test_all_ways_to_name_a_world():
    for name in ("fake_world:FakeWorld", FakeWorld, FakeWorld()):
        assert make(name, max_turns=7).max_turns == 7
        assert type(make(name).world).__name__ == "FakeWorld"
    env = make(FakeWorld, shelf=5, render_mode="ansi")
    assert (env.world.shelf, env.render_mode) == (5, "ansi")
    again = env.spec.make()
    assert (again.world.shelf, again.render_mode) == (5, "ansi")
    assert registry.resolve_world("itool/Bank-v0") is Bank


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("itool/Bnak-v0", {}, r"no environment 'itool/Bnak-v0' \(did you mean 'itool/Bank-v0'\?\)"),
        (
            "itool/Bank-v0",
            {"max_turn": 3},
            r"Bank has no option 'max_turn' \(did you mean 'max_turns'",
        ),
        ("no_such_module:World", {}, "no_such_module:World does not import: ModuleNotFoundError"),
        ("fake_world:Fake", {}, "does not import: AttributeError"),
        ("fake_world:Task", {}, "is not a World class"),
    ],
)
def test_mistakes_are_one_line(name, options, text):
    with pytest.raises(UserError, match=text) as caught:
        make(name, **options)
    assert "\n" not in str(caught.value)


def test_plug_ins_are_found_without_being_imported(plugins):
    assert "acme_shop" not in sys.modules
    with pytest.warns(UserWarning) as caught:
        register_all()
    told = [str(warning.message) for warning in caught]
    assert any("acme_shop: cannot register 'bad id'" in line for line in told)
    assert any("acme_broken: 'itool/Bank-v0' is taken by itool" in line for line in told)
    env = gymnasium.make("acme/Shop-v0", stock=1)
    env.reset()
    assert env.step(Action(calls=(ToolCall("sell"),)))[0].messages[-1].content == "0"
    assert env.step(Action("Sold."))[1] == 1.0
    assert envs.suites()["acme-acme_shop"] == "acme_shop:Suite"


def test_a_broken_plug_in_is_one_line_that_names_the_package(plugins, capsys):
    for make_it in (make, gymnasium.make):
        with pytest.raises(UserError, match=r"\(package acme_broken\) does not import: ModuleNot"):
            make_it("acme/Broken-v0")
    assert listing.main([]) == 0
    out = capsys.readouterr().out
    assert out.count("broken: acme/Broken-v0") == 1
    assert "itool/Bank-v0" in out
    assert listing.main(["--json"]) == 0
    records = {record["id"]: record for record in json.loads(capsys.readouterr().out)}
    assert "not_installed_anywhere" in records["acme/Broken-v0"]["error"]
    assert records["acme/Shop-v0"]["tasks"] == {"test": 1}
    assert records["itool/Bank-v0"]["package"] == "itool"
    assert "transfer" in records["itool/Bank-v0"]["tools"]


def test_the_list_cuts_no_id(monkeypatch, capsys):
    from envs.plugins import Plugin

    name = "a-package-of-mine/AnEnvironmentOfMine-v0"
    monkeypatch.setattr(
        "envs.plugins.plugins", lambda: {name: Plugin(name, "fake_world:FakeWorld", "mine")}
    )
    monkeypatch.setenv("COLUMNS", "80")
    assert listing.main([]) == 0
    assert name in capsys.readouterr().out


@pytest.mark.parametrize("env", ["itool/Bank-v0", "fake_world:FakeWorld"])
@pytest.mark.parametrize(("mode", "context"), [("sync", None), ("async", "spawn")])
def test_vector_environments(env, mode, context):
    vector = make_vec(env, 2, mode=mode, context=context, split="train")
    try:
        observations, info = vector.reset(seed=3)
        assert len(observations) == 2
        singles = [make(env, split="train") for _ in range(2)]
        tasks = [single.reset(seed=3 + i)[1]["task"] for i, single in enumerate(singles)]
        assert list(info["task"]) == tasks
        wrong, reply = Action(calls=(ToolCall("nope"),)), Action("I refuse.")
        observations, _, terminated, truncated, info = vector.step((wrong, reply))
        alone = [single.step(turn) for single, turn in zip(singles, (wrong, reply), strict=True)]
        assert list(observations) == [step[0] for step in alone]
        assert list(terminated) == [step[2] for step in alone]
        assert list(truncated) == [False, False]
        assert info["errors"][0][0]["kind"] == "unknown_tool"
        vector.action_space.seed(1)
        for _ in range(5):
            vector.step(vector.action_space.sample())
    finally:
        vector.close()


def test_vector_modes():
    with pytest.raises(UserError, match="mode 'threads'"):
        make_vec("itool/Bank-v0", 2, mode="threads")


def test_the_built_in_names_are_those_of_the_package():
    import tomllib

    from envs.plugins import _BUILTIN

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["entry-points"] == _BUILTIN
