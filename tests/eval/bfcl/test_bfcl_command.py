"""``python -m eval.bfcl`` on the real data with scripted answers."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval import samples
from eval.bfcl import data
from eval.bfcl.categories import SINGLE_TURN
from eval.bfcl.command import main

ROOT = Path(__file__).resolve().parents[3]
TASKS = 104


@pytest.fixture(scope="module")
def sample(bfcl_root: Path) -> list[data.Entry]:
    return samples.draw({name: data.load(bfcl_root, name) for name in SINGLE_TURN}, TASKS)


def natural_call(entry: data.Entry) -> str:
    """The calls of the truth, written in Python with the first acceptable values."""
    calls = []
    for call in entry.truth or ():
        ((name, arguments),) = call.items()
        given = [(key, values[0]) for key, values in arguments.items() if values[0] != ""]
        calls.append(f"{name}({', '.join(f'{k}={v!r}' for k, v in given)})")
    return f"[{', '.join(calls)}]"


def write_script(path: Path, entries: list[data.Entry], latency: float = 0.0) -> Path:
    """Right answers for two thirds of the tasks, prose for the rest."""
    rows = [
        {
            "match": entry.messages[-1].content,
            "answer": "I am not sure." if n % 3 == 0 else natural_call(entry),
            "latency": latency * (n % 5),
        }
        for n, entry in enumerate(sorted(entries, key=lambda e: -len(e.messages[-1].content)))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def script(tmp_path: Path, sample: list[data.Entry]) -> Path:
    return write_script(tmp_path / "script.jsonl", sample)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_run_leaves_everything_and_reports_it(
    tmp_path: Path, script: Path, bfcl_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    args = ["--model", f"scripted:{script}", "--limit", str(TASKS), "--out", str(out)]
    assert main([*args, "--data", str(bfcl_root)]) == 0
    shown = capsys.readouterr().out
    assert {p.name for p in out.iterdir() if not p.name.startswith(".")} == {
        "manifest.json",
        "episodes.jsonl",
        "verdicts.jsonl",
        "report.html",
        "report.json",
        "report.md",
    }
    report = json.loads((out / "report.json").read_text())
    rows = {row["name"]: row for row in report["rows"]}
    assert rows["simple_python"]["n"] == TASKS // len(SINGLE_TURN)
    assert rows["irrelevance"]["floor"] == 1 and rows["simple_python"]["floor"] == 0
    assert 0 < rows["AST, non-live"]["valid"] < rows["AST, non-live"]["n"]
    assert report["partial"] and not report["overall"]
    assert "no overall score" in shown and "simple_javascript" in shown
    assert "ast_decoder:decoder_failed" in shown
    verdicts = read(out / "verdicts.jsonl")
    assert len(verdicts) == TASKS and all(v["valid"] in (True, False) for v in verdicts)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["config"]["limit"] == TASKS and manifest["versions"]["python"]
    episode = read(out / "episodes.jsonl")[0]
    (call,) = episode["steps"][0]["model_calls"]
    assert call["prompt_ids"] and call["ids"] and len(call["logprobs"]) == len(call["ids"])


def test_the_report_can_be_had_as_json(
    tmp_path: Path, script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["--model", f"scripted:{script}", "--categories", "live_relevance", "--limit", "3"]
    assert main([*args, "--json", "--out", str(tmp_path / "run")]) in (0, 1)
    report = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in report["rows"]] == ["live_relevance", "relevance"]


def test_what_no_row_answers_is_the_machines_failure(
    tmp_path: Path, sample: list[data.Entry], capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [sample[0].id, sample[1].id]
    script = write_script(tmp_path / "s.jsonl", sample[:1])
    out = tmp_path / "run"
    args = ["--model", f"scripted:{script}", "--ids", *ids, "--out", str(out)]
    assert main(args) == 1
    shown = capsys.readouterr().out
    assert "1 answers were lost by the machine" in shown
    write_script(script, sample[:2])
    assert main(["--resume", str(out)]) == 0
    assert [v["task"] for v in read(out / "verdicts.jsonl")] == ids


# ---------------------------------------------------------------------------------------------
# Kill and resume


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "eval.bfcl", *args]


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_repeat_nothing(
    tmp_path: Path, sample: list[data.Entry]
) -> None:
    script = write_script(tmp_path / "script.jsonl", sample, latency=0.08)
    args = ["--model", f"scripted:{script}", "--limit", str(TASKS), "--concurrency", "4"]
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    started = time.monotonic()
    subprocess.run(command(*args, "--out", str(whole)), cwd=ROOT, check=True, capture_output=True)
    length = time.monotonic() - started

    rng = random.Random(20)
    kills = 0
    for attempt in range(200):
        again = ["--resume", str(cut)] if (cut / "manifest.json").exists() else []
        process = subprocess.Popen(
            command(*(again or [*args, "--out", str(cut)])),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if kills == 20:
            assert process.wait(timeout=120) == 0
            break
        # Short lives, so that twenty of them fit into one run; some end before it has begun.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=rng.uniform(0.3, length / 3 if attempt < 60 else length))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        elif kills < 20:  # it came to its end: cut its log, as if it had been killed earlier
            rows = (cut / "episodes.jsonl").read_text().splitlines(keepends=True)
            (cut / "episodes.jsonl").write_text("".join(rows[: len(rows) // 3]) + rows[-1][:50])
    assert kills == 20
    assert (cut / "verdicts.jsonl").read_text() == (whole / "verdicts.jsonl").read_text()
    asked = Counter(row["task"] for row in read(cut / "episodes.jsonl"))
    assert len(asked) == TASKS and set(asked.values()) == {1}


def test_ctrl_c_keeps_what_came_and_says_how_to_go_on(
    tmp_path: Path, sample: list[data.Entry]
) -> None:
    script = write_script(tmp_path / "script.jsonl", sample, latency=0.4)
    out = tmp_path / "run"
    args = ["--model", f"scripted:{script}", "--limit", str(TASKS), "--concurrency", "4"]
    process = subprocess.Popen(
        command(*args, "--out", str(out)), cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (out / "episodes.jsonl").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"--resume {out}" in err and "Traceback" not in err
    assert read(out / "episodes.jsonl")


# ---------------------------------------------------------------------------------------------
# Bad input: one line, exit code 2


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(list(args)) == 2
    err = capsys.readouterr().err
    last = err.strip().splitlines()[-1]
    assert last.startswith("error: ") and "Traceback" not in err
    return last


def test_unknown_names_are_told(capsys: pytest.CaptureFixture[str], script: Path) -> None:
    model = ("--model", f"scripted:{script}")
    assert "did you mean 'simple_python'" in refused(capsys, *model, "--categories", "simple_pyton")
    assert "did you mean 'simple_python_3'" in refused(capsys, *model, "--ids", "simple_python_3x")
    assert "unknown" in refused(capsys, *model, "--ids", "nonsense")
    assert "--limit" in refused(capsys, *model, "--full", "--limit", "3")
    assert "at least 1" in refused(capsys, *model, "--limit", "0")
    assert "--constrained calls" in refused(capsys, *model, "--constrained", "calls")
    assert "constrained" in refused(capsys, *model, "--constrained", "sometimes")


def test_missing_and_broken_data_is_told(
    capsys: pytest.CaptureFixture[str], script: Path, tmp_path: Path, bfcl_root: Path
) -> None:
    model = ("--model", f"scripted:{script}", "--categories", "multiple")
    assert "No such file" in refused(capsys, *model, "--data", str(tmp_path / "nowhere"))
    copy = tmp_path / "copy"
    shutil.copytree(bfcl_root, copy)
    questions = copy / "data" / "BFCL_v4_multiple.json"
    lines = questions.read_text().splitlines(keepends=True)
    questions.write_text("".join(lines[:6]) + lines[6][:-9] + "\n" + "".join(lines[7:]))
    said = refused(capsys, *model, "--data", str(copy))
    assert f"{questions}:7: not JSON" in said
    questions.write_text("".join(lines[:-1]))
    assert "200 truths for the 199 questions" in refused(capsys, *model, "--data", str(copy))


def test_bad_scripts_and_models_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "script.jsonl").write_text('{"answer": "x"}\n{"answer": \n')
    said = refused(capsys, "--model", f"scripted:{tmp_path / 'script.jsonl'}")
    assert "script.jsonl" in said and "2" in said
    (tmp_path / "model").mkdir()
    said = refused(capsys, "--model", str(tmp_path / "model"))
    assert "config.json" in said and str(tmp_path / "model") in said
    assert "unknown engine" in refused(capsys, "--model", "nonsense")


@pytest.mark.torch
def test_a_prompt_longer_than_the_context_is_wrong_and_listed_apart(
    tiny_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    args = ["--model", str(tiny_folder), "--limit", "13", "--max-tokens", "8"]
    assert main([*args, "--constrained", "off", "calls", "--out", str(out)]) == 0
    verdicts = read(out / "verdicts.jsonl")
    assert len(verdicts) == 26  # the tiny model reads 512 tokens, and every prompt has more
    assert all(v["overflow"] and v["valid"] is False for v in verdicts)
    assert {v["error_type"] for v in verdicts} == {"context_overflow"}
    assert "the context holds 512" in verdicts[0]["message"]
    assert "1 prompts did not fit the model" in capsys.readouterr().out


def test_no_network_and_no_cache_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ITOOL_CACHE", str(tmp_path / "cache"))
    said = refused(capsys, "--model", "scripted:x", "--offline")
    assert "bfcl-eval 2026.3.23" in said and "--assets DIR" in said


def test_a_run_is_resumed_with_its_own_flags_and_data(
    capsys: pytest.CaptureFixture[str], script: Path, tmp_path: Path, bfcl_root: Path
) -> None:
    out = tmp_path / "run"
    copy = tmp_path / "copy"
    shutil.copytree(bfcl_root, copy)
    args = ["--model", f"scripted:{script}", "--categories", "live_relevance", "--limit", "2"]
    assert main([*args, "--data", str(copy), "--out", str(out)]) == 0
    capsys.readouterr()
    assert "holds a run already" in refused(capsys, *args, "--out", str(out))
    assert "give no other flags" in refused(capsys, "--resume", str(out), "--limit", "3")
    assert "no run there" in refused(capsys, "--resume", str(tmp_path))
    questions = copy / "data" / "BFCL_v4_live_relevance.json"
    questions.write_text(questions.read_text().replace(" the ", " teh "))
    assert "data differ" in refused(capsys, "--resume", str(out))
    (out / "manifest.json").write_text("{}")
    assert "not of" in refused(capsys, "--resume", str(out))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small file system here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_told_and_nothing_is_lost(
    capsys: pytest.CaptureFixture[str], script: Path, small_disk: Path, tmp_path: Path
) -> None:
    out = small_disk / "run"
    args = ("--model", f"scripted:{script}", "--limit", str(TASKS), "--out", str(out))
    assert "the disk is full" in refused(capsys, *args)
    kept = read(out / "episodes.jsonl")
    assert kept and all(row["version"] == 1 for row in kept)
    moved = tmp_path / "moved"
    shutil.copytree(out, moved)
    assert main(["--resume", str(moved)]) == 0
    assert read(moved / "episodes.jsonl")[: len(kept)] == kept
    assert len(read(moved / "verdicts.jsonl")) == TASKS
