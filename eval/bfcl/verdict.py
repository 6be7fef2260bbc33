"""The official verdict on one raw single-turn answer of prompting mode.

Answers of function-calling mode are judged by `eval.bfcl.function_calls`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from eval.bfcl.calls import Call, DecodeError
from eval.bfcl.categories import Category, category
from eval.bfcl.checker import CheckerCrash, Failure, check
from eval.bfcl.data import Doc, Truth
from eval.bfcl.decode import decode
from eval.bfcl.formats import PromptConfig
from eval.bfcl.messages import explain


class Verdict(NamedTuple):
    """Whether an answer counts as right, and why not."""

    valid: bool | None
    """``None`` where there is no verdict: the official checker would crash."""
    error_type: str | None = None
    """The rule that it breaks, by its official name."""
    decoded: tuple[Call, ...] | None = None
    """The calls in the answer; ``None`` where it does not read as calls."""
    reason: Failure | str = ""
    """What `message` tells."""

    @property
    def message(self) -> str:
        """One sentence for people: what was expected, what came; empty for a right answer."""
        return self.reason if isinstance(self.reason, str) else explain(self.reason)


def judge(
    name: str,
    functions: Sequence[Doc],
    truth: Truth | None,
    text: str,
    config: PromptConfig | None = None,
) -> Verdict:
    """Judge an answer as the official evaluation does.

    Args:
        name: a single-turn category.
        functions: docs as in the data, without the hints of the prompt.
        truth: the expected calls; not looked at in the (ir)relevance categories.
        text: the model's answer to the letter.
        config: what the prompt asked for, where that is not the default.

    Raises:
        UserError: not a category.
        ValueError: not a single-turn one, or no truth where one is needed.
    """
    found = category(name)
    config = config or PromptConfig()
    return judge_decoded(
        found,
        functions,
        truth,
        lambda: decode(text, found.language, config.return_format, config.tool_call_tag),
    )


def judge_decoded(
    found: Category,
    functions: Sequence[Doc],
    truth: Truth | None,
    decoded: Callable[[], Sequence[Call]],
    *,
    underscored: bool = False,
) -> Verdict:
    """Judge the calls that `decoded` returns, or the `DecodeError` that it raises."""
    try:
        calls = decoded()
    except DecodeError as error:
        if found.kind in ("irrelevance", "relevance"):
            return judge_calling(found, None)
        reason = f"The answer does not read as calls: {error}."
        return Verdict(False, error.error_type, reason=reason)
    if found.kind in ("irrelevance", "relevance"):
        return judge_calling(found, calls)
    return judge_calls(found, functions, truth, calls, underscored=underscored)


def judge_calls(
    found: Category,
    functions: Sequence[Doc],
    truth: Truth | None,
    calls: Sequence[Call],
    *,
    underscored: bool = False,
) -> Verdict:
    """Judge the calls of an answer against the expected ones.

    With `underscored`, right calls have ``_`` for ``.`` in names.
    """
    if truth is None:
        raise ValueError(f"{found.name}: no expected calls given")
    if found.kind not in ("simple", "multiple", "parallel"):
        raise ValueError(f"{found.name}: not judged by comparing calls")
    try:
        failure = check(
            found.kind, found.language, functions, truth, calls, underscored=underscored
        )
    except CheckerCrash as crash:
        reason = f"The official checker crashes on this answer ({crash})."
        return Verdict(None, "checker_crash", tuple(calls), reason)
    if failure is None:
        return Verdict(True, None, tuple(calls))
    return Verdict(False, failure.error_type, tuple(calls), failure)


def judge_calling(found: Category, calls: Sequence[Call] | None) -> Verdict:
    """Judge whether an answer calls anything, where that is all that counts."""
    decoded = None if calls is None else tuple(calls)
    if found.kind == "irrelevance" and calls:
        name = next(iter(calls[0]))
        reason = f"No function fits the question, yet the answer calls {name!r}."
        return Verdict(False, "irrelevance_error:decoder_success", decoded, reason)
    if found.kind == "relevance" and not calls:
        reason = "A function fits the question, yet the answer does not read as a call."
        return Verdict(False, "relevance_error:decoder_failed", decoded, reason)
    return Verdict(True, None, decoded)
