"""Golden trees, broken files, settings, and how a tree looks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from search_toys import Random, Twig, Written, example_1, example_2

import agents.search
from agents.search import (
    JournaledProblem,
    PairConfig,
    SearchConfig,
    SearchTree,
    draw_tree,
    preset,
    run_search,
)
from agents.search.__main__ import main
from agents.search.draw import tree_text
from agents.search.laws import broken_laws
from envs.common.errors import UserError
from envs.common.runs import JsonlLog

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).resolve().parents[3]

TREES = {
    "example_1a": lambda: run_search(example_1(), preset("paper", simulations=3)),
    "example_1b": lambda: run_search(example_1(), preset("paper", closing=True)),
    "example_2": lambda: run_search(
        example_2(), preset("paper", c=2.0, gamma=0.9, wave=2, closing=True)
    ),
    "default": lambda: run_search(Random(), SearchConfig(samples=4, simulations=16, wave=2)),
    "step": lambda: run_search(
        Random(), preset("paper", samples=3, simulations=8, wave=3, closing=True)
    ),
}


def same(a, b):
    """Equal, but for the last digits that a platform's exp and log may differ in."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == (pytest.approx(b, abs=1e-12) if isinstance(a, float) else b)


@pytest.mark.parametrize("name", TREES)
def test_golden_trees(name):
    # To renew them after a change that is meant: UPDATE_GOLDEN=1 pytest tests/agents/search
    got = json.loads(json.dumps(TREES[name]().to_json()))
    file = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(json.dumps(got, indent=1) + "\n")
    kept = json.loads(file.read_text())
    assert same(got, kept)
    tree = SearchTree.load(file)
    tree.validate()
    assert tree.digest() == TREES[name]().digest()


# Broken files


def broken(change):
    value = TREES["example_1b"]().to_json()
    value = json.loads(json.dumps(value))
    change(value)
    return value


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda v: v.pop("nodes"), "no field 'nodes'"),
        (lambda v: v.update(version=7), "version 7, not 1"),
        (lambda v: v["nodes"][1].update(parent=5), "node 0: a child has another parent"),
        (lambda v: v["nodes"][0].update(parent=1), "a root and a prompt"),
        (lambda v: v["nodes"][0].update(children=[]), "node 1: its parent does not know it"),
        (lambda v: v["nodes"][1].update(children=[0]), "node 1: no such child"),
        (lambda v: v["nodes"][0].update(children=[1, 1, 2, 3]), "stands twice"),
        (lambda v: v["nodes"][0].update(children=[1, 2]), "its parent does not know it"),
        (lambda v: v["nodes"][1].update(visits="3"), "visits is '3'"),
        (lambda v: v["nodes"][1].update(q=float("nan")), "q is nan"),
        (lambda v: v["nodes"][1].update(text=None), "text is None"),
        (lambda v: v["nodes"][1].update(ids=["a"]), "whole numbers"),
        (lambda v: v["nodes"][1].update(colour=1), "colour"),
        (lambda v: v["nodes"][1].update(state=1), "state"),
        (lambda v: v["nodes"].clear(), "a root and a prompt"),
        (lambda v: v["prompts"].clear(), "a root and a prompt"),
        (lambda v: v["prompts"][0].update(base=0), "prompt 0"),
        (lambda v: v["config"].update(wave=0), "wave: 0 given, at least 1"),
        (lambda v: v["config"].update(speed=1), "speed"),
    ],
)
def test_files_that_are_no_trees(change, complaint):
    with pytest.raises(UserError) as told:
        SearchTree.from_json(broken(change), "tree.json")
    assert str(told.value).startswith("tree.json: not a search tree: ")
    assert complaint in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("value", [None, [], 3, "x", {}, {"version": 1, "config": 3}])
def test_json_that_is_no_tree(value):
    with pytest.raises(UserError, match="not a search tree"):
        SearchTree.from_json(value)


@pytest.mark.parametrize(
    ("change", "law"),
    [
        (lambda t: setattr(t.nodes[1], "visits", 9), "its children's sum is"),
        (lambda t: setattr(t.nodes[1], "q", 9.0), "Q is 9.0"),
        (lambda t: setattr(t.nodes[1], "value", 9.0), "V is 9.0"),
        (lambda t: setattr(t.nodes[1], "reward", 9.0), "r is 9.0"),
        (lambda t: setattr(t.nodes[1], "confidence", 9.0), "R is"),
        (lambda t: setattr(t.nodes[1], "in_flight", 1), "in flight"),
        (lambda t: setattr(t.nodes[4], "closed", False), "closed above an open child"),
        (lambda t: setattr(t.nodes[4], "score", 1.0), "O is -1.0, not 1.0"),
        (lambda t: setattr(t.nodes[1], "start", 4), "starts at token 4"),
        (lambda t: setattr(t.nodes[1], "depth", 4), "depth 4 below depth 0"),
    ],
)
def test_broken_laws_are_named(change, law):
    tree = TREES["example_1b"]()
    change(tree)
    with pytest.raises(ValueError, match="node "):
        tree.validate()
    assert any(law in told for told in broken_laws(tree))


def test_broken_journals(tmp_path):
    log = JsonlLog(tmp_path / "journal.jsonl")
    log.append({"key": 3})
    with pytest.raises(UserError, match=r"journal\.jsonl:1: not an answer of a search"):
        JournaledProblem(Random(), log)
    log.path.unlink()
    run_search(JournaledProblem(Random(), log), SearchConfig(simulations=3))
    first, *rest = log.path.read_text().splitlines(keepends=True)
    row = json.loads(first)
    row["answer"]["chains"][0][0]["terminal"] = False  # but it has a score
    row["answer"]["chains"][0][0]["score"] = 1.0
    log.path.write_text(json.dumps(row) + "\n" + "".join(rest))
    with pytest.raises(UserError, match=r"a broken answer to expand/root/0/3e/\d+: a score"):
        run_search(JournaledProblem(Random(), log), SearchConfig(simulations=3))


# Settings


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: SearchConfig(mode="stpe"), "search setting mode: 'stpe' is not one of step, trie"),
        (lambda: SearchConfig(samples=0), "samples: 0 given, at least 1 is needed"),
        (lambda: SearchConfig(gamma=1.1), "gamma: 1.1 given, between 0 and 1 is needed"),
        (lambda: SearchConfig(c=-1), "c: -1 given, not negative is needed"),
        (lambda: SearchConfig(c=float("nan")), "c: nan given"),
        (lambda: SearchConfig(simulations="9"), "simulations: '9' given"),
        (lambda: PairConfig(top_k=0), "top_k: 0 given"),
        (lambda: preset("papre"), "no search preset 'papre' (did you mean 'paper'?)"),
        (lambda: preset("paper", sample=3), "no search setting 'sample' (did you mean 'samples'?)"),
    ],
)
def test_settings_that_make_no_sense(make, complaint):
    with pytest.raises(UserError) as told:
        make()
    assert complaint in str(told.value)


def test_presets():
    assert preset("default") == SearchConfig()
    paper = preset("paper", c=0.3)
    assert (paper.mode, paper.prior, paper.minmax, paper.closing) == (
        "step",
        "sequence",
        False,
        False,
    )
    assert (paper.c, paper.gamma, paper.fpu, paper.max1) == (0.3, 1.0, "reward", False)


# Drawing


def test_drawing():
    text = draw_tree(TREES["example_1b"]())
    lines = text.splitlines()
    assert lines[0].startswith("search · closed · 7 nodes · 2/4 right · ")
    assert [line.split()[0:3] for line in lines[3:5]] == [["├─", "a1", "2"], ["│", "├─", "✗"]]
    assert lines[3].split()[2:] == ["2", "+0.65", ".60", "·", ".50", "+0.50"]
    assert len(lines) == 2 + 7


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("max_rows", [2, 3, 5, 10, 20, 1000])
def test_drawings_fit(width, max_rows):
    tree = run_search(Random(letters=5, depth=7), SearchConfig(mode="step", samples=6))
    text = draw_tree(tree, width=width, max_rows=max_rows)
    lines = text.splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) <= 2 + max_rows
    folds = [fold[1] for line in lines[2:] if (fold := re.search(r"… (\d+) more$", line))]
    assert len(lines) - 2 - len(folds) + sum(map(int, folds)) == len(tree.nodes)
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(
            tree_text(tree, width=width, max_rows=max_rows), crop=False, overflow="ignore"
        )
    assert [line.rstrip() for line in capture.get().splitlines()] == lines


def test_drawings_are_safe_and_survive_depth():
    chain = Written({"\x1b[31m好\n\u202e" * 9: Twig(1.0, 0.0, right=True)})
    text = draw_tree(run_search(chain))
    assert "\x1b" not in text and "\u202e" not in text
    assert all(cell_len(line) <= 80 for line in text.splitlines())

    class Long(Random):
        def step(self, text, depth, rng):
            return super().step(text, 0 if depth < 1500 else depth, rng)

    deep = run_search(Long(letters=2, depth=1501), SearchConfig(simulations=3, max_depth=2000))
    assert all(cell_len(line) <= 80 for line in draw_tree(deep).splitlines())
    deep.validate()


def test_the_command(tmp_path, capsys):
    assert main([str(GOLDEN / "example_1b.json")]) == 0
    out = capsys.readouterr().out
    assert "a2" in out and "✓ b3" in out and "2 pairs" in out
    assert main([str(GOLDEN / "example_1b.json"), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["summary"]["visits"] == 4
    assert len(shown["pairs"]) == 2
    assert main([str(tmp_path / "none.json")]) == 2
    assert "none.json: No such file" in capsys.readouterr().err


def test_the_public_names_exist_and_hide_no_module():
    modules = {path.stem for path in Path(agents.search.__file__).parent.iterdir()}
    for name in agents.search.__all__:
        assert getattr(agents.search, name) is not None
        assert name not in modules
    code = "import sys, agents.search; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert not {"torch", "numpy", "rich", "transformers"} & set(loaded.stdout.split())


def test_the_page_runs(tmp_path):
    page = (ROOT / "docs" / "search.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    assert blocks
    script = tmp_path / "page.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n" + "\n".join(blocks))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
