"""What the official vector memory imports, in small: an encoder and an exact index.

Stand in for sentence-transformers and faiss, of which the memory needs a few methods. Results,
the order of equal scores and the refusals are those of the originals; only scores may differ in
the last digits. Not meant for more vectors than a memory holds.
"""

from __future__ import annotations

import functools
import heapq
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from envs.common.embedding import DIMENSIONS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

Embed = Callable[[Sequence[str]], "Vectors"]
"""Texts to float32 vectors of length 1; shape (n, `DIMENSIONS`)."""

MAX_CHARACTERS = 100_000
"""Of a text; no more of it fits the encoder, unless it is mostly blanks."""


@functools.lru_cache(maxsize=8)
def stand_ins(embed: Embed) -> dict[str, ModuleType]:
    """Module name -> stand-in, with `embed` as the encoder; the same modules for the same one."""
    import numpy as np

    class SentenceTransformer:
        """Whatever model it is asked for, it is `embed`.

        Texts are embedded one by one: a vector depends on nothing else that is stored.
        """

        def __init__(self, name: str, device: str = "cpu") -> None: ...

        def get_sentence_embedding_dimension(self) -> int:
            return DIMENSIONS

        def encode(self, texts: Sequence[str], normalize_embeddings: bool = False) -> Vectors:
            return np.array([embed([text.strip()[:MAX_CHARACTERS]])[0] for text in texts])

    encoder, index = ModuleType("sentence_transformers"), ModuleType("faiss")
    vars(encoder)["SentenceTransformer"] = SentenceTransformer
    vars(index).update(IndexFlatIP=IndexFlatIP, IndexIDMap=IndexIDMap)
    return {"numpy": np, "sentence_transformers": encoder, "faiss": index}


class IndexFlatIP:
    """Vectors in the order in which they came; compared by inner product."""

    def __init__(self, dimension: int) -> None:
        self.d = dimension


class IndexIDMap:
    """An index whose vectors have ids."""

    def __init__(self, index: IndexFlatIP) -> None:
        self.d = index.d
        self._vectors: tuple[tuple[int, Vectors], ...] = ()

    def __deepcopy__(self, memo: dict[int, Any]) -> IndexIDMap:
        twin = IndexIDMap(IndexFlatIP(self.d))
        twin._vectors = self._vectors  # replaced when they change, never changed
        return twin

    def reset(self) -> None:
        """Forget all vectors."""
        self._vectors = ()

    def add_with_ids(self, vectors: Vectors, ids: NDArray[np.int64]) -> None:
        """Append vectors of shape (n, d) with n ids."""
        count, dimension = vectors.shape
        assert dimension == self.d
        assert ids.shape == (count,), "not same nb of vectors as ids"
        new = zip(map(int, ids), vectors, strict=True)
        self._vectors = (*self._vectors, *new)

    def remove_ids(self, ids: NDArray[np.int64]) -> None:
        """Take vectors out; the others keep their order."""
        gone = set(map(int, ids))
        self._vectors = tuple(pair for pair in self._vectors if pair[0] not in gone)

    def search(self, queries: Vectors, k: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Scores and ids of the `k` vectors closest to each query, best first; shapes (n, k).

        Where there are fewer vectors, the rest of the ids is -1.
        """
        import numpy as np

        count, dimension = queries.shape
        assert dimension == self.d
        assert k > 0
        scores = np.full((count, k), -np.inf, dtype=np.float32)
        ids = np.full((count, k), -1, dtype=np.int64)
        for row, query in enumerate(queries):
            for column, (score, position) in enumerate(self._best(query, k)):
                scores[row, column], ids[row, column] = score, self._vectors[position][0]
        return scores, ids

    def _best(self, query: Vectors, k: int) -> list[tuple[float, int]]:
        """The `k` best scores with their positions.

        Of equal ones the later vector is first, but one that comes when there are `k` already has
        to be better to get in.
        """
        best: list[tuple[float, int]] = []
        for position, (_, vector) in enumerate(self._vectors):
            found = float(vector @ query), position
            if len(best) < k:
                heapq.heappush(best, found)
            elif found[0] > best[0][0]:
                heapq.heapreplace(best, found)
        return sorted(best, reverse=True)
