"""How the official code compares a response with the truth, in parts that the tools combine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eval.api_bank.tools.base import Check, Result

Normal = Callable[[Any], Any]
"""From an argument to what is compared of it."""


def strict(response: Result, truth: Result) -> bool:
    """Input, output and exception are equal."""
    return response["input"] == truth["input"] and same_end(response, truth)


def same_end(response: Result, truth: Result) -> bool:
    """Output and exception are equal."""
    return bool(
        response["output"] == truth["output"] and response["exception"] == truth["exception"]
    )


def compare(*raw: str, **normal: Normal) -> Check:
    """A check of some arguments, the output and the exception.

    Args:
        raw: arguments that are equal as they are.
        normal: arguments that are equal after some function.
    """
    functions: Mapping[str, Normal] = {**dict.fromkeys(raw, _same), **normal}

    def check(response: Result, truth: Result) -> bool:
        return same_input(functions, response, truth) and same_end(response, truth)

    return check


def same_input(functions: Mapping[str, Normal], response: Result, truth: Result) -> bool:
    """Whether arguments are equal after their functions."""
    mine, theirs = response["input"], truth["input"]
    return all(normal(mine[name]) == normal(theirs[name]) for name, normal in functions.items())


def same_words(first: str, second: str) -> bool:
    """More than half of all distinct words, split at single spaces, are in both texts."""
    mine, theirs = set(first.split(" ")), set(second.split(" "))
    return len(mine & theirs) / len(mine | theirs) > 0.5


def alike(topic: str, *raw: str, lower: bool = False) -> Check:
    """A check in which one argument has to have mostly the same words."""
    rest = compare(*raw)

    def check(response: Result, truth: Result) -> bool:
        mine, theirs = response["input"][topic], truth["input"][topic]
        if lower:
            mine, theirs = mine.lower(), theirs.lower()
        return same_words(mine, theirs) and rest(response, truth)

    return check


def alike_else_strict(topic: str) -> Check:
    """A check of one argument with mostly the same words and everything else equal."""

    def check(response: Result, truth: Result) -> bool:
        mine, theirs = dict(response["input"]), dict(truth["input"])
        if not same_words(mine.pop(topic), theirs.pop(topic)):
            return False
        return mine == theirs and same_end(response, truth)

    return check


def deleted(key: str) -> Check:
    """The check of deletions: of two that succeed, one argument alone counts."""

    def check(response: Result, truth: Result) -> bool:
        if response["output"] == truth["output"] == "success":
            return bool(response["input"][key] == truth["input"][key])
        return same_end(response, truth)

    return check


def stripped(value: str) -> str:
    """Without white space around it."""
    return value.strip()


def lowered(value: str) -> str:
    """Without white space around it, in lower case."""
    return value.strip().lower()


def uppered(value: str) -> str:
    """Without white space around it, in upper case."""
    return value.strip().upper()


def _same(value: Any) -> Any:
    return value
