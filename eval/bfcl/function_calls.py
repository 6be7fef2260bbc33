"""Answers of function-calling mode: calls that the model's server has already taken apart.

An answer is a list of ``{name: arguments as a JSON string}``, as in official result files; an
answer without calls is a text. Servers refuse dots in names, so models are offered names with
``_`` in place of ``.`` and answer with those.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from envs.episode import Episode
from envs.types import Action
from eval.bfcl.calls import Call, DecodeError, NoCallError
from eval.bfcl.categories import category
from eval.bfcl.data import Doc, Truth
from eval.bfcl.verdict import Verdict, judge_decoded

RECORDED = "recorded"
"""The agent of answers out of official result files. Its turns are those answers to the letter: a
text, or as raw text the JSON of whatever else they are."""


def answer_of(episode: Episode) -> Any:
    """The answer of an episode as official result files have it: a list of calls, or a text."""
    if not episode.steps:
        return ""
    action = episode.steps[-1].action
    if episode.agent == RECORDED and not action.text:
        return json.loads(action.raw) if action.raw else ""
    return answer_of_turn(action)


def answer_of_turn(action: Action) -> Any:
    """The calls of a turn as ``[{name: arguments as a JSON string}]``; its text without any.

    A turn whose calls could not be read is a text: no server would have taken it apart.
    """
    if action.calls and action.error is None:
        return [
            {call.name: json.dumps(dict(call.arguments), ensure_ascii=False)}
            for call in action.calls
        ]
    if action.error is not None:
        return (action.raw or action.text) or action.error
    return action.text


def judge_function_calls(
    name: str,
    functions: Sequence[Doc],
    truth: Truth | None,
    answer: object,
    *,
    underscored: bool = True,
) -> Verdict:
    """Judge an answer of function-calling mode as the official evaluation does.

    Args:
        name: a single-turn category.
        functions: docs as in the data, without the hints of the prompt.
        truth: the expected calls; not looked at in the (ir)relevance categories.
        answer: a list of ``{name: arguments as a JSON string}``, or the text in its place.
        underscored: the model was offered names with ``_`` for ``.``; a right answer has those.

    Raises:
        UserError: not a category.
        ValueError: not a single-turn one, or no truth where one is needed.
    """
    found = category(name)
    return judge_decoded(
        found, functions, truth, lambda: decode_function_calls(answer), underscored=underscored
    )


def decode_function_calls(answer: object) -> list[Call]:
    """Read an answer; values are what JSON makes of them, whatever the category's language.

    An empty answer of any kind has no calls, which officially is no failure to decode.

    Raises:
        DecodeError: it is a text, or has something else than calls in it.
    """
    if not isinstance(answer, (list, str, dict)):
        raise DecodeError("it is no list of calls")
    if isinstance(answer, (str, dict)) and answer:
        raise DecodeError("it is a text" if isinstance(answer, str) else "it is no list of calls")
    calls = [_call(item) for item in answer]
    if any(type(arguments) is not dict for call in calls for arguments in call.values()):
        raise NoCallError("the arguments of a call are not a JSON object")
    return calls


def _call(item: Any) -> Call:
    if not (isinstance(item, dict) and item):
        raise DecodeError("an element of the list is no call")
    name, arguments = next(iter(item.items()))
    if not isinstance(arguments, str):
        raise DecodeError("the arguments of a call are not a JSON string")
    try:
        return {name: json.loads(arguments)}
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"the arguments of {name!r} are not JSON: {error}") from None
