from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envs.common.errors import UserError
from eval.bfcl.categories import MULTI_TURN
from eval.bfcl.multi_turn.data import load
from eval.bfcl.multi_turn.tasks import gold

DOC = {"name": "cd", "description": "d", "parameters": {"type": "dict", "properties": {}}}
ENTRY = {
    "id": "multi_turn_base_0",
    "question": [[{"role": "user", "content": "a"}], []],
    "involved_classes": ["GorillaFileSystem"],
    "initial_config": {"GorillaFileSystem": {}},
    "missed_function": {"1": ["cd"]},
}
TRUTH = {"id": "multi_turn_base_0", "ground_truth": [[], ["cd('x')"]]}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a package's data with one entry; a field of ``...`` is left out."""

    def write(**changes: Any) -> Path:
        rows = ENTRY | {k: v for k, v in changes.items() if k != "ground_truth"}
        rows = {key: value for key, value in rows.items() if value is not ...}
        truth = TRUTH | {k: v for k, v in changes.items() if k == "ground_truth"}
        for name, row in (
            ("BFCL_v4_multi_turn_base.json", rows),
            ("possible_answer/BFCL_v4_multi_turn_base.json", truth),
            ("multi_turn_func_doc/gorilla_file_system.json", DOC),
        ):
            path = tmp_path / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(row))
        return tmp_path

    return write


def test_the_official_data(bfcl_root: Path) -> None:
    for category in MULTI_TURN:
        entries = load(bfcl_root, category)
        assert len(entries) == 200
        for entry in entries:
            assert entry.category == category
            assert len(entry.turns) == len(entry.truth)
            assert set(entry.held_out) == {n for n, said in enumerate(entry.turns) if said is None}
            assert bool(entry.held_out) is (category == "multi_turn_miss_func")
            names = [doc["name"] for doc in entry.functions]
            revealed = [doc["name"] for docs in entry.held_out.values() for doc in docs]
            assert len({*names, *revealed}) == len(names) + len(revealed)
            assert gold(entry) is not None


def test_held_out_functions_are_not_on_offer(write: Callable[..., Path]) -> None:
    (entry,) = load(write(), "multi_turn_base")
    assert entry.turns == ("a", None)
    assert entry.functions == ()
    assert [doc["name"] for doc in entry.held_out[1]] == ["cd"]
    assert entry.truth == ((), ("cd('x')",))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": 5}, ":1: field 'id' is not a string"),
        ({"question": "a"}, ":1: field 'question' is not a list of turns"),
        (
            {"question": [[{"role": "system", "content": "a"}], []]},
            "has something else than one user message in turn 0",
        ),
        ({"question": [[], []]}, "has no message in turn 0"),
        (
            {"question": [[{"role": "user", "content": "a"}]] * 2},
            "has a message in turn 1, which reveals functions",
        ),
        ({"involved_classes": ["Bank"]}, "'involved_classes' has no known API in 'Bank'"),
        ({"involved_classes": ...}, "'involved_classes' is not a list of strings"),
        ({"initial_config": {"MathAPI": 5}}, "'initial_config' is not an object of objects"),
        ({"missed_function": {"1": ["dc"]}}, "names 'dc', which no API documents"),
        ({"missed_function": {"7": ["cd"]}}, "has no list of names for a turn in '7'"),
        ({"missed_function": []}, "'missed_function' is not an object"),
        ({"ground_truth": ["cd()"]}, "'ground_truth' is not a list of lists of calls"),
        ({"ground_truth": [["cd()"]]}, "'ground_truth' is not a list of 2 turns"),
    ],
)
def test_broken_data_says_where(
    write: Callable[..., Path], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError) as error:
        load(write(**changes), "multi_turn_base")
    assert message in str(error.value)
    assert ".json:1: " in str(error.value)


def test_other_categories_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a multi-turn category"):
        load(tmp_path, "simple_python")
    with pytest.raises(UserError, match="No such file"):
        load(tmp_path, "multi_turn_base")
