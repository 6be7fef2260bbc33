"""The example plug-in, installed by pip into an environment of its own: every door finds it."""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ID = "corner-shop/CornerShop-v0"
ANSWERS = ["[take(item='tea')]", "Anything else?", "[take(item='bread')]", "Here you are."]
GYMNASIUM = f"""
import sys

import gymnasium
import envs
from envs import Action, ToolCall

if __name__ == "__main__":
    assert "corner_shop" not in sys.modules
    env = gymnasium.make("{ID}", split="train")
    assert type(env.unwrapped.world).__module__ == "corner_shop"
    gymnasium.make("envs:{ID}").reset(seed=0, options={{"task": "tea-bread"}})
    vector = envs.make_vec("{ID}", 2, mode="async", context="spawn")
    observations, info = vector.reset(seed=0, options={{"task": "tea-bread"}})
    tea = Action(calls=(ToolCall("take", {{"item": "tea"}}),))
    observations = vector.step((tea, Action("No.")))[0]
    print([seen.messages[-1].content for seen in observations])
    vector.close()
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment that sees this one's packages, with the example installed into it."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    (own,) = folder.glob("lib/python*/site-packages")
    seen = [*site.getsitepackages(), str(ROOT)]
    lines = [f"import site; site.addsitedir({path!r})" for path in seen]
    (own / "outer.pth").write_text("\n".join(lines) + "\n")
    source = folder / "source"  # building leaves files behind
    shutil.copytree(ROOT / "examples" / "plugin", source)
    flags = ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q"]
    ran(python, "-m", "pip", "install", *flags, str(source))
    shutil.rmtree(source)
    assert (own / "corner_shop.py").is_file()
    return python


def ran(python: Path, *args: str, cwd: Path | None = None) -> str:
    env = {**os.environ, "PYTHONWARNINGS": "", "COLUMNS": "120"}
    command = [str(python), *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def model(tmp_path: Path) -> list[str]:
    script = tmp_path / "answers.jsonl"
    script.write_text(json.dumps({"answers": ANSWERS}) + "\n")
    return ["--model", f"scripted:{script}", "--format", "python"]


def test_gymnasium_and_workers(python, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(GYMNASIUM)
    assert ran(python, str(script), cwd=tmp_path) == """['{"tea":1}', 'And bread.']\n"""


def test_list_and_check(python, tmp_path):
    records = json.loads(ran(python, "-m", "envs.list", "--json", cwd=tmp_path))
    (own,) = [record for record in records if record["id"] == ID]
    assert (own["package"], own["tasks"]) == ("corner-shop", {"train": 3, "test": 2})
    assert own["tools"] == ["price", "take"]
    report = json.loads(ran(python, "-m", "envs.check", ID, "--json", cwd=tmp_path))
    assert [row["problems"] for row in report["checks"]] == [[]] * len(report["checks"])


def test_play_and_score(python, tmp_path, model):
    played = json.loads(ran(python, "-m", "agents.play", ID, "--json", *model, cwd=tmp_path))
    assert (played["episode"]["task"], played["episode"]["outcome"]) == ("tea-bread", "success")
    report = json.loads(ran(python, "-m", "eval.run", ID, "--json", *model, cwd=tmp_path))
    (overall,) = report["overall"]["plain"]
    assert overall["value"] == 0.5


def test_training_rows(python, tmp_path):
    ran(python, "-m", "training.generate", "--world", ID, "--out", "rows", cwd=tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "rows" / "rows.jsonl").open()]
    assert len(rows) == 12 and {row["meta"]["split"] for row in rows} == {"train"}
    assert rows[0]["answer"] == [{"name": "take", "arguments": {"item": "bread"}}]


def test_searched_pairs(python, tmp_path, model):
    few = ["--tasks", "1", "--samples", "2", "--simulations", "2", "--out", "pairs"]
    ran(python, "-m", "training.collect", "--env", ID, *few, *model, cwd=tmp_path)
    assert (tmp_path / "pairs" / "manifest.json").is_file()
