"""BFCL's categories: what there is, how large, and how an answer of each is judged.

Names and sizes are those of the v4 release (bfcl-eval 2026.3.23). Format sensitivity is no
category of its own here: it repeats entries of other categories and enters no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from envs.common.errors import UserError, suggest

Kind = Literal[
    "simple", "multiple", "parallel", "irrelevance", "relevance", "multi_turn", "memory", "web"
]
Language = Literal["python", "java", "javascript"]


@dataclass(frozen=True)
class Category:
    """One data set of the benchmark."""

    name: str
    size: int
    """Entries in the official data."""
    kind: Kind
    """How its answers are judged; ``parallel`` is ``parallel_multiple`` too."""
    language: Language = "python"
    """Of the calls in an answer."""


CATEGORIES = {
    category.name: category
    for category in (
        Category("simple_python", 400, "simple"),
        Category("simple_java", 100, "simple", "java"),
        Category("simple_javascript", 50, "simple", "javascript"),
        Category("multiple", 200, "multiple"),
        Category("parallel", 200, "parallel"),
        Category("parallel_multiple", 200, "parallel"),
        Category("irrelevance", 240, "irrelevance"),
        Category("live_simple", 258, "simple"),
        Category("live_multiple", 1053, "multiple"),
        Category("live_parallel", 16, "parallel"),
        Category("live_parallel_multiple", 24, "parallel"),
        Category("live_irrelevance", 884, "irrelevance"),
        Category("live_relevance", 16, "relevance"),
        Category("multi_turn_base", 200, "multi_turn"),
        Category("multi_turn_miss_func", 200, "multi_turn"),
        Category("multi_turn_miss_param", 200, "multi_turn"),
        Category("multi_turn_long_context", 200, "multi_turn"),
        Category("memory_kv", 155, "memory"),
        Category("memory_vector", 155, "memory"),
        Category("memory_rec_sum", 155, "memory"),
        Category("web_search_base", 100, "web"),
        Category("web_search_no_snippet", 100, "web"),
    )
}
"""All 22, in the official order."""


SIZES = {category.name: category.size for category in CATEGORIES.values()}
"""Entries in each of the 22."""


def _names(*kinds: Kind, live: bool | None = None) -> tuple[str, ...]:
    return tuple(
        c.name
        for c in CATEGORIES.values()
        if c.kind in kinds and live in (None, c.name.startswith("live_"))
    )


_AST: tuple[Kind, ...] = ("simple", "multiple", "parallel")
_CALL_OR_NOT: tuple[Kind, ...] = ("irrelevance", "relevance")

NON_LIVE_AST = _names(*_AST, live=False)
LIVE_AST = _names(*_AST, live=True)
IRRELEVANCE = _names("irrelevance")
"""An answer is right when it calls nothing."""
RELEVANCE = _names(*_CALL_OR_NOT)
"""Judged by calling or not calling alone; they have no truths."""
SINGLE_TURN = _names(*_AST, *_CALL_OR_NOT)
MULTI_TURN = _names("multi_turn")
MEMORY = _names("memory")
WEB_SEARCH = _names("web")
AGENTIC = MEMORY + WEB_SEARCH

FORMAT_SENSITIVITY = "format_sensitivity"
"""What asks 200 entries of other categories again, each in 26 variations of the prompt."""

GROUPS = {
    "non_live_ast": NON_LIVE_AST,
    "live_ast": LIVE_AST,
    "relevance": RELEVANCE,
    "multi_turn": MULTI_TURN,
    "agentic": AGENTIC,
}
"""How reports arrange the categories: every one is in exactly one group."""

ALIASES = {
    "all": tuple(CATEGORIES),
    "single_turn": SINGLE_TURN,
    "non_live": _names(*_AST, *_CALL_OR_NOT, live=False),
    "live": _names(*_AST, *_CALL_OR_NOT, live=True),
    "python": tuple(name for name in SINGLE_TURN if CATEGORIES[name].language == "python"),
    "non_python": tuple(name for name in SINGLE_TURN if CATEGORIES[name].language != "python"),
    "multi_turn": MULTI_TURN,
    "memory": MEMORY,
    "web_search": WEB_SEARCH,
    "agentic": AGENTIC,
}
"""Names for several categories at once, those of the official command line."""


def category(name: str) -> Category:
    """Look a category up.

    Raises:
        UserError: there is no such category; suggests a close one.
    """
    try:
        return CATEGORIES[name]
    except KeyError:
        raise UserError(f"no BFCL category {name!r}{suggest(name, tuple(CATEGORIES))}") from None


def category_of(id: str) -> str:
    """The category in an entry's id: ``live_simple_3-1-0`` is of ``live_simple``."""
    return id.partition(":")[0].rpartition("_")[0]
