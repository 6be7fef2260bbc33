"""A person at the player in a real terminal: Tab, an error, undo, fork, compare, save, replay."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tmux_terminal import Terminal

pytestmark = pytest.mark.slow


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    found: tuple[int, int] = request.param
    return found


@pytest.fixture
def terminal(tmp_path: Path, size: tuple[int, int]) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "tmux", *size, colour=False)
    yield terminal
    terminal.run("kill-server")


def test_a_person_plays(terminal: Terminal, tmp_path: Path, size: tuple[int, int]) -> None:
    out = tmp_path / "run"
    play = f"{sys.executable} -m agents.play"
    flags = f"--human --task test-pay-0 --out {out}"
    terminal.send(f"clear; {play} itool/Bank-v0 {flags}; echo rc $?")
    terminal.wait(lambda s: "[0] >" in s)
    terminal.send("find_a", "Tab", "Enter")
    terminal.wait(lambda s: s.rstrip().endswith("owner:"))
    terminal.send("Ana Ruiz")
    terminal.wait(lambda s: "[1] >" in s)
    terminal.send("find_accounts(owner='Finn Berg')")
    terminal.wait(lambda s: "[2] >" in s)
    terminal.send("trans", "Tab", "Enter")
    terminal.wait(lambda s: s.rstrip().endswith("source:"))
    terminal.send("AC-1", "Tab", "Enter")  # an id of an earlier result
    terminal.wait(lambda s: "source: AC-186" in s and s.rstrip().endswith("target:"))
    terminal.send("AC-720")
    terminal.wait(lambda s: s.rstrip().endswith("amount:"))
    terminal.send("much")
    terminal.wait(lambda s: "error     amount: 'much' is not an integer" in s)
    terminal.send("321")
    terminal.wait(lambda s: "[3] >" in s and "926 → 605" in s)
    terminal.send("", "C-c")
    terminal.wait(lambda s: "nothing is lost" in s)
    terminal.send("u")
    terminal.wait(lambda s: "main: after turn 2" in s)
    terminal.send("f side")
    terminal.wait(lambda s: "[2 side] >" in s)
    terminal.send("i")
    terminal.wait(lambda s: "A (tool" in s)
    terminal.send("transfer(source='AC-186', target='AC-720', amount=1)")
    terminal.wait(lambda s: "B (tool" in s)
    terminal.send("a No.")
    text = terminal.wait(lambda s: "still after turn 2" in s)
    beside = [line for line in text.splitlines() if "what if A" in line and "what if B" in line]
    assert bool(beside) == (size[0] >= 100)
    terminal.send("g main")
    terminal.wait(lambda s: "[3 main] >" in s)
    terminal.send("a Done.")
    text = terminal.wait(lambda s: "success · reward 1" in s)
    if keep := os.environ.get("ITOOL_SCREENS"):
        Path(keep, f"play-{size[0]}.txt").write_text(text, "utf-8")
    terminal.send("q")
    terminal.wait(lambda s: "rc 0" in s)
    terminal.send(f"clear; {play} --replay {out}; echo rc $?")
    text = terminal.wait(lambda s: s.count("rc 0") > 1 or "score     books 1" in s)
    assert "success · reward 1" in text and "departs" not in text
