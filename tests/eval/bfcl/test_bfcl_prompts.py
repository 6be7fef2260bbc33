from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from envs.common.errors import UserError
from eval.bfcl import categories, data, prompts
from eval.bfcl.schemas import to_schema, to_spec

RENDERED = {
    "simple_python": "1d07ac26d0158789",
    "simple_java": "ceaaf40f9abe733d",
    "simple_javascript": "69a144e23823c467",
    "multiple": "7b863cb03996b032",
    "parallel": "0587a0e36dbfaf0c",
    "parallel_multiple": "0ac951aa36e0b5d2",
    "irrelevance": "c51742df6615c4c3",
    "live_simple": "67b81e3aa7160f22",
    "live_multiple": "f25b212764c8da52",
    "live_parallel": "e5f96331f09fa583",
    "live_parallel_multiple": "4f5b9083b7cb825e",
    "live_irrelevance": "bf8ee627a48d6667",
    "live_relevance": "54b495d21cfd4763",
}
"""Category -> SHA-256 over all its messages as the official package renders them."""


@pytest.mark.parametrize("name", categories.SINGLE_TURN)
def test_prompts_are_the_official_ones(bfcl_root: Path, name: str) -> None:
    official = prompts.load(bfcl_root)
    digest = hashlib.sha256()
    for entry in data.load(bfcl_root, name):
        messages = prompts.render(entry, official)
        rows = [{"role": message.role, "content": message.content} for message in messages]
        digest.update(json.dumps(rows).encode())
    assert digest.hexdigest()[:16] == RENDERED[name]


def test_other_configurations_use_the_official_texts(bfcl_root: Path) -> None:
    official = prompts.load(bfcl_root)
    tagged = prompts.PromptConfig(tool_call_tag=True, return_format="json")
    assert "<TOOLCALL>" in prompts.system_prompt([], official, tagged)
    assert "## Task" in prompts.system_prompt([], official, prompts.PromptConfig(layout="markdown"))


def test_hints_leave_the_docs_alone(bfcl_root: Path) -> None:
    official = prompts.load(bfcl_root)
    for entry in data.load(bfcl_root, "simple_java"):
        before = json.dumps(entry.functions)
        shown = prompts.hinted_functions(entry, official)
        assert json.dumps(entry.functions) == before
        parameters = shown[0]["parameters"]["properties"].values()
        assert {parameter["type"] for parameter in parameters} == {"string"}


@pytest.mark.parametrize("lost", ["utils.py", "constants/default_prompts.py"])
def test_missing_or_broken_texts_say_which_file(bfcl_root: Path, tmp_path: Path, lost: str) -> None:
    (tmp_path / "constants").mkdir()
    for name in ("utils.py", "constants/default_prompts.py"):
        shutil.copy(bfcl_root / name, tmp_path / name)
    (tmp_path / lost).write_text("def f(:")
    with pytest.raises(UserError, match=lost):
        prompts.load(tmp_path)
    (tmp_path / lost).unlink()
    with pytest.raises(UserError, match=lost):
        prompts.load(tmp_path)


def test_changed_texts_are_noticed(bfcl_root: Path, tmp_path: Path) -> None:
    (tmp_path / "constants").mkdir()
    (tmp_path / "constants/default_prompts.py").write_text("A = 'x' 'y'\nB = A + 'z'\nC = {1: A}")
    (tmp_path / "utils.py").write_text("def other(): pass")
    with pytest.raises(UserError, match="language hints"):
        prompts.load(tmp_path)
    shutil.copy(bfcl_root / "utils.py", tmp_path / "utils.py")
    read = prompts.load(tmp_path)
    assert read.constants == {"A": "xy", "B": "xyz", "C": {1: "xy"}}
    with pytest.raises(UserError, match="lacks a text: 'PROMPT_STYLE_TEMPLATES'"):
        prompts.system_prompt([], read, prompts.PromptConfig())


def undescribed(value: Any) -> Any:
    if isinstance(value, list):
        return [undescribed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: undescribed(item)
        for key, item in value.items()
        if not (key in ("description", "default") and isinstance(item, str))
    }


@pytest.mark.slow
def test_all_docs_become_valid_schemas(bfcl_root: Path) -> None:
    official = prompts.load(bfcl_root)
    checked = set()
    for name in categories.SINGLE_TURN:
        for entry in data.load(bfcl_root, name):
            for doc in (*entry.functions, *prompts.hinted_functions(entry, official)):
                schema = to_spec(doc).parameters
                assert schema["type"] == "object"
                assert schema["additionalProperties"] is False
                assert set(schema.get("required", ())) <= set(schema["properties"])
                checked.add(json.dumps(undescribed(schema)))
    for text in checked:
        jsonschema.Draft202012Validator.check_schema(json.loads(text))
    assert len(checked) > 1000


def test_types_without_a_counterpart_allow_any_value() -> None:
    assert to_schema({"type": "any", "description": "x"}) == {"description": "x"}
    assert to_schema({"type": ""}) == {}
    assert to_schema({"type": "dict", "optional": True}) == {"type": "object"}
    assert to_schema({"type": "tuple", "items": {"type": "float"}}) == {
        "type": "array",
        "items": {"type": "number"},
    }


def test_enums_can_be_met() -> None:
    assert to_schema({"type": "integer", "enum": ["1", "2", "dontcare"]}) == {
        "enum": [1, 2, "dontcare"]
    }
    assert to_schema({"type": "boolean", "enum": ["True", "False"]}) == {
        "type": "boolean",
        "enum": [True, False],
    }
    listed = to_schema({"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]})
    assert listed == {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}
