"""Tools that ask others: the dictionary, the translator and the search for tools."""

from __future__ import annotations

from typing import Any

from envs.types import JSON, ToolError
from eval.api_bank.services import languages
from eval.api_bank.tools.base import Result, ToolSet, api
from eval.api_bank.tools.checks import same_end
from eval.api_bank.tools.named import table

DICTIONARY = "Dictionary"
SEARCH = "ToolSearcher"
LOGIN = "GetUserToken"
"""The tool that ToolSearcher returns along with every tool that wants a token."""


def _same_word(response: Result, truth: Result) -> bool:
    return response["api_name"] == DICTIONARY and same_end(response, truth)


def _same_translation(response: Result, truth: Result) -> bool:
    return bool(
        response["api_name"] == truth["api_name"]
        and response["input"]["src"] == truth["input"]["src"]
        and same_end(response, truth)
    )


class LookupTools(ToolSet):
    """Services of the web, and the search for everyday tools."""

    @api(DICTIONARY, _same_word)
    def dictionary(self, keyword: str) -> JSON:
        """Return the meanings of an English word.

        Args:
            keyword: The word.
        """
        return self.library.services.define(keyword.replace("_", " ").strip().lower())

    @api("Translate", _same_translation, told="given")
    def translate(self, src: str, src_lang: str | None = None, tgt_lang: str | None = None) -> JSON:
        """Translate a text.

        Args:
            src: The text.
            src_lang: Its language; found out by default.
            tgt_lang: The language to translate to; English by default.
        """
        return self.library.services.translate(src, *languages(src_lang, tgt_lang))

    @api(SEARCH, same_end)
    def tool_searcher(self, keywords: str) -> JSON:
        """Find the tool for a purpose; with it GetUserToken, where the tool wants a token.

        Args:
            keywords: A few words about the purpose.
        """
        return found_tool(self, keywords, login=True)


class PlanLookupTools(ToolSet):
    """The search for level 3's tools."""

    @api(SEARCH, table)
    def tool_searcher(self, keywords: str) -> JSON:
        """Find the tool for a purpose.

        Args:
            keywords: A few words about the purpose.
        """
        return found_tool(self, keywords, login=False)


def found_tool(tools: ToolSet, keywords: str, *, login: bool) -> dict[str, Any] | list[Any]:
    """What a search for tools returns.

    Raises:
        ToolError: nothing fits at all.
    """
    docs = tools.library.docs
    name = tools.library.finder.find(keywords)
    if name is None:
        raise ToolError("'NoneType' object has no attribute 'pop'")  # the official words
    found = docs[name].to_json()
    if login and "token" in found["input_parameters"]:
        first = {**docs[LOGIN].to_json(), "desc_for_search": docs[LOGIN].search_text}
        return [first, found]
    return found


def names_found(output: JSON) -> list[str]:
    """The names of the tools in what a search returned."""
    listed = output if isinstance(output, list) else [output]
    return [str(tool.get("name")) for tool in listed if isinstance(tool, dict)]
