"""Level 3's comparisons: they first assert that the same tool was called."""

from __future__ import annotations

from eval.api_bank.tools.base import Result
from eval.api_bank.tools.checks import strict


class WrongTool(Exception):
    """The response comes from another tool than the truth."""


def same_name(response: Result, truth: Result) -> bool:
    """Whether it is the same tool.

    Raises:
        WrongTool: it is not.
    """
    if response.get("api_name") != truth.get("api_name"):
        raise WrongTool(f"{response.get('api_name')} was called, not {truth.get('api_name')}")
    return True


def table(response: Result, truth: Result) -> bool:
    """The same tool with equal input, output and exception.

    Raises:
        WrongTool: another tool was called.
    """
    return same_name(response, truth) and strict(response, truth)
