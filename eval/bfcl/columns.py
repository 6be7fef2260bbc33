"""The tables that the official evaluation writes, column by column, as it prints them."""

from __future__ import annotations

from collections.abc import Mapping

from eval.bfcl.aggregate import (
    AGENTIC,
    FORMULAS,
    IRRELEVANCE,
    LIVE_AST,
    MEMORY,
    MULTI_TURN,
    NON_LIVE_AST,
    SIMPLE,
    WEB_SEARCH,
    CategoryScore,
    Mix,
    Part,
    fill,
)

NOT_SCORED = "N/A"

TABLES: dict[str, dict[str, Mix | str]] = {
    "overall": {
        "Overall Acc": FORMULAS["v4"],
        "Non-Live AST Acc": NON_LIVE_AST,
        "Non-Live Simple AST": SIMPLE,
        "Non-Live Multiple AST": "multiple",
        "Non-Live Parallel AST": "parallel",
        "Non-Live Parallel Multiple AST": "parallel_multiple",
        "Live Acc": LIVE_AST,
        "Live Simple AST": "live_simple",
        "Live Multiple AST": "live_multiple",
        "Live Parallel AST": "live_parallel",
        "Live Parallel Multiple AST": "live_parallel_multiple",
        "Multi Turn Acc": MULTI_TURN,
        "Multi Turn Base": "multi_turn_base",
        "Multi Turn Miss Func": "multi_turn_miss_func",
        "Multi Turn Miss Param": "multi_turn_miss_param",
        "Multi Turn Long Context": "multi_turn_long_context",
        "Web Search Acc": WEB_SEARCH,
        "Web Search Base": "web_search_base",
        "Web Search No Snippet": "web_search_no_snippet",
        "Memory Acc": MEMORY,
        "Memory KV": "memory_kv",
        "Memory Vector": "memory_vector",
        "Memory Recursive Summarization": "memory_rec_sum",
        "Relevance Detection": "live_relevance",
        "Irrelevance Detection": IRRELEVANCE,
        "Format Sensitivity Max Delta": "format_sensitivity",
        "Format Sensitivity Standard Deviation": "format_sensitivity",
    },
    "non_live": {
        "Non-Live Overall Acc": NON_LIVE_AST,
        "AST Summary": NON_LIVE_AST,
        "Simple AST": SIMPLE,
        "Python Simple AST": "simple_python",
        "Java Simple AST": "simple_java",
        "JavaScript Simple AST": "simple_javascript",
        "Multiple AST": "multiple",
        "Parallel AST": "parallel",
        "Parallel Multiple AST": "parallel_multiple",
        "Irrelevance Detection": "irrelevance",
    },
    "live": {
        "Live Overall Acc": LIVE_AST,
        "AST Summary": LIVE_AST,
        "Python Simple AST": "live_simple",
        "Python Multiple AST": "live_multiple",
        "Python Parallel AST": "live_parallel",
        "Python Parallel Multiple AST": "live_parallel_multiple",
        "Irrelevance Detection": "live_irrelevance",
        "Relevance Detection": "live_relevance",
    },
    "multi_turn": {
        "Multi Turn Overall Acc": MULTI_TURN,
        "Base": "multi_turn_base",
        "Miss Func": "multi_turn_miss_func",
        "Miss Param": "multi_turn_miss_param",
        "Long Context": "multi_turn_long_context",
    },
    "agentic": {
        "Agentic Overall Acc": AGENTIC,
        "Web Search Summary": WEB_SEARCH,
        "Web Search Base": "web_search_base",
        "Web Search No Snippet": "web_search_no_snippet",
        "Memory Summary": MEMORY,
        "Memory KV": "memory_kv",
        "Memory Vector": "memory_vector",
        "Memory Recursive Summarization": "memory_rec_sum",
    },
}
"""Table -> column -> what it shows, in the official order. Columns of model names, prices and
latencies are left out; those of format sensitivity are not computed here."""

SHOWN_WHEN_PARTIAL = (
    "Overall Acc",
    "Non-Live Overall Acc",
    "Live Acc",
    "Live Overall Acc",
    "Multi Turn Acc",
    "Multi Turn Overall Acc",
    "Agentic Overall Acc",
)
"""Columns that print a number though categories are missing (which then count as 0)."""


def columns(scores: Mapping[str, CategoryScore]) -> dict[str, dict[str, str]]:
    """All official tables for these scores: table -> column -> text."""
    return {
        table: {column: _text(column, fill(mix, scores)) for column, mix in shown.items()}
        for table, shown in TABLES.items()
    }


def _text(column: str, part: Part) -> str:
    partial = any(leaf.note == "missing" for leaf in part.leaves)
    if partial and column not in SHOWN_WHEN_PARTIAL:
        return NOT_SCORED
    return f"{part.value * 100:.2f}%"
