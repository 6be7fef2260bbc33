from __future__ import annotations

import copy
import json
import re
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from envs.common.embedding import DIMENSIONS, find_embedder
from envs.common.errors import UserError
from eval.bfcl.agentic import memory
from eval.bfcl.agentic.data import Backend
from eval.bfcl.agentic.memory import Memories, content_of
from eval.bfcl.agentic.vectors import IndexFlatIP, IndexIDMap
from eval.bfcl.multi_turn.execute import execute, scope

LONG = "x" * 301
ERROR = "Error during execution: "
ADDED = '{"status": "Key-value pair added."}'
TOO_LONG = "Entry is too long. Please shorten the entry to less than 300 characters."
SNAKE = "Key must be in snake_case format and cannot contain spaces."
INSTANCE = "model_memory_kv_prereq_22_student_0_MemoryAPI_kv_instance"

OFFICIAL = {
    "kv": [
        ("core_memory_key_search(query='name')", ERROR + "division by zero"),
        ("core_memory_add(key='first_name', value='Michael')", ADDED),
        (
            "core_memory_add(key='first_name', value='Mike')",
            '{"error": "Key name must be unique."}',
        ),
        ("core_memory_add(key='First Name', value='x')", f'{{"error": "{SNAKE}"}}'),
        ("core_memory_add(key='age', value=35)", ADDED),
        ("core_memory_add(key='favorite_drink', value='matcha')", ADDED),
        (f"core_memory_add('long', '{LONG}')", f'{{"error": "{TOO_LONG}"}}'),
        (
            "core_memory_key_search(query='My favorite_name', k=2)",
            '{"ranked_results": [[4.0444, "first_name"], [4.0444, "favorite_drink"]]}',
        ),
        (
            "core_memory_key_search(query='age', k='2')",
            ERROR + "slice indices must be integers or None or have an __index__ method",
        ),
        ("core_memory_replace(key='aged', value='36')", '{"error": "Key not found."}'),
        ("core_memory_remove(key='age')", '{"status": "Key removed."}'),
        ("core_memory_retrieve(key=['age'])", ERROR + "unhashable type: 'list'"),
        ("core_memory_list_keys()", '{"keys": ["first_name", "favorite_drink"]}'),
        (
            "core_memory_retrieve_all()",
            '{"first_name": "Michael", "favorite_drink": "matcha"}',
        ),
        (
            "archival_memory_add(key='note', value=core_memory_retrieve(key='first_name'))",
            '{"status": "Key added."}',
        ),
        ("archival_memory_retrieve(key='note')", "{\"value\": \"{'value': 'Michael'}\"}"),
        (
            "archival_memory_add(key='quote', value='ask core_memory_clear () first')",
            '{"status": "Key added."}',
        ),
        (
            "archival_memory_retrieve(key='quote')",
            f'{{"value": "ask {INSTANCE}.core_memory_clear() first"}}',
        ),
        (
            "core_memory_add(key='x')",
            ERROR + "MemoryAPI_kv.core_memory_add() missing 1 required positional argument: "
            "'value'",
        ),
        (
            "core_memory_add(key='x', value='1', when=2)",
            ERROR + "MemoryAPI_kv.core_memory_add() got an unexpected keyword argument 'when'",
        ),
        ("forget(key='x')", ERROR + "name 'forget' is not defined"),
        ("remove(key='x')", ERROR + "Function call remove is not allowed."),
    ],
    "rec_sum": [
        ("memory_retrieve()", '{"error": "Memory is empty."}'),
        ("memory_append(text='Hello. ')", '{"status": "Memory appended."}'),
        ("memory_append(text={'a': 1})", '{"status": "Memory appended."}'),
        ("memory_replace(old_text='Hello', new_text='Bye')", '{"status": "Memory updated."}'),
        (
            "memory_replace(old_text='Hello', new_text='Bye')",
            '{"error": "Text \'Hello\' not found in memory."}',
        ),
        ("memory_replace(old_text='', new_text='-')", '{"status": "Memory updated."}'),
        ("memory_retrieve()", '{"memory_content": "-B-y-e-.- -{-\'-a-\'-:- -1-}-"}'),
        (
            "memory_replace(old_text='x')",
            ERROR + "MemoryAPI_rec_sum.memory_replace() missing 1 required positional argument: "
            "'new_text'",
        ),
    ],
    "vector": [
        ("core_memory_retrieve(query='pets')", '{"result": []}'),
        ("core_memory_add(text='two dogs')", '{"id": 0}'),
        ("core_memory_add(text='one cat')", '{"id": 1}'),
        ("core_memory_add(text='two dogs')", '{"id": 2}'),
        (
            f"core_memory_add(text='{LONG}')",
            '{"error": "Entry length exceeds maximum length of 300 characters."}',
        ),
        ("core_memory_add(text=5)", ERROR + "object of type 'int' has no len()"),
        (
            "core_memory_retrieve(query='dogs two', top_k=2)",
            '{"result": [{"id": 2, "similarity_score": 1.0000, "text": "two dogs"}, '
            '{"id": 0, "similarity_score": 1.0000, "text": "two dogs"}]}',
        ),
        (
            "core_memory_retrieve(query='cat', top_k=1)",
            '{"result": [{"id": 1, "similarity_score": 0.7071, "text": "one cat"}]}',
        ),
        ("core_memory_retrieve(query='x', top_k=0)", ERROR),
        (
            "core_memory_retrieve(query='x', top_k='2')",
            ERROR + "'<' not supported between instances of 'int' and 'str'",
        ),
        ("core_memory_update(vec_id=1, new_text='no cat')", '{"status": "ID 1 updated."}'),
        (
            "core_memory_update(vec_id='1', new_text='no cat')",
            '{"error": "ID 1 not present in store."}',
        ),
        ("core_memory_remove(vec_id=0)", '{"status": "ID 0 removed from store."}'),
        ("core_memory_remove(vec_id=0)", '{"error": "ID 0 not present in store."}'),
        ("core_memory_add(text=['a', 'b'])", ERROR + "not same nb of vectors as ids"),
        ("core_memory_add(text='later')", '{"id": 4}'),
        (
            "core_memory_retrieve_all()",
            '{"result": [{"id": 1, "text": "no cat"}, {"id": 2, "text": "two dogs"}, '
            '{"id": 4, "text": "later"}]}',
        ),
        ("archival_memory_clear()", '{"status": "Memory cleared."}'),
    ],
}
"""Calls and what the official package made of them, in order, starting with an empty memory. The
vector memory compared bags of words."""

CONTENT = {
    "kv": {
        "core_memory": {"first_name": "Michael", "favorite_drink": "matcha"},
        "archival_memory": {
            "note": "{'value': 'Michael'}",
            "quote": f"ask {INSTANCE}.core_memory_clear() first",
        },
    },
    "rec_sum": {"memory": "-B-y-e-.- -{-'-a-'-:- -1-}-"},
    "vector": {
        "core_memory": {"next_id": 5, "store": {"1": "no cat", "2": "two dogs", "4": "later"}},
        "archival_memory": {"next_id": 0, "store": {}},
    },
}
"""The official snapshot files after those calls."""


def embed(texts: Sequence[str]) -> Any:
    """Bags of words."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.split():
            row[zlib.crc32(word.encode("utf-8", "surrogatepass")) % DIMENSIONS] += 1
        row /= np.linalg.norm(row) or 1
    return rows


@pytest.fixture
def memories(bfcl_root: Path) -> Memories:
    pytest.importorskip("rank_bm25")
    return Memories(bfcl_root, embed=embed)


def run(api: Any, backend: str, call: str) -> str:
    apis = {f"MemoryAPI_{backend}": api}
    return execute(call, apis, scope(apis, f"model_memory_{backend}_prereq_22-student-0")).text


def rounded(text: str) -> str:
    """Scores with four decimals, the last of which may differ between machines."""
    return re.sub(r"\d+\.\d{5,}", lambda found: f"{float(found[0]):.4f}", text)


@pytest.mark.parametrize("backend", OFFICIAL)
def test_results_and_content_are_the_official_ones(memories: Memories, backend: Any) -> None:
    api = memories.make(backend)
    for call, expected in OFFICIAL[backend]:
        assert rounded(run(api, backend, call)) == expected, call
    assert content_of(api) == CONTENT[backend]
    again = memories.make(backend, json.loads(json.dumps(CONTENT[backend])))
    assert content_of(again) == CONTENT[backend]
    assert memories.shown(backend, CONTENT[backend]) == again._dump_core_memory_to_context()
    if backend == "vector":
        assert run(again, backend, "core_memory_add(text='next')") == '{"id": 5}'
        assert '"id": 1' in run(again, backend, "core_memory_retrieve(query='cat', top_k=1)")


@pytest.mark.parametrize("backend", get_args(Backend))
def test_copies_and_contents_are_independent(memories: Memories, backend: Any) -> None:
    api = memories.make(backend, CONTENT[backend])
    twin, content = copy.deepcopy(api), content_of(api)
    for call, _ in OFFICIAL[backend]:
        run(api, backend, call)
    clear = "memory_clear()" if backend == "rec_sum" else "core_memory_clear()"
    run(api, backend, clear)
    assert content_of(api) != CONTENT[backend]
    assert content_of(twin) == content == CONTENT[backend]
    for call, _ in OFFICIAL[backend]:
        fresh = memories.make(backend, CONTENT[backend])
        assert run(copy.deepcopy(fresh), backend, call) == run(fresh, backend, call)


def test_nothing_is_written(
    memories: Memories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for backend in get_args(Backend):
        api = memories.make(backend)
        for call, _ in OFFICIAL[backend]:
            run(api, backend, call)
    assert list(tmp_path.iterdir()) == []


def test_the_summary_cannot_be_blown_up(memories: Memories) -> None:
    api = memories.make("rec_sum")
    run(api, "rec_sum", f"memory_update(text='{'a' * 10_000}')")
    blown = f"memory_replace(old_text='a', new_text='{'a' * 10_000}')"
    results = {run(api, "rec_sum", blown) for _ in range(5)}
    assert results == {
        ERROR + "not carried out: the memory would grow beyond 1,000,000 characters."
    }
    assert len(api.memory) == 10_000


def test_a_missing_package_is_one_line(bfcl_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rank_bm25", None)
    memories = Memories(bfcl_root)
    assert memories.shown("kv").startswith("There is no content")
    with pytest.raises(UserError, match=r"pip install 'itool\[bench\]'"):
        memories.make("kv")


def test_a_model_that_cannot_be_had_stops_before_the_episode(
    bfcl_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(**_: object) -> Any:
        raise UserError("the model is nowhere")

    monkeypatch.setattr(memory, "embedder", nowhere)
    memories = Memories(bfcl_root)
    assert memories.shown("vector") == "{}"
    with pytest.raises(UserError, match="nowhere"):
        memories.make("vector")


FOUND = [
    # axis of each vector, ids, query, k, ids found by faiss
    ([1, 2, 1, 1, 2], [90, 52, 51, 16, 53], [0, 5, 1], 2, [51, 90]),
    ([1, 1, 2, 2, 2, 0], [97, 54, 34, 90, 81, 4], [9, 0, 5], 3, [4, 81, 90]),
    ([0, 0, 1], [7, 8, 9], [1, 2, 0], 2, [9, 8]),
    ([0, 0, 1], [7, 8, 9], [1, 2, 0], 3, [9, 8, 7]),
    ([0, 0, 1], [7, 8, 9], [2, 1, 0], 1, [7]),
    ([0], [7], [1, 0, 0], 3, [7, -1, -1]),
]


@pytest.mark.parametrize(("axes", "ids", "query", "k", "found"), FOUND)
def test_equal_scores_come_in_the_order_of_faiss(
    axes: list[int], ids: list[int], query: list[int], k: int, found: list[int]
) -> None:
    index = IndexIDMap(IndexFlatIP(3))
    index.add_with_ids(np.eye(3, dtype=np.float32)[axes], np.array(ids))
    scores, got = index.search(np.array([query], dtype=np.float32), k)
    assert got.tolist() == [found]
    assert scores[0].tolist() == sorted(scores[0].tolist(), reverse=True)


@pytest.mark.slow
@pytest.mark.torch
def test_the_model_ranks_as_officially(bfcl_root: Path) -> None:
    found = find_embedder()
    if found is None:
        pytest.skip("all-MiniLM-L6-v2 is not on this machine")
    api = Memories(bfcl_root, embed=found.embed).make("vector")
    for text in (
        "The user has two dogs and a cat",
        "The user drinks strawberry matcha latte",
        "The kitchen counter is 38 square feet",
        "New customers get a discount of 17%",
    ):
        run(api, "vector", f"archival_memory_add(text={text!r})")
    for query, best in (
        ("pets at home", 0),
        ("favourite drink", 1),
        ("how big is the counter", 2),
        ("rebate", 3),
    ):
        result = json.loads(run(api, "vector", f"archival_memory_retrieve(query={query!r})"))
        assert result["result"][0]["id"] == best
