from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from envs.common.errors import UserError
from envs.schema import check_schema
from eval.api_bank.data import data_hash, find_root, load, open_library, samples
from eval.api_bank.docs import ToolDoc, official_docs
from eval.api_bank.finder import Lexical, Semantic
from eval.api_bank.tools import LEVELS

CALL = {
    "role": "API",
    "api_name": "GetToday",
    "param_dict": {},
    "result": {"api_name": "GetToday", "input": None, "output": "2023-03-31", "exception": None},
}
SAID = {"role": "AI", "text": "It is."}
SOURCE = """
from apis.api import API
import nothing_that_is_here


class {name}(API):
    description = 'Does ' 'it.'
    input_parameters = {{'x': {{'type': 'str', 'description': 'An x.'}}}}
    output_parameters = {{}}
    limit = len("never run")

    def call(self, x):
        raise SystemExit
"""


def checkout(root: Path, *lines: dict[str, Any]) -> Path:
    """A repository in the official layout."""
    folder = root / "api-bank" / "lv1-lv2-samples" / "level-1-given-desc"
    folder.mkdir(parents=True)
    (root / "api-bank" / "init_database").mkdir()
    (folder / "b.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "a.jsonl").write_text("")
    return root


def test_a_checkout(tmp_path: Path) -> None:
    root = find_root(checkout(tmp_path, CALL, CALL, SAID))
    [dialogue] = load(root, 1)
    assert dialogue.tools == ("GetToday",)
    found = samples(dialogue)
    assert [(s.id, s.place, s.kind) for s in found] == [
        (0, 0, "api"),
        (1, 1, "api"),
        (2, 1, "api"),
        (3, 2, "reply"),
    ]
    assert found[3].history[-1].call == "[GetToday()]"
    before = data_hash(root)
    (root / "init_database" / "Wiki.json").write_text("{}")
    assert data_hash(root) != before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"role": "Bot"}, "field 'role' is 'Bot'"),
        ({"role": "AI"}, "field 'text' is not a string"),
        (CALL | {"api_name": 1}, "field 'api_name' is not a string"),
        (CALL | {"param_dict": []}, "field 'param_dict' is not an object"),
        (CALL | {"result": {}}, "field 'result' lacks"),
    ],
)
def test_bad_lines_say_where(tmp_path: Path, line: dict[str, Any], message: str) -> None:
    root = find_root(checkout(tmp_path, CALL, line))
    with pytest.raises(UserError, match=message) as caught:
        load(root, 1)
    assert "b.jsonl:2: " in str(caught.value)


def test_descriptions_are_read_from_sources_that_are_not_run(tmp_path: Path) -> None:
    (tmp_path / "lv3_apis").mkdir()
    for name in LEVELS[3].apis:
        (tmp_path / "lv3_apis" / f"{name}.py").write_text(SOURCE.format(name=name))
    docs = official_docs(tmp_path, 3, LEVELS[3].apis)
    assert docs is not None
    parameters = {"x": {"type": "str", "description": "An x."}}
    assert docs["LikeCount"] == ToolDoc("LikeCount", "Does it.", parameters, {})
    (tmp_path / "lv3_apis" / "LikeCount.py").unlink()
    with pytest.raises(UserError, match="no description of the tool LikeCount"):
        official_docs(tmp_path, 3, LEVELS[3].apis)
    assert official_docs(tmp_path, 1, LEVELS[1].apis) is None


def test_official_descriptions_are_schemas_too(api_bank_root: Path) -> None:
    for level, tools in LEVELS.items():
        docs = official_docs(api_bank_root, level, tools.apis)
        assert docs is not None
        for name, doc in docs.items():
            check_schema(doc.spec(tools.apis[name]))


def test_our_databases_have_what_the_official_ones_have(api_bank_root: Path) -> None:
    def fields(value: Any) -> set[str]:
        while isinstance(value, dict | list) and value:
            inner = next(iter(value.values())) if isinstance(value, dict) else value[0]
            if isinstance(value, dict) and not isinstance(inner, dict | list):
                return set(value)
            value = inner
        return set()

    own, official = (open_library(1, root).initial for root in (None, api_bank_root))
    assert set(own) == set(official)
    for name in own:
        if name not in ("HealthData", "Stock", "SearchEngine", "SpeechRecognition"):
            assert fields(own[name]) <= fields(official[name]), name
            assert bool(fields(own[name])) == bool(fields(official[name])), name


@pytest.mark.parametrize("level", [1, 3])
def test_search_by_words(level: int) -> None:
    docs = open_library(level, own_words=True).docs
    finder = Lexical(docs)
    assert finder.name == "lexical"
    for name in docs:
        if name != "ToolSearcher":
            assert finder.find(name) == name
    assert finder.find("zzz qqq") is None


def test_search_by_meaning(has_model: bool) -> None:
    if not has_model:
        pytest.skip("no model of sentences here")
    library = open_library(1)
    assert isinstance(library.finder, Semantic)
    assert library.finder.find("what does my portfolio cost per share") == "QueryStock"
    [login, found] = LEVELS[1](library).call("ToolSearcher", {"keywords": "erase account"})[
        "output"
    ]
    assert (login["name"], found["name"]) == ("GetUserToken", "DeleteAccount")
    assert login["desc_for_search"].startswith("get user token")
