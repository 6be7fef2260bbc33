"""ToolSearcher's search: the tool whose words are nearest to some keywords.

By meaning where all-MiniLM-L6-v2 is on this machine (the official program takes a smaller model
of the same kind), else by words. Which one it is can be asked, and belongs in every report.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from envs.common.embedding import NAME, Embedder, find_embedder
from eval.api_bank.docs import Docs, spaced
from eval.api_bank.tools.knowledge import Ranking, tokens

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Finder(Protocol):
    """Finds the best of some tools."""

    @property
    def name(self) -> str:
        """How it searches; for reports."""

    def find(self, keywords: str) -> str | None:
        """Name of the best tool; ``None`` where nothing fits at all."""


class Semantic:
    """Search by meaning: the greatest cosine, if it is positive.

    Args:
        docs: the tools to choose from.
        embedder: gives vectors of length 1.
    """

    name = NAME

    def __init__(self, docs: Docs, embedder: Embedder) -> None:
        self._names = list(docs)
        self._texts = [doc.search_text for doc in docs.values()]
        self._embedder = embedder

    @functools.cached_property
    def _vectors(self) -> NDArray[float32]:
        return self._embedder.embed(self._texts)

    def find(self, keywords: str) -> str | None:
        """Name of the tool that means most nearly the same."""
        scores = self._vectors @ self._embedder.embed([keywords])[0]
        best = int(scores.argmax())
        return self._names[best] if scores[best] > 0 else None


class Lexical:
    """Search by words.

    Args:
        docs: the tools to choose from.
    """

    name = "lexical"

    def __init__(self, docs: Docs) -> None:
        self._names = list(docs)
        # A word of the name tells more than one of the description.
        self._ranking = Ranking(
            [3 * _words(doc.name) + _words(doc.description) for doc in docs.values()]
        )

    def find(self, keywords: str) -> str | None:
        """Name of the tool that shares the most telling words."""
        scores = self._ranking.scores(_words(keywords))
        best = max(range(len(scores)), key=scores.__getitem__)
        return self._names[best] if scores[best] > 0 else None


class RecordedFinder:
    """Searches that were made before; any other is another finder's.

    Args:
        found: keywords to the tool that they found.
        other: who searches for anything else.
    """

    def __init__(self, found: Mapping[str, str], other: Finder) -> None:
        self._found = found
        self._other = other
        self.name = f"recorded, else {other.name}"

    def find(self, keywords: str) -> str | None:
        """Name of the tool that those keywords found, to the letter."""
        return self._found.get(keywords) or self._other.find(keywords)


def open_finder(docs: Docs, assets: Path | None = None) -> Finder:
    """The best search that this machine has.

    Args:
        docs: the tools to choose from.
        assets: a folder with packages fetched ahead.
    """
    embedder = find_embedder(assets)
    return Lexical(docs) if embedder is None else Semantic(docs, embedder)


def _words(text: str) -> list[str]:
    return tokens(spaced(text).lower())
