"""The page of a tree, and what its turns did."""

from __future__ import annotations

import json
from functools import partial

import pytest
from env_toys import Sayings, Shelf, env_of, fumble, policy, shelf_task
from search_toys import example_1

from agents.formats import get_format
from agents.search import SearchConfig, extract_pairs, run_search
from agents.search.__main__ import main
from agents.search.env_problem import EnvProblem, ProblemConfig
from agents.search.page import tree_page
from agents.search.replay import effects_of
from envs.common.errors import UserError
from envs.registry import make

HOSTILE = "<script>alert(1)</script></pre> \u202e"


def shelf_tree():
    engine = Sayings(fumble)
    config = ProblemConfig(outcome=True)
    problem = EnvProblem(env_of(Shelf), shelf_task(), policy(engine), config=config)
    return run_search(problem, SearchConfig(simulations=24), task="shelf-train", seed=0)


def test_effects_are_what_the_turns_did():
    tree = shelf_tree()
    effects = effects_of(tree, partial(make, Shelf), get_format("python"))
    ends = [n for n in tree.nodes[1:] if n.terminal or n.prompt != tree.nodes[n.parent].prompt]
    assert sorted(effects) == [node.index for node in ends]
    for node in ends:
        effect = effects[node.index]
        assert effect.problem is None
        if node.terminal:
            assert effect.changes == ()
        else:
            told = tree.prompts[node.prompt].tail.text
            assert all(message.content in told for message in effect.messages)
            assert [change.path for change in effect.changes] == ["[0]", "[1]"]
    tree.task = "shelf-tran"
    with pytest.raises(UserError, match=r"no task 'shelf-tran' .did you mean 'shelf-train'"):
        effects_of(tree, partial(make, Shelf), get_format("python"))


def test_the_page_loads_nothing_and_keeps_texts_apart():
    tree = run_search(example_1(), SearchConfig(mode="step"), task=HOSTILE)
    tree.nodes[1].text = HOSTILE
    page = tree_page(tree, extract_pairs(tree))
    assert "<script>alert" not in page
    assert "default-src 'none'" in page
    assert "src=" not in page.replace("default-src", "").replace("script-src", "")


def test_the_command_writes_it(tmp_path, capsys):
    tree = run_search(example_1(), SearchConfig(mode="step"), task="one")
    file, out = tmp_path / "tree.json", tmp_path / "tree.html"
    file.write_text(json.dumps(tree.to_json()))
    assert main([str(file), "--out", str(out)]) == 0
    assert out.read_text().startswith("<!doctype html>")
    assert capsys.readouterr().out == f"written to {out}\n"
    assert main([str(file), "--task", "x"]) == 2
    assert "is one tree" in capsys.readouterr().err
    assert main([str(file), "--out", str(tmp_path / "no" / "x.html")]) == 2
    assert main([str(file), "--out", str(out), "--env", "itool/Bank-v0"]) == 2
    assert "has no task 'one'" in capsys.readouterr().err


@pytest.mark.slow
def test_a_reader_can_open_nodes(tmp_path, browser):
    tree = shelf_tree()
    effects = effects_of(tree, partial(make, Shelf), get_format("python"))
    file = tmp_path / "tree.html"
    file.write_text(tree_page(tree, extract_pairs(tree), effects), encoding="utf-8")
    page = browser.open(file)
    page.until("document.querySelector('#detail h2') !== null")
    assert page.js("document.querySelector('#detail h2').textContent") == "Node 0"
    lines = page.js("document.querySelectorAll('#grown .said').length")
    assert 3 < lines <= len(tree.nodes)
    page.js(
        "[...document.querySelectorAll('#grown .said')]"
        ".find((b) => b.textContent.includes(')]')).click()"
    )
    told = page.js("document.querySelector('#detail').textContent")
    assert "Changed in the world" in told
    assert "there are 2 things" in told
    assert page.js("document.querySelectorAll('.pair').length") > 0
    assert page.problems() == []
