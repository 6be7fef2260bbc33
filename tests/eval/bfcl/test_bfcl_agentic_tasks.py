from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from envs.common.errors import UserError
from eval.bfcl import categories, prompts
from eval.bfcl.agentic import data
from eval.bfcl.agentic.memory import Memories
from eval.bfcl.agentic.tasks import PREREQUISITE, TaskMaker, latest, prerequisites

RENDERED = {
    ("memory_kv", "prompting"): "ec7f97ef493f2dce",
    ("memory_kv", "fc"): "41e9b8f2b9dc7a3f",
    ("memory_vector", "prompting"): "ff405459cd67db5f",
    ("memory_vector", "fc"): "375a9df8458a8dcb",
    ("memory_rec_sum", "prompting"): "75f44bd63fc3a86f",
    ("memory_rec_sum", "fc"): "794c003e2d7aa2b3",
    ("web_search_base", "prompting"): "cae156af86d2d94b",
    ("web_search_base", "fc"): "12884a483fbd5154",
    ("web_search_no_snippet", "prompting"): "eb4dd2a5b66ae65c",
    ("web_search_no_snippet", "fc"): "0c7920d55cf005da",
}
"""SHA-256 over ids, dependencies and messages as the official package renders them."""


@dataclass(frozen=True)
class Remembering(Memories):
    """Shows the same memory to everybody."""

    text: str = '{\n    "a": "{x} bé"\n}'

    def shown(self, *_: object) -> str:
        return self.text


@pytest.mark.parametrize(("category", "mode"), RENDERED)
def test_messages_are_the_official_ones(bfcl_root: Path, category: str, mode: Any) -> None:
    make = TaskMaker(prompts.load(bfcl_root), Remembering(), mode).make
    questions = data.load(bfcl_root, category)
    digest = hashlib.sha256()
    for entry in sorted([*questions, *prerequisites(bfcl_root, questions)], key=lambda e: e.id):
        opening = [{"role": m.role, "content": m.content} for m in make(entry).messages]
        later = [[{"role": "user", "content": said}] for said in entry.turns[1:]]
        digest.update(json.dumps([entry.id, entry.depends_on, opening, *later]).encode())
    assert digest.hexdigest()[:16] == RENDERED[category, mode]


@pytest.mark.parametrize("category", categories.AGENTIC)
def test_questions(bfcl_root: Path, category: str) -> None:
    questions = data.load(bfcl_root, category)
    assert len(questions) == categories.SIZES[category]
    assert {categories.category_of(entry.id) for entry in questions} == {category}
    assert all(entry.answers and len(entry.turns) == 1 for entry in questions)
    assert {entry.show_snippet for entry in questions} == {category != "web_search_no_snippet"}
    assert all(path.is_file() for path in data.files(bfcl_root, category))


@pytest.mark.parametrize("backend", get_args(data.Backend))
def test_a_conversation_needs_those_before_it(bfcl_root: Path, backend: str) -> None:
    questions = data.load(bfcl_root, f"memory_{backend}")
    played: set[str] = set()
    for entry in prerequisites(bfcl_root, questions):
        assert entry.answers is None
        assert entry.backend == backend
        assert played.issuperset(entry.depends_on)
        played.add(entry.id)
    assert len(played) == 37
    assert all(entry.depends_on and played.issuperset(entry.depends_on) for entry in questions)
    (own,) = {entry.scenario for entry in prerequisites(bfcl_root, questions[:1])}
    assert own == questions[0].scenario


def test_a_task_starts_from_what_the_last_prerequisite_left(bfcl_root: Path) -> None:
    maker = TaskMaker(prompts.load(bfcl_root), Memories(bfcl_root))
    question = data.load(bfcl_root, "memory_rec_sum")[0]
    first, *_ = before = prerequisites(bfcl_root, [question])
    task = maker.make(question)
    assert latest(task, {}) is None
    assert "no content in the memory" in task.messages[0].content

    contents = {before[0].id: {"memory": "old"}, before[4].id: {"memory": "as {new} as can be"}}
    resumed = maker.resume(task, json.loads(json.dumps(contents)))
    assert resumed.data["content"] == {"memory": "as {new} as can be"}
    assert "\nas {new} as can be\n" in resumed.messages[0].content
    assert resumed.messages[1:] == task.messages[1:]
    assert PREREQUISITE not in task.tags

    third = maker.make(before[2])
    assert PREREQUISITE in third.tags
    assert latest(third, contents) == {"memory": "old"}
    assert latest(maker.make(first), contents) is None


def test_a_memory_prompt_needs_no_model_until_there_is_something_to_embed(bfcl_root: Path) -> None:
    def embed(texts: object) -> Any:
        raise AssertionError("asked for a vector")

    memories = Memories(bfcl_root, embed=embed)
    assert memories.shown("vector") == "{}"


@pytest.mark.parametrize(
    ("file", "row", "complaint"),
    [
        ("BFCL_v4_memory.json", {"scenario": "pirate"}, ":1: unknown scenario 'pirate'"),
        ("BFCL_v4_memory.json", {"question": []}, ":1: field 'question' is not a list of turns"),
        ("BFCL_v4_memory.json", {"question": [[]]}, "is not a list of one user message"),
        ("BFCL_v4_memory.json", {"id": 5}, ":1: field 'id' is not a string"),
        ("possible_answer/BFCL_v4_memory.json", {"ground_truth": [1]}, "not a list of strings"),
        ("multi_turn_func_doc/memory_kv.json", {"parameters": 1}, "'parameters.properties'"),
    ],
)
def test_broken_data_says_where(
    bfcl_root: Path, tmp_path: Path, file: str, row: dict[str, Any], complaint: str
) -> None:
    shutil.copytree(bfcl_root / "data", tmp_path / "data")
    path = tmp_path / "data" / file
    first, *others = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([json.dumps(json.loads(first) | row), *others]), "utf-8")
    with pytest.raises(UserError) as caught:
        data.load(tmp_path, "memory_kv")
    assert str(path) in str(caught.value)
    assert complaint in str(caught.value)


def test_truths_are_as_many_as_questions(bfcl_root: Path, tmp_path: Path) -> None:
    shutil.copytree(bfcl_root / "data", tmp_path / "data")
    path = tmp_path / "data" / "possible_answer" / "BFCL_v4_web_search.json"
    path.write_text(path.read_text("utf-8").partition("\n")[0], "utf-8")
    with pytest.raises(UserError, match="1 truths for the 100 questions"):
        data.load(tmp_path, "web_search_base")
    with pytest.raises(UserError, match="not an agentic category"):
        data.load(tmp_path, "simple_python")


@pytest.mark.parametrize("lost", ["MEMORY_AGENT_SETTINGS", "MEMORY_BACKEND_INSTRUCTION_UNIFIED"])
def test_missing_texts_are_named(bfcl_root: Path, tmp_path: Path, lost: str) -> None:
    for folder in ("data", "constants"):
        shutil.copytree(bfcl_root / folder, tmp_path / folder)
    shutil.copy(bfcl_root / "utils.py", tmp_path)
    path = tmp_path / prompts.CONSTANTS
    path.write_text(path.read_text("utf-8").replace(lost, "LOST"), "utf-8")
    maker = TaskMaker(prompts.load(tmp_path), Remembering())
    with pytest.raises(UserError, match="lacks a text"):
        maker.make(data.load(tmp_path, "memory_rec_sum")[0])
