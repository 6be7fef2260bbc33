"""A fairer reading of an answer beside the official one.

An answer that is officially wrong and right here fails by its format alone. Where no call is
wanted this reading is the stricter one: a call in a code fence or spelled as JSON is a call. The
rules for names and values are the official ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eval.bfcl.categories import category
from eval.bfcl.data import Doc, Truth
from eval.bfcl.formats import PromptConfig
from eval.bfcl.reading import Reader
from eval.bfcl.verdict import Verdict, judge, judge_calling, judge_calls


def judge_lenient(
    name: str,
    functions: Sequence[Doc],
    truth: Truth | None,
    text: str,
    config: PromptConfig | None = None,
    *,
    official: Verdict | None = None,
) -> Verdict:
    """Judge an answer whose calls may stand anywhere and be spelled as JSON.

    An answer that is officially right stays right, except where no call is wanted. A tag that the
    prompt wants may be missing. Arguments are those of `eval.bfcl.verdict.judge`, and its
    verdict where it is known already.
    """
    official = official or judge(name, functions, truth, text, config)
    found = category(name)
    if official.valid is not (found.kind == "irrelevance"):
        return official
    if config is not None and config.tool_call_tag and found.kind != "irrelevance":
        untagged = judge(name, functions, truth, text, replace(config, tool_call_tag=False))
        if untagged.valid:
            return untagged
    reader = Reader(found.language, tuple(doc["name"] for doc in functions))
    try:
        calls = reader.find_calls(text, in_prose=found.kind not in ("irrelevance", "relevance"))
    except (RecursionError, MemoryError):
        return official
    if not calls:
        return official
    if found.kind in ("irrelevance", "relevance"):
        return judge_calling(found, calls)
    lenient = judge_calls(found, functions, truth, calls)
    return official if lenient.valid is None else lenient
