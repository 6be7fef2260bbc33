"""``python -m envs.new``: what it writes is installed, checked and played; names are checked."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest

from agents.play import main as play
from envs.check import main as check
from envs.common.errors import UserError
from envs.new import main, names_of, texts_of

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = ["[take(item='eggs')]", "Anything else?", "[take(item='rice')]", "Here you are."]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_it_writes_is_checked_and_played(here, monkeypatch, capsys):
    assert main(["Garden.Shop"]) == 0
    out = capsys.readouterr().out
    assert out == (
        "wrote Garden.Shop: garden_shop.py, pyproject.toml, README.md\n\n"
        "pip install -e Garden.Shop\n"
        "python -m envs.check Garden-Shop/GardenShop-v0\n"
        "python -m agents.play Garden-Shop/GardenShop-v0\n"
    )
    project = tomllib.loads((here / "Garden.Shop" / "pyproject.toml").read_text())
    points = project["project"]["entry-points"]["itool.envs"]
    assert points == {"Garden-Shop/GardenShop-v0": "garden_shop:GardenShop"}
    assert project["tool"]["setuptools"]["py-modules"] == ["garden_shop"]
    monkeypatch.syspath_prepend(str(here / "Garden.Shop"))
    try:
        assert check(["garden_shop:GardenShop"]) == 0
        script = here / "answers.jsonl"
        script.write_text(json.dumps({"answers": ANSWERS}))
        model = ["--model", f"scripted:{script}", "--format", "python"]
        capsys.readouterr()
        assert play(["garden_shop:GardenShop", "--task", "eggs-rice", "--json", *model]) == 0
        assert json.loads(capsys.readouterr().out)["episode"]["outcome"] == "success"
    finally:
        sys.modules.pop("garden_shop", None)


def test_the_example_is_what_it_writes():
    for name, text in texts_of(names_of("corner-shop")).items():
        assert (ROOT / "examples" / "plugin" / name).read_text("utf-8") == text, name


@pytest.mark.parametrize("name", ["a", "a-b", "A.b_c--d", "x9", "corner-shop"])
def test_names_that_will_do(name):
    import keyword

    from gymnasium.envs.registration import parse_env_id

    names = names_of(name)
    assert names.module.isidentifier() and not keyword.iskeyword(names.module)
    assert names.world.isidentifier() and names.world[0].isupper()
    assert parse_env_id(names.id) == (names.id.partition("/")[0], names.world, 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a b", "'a b' is no name for a package; letters, digits and dashes make one"),
        ("9lives", "is no name for a package"),
        ("shop-", "is no name for a package"),
        ("größe", "is no name for a package"),
        ("../shop", "is no name for a package"),
        ("x" * 61, "is no name for a package"),
        ("class", "'class' gives the module 'class', which is a word of Python"),
    ],
)
def test_names_that_will_not(name, text):
    with pytest.raises(UserError, match=text):
        names_of(name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("json", "there is a module 'json' already"),
        ("fake-world", "there is a module 'fake_world' already"),
        ("numpy", "a package numpy "),
        ("bad name", "is no name"),
    ],
)
def test_what_is_taken_is_refused_and_nothing_is_written(here, capsys, name, text):
    assert main([name]) == 2
    out, err = capsys.readouterr()
    assert out == "" and text in err and err.count("\n") == 1
    assert not list(here.iterdir())


def test_it_writes_over_nothing(here, capsys):
    (here / "shop").mkdir()
    for out in ([], ["--out", str(here)]):
        assert main(["shop", *out]) == 2
        assert "is there already; --out names another folder" in capsys.readouterr().err
    assert not list((here / "shop").iterdir())
    (here / "file").write_text("")
    assert main(["shop", "--out", "file/shop"]) == 2
    assert "error: file/shop: " in capsys.readouterr().err
    assert main(["shop", "--out", "deep/er folder"]) == 0
    assert "pip install -e 'deep/er folder'" in capsys.readouterr().out


def test_an_id_that_is_taken_is_refused(monkeypatch, here, capsys):
    from envs import plugins

    known = {"shop/Shop-v0": plugins.Plugin("shop/Shop-v0", "acme:Shop", "acme")}
    monkeypatch.setattr(plugins, "plugins", lambda: known)
    assert main(["shop"]) == 2
    assert "the package acme has an environment shop/Shop-v0 already" in capsys.readouterr().err
