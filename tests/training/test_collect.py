"""Collecting preference pairs: what is searched, what is written, and going on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.engines.scripted import END
from agents.search.__main__ import main as look
from envs.types import Message, ToolCall, ToolSpec
from training.collect import main
from training.replay import ReplayBuffer
from training.rows import Row, write_rows

ADD = ToolSpec(
    "add",
    "Add two numbers.",
    {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
)


def row(n: int, **changes) -> Row:
    calls = (ToolCall("add", {"a": n, "b": 1}), ToolCall("add", {"a": n, "b": 2}))
    asked = Message("user", f"Please add one to {n} and two to {n}, question number {n * 7}.")
    return Row(f"row{n}", (ADD,), (asked,), calls, **changes)


def script_line(n: int, **changes) -> dict:
    good = f"[add(a={n}, b=1), add(a={n}, b=2)]"
    late = f"[add(a={n}, b=1), add(a={n}, b=3)]"
    early = f"[add(a={n}, b=5), add(a={n}, b=2)]"
    answer = {"answer": [good, late, early, "I do not know."]}
    return {"match": f"question number {n * 7}.", **answer, **changes}


class Place:
    """A folder with rows and a script."""

    def __init__(self, path: Path, rows: int = 6) -> None:
        self.path, self.run = path, path / "run"
        self.rows, self.script = path / "rows.jsonl", path / "script.jsonl"
        write_rows(self.rows, [row(n) for n in range(rows)])
        self.write_script([script_line(n) for n in range(rows)])

    def write_script(self, lines: list[dict]) -> None:
        self.script.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def argv(self, *more: str) -> list[str]:
        argv = ["--data", str(self.rows), "--part", "all", "--no-drop-overlap"]
        argv += ["--model", f"scripted:{self.script}", "--samples", "4", "--simulations", "8"]
        return [*argv, "--out", str(self.run), *more]

    def read(self, name: str) -> list[dict]:
        return [json.loads(line) for line in (self.run / name).read_text().splitlines()]

    @property
    def report(self) -> dict:
        return json.loads((self.run / "report.json").read_text())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_pairs_and_report(place, capsys):
    assert main(place.argv("--json")) == 0
    report = json.loads(capsys.readouterr().out)
    assert report == place.report
    assert report["tasks"] == {
        "all": 6,
        "searched": 6,
        "failed": 0,
        "with a right answer": 6,
        "with right and wrong answers": 6,
        "with a pair": 6,
    }
    assert report["precision"] == 1.0
    assert report["pairs"]["checked apart"] == report["pairs"]["all"] > 0
    assert report["pairs"]["of these inverted"] == 0
    assert report["yield"]["tasks with a pair"] == 1.0
    assert report["tokens"]["policy"] > 0
    assert report["tokens"]["judge"] == 0  # there is a verdict below every state
    pairs = place.read("pairs.jsonl")
    assert {p["task"] for p in pairs} == {f"row{n}" for n in range(6)}
    for pair in pairs:
        for side in ("chosen", "rejected"):
            ids, text = pair[side]["ids"], pair[side]["text"]
            assert bytes(i for i in ids if i != END).decode() == text
            assert (END in ids) == text.endswith(("]", ".")), text  # none behind an unfinished call
        assert pair["prompt"]["text"].endswith(("Assistant:", ", "))
        assert pair["verified"]
        assert pair["prefers"] == ("calls" if pair["rejected"]["text"].startswith("I") else None)
        assert pair["opens"] == ("calls" if pair["depth"] == 0 else None)
    rows = place.read("trl.jsonl")
    assert len(rows) == len(pairs)
    assert rows[0]["prompt_ids"] == pairs[0]["prompt"]["ids"]
    assert rows[0]["chosen_text"] == pairs[0]["chosen"]["text"]
    assert "Precision 100 %" in (place.run / "report.md").read_text()


def test_rows_are_searched_under_the_prompts_that_are_named(place, bfcl_root):
    assert main(place.argv("--prompts", "bfcl")) == 0
    pairs = place.read("pairs.jsonl")
    assert {pair["task"] for pair in pairs} == {f"row{n}" for n in range(6)}
    for pair in pairs:
        assert "You are an expert in composing functions" in pair["prompt"]["text"]
    assert place.report["precision"] == 1.0


def test_pairs_of_trees_without_a_right_answer(place):
    line = {"match": "question number 0.", "answer": ["[add(a=0, b=5)]", "[add(a=4, b=1)]"]}
    place.write_script([line])
    assert main(place.argv("--tasks", "1")) == 0
    assert place.report["pairs"]["all"] == place.report["tasks"]["with a right answer"] == 0
    assert "with a right answer 0, pairs 0" in (place.run / "report.md").read_text()
    assert main(place.argv("--tasks", "1", "--on-track", "--out", str(place.path / "on"))) == 0
    (pair,) = map(json.loads, (place.path / "on" / "pairs.jsonl").read_text().splitlines())
    assert (pair["chosen"]["text"], pair["rejected"]["text"]) == ("[add(a=0, ", "[add(a=4, ")
    assert pair["verified"]


def test_a_tree_that_fails_is_searched_again_on_resume(place, capsys):
    place.write_script([script_line(n) for n in range(5)] + [{"error": "out of memory"}])
    assert main(place.argv()) == 1
    assert place.report["errors"] == {"row5": "EngineError: out of memory"}
    assert "row5" in capsys.readouterr().out
    first = place.read("trees.jsonl")
    place.write_script([script_line(n) for n in range(6)])
    assert main(["--resume", str(place.run)]) == 0
    report = place.report
    assert report["tasks"]["searched"] == 6
    assert report["errors"] == {}
    assert report["this session"]["trees grown now"] == 1
    assert place.read("trees.jsonl")[: len(first)] == first
    assert main(["--resume", str(place.run)]) == 0  # nothing is left to do
    assert place.report["pairs"] == report["pairs"]


@pytest.mark.slow
def test_a_killed_run_gives_the_same_pairs(tmp_path):
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    whole, killed = Place(tmp_path / "whole", 12), Place(tmp_path / "killed", 12)
    assert main(whole.argv("--slots", "2", "--judge", "all")) == 0
    killed.write_script([script_line(n, latency=0.15) for n in range(12)])
    command = [
        sys.executable,
        "-m",
        "training.collect",
        *killed.argv("--slots", "2", "--judge", "all"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = killed.run / "journal.jsonl"
    deadline = time.monotonic() + 300
    while not (journal.exists() and len(journal.read_bytes().splitlines()) > 5):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with journal.open("ab") as file:
        file.write(b'{"task": "row1", "ke')
    known = len(killed.read("trees.jsonl")) if (killed.run / "trees.jsonl").exists() else 0
    assert known < 12
    assert main(["--resume", str(killed.run)]) == 0
    for name in ("pairs.jsonl", "trl.jsonl"):
        assert (killed.run / name).read_bytes() == (whole.run / name).read_bytes()
    assert killed.report["this session"]["answers out of the journal"] > 0
    assert killed.report["tokens"] == whole.report["tokens"]


def error_of(argv: list[str], capsys) -> str:
    assert main(argv) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("error: ")
    return error


def test_test_tasks_are_refused(place, capsys):
    held = place.path / "buffer.jsonl"
    ReplayBuffer.of([row(0), row(1, meta={"split": "test"})]).save(held)
    assert "'row1' is of the split 'test'" in error_of(place.argv("--buffer", str(held)), capsys)
    world = place.path / "only_test.py"
    world.write_text(
        "from envs import Task, World\n"
        "class Only(World):\n"
        "    def tasks(self):\n        yield Task('t', 'Hello.')\n"
    )
    sys.path.insert(0, str(place.path))
    try:
        argv = ["--env", "only_test:Only", "--out", str(place.run), "--model", "scripted:x"]
        assert "no training tasks, and test tasks are not searched" in error_of(argv, capsys)
    finally:
        sys.path.remove(str(place.path))


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--temperature", "0"], "--temperature 0: all samples would be the same"),
        (["--samples", "0"], "--samples 0: at least 1"),
        (["--tool-seconds", "0"], "--tool-seconds has to be above 0"),
        (["--alpha", "2", "--buffer", "b"], "--alpha 2.0"),
        (["--env", "itool/Bank-v0", "--buffer", "b"], "exclude each other"),
        (["--gap", "-1"], "gap: -1.0 given"),
        (["--prompts", "bfc"], "unknown prompt 'bfc'"),
        (["--prompts", "bfcl", "--format", "hermes"], "asks for a list of calls in Python"),
    ],
)
def test_bad_flags(place, capsys, flags, told):
    assert told in error_of(place.argv(*flags), capsys)
    assert not place.run.exists()


def test_a_buffer_gives_its_hardest_rows(place):
    buffer = ReplayBuffer.of(row(n) for n in range(6))
    buffer.refreshed({f"row{n}": 1.0 + n for n in range(6)}, 0).save(place.path / "buffer.jsonl")
    assert main(place.argv("--buffer", str(place.path / "buffer.jsonl"), "--alpha", "0.3")) == 0
    assert {tree["task"] for tree in place.read("trees.jsonl")} == {"row5", "row4"}


def test_other_rows_do_not_go_on_with_a_run(place, capsys):
    assert main(place.argv("--tasks", "1")) == 0
    write_rows(place.rows, [row(9)])
    assert "its tasks are not what it was begun with" in error_of(
        ["--resume", str(place.run)], capsys
    )


def test_the_reference_and_the_paper_and_watching(place, capsys):
    place.write_script([{"answer": ["I do not know.", "[add(a=0, b=0), add(a=0, b=0)]"]}])
    flags = ("--tasks", "2", "--reference", "--preset", "paper", "--watch", "--judge", "off")
    assert main(place.argv(*flags)) == 0
    assert place.report["pairs"]["with a reference answer"] == place.report["pairs"]["all"]
    assert "row0 · " in capsys.readouterr().err
    assert place.report["tokens"]["judge"] == 0


def test_nothing_is_asked_in_a_dry_run(place, capsys):
    assert main(place.argv("--dry-run")) == 0
    out = capsys.readouterr().out
    assert "6 tasks" in out
    assert "question number 0." in out
    assert not place.run.exists()


def test_an_environment_and_its_page(place, capsys):
    call = '[transfer(source=\\"x\\", target=\\"y\\", amount=1)]'
    place.script.write_text(f'{{"answer": ["{call}", "Hello.", "Bye for now."]}}\n')
    argv = ["--env", "itool/Bank-v0", "--tasks", "2", "--samples", "3", "--simulations", "4"]
    argv += ["--model", f"scripted:{place.script}", "--out", str(place.run)]
    assert main(argv) == 0
    assert place.report["tasks"]["searched"] == 2
    assert place.report["precision"] is None
    capsys.readouterr()
    out = place.path / "tree.html"
    assert look([str(place.run), "--out", str(out)]) == 0
    assert "written to" in capsys.readouterr().out
    assert "<!doctype html>" in out.read_text()
    assert look([str(place.run)]) == 0
    assert "Bye for now." in capsys.readouterr().out
    assert look([str(place.run), "--task", "nope"]) == 2
    assert "no tree of it" in capsys.readouterr().err
