"""Calls written as a JSON array of ``{"function": ..., "parameters": {...}}``."""

from __future__ import annotations

import json
import re
from typing import Any

from eval.bfcl.calls import Call, DecodeError, NoCallError

_OPENING = re.compile(r"\[\s*\{")
_CLOSING = re.compile(r"\}\s*\]")


def decode_json(text: str) -> list[Call]:
    """Read the first array of objects; text around it does not matter.

    The array is cut out by its first and last brackets, without regard to strings and nesting.
    Text that is not JSON has no calls, which officially is no failure to decode.

    Raises:
        DecodeError: an object of the array lacks a name or arguments, or these are not what they
            have to be.
    """
    try:
        value = json.loads(_array(text))
    except json.JSONDecodeError:
        return []
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"JSON that cannot be read: {error}") from None
    if not isinstance(value, (list, dict, str)):
        raise DecodeError("no JSON array")
    calls = [_call(item) for item in value if isinstance(item, dict)]
    if any(type(arguments) is not dict for call in calls for arguments in call.values()):
        raise NoCallError("the parameters of a JSON call are not an object")
    return calls


def _array(text: str) -> str:
    """The part of `text` that is read: an array of objects, else of anything, else all of it."""
    start, end = text.find("["), text.rfind("]") + 1
    if 0 <= start < end:
        text = text[start:end]
    opening = _OPENING.search(text)
    closing = opening and _CLOSING.search(text, opening.end())
    return text[opening.start() : closing.end()] if opening and closing else text


def _call(item: dict[str, Any]) -> Call:
    try:
        return {item["function"]: item["parameters"]}
    except KeyError as error:
        raise DecodeError(f"a JSON call without {error}") from None
    except TypeError:
        raise DecodeError("the function of a JSON call is not a name") from None
