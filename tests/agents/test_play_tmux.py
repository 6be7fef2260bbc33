"""The player in a real terminal of 80 columns and 24 lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tmux_terminal import Terminal

pytestmark = pytest.mark.slow


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "tmux", colour=True)
    yield terminal
    terminal.run("kill-server")


def play(tmp_path: Path, latency: float, *answers: str) -> str:
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"answers": answers, "latency": latency}) + "\n", "utf-8")
    model = f"--model scripted:{path} --format python"
    return f"{sys.executable} -m agents.play itool/Bank-v0 --task test-two-0 {model}; echo rc $?"


def test_an_episode_in_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    calls = '[cancel(payment=7), cancel(payment="P-2")]'
    terminal.send("clear; " + play(tmp_path, 0, calls, "\x1b[2J\x1b[31mDone.", "Bye."))
    text = terminal.wait(lambda screen: "rc 0" in screen)
    drawing = text[text.index("itool/Bank-v0 · test-two-0 ──") :].splitlines()
    assert max(map(len, drawing)) <= 80
    for line in (
        'call      cancel {"payment": 7}',
        "error     schema: payment: 7 is not a string",
        "result    cancelled",
        'state     - payments.P-2: {"amount": 40, "source": "AC-797", "target": "AC-908"}'[:80],
        "assistant \\x1b[2J\\x1b[31mDone.",
        "user      Then send those 165 euros to Finn Berg's checking and freeze my",
    ):
        assert any(drawn.startswith(line[:70]) for drawn in drawing), line
    assert "waiting for" not in text
    assert len(terminal.screen().splitlines()) <= 24


def test_an_interrupt_leaves_a_sane_terminal(terminal: Terminal, tmp_path: Path) -> None:
    terminal.send("clear; " + play(tmp_path, 3600, "Never."))
    terminal.wait(lambda screen: "waiting for scripted:answers.jsonl" in screen)
    terminal.run("send-keys", "C-c")
    text = terminal.wait(lambda screen: "rc 130" in screen)
    assert "interrupted" in text and "Traceback" not in text and "waiting for" not in text
    terminal.send("echo al''ive")
    terminal.wait(lambda screen: "\nalive\n" in screen)
    assert terminal.run("display-message", "-p", "#{cursor_flag}").strip() == "1"
