"""Points of accuracy against tokens."""

from __future__ import annotations

import json

import pytest
from test_search_report import rows

from benchmarks import search_accuracy
from benchmarks.search_accuracy import Config, draw, markdown, picture, points_of

ROWS = [
    {"agent": "greedy", "budget": 1, "task": "a", "outcome": "success", "right": True, "tokens": 9},
    {
        "agent": "greedy",
        "budget": 1,
        "task": "b",
        "outcome": "failure",
        "right": False,
        "tokens": 3,
    },
    {"agent": "greedy", "budget": 1, "task": "c", "outcome": "error", "right": False, "tokens": 0},
    {"agent": "mcts", "budget": 4, "task": "a", "outcome": "success", "right": True, "tokens": 40},
]


def test_points_leave_lost_episodes_out():
    families = dict.fromkeys("abc", "single-call")
    greedy, mcts = points_of(Config(), families, ROWS)
    assert (greedy.right, greedy.n, greedy.tokens) == (1, 2, 6.0)
    assert (mcts.right, mcts.n, mcts.tokens) == (1, 1, 40.0)
    assert "| single-call | greedy | 1 | 1 / 2 | 50 % |" in markdown([greedy, mcts])


@pytest.mark.slow
def test_the_picture_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    points = points_of(Config(), dict.fromkeys("abc", "single-call"), ROWS)
    picture(points, tmp_path / "points.png")
    assert (tmp_path / "points.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.slow
def test_a_run_that_was_killed_is_finished(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(search_accuracy, "held_back", lambda seed: rows())
    script = tmp_path / "answers.jsonl"
    script.write_text(json.dumps({"answer": ["[add(a=1, b=2)]", "[add(a=2, b=2)]"]}))
    config = Config(
        model=f"scripted:{script}",
        engine="hf",
        single=2,
        multi=1,
        n=(2,),
        simulations=(2,),
        out=tmp_path / "run",
        result=tmp_path / "points.json",
    )
    assert draw(config) == 0
    whole = json.loads(config.result.read_text())["points"]
    assert {(p["agent"], p["n"]) for p in whole} >= {("greedy", 2), ("best-of-n", 2), ("mcts", 1)}
    assert config.result.with_suffix(".png").exists()
    log = tmp_path / "run" / "episodes.jsonl"
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:4]) + '{"agent": "gr')
    assert draw(Config(resume=tmp_path / "run")) == 0
    assert json.loads(config.result.read_text())["points"] == whole
