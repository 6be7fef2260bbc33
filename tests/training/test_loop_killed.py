"""The tiny loop from end to end: killed at any moment it ends with the weights of a quiet run."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.torch, pytest.mark.slow]
pytest.importorskip("trl")

from test_rank import roomy  # noqa: E402

from envs.types import Message, ToolCall, ToolSpec  # noqa: E402
from training.loop import main  # noqa: E402
from training.rows import Row, write_rows  # noqa: E402

KILLS = 5
SINGLE = """
model = "{model}"
rounds = 2

[data]
data = ["{rows}"]
share = 0.5
drop_overlap = false

[warmup]
rank = 4
batch_size = 4
learning_rate = 1e-2
save_every = 1

[collect]
alpha = 0.5
constrained = "calls"
reference = true
judge = "off"
samples = 3
simulations = 5
max_tokens = 48

[preference]
batch_size = 1
learning_rate = 1e-3
save_every = 1

[score]
target = "{world}"
ids = ["dev"]
constrained = ["off"]
max_tokens = 4

[test]
target = "{world}"
ids = ["test"]
constrained = ["off"]
max_tokens = 4
"""
WORLD = '''
from typing import Literal

from envs import Task, World, tool
from envs.types import Action, ToolCall


class Dial(World):
    """Two numbers to dial, one a turn."""

    max_turns = 2

    def tasks(self):
        for name, split in (("a", "train"), ("b", "train"), ("dev", "dev"), ("test", "test")):
            gold = [Action(calls=(ToolCall("dial", {"number": n}),)) for n in (2, 3)]
            yield Task(name, f"Dial 2, then 3, for {name}.", split=split, gold=gold, tags=("x",))

    def setup(self, task):
        self.state = []

    @tool
    def dial(self, number: Literal[1, 2, 3, 4]) -> str:
        """Dial."""
        self.state.append(number)
        return "ok"

    def stop(self, task):
        return len(self.state) >= 2

    def score(self, task):
        return self.state == [2, 3]
'''


def row(n: int) -> Row:
    number = {"type": "integer", "enum": list(range(16))}
    schema = {"type": "object", "properties": {"n": number}, "required": ["n"]}
    call = ToolCall(f"f{n % 8}", {"n": n})
    tools = (ToolSpec(call.name, "Do.", schema),)
    return Row(f"r{n}", tools, (Message("user", f"Do {n}."),), (call,))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "dial_world.py").write_text(WORLD)
    write_rows(tmp_path / "rows.jsonl", [row(n) for n in range(16)])
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield tmp_path


@pytest.fixture
def model(tiny_folder: Path, tmp_path: Path) -> Path:
    return roomy(tiny_folder, tmp_path / "model")


def write_file(place: Path, model: Path, **changes: str) -> Path:
    text = SINGLE.format(model=model, rows=place / "rows.jsonl", world="dial_world:Dial")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file = place / "loop.toml"
    file.write_text(text)
    return file


def run(argv: list[str], path: list[str]) -> None:
    """The loop in a process of its own."""
    import sys

    import torch

    torch.set_num_threads(1)
    sys.path[:0] = path
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        raise SystemExit(main(argv))


def progress(folder: Path) -> int:
    """How far a run is: lines of its logs and finished stages."""
    lines = sum(file.read_bytes().count(b"\n") for file in folder.glob("*/*.jsonl"))
    return lines + 3 * len(list(folder.glob("*/report.json")))


def killed_at(argv: list[str], folder: Path, place: Path, target: int) -> bool:
    """Start a run and kill it when it is so far; whether it was killed before its end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["training.loop", "torch", "transformers", "peft", "trl"])
    process = context.Process(target=run, args=(argv, [str(place)]))
    process.start()
    deadline = time.monotonic() + 1800
    while process.is_alive() and progress(folder) < target:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    alive = process.is_alive()
    if alive and target:
        os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert alive or process.exitcode == 0
    return alive


def weights(folder: Path) -> dict[str, bytes]:
    files = sorted(folder.glob("*-*/adapter/adapter_model.safetensors"))
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.parametrize("kind", ["single", "multi"])
def test_a_killed_loop_ends_with_the_same_weights(kind: str, place: Path, model: Path):
    changes = {}
    if kind == "multi":
        changes = {"rounds = 2": 'rounds = 1\nenv = "dial_world:Dial"', "alpha = 0.5": "tasks = 2"}
    file = write_file(place, model, **changes)
    whole, killed = place / "whole", place / "killed"
    argv = ["--config", str(file), "--out"]
    assert not killed_at([*argv, str(whole)], whole, place, 1 << 30)
    end, trained = progress(whole), weights(whole)
    assert len(trained) == (3 if kind == "single" else 2)
    assert len(set(trained.values())) == len(trained)  # every stage moved them
    kills = 0
    for target in sorted(random.Random(kind).sample(range(2, end), KILLS)):
        resume = (killed / "manifest.json").exists()
        own = ["--resume", str(killed)] if resume else [*argv, str(killed)]
        kills += killed_at(own, killed, place, target)
    assert kills >= KILLS - 1
    assert not killed_at(["--resume", str(killed)], killed, place, 1 << 30)
    assert weights(killed) == trained
    reports = [json.loads((run / "report.json").read_text()) for run in (whole, killed)]
    for report in reports:
        for stage in report["stages"]:
            del stage["seconds"]
    assert reports[0]["rounds"] == reports[1]["rounds"]
    assert reports[0]["test"] == reports[1]["test"] != {}
    for name in ("report.html", "report.md", "curves.png"):
        assert (killed / name).is_file()


def test_a_round_without_a_pair_ends_the_loop(place: Path, model: Path, capsys: Any):
    # Without the right answer beside them a random model's samples are all wrong.
    file = write_file(place, model, **{"reference = true": "reference = false"})
    out = place / "run"
    assert main(["--config", str(file), "--out", str(out)]) == 1
    told = capsys.readouterr()
    assert "03-collect: round 1 found no pair in 3 searched tasks, so the loop" in told.err
    report = json.loads((out / "report.json").read_text())
    assert report["ended"] and report["test"] == {}
    assert len(weights(out)) == 1  # the warm-up is there
    assert main(["--resume", str(out)]) == 1


def error_of(argv: list[str], capsys: Any) -> list[str]:
    """The last lines of a loop that stops: how to go on, and why it stopped."""
    assert main(argv) == 2
    return capsys.readouterr().err.strip().splitlines()[-2:]


def test_a_stage_that_stops_is_gone_on_with(
    place: Path, model: Path, capsys: Any, monkeypatch: Any
):
    from agents.engines.base import EngineError
    from agents.engines.hf import HFEngine

    changes = {"rounds = 2": "rounds = 1", "[preference]": "[preference]\nmax_length = 5"}
    file, out = write_file(place, model, **changes), place / "run"
    score, asked = HFEngine.score, []

    async def gone(engine: HFEngine, prompt_ids: Any, target_ids: Any) -> list[float]:
        asked.append(prompt_ids)
        if len(asked) == 3:
            raise EngineError("the machine is gone")
        return await score(engine, prompt_ids, target_ids)

    with monkeypatch.context() as patch:
        patch.setattr(HFEngine, "score", gone)
        told, why = error_of(["--config", str(file), "--out", str(out)], capsys)
    assert why == "error: 02-rank: the engine failed: the machine is gone"
    assert told.endswith(f"python -m training.loop --resume {out}")
    before = (out / "00-warmup" / "report.json").stat().st_mtime_ns
    _, why = error_of(["--resume", str(out)], capsys)
    assert why.startswith(f"error: 04-preference: --pairs {out}/03-collect: no pair is left of ")
    assert json.loads((out / "03-collect" / "report.json").read_text())["pairs"]["all"] > 0
    assert (out / "00-warmup" / "report.json").stat().st_mtime_ns == before
    assert not (out / "00-warmup" / "checkpoints").exists()
    assert (out / "report.html").is_file()


def test_a_loss_that_is_not_finite_stops_the_loop(place: Path, model: Path, capsys: Any):
    file = write_file(place, model, **{"1e-2": "1e30"})
    told, why = error_of(["--config", str(file), "--out", str(place / "run")], capsys)
    assert why.startswith("error: 00-warmup: update ") and "The last checkpoint is kept" in why
    assert told.endswith(f"python -m training.loop --resume {place / 'run'}")
