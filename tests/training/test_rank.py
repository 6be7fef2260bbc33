"""Ranking rows: perplexity as a plain forward pass has it, each row once, and what is refused."""

from __future__ import annotations

import asyncio
import json
import math
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

from killed_runs import PATHS  # noqa: E402

from agents.engines.base import Capabilities, EngineError, PromptTooLong  # noqa: E402
from envs.types import Message, ToolCall, ToolSpec  # noqa: E402
from training import rank, rank_report  # noqa: E402
from training.rank import main  # noqa: E402
from training.replay import ReplayBuffer  # noqa: E402
from training.rows import Row, write_rows  # noqa: E402


def roomy(tiny_folder: Path, folder: Path) -> Path:
    """The tiny model, with room for tools: it makes a token of nearly every letter."""
    shutil.copytree(tiny_folder, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 4096}))
    return folder


def tool(name: str) -> ToolSpec:
    number = {"type": "integer", "description": "Which."}
    return ToolSpec(name, "Do.", {"type": "object", "properties": {"n": number}})


def row(n: int, **changes: Any) -> Row:
    """One of four lists of tools in turn; every third row is answered without a call."""
    name = f"f{n % 4}"
    asked = Message("user", f"Do number {n}.")
    if n % 3 == 2:
        return Row(f"r{n}", (tool(name),), (asked,), answer_text=f"No, not {n}.", **changes)
    return Row(f"r{n}", (tool(name),), (asked,), (ToolCall(name, {"n": n}),), **changes)


UNWRITABLE = Row("bad", (tool("f-1"),), (Message("user", "Do it."),), (ToolCall("f-1", {"n": 1}),))
LONG = Row("long", (tool("f1"),), (Message("user", "Do it. " * 2000),), (ToolCall("f1", {"n": 1}),))


class Place:
    """A folder with rows and a run."""

    def __init__(self, path: Path, model: Path, rows: Sequence[Row]) -> None:
        self.path, self.model, self.rows = path, model, path / "rows.jsonl"
        write_rows(self.rows, list(rows))

    @property
    def run(self) -> Path:
        return self.path / "run"

    def argv(self, *more: str) -> list[str]:
        argv = ["--data", str(self.rows), "--part", "all", "--no-drop-overlap", "--offline"]
        argv += ["--model", str(self.model), "--max-length", "3000"]
        return [*argv, "--out", str(self.run), *more]

    def scores(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.run / rank.SCORES).read_text().splitlines()]

    @property
    def report(self) -> dict[str, Any]:
        return json.loads((self.run / "report.json").read_text())


@pytest.fixture(scope="module")
def model(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return roomy(tiny_folder, tmp_path_factory.mktemp("rank") / "model")


@pytest.fixture
def place(tmp_path: Path, model: Path) -> Place:
    return Place(tmp_path, model, [row(n) for n in range(12)])


class Engine:
    """Scores that hang on the ids alone; dies before the score of its choice."""

    name = "a machine"
    tokenizer = None

    def __init__(self, dies_at: int | None = None, room: int = 10**6, score: bool = True) -> None:
        self.capabilities = Capabilities(score=score)
        self.prompts: list[tuple[int, ...]] = []
        self.most = self._now = 0
        self._dies_at, self._room = dies_at, room

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        if len(prompt_ids) + len(target_ids) > self._room:
            raise PromptTooLong("too long")
        if len(self.prompts) == self._dies_at:
            raise EngineError("the machine is gone")
        self.prompts.append(tuple(prompt_ids))
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(0)
        self._now -= 1
        draw = random.Random(str((*prompt_ids, *target_ids)))
        return [-draw.random() for _ in target_ids]

    async def aclose(self) -> None:
        self.closed = True


def use(monkeypatch: pytest.MonkeyPatch, engine: Any) -> Any:
    monkeypatch.setattr(rank, "open_model", lambda config, concurrency: engine)
    return engine


def expected(model: Path, rows: Sequence[Row]) -> dict[str, float]:
    """Eq. 4 by a plain forward pass over each whole row."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from training.render import renderer

    write, found = renderer(AutoTokenizer.from_pretrained(model)), {}
    plain = AutoModelForCausalLM.from_pretrained(model).eval()
    for one in rows:
        example = write(one)
        ids = torch.tensor([[*example.prompt_ids, *example.answer_ids]])
        with torch.no_grad():
            logprobs = plain(ids).logits[0].log_softmax(-1)
        first, mean = len(example.prompt_ids), 0.0
        for at in range(first, ids.shape[1]):
            mean += float(logprobs[at - 1, ids[0, at]]) / len(example.answer_ids)
        found[one.id] = math.exp(-mean)
    return found


def test_perplexity_is_that_of_a_plain_forward_pass(tmp_path, model, capsys):
    rows = [row(n) for n in range(6)]
    place = Place(tmp_path, model, [*rows, UNWRITABLE, LONG])
    assert main(place.argv("--round", "3", "--alpha", "0.5", "--json")) == 0
    report = json.loads(capsys.readouterr().out)
    assert report == place.report
    assert report["rows"] == {"all": 8, "measured": 6, "cannot be written": 1, "too long": 1}
    wanted = expected(model, rows)
    measured = {s["id"]: s["perplexity"] for s in place.scores()}
    assert measured == pytest.approx(wanted, rel=1e-4) and len(set(measured.values())) == 6
    buffer = {e.row.id: e for e in ReplayBuffer.load(place.run / rank.BUFFER)}
    assert {id: e.complexity for id, e in buffer.items()} == {
        **measured,
        "bad": None,
        "long": None,
    }
    assert (buffer["r1"].round, buffer["bad"].round) == (3, None)
    # Of four rows with calls and two without, half of each.
    hardest = report["hardest"]
    assert [hardest[kind]["rows"] for kind in rank_report.KINDS] == [3, 2, 1]
    told = report["perplexity"]["without calls"]
    assert told["quantiles"]["most"] == max(measured["r2"], measured["r5"])
    assert report["tokens"]["answers"] == sum(s["tokens"] for s in place.scores())
    text = (place.run / "report.md").read_text()
    assert "6 of 8 rows" in text and "cannot be written 1, too long 1" in text


def test_a_machine_that_dies_costs_no_row_twice(place, monkeypatch, capsys):
    whole = use(monkeypatch, Engine())
    assert main(place.argv("--out", str(place.path / "whole"))) == 0
    capsys.readouterr()
    asked: list[tuple[int, ...]] = []
    argv = place.argv("--slots", "2")
    for dies_at in (3, 0, 1, 4):
        engine = use(monkeypatch, Engine(dies_at))
        assert main(argv) == 2
        told = capsys.readouterr().err.strip().splitlines()
        assert told[-1] == "error: the engine failed: the machine is gone"
        assert told[-2].endswith(f"python -m training.rank --resume {place.run}")
        asked += engine.prompts
        argv = ["--resume", str(place.run)]
        with (place.run / rank.SCORES).open("ab") as file:
            file.write(b'{"id": "r1", "perp')  # torn, as a kill leaves it
    last = use(monkeypatch, Engine())
    assert main(argv) == 0
    ids = [score["id"] for score in place.scores()]
    assert len(ids) == len(set(ids)) == 12
    # What was in flight at a death is not in the log, and is all that is asked again.
    assert len(asked) + len(last.prompts) <= 12 + 4 * 1
    runs = (place.run, place.path / "whole")
    assert len({(run / rank.BUFFER).read_bytes() for run in runs}) == 1
    assert whole.closed and last.closed
    use(monkeypatch, None)  # there is nothing to open it for
    assert main(["--resume", str(place.run)]) == 0


@pytest.mark.slow
def test_a_killed_run_is_gone_on_with(place):
    place = Place(place.path, place.model, [row(n) for n in range(60)])
    command = [sys.executable, "-m", "training.rank", *place.argv("--slots", "2")]
    environment = {**os.environ, "PYTHONPATH": PATHS, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    log = place.run / rank.SCORES
    while not (log.exists() and log.read_bytes().count(b"\n") > 5):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = place.scores() if log.read_bytes().endswith(b"\n") else []
    assert not (place.run / "report.json").exists()
    assert main(["--resume", str(place.run)]) == 0
    scores = place.scores()
    assert scores[: len(before)] == before
    assert sorted(score["id"] for score in scores) == sorted(f"r{n}" for n in range(60))
    wanted = expected(place.model, [row(n) for n in range(60)])
    assert {s["id"]: s["perplexity"] for s in scores} == pytest.approx(wanted, rel=1e-4)


def test_rows_over_one_list_of_tools_follow_each_other(place, monkeypatch):
    engine = use(monkeypatch, Engine())
    assert main(place.argv("--slots", "3")) == 0
    assert engine.prompts == sorted(engine.prompts) and len(engine.prompts) == 12
    assert engine.most == 3


def test_a_row_that_the_model_has_no_room_for_is_counted(place, monkeypatch, capsys):
    use(monkeypatch, Engine())
    assert main(place.argv()) == 0
    lengths = sorted(s["tokens"] + s["prompt_tokens"] for s in place.scores())
    shutil.rmtree(place.run)
    use(monkeypatch, Engine(room=lengths[5]))
    assert main(place.argv()) == 0
    fit = sum(length <= lengths[5] for length in lengths)
    assert place.report["rows"]["measured"] == fit < 12
    assert place.report["rows"]["too long"] == 12 - fit
    shutil.rmtree(place.run)
    use(monkeypatch, Engine(room=1))
    assert error_of(place.argv(), capsys) == "error: the context of a machine holds no row of them"


def test_a_buffer_is_measured_anew(place, monkeypatch):
    use(monkeypatch, Engine())
    assert main(place.argv()) == 0
    again = place.path / "again"
    argv = ["--buffer", str(place.run / rank.BUFFER), "--round", "1", "--model", str(place.model)]
    assert main([*argv, "--out", str(again), "--max-length", "3000"]) == 0
    entries = list(ReplayBuffer.load(again / rank.BUFFER))
    assert [e.row for e in entries] == [e.row for e in ReplayBuffer.load(place.run / rank.BUFFER)]
    assert {e.round for e in entries} == {1}


def error_of(argv: list[str], capsys: Any) -> str:
    assert main(argv) == 2
    error = str(capsys.readouterr().err.strip().splitlines()[-1])
    assert error.startswith("error: ")
    return error


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--slots", "0"], "--slots 0: at least 1"),
        (["--max-length", "0"], "--max-length 0: at least 1"),
        (["--max-length", "9"], "--max-length 9: no row fits; the shortest"),
        (["--round", "-1"], "--round -1: at least 0"),
        (["--alpha", "2"], "--alpha 2.0: has to be above 0"),
        (["--part", "kept-back", "--share", "1"], "--part kept-back: there is no row to rank"),
        (["--prompts", "tool"], "unknown prompt 'tool'"),
        (["--model", "scripted:x"], "--model scripted:x: perplexity needs a model whose tokens"),
        (["--model", "http://localhost/v1"], "perplexity needs a model whose tokens are at hand"),
        (["--adapter", "nowhere"], "--adapter nowhere: there is no adapter_config.json"),
        (["--buffer", "nowhere"], "nowhere: No such file"),
    ],
)
def test_bad_flags(place, capsys, flags, told):
    assert told in error_of(place.argv(*flags), capsys)
    assert not place.run.exists()


def test_rows_that_are_not_for_training_are_refused(place, capsys):
    held = place.path / "buffer.jsonl"
    ReplayBuffer.of([row(0), row(1, meta={"split": "test"})]).save(held)
    assert "'r1' is of the split 'test'" in error_of(place.argv("--buffer", str(held)), capsys)
    ReplayBuffer.of([row(0), row(0)]).save(held)
    assert "two rows have the id 'r0'" in error_of(place.argv("--buffer", str(held)), capsys)
    write_rows(place.rows, [UNWRITABLE])
    assert "none of 1 rows can be written" in error_of(place.argv(), capsys)
    assert not place.run.exists()


def adapter_of(base: str, folder: Path) -> Path:
    folder.mkdir()
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (folder / name).write_text("{}")
    (folder / "itool.json").write_text(json.dumps({"base": base}))
    return folder


def test_an_adapter_of_another_model_is_refused(place, capsys):
    adapter = adapter_of("something else", place.path / "adapter")
    line = error_of(place.argv("--adapter", str(adapter)), capsys)
    assert line.endswith(": an adapter of something else, not of model")
    assert not place.run.exists()


def test_an_engine_that_cannot_score_is_refused(place, monkeypatch, capsys):
    engine = use(monkeypatch, Engine(score=False))
    line = error_of(place.argv(), capsys)
    assert line.startswith("error: a machine: it does not say how probable given tokens are")
    assert engine.closed and not place.run.exists()


def test_a_model_without_numbers_is_told(place, monkeypatch, capsys):
    class Broken(Engine):
        async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
            return [math.nan for _ in target_ids]

    use(monkeypatch, Broken())
    assert "its probabilities are no numbers (NaN)" in error_of(place.argv(), capsys)


def test_a_run_goes_on_with_what_it_was_begun_with(place, monkeypatch, capsys):
    use(monkeypatch, Engine())
    adapter = adapter_of("model", place.path / "adapter")
    assert main(place.argv("--adapter", str(adapter))) == 0
    resume = ["--resume", str(place.run)]
    assert main(resume) == 0
    (adapter / "adapter_model.safetensors").write_text("{ }")
    assert "its model is not what it was begun with" in error_of(resume, capsys)
    (adapter / "adapter_model.safetensors").write_text("{}")
    write_rows(place.rows, [row(1)])
    assert "its rows are not what it was begun with" in error_of(resume, capsys)


def test_nothing_is_asked_in_a_dry_run(place, monkeypatch, capsys):
    use(monkeypatch, None)
    assert main(place.argv("--dry-run")) == 0
    out = capsys.readouterr().out
    assert "12 rows" in out and "Do number 0." in out and "[[f0(n=0)]<|im_end|>]" in out
    assert not place.run.exists()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(1, 1e6), min_size=1), st.floats(0, 1))
def test_quantiles(values: list[float], share: float):
    import numpy as np

    (found,) = rank_report.quantiles(values, [share])
    assert found == pytest.approx(float(np.quantile(values, share)))
    assert rank_report.quantiles([*values, math.inf], [1.0]) == [math.inf]
