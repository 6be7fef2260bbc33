from __future__ import annotations

import json
from pathlib import Path

import pytest

from envs.common.errors import UserError
from envs.common.files import hash_files
from eval.bfcl import categories, data


def test_every_category_is_in_one_group() -> None:
    grouped = [name for group in categories.GROUPS.values() for name in group]
    assert sorted(grouped) == sorted(categories.CATEGORIES)
    assert len(categories.CATEGORIES) == 22
    assert len(categories.SINGLE_TURN) == 13
    assert set(categories.ALIASES["live"]) & set(categories.ALIASES["non_live"]) == set()


def test_category_of_an_id() -> None:
    assert categories.category_of("live_parallel_multiple_3-2-0") == "live_parallel_multiple"
    assert categories.category_of("format_sensitivity_7:ret_fmt=json:multiple_3") == (
        "format_sensitivity"
    )


def test_unknown_category_suggests_one() -> None:
    with pytest.raises(UserError, match="did you mean 'simple_java'"):
        categories.category("simple_jva")


def test_official_data_loads_whole(bfcl_root: Path) -> None:
    for name in categories.SINGLE_TURN:
        entries = data.load(bfcl_root, name)
        assert len(entries) == categories.SIZES[name]
        assert {categories.category_of(entry.id) for entry in entries} == {name}
        assert all((entry.truth is None) == (name in categories.RELEVANCE) for entry in entries)
        assert all(entry.messages for entry in entries)


def test_hashes_tell_files_apart(bfcl_root: Path) -> None:
    def of(*categories: str) -> str:
        return hash_files(
            bfcl_root, [p for name in categories for p in data.files(bfcl_root, name)]
        )

    assert of("multiple", "parallel") == of("parallel", "multiple", "multiple")
    assert of("multiple", "parallel") != of("multiple")


QUESTION = {
    "id": "multiple_0",
    "question": [[{"role": "user", "content": "hi"}]],
    "function": [{"name": "f", "description": "", "parameters": {"properties": {}}}],
}
TRUTH = {"id": "multiple_0", "ground_truth": [{"f": {}}]}


def write(root: Path, questions: str, truths: str) -> None:
    (root / "data" / "possible_answer").mkdir(parents=True)
    (root / "data" / "BFCL_v4_multiple.json").write_text(questions)
    (root / "data" / "possible_answer" / "BFCL_v4_multiple.json").write_text(truths)


def test_truths_belong_to_questions_by_line(tmp_path: Path) -> None:
    write(tmp_path, json.dumps(QUESTION), json.dumps(TRUTH | {"id": "other"}) + "\n")
    (entry,) = data.load(tmp_path, "multiple")
    assert entry.truth == [{"f": {}}]


@pytest.mark.parametrize(
    ("questions", "truths", "message"),
    [
        ("{", json.dumps(TRUTH), "BFCL_v4_multiple.json:1: not JSON"),
        ("[]", json.dumps(TRUTH), ":1: expected an object, got list"),
        (json.dumps(QUESTION) + "\n\n" + json.dumps(QUESTION), "", ":2: not JSON"),
        (json.dumps(QUESTION), "", "0 truths for the 1 questions"),
        (json.dumps(QUESTION | {"id": 3}), json.dumps(TRUTH), ":1: field 'id' is not a string"),
        (json.dumps(QUESTION | {"question": []}), json.dumps(TRUTH), "list of one turn"),
        (json.dumps(QUESTION | {"function": {}}), json.dumps(TRUTH), "'function' is not a list"),
        (json.dumps(QUESTION | {"function": [{}]}), json.dumps(TRUTH), "doc has no name"),
        (json.dumps(QUESTION), json.dumps({"ground_truth": [1]}), "one-key objects"),
    ],
)
def test_broken_data_says_where(tmp_path: Path, questions: str, truths: str, message: str) -> None:
    write(tmp_path, questions, truths)
    with pytest.raises(UserError, match=message) as raised:
        data.load(tmp_path, "multiple")
    assert str(tmp_path) in str(raised.value)


def test_missing_data_says_which_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"BFCL_v4_multiple\.json: No such file"):
        data.load(tmp_path, "multiple")
    with pytest.raises(UserError, match="not a single-turn category"):
        data.load(tmp_path, "multi_turn_base")
