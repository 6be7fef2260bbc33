"""Today, history, the encyclopedia and the search engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import CheckCrash, Result, ToolSet, api
from eval.api_bank.tools.checks import compare, same_end
from eval.api_bank.tools.times import normal_day, same_day

TODAY = "2023-03-31"
"""The day on which the tools believe to be."""
FOUND = 2
"""How many documents a search returns."""


def _same_today(response: Result, truth: Result) -> bool:
    return (
        response["output"] is not None
        and response["exception"] is None
        and response["input"] is None
    )


def _same_page(response: Result, truth: Result) -> bool:
    return response["api_name"] == truth["api_name"] and same_end(response, truth)


def _same_pages(response: Result, truth: Result) -> bool:
    if response["api_name"] != truth["api_name"] or response["exception"] != truth["exception"]:
        return False
    mine, theirs = response["output"], truth["output"]
    if mine is None or theirs is None:
        raise CheckCrash("it uses pages that it has not sorted")
    return _ordered(mine) == _ordered(theirs)


def _ordered(pages: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(pages, key=lambda page: page["title"] + page["abstract"])


class KnowledgeTools(ToolSet):
    """What can be looked up."""

    @api("GetToday", _same_today, told="nothing")
    def get_today(self) -> JSON:
        """Return today's date."""
        return TODAY

    @api("QueryHistoryToday", compare(date=same_day))
    def query_history_today(self, date: str) -> JSON:
        """Return what happened in history on a day of the year.

        Args:
            date: The day, as %m-%d.
        """
        events = self.data("History").get(normal_day(date))
        if events is None:
            raise ToolError("The date is not in the database.")
        return [
            ", ".join(f"{part}: {event[part].strip()}" for part in ("Title", "Date", "Description"))
            for event in events
        ]

    @api("Wiki", _same_page)
    def wiki(self, keyword: str) -> JSON:
        """Look a term up in the encyclopedia.

        Args:
            keyword: The term.
        """
        page = self.data("Wiki").get(keyword.replace("_", " ").strip().lower())
        if page is None:
            raise ToolError("Keyword not found.")
        return {"url": page["url"], "summary": page["summary"]}

    @api("SearchEngine", _same_pages)
    def search_engine(self, keyword: str) -> JSON:
        """Search the web and return the two best pages.

        Args:
            keyword: What to search for.
        """
        best = self.library.pages.best(tokens(keyword.lower().strip()), FOUND)
        return [self.data("SearchEngine")["raw_documents"][index] for index in best]


class Ranking:
    """Okapi BM25 over documents; a term in more than half of them counts a little, not less.

    Args:
        documents: the tokens of each.
        k1: how soon more of the same term counts no more.
        b: how much the length of a document counts.
        floor: what a common term counts, as a share of the average term.
    """

    def __init__(
        self,
        documents: Sequence[Sequence[str]],
        k1: float = 1.5,
        b: float = 0.75,
        floor: float = 0.25,
    ) -> None:
        self._counts = [Counter(document) for document in documents]
        self._k1 = k1
        lengths = [len(document) for document in documents]
        mean = sum(lengths) / max(len(lengths), 1)
        self._norms = [k1 * (1 - b + b * length / mean) for length in lengths]
        holding = Counter(term for counts in self._counts for term in counts)
        n = len(documents)
        self._weights = {t: log(n - m + 0.5) - log(m + 0.5) for t, m in holding.items()}
        average = sum(self._weights.values()) / max(len(self._weights), 1)
        for term, weight in self._weights.items():
            if weight < 0:
                self._weights[term] = floor * average

    def scores(self, query: Sequence[str]) -> list[float]:
        """What each document scores."""
        scores = [0.0] * len(self._counts)
        for term in query:
            weight = self._weights.get(term, 0.0)
            for index, (counts, norm) in enumerate(zip(self._counts, self._norms, strict=True)):
                if n := counts.get(term, 0):
                    scores[index] += weight * (n * (self._k1 + 1) / (n + norm))
        return scores

    def best(self, query: Sequence[str], count: int) -> list[int]:
        """Places of the documents that score most; of equal ones the first."""
        scores = self.scores(query)
        return sorted(range(len(scores)), key=lambda index: -scores[index])[:count]


_SUFFIX = r"'(?:s|m|d|ll|re|ve)(?=\s|$)"
_WORD = re.compile(
    rf"""
    \.\.\. | -- | {_SUFFIX}                       # as they are
    | [\]\[(){{}}<>;@\#$%&?!"“”«»*`]               # signs that stand alone
    | [:,](?!\d) | '(?=\s|$) | \.(?=[\]\[)}}>"']*\s*$)
    | n't(?=\W|$)
    | (?: (?!n't(?:\W|$)) (?!{_SUFFIX}) (?!--) (?!\.\.\.)
          (?: [^\s\]\[(){{}}<>;@\#$%&?!"“”«»*`:,'.] | [:,](?=\d) | '(?!\s|$)
            | \.(?![\]\[)}}>"']*\s*$) ) )+
    """,
    re.VERBOSE,
)
_JOINED = {
    "cannot": ("can", "not"),
    "gimme": ("gim", "me"),
    "gonna": ("gon", "na"),
    "gotta": ("got", "ta"),
    "lemme": ("lem", "me"),
    "wanna": ("wan", "na"),
}


def tokens(text: str) -> list[str]:
    """Words and signs of a lower-case text, in the manner of the Penn Treebank.

    Contractions are split (``do n't``, ``it 's``); a full stop stands alone at the end only.
    """
    found = _WORD.findall(text)
    return [part for word in found for part in _JOINED.get(word, (word,))]
