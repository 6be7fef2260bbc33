"""What a model writes in a step -> the call strings that are carried out.

In prompting mode a step is a text, read by the official decoder and written anew as calls with
keywords; in function-calling mode it is a list of ``{name: arguments as a JSON string}``. A step
without calls, or one that does not decode, ends the user's turn.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from envs.types import Action
from eval.bfcl.calls import DecodeError
from eval.bfcl.decode import decode
from eval.bfcl.function_calls import answer_of_turn
from eval.bfcl.multi_turn.limits import MAX_CALLS, MAX_SOURCE

MAX_STEPS = 21
"""Most steps with calls in a turn; the conversation ends with the last of them."""

Mode = Literal["prompting", "fc", "decoded"]
"""What steps are: texts, answers of function-calling mode, or lists of call strings."""


def calls_of(step: Any, mode: Mode) -> list[str]:
    """The call strings of a step.

    Raises:
        DecodeError: it does not read as calls.
    """
    try:
        calls = _READERS[mode](step)
    except (DecodeError, RecursionError) as error:
        if isinstance(error, DecodeError):
            raise
        raise DecodeError("nested too deeply") from None
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise DecodeError(f"no list of calls: {error}") from None
    if len(calls) > MAX_CALLS:
        raise DecodeError(f"more than {MAX_CALLS:,} calls")
    return [] if calls == [""] else calls


def step_of(action: Action, mode: Literal["prompting", "fc"]) -> Any:
    """A turn of the assistant as official result files have it."""
    return answer_of_turn(action) if mode == "fc" else written(action)


def written(action: Action) -> str:
    """A turn as a text; one that came as calls alone is written as Python calls.

    A name that no Python call can have makes it a text in which nobody finds calls.
    """
    if action.raw is not None:
        return action.raw
    if not action.calls:
        return action.text
    from agents.formats import get_format

    try:
        return get_format("python").render(action)
    except ValueError:
        named = [{call.name: dict(call.arguments)} for call in action.calls]
        return json.dumps(named, default=str)


def turns_of(steps: Sequence[Any], mode: Mode, turns: int) -> list[list[Any]]:
    """Steps in the order of a conversation, arranged in the user's turns.

    Args:
        steps: as the model wrote them.
        mode: what steps are.
        turns: how many turns the user has.

    Returns:
        What official result files have: no more than `turns` lists, fewer where the conversation
        ended early.
    """
    arranged: list[list[Any]] = [[]]
    executed = 0
    for step in steps:
        arranged[-1].append(step)
        if has_calls(step, mode):
            executed += 1
            if executed == MAX_STEPS:
                break
        elif len(arranged) == turns:
            break
        else:
            arranged.append([])
            executed = 0
    return arranged


def has_calls(step: Any, mode: Mode) -> bool:
    """Whether a step reads as calls, at least one."""
    try:
        return bool(calls_of(step, mode))
    except DecodeError:
        return False


def _from_text(step: Any) -> list[str]:
    if not isinstance(step, str):
        raise DecodeError("it is no text")
    if len(step) > MAX_SOURCE:
        raise DecodeError(f"more than {MAX_SOURCE:,} characters")
    return [
        f"{name}({_arguments(arguments)})"
        for call in decode(step, "python")
        for name, arguments in call.items()
    ]


def _arguments(arguments: dict[Any, Any]) -> str:
    return ", ".join(f"{name}={_spelled(value)}" for name, value in arguments.items())


def _spelled(value: Any) -> str:
    """A value as Python; a dict of dicts is taken for a call, as officially."""
    if not isinstance(value, dict):
        return repr(value)
    if all(isinstance(item, dict) for item in value.values()):
        name = next(iter(value), None)
        if name is None:
            raise DecodeError("an argument is an empty dict")
        return f"{name}({_arguments(value[name])})"
    return "{" + ", ".join(f"'{key}': {_spelled(item)}" for key, item in value.items()) + "}"


def _from_function_calls(step: Any) -> list[str]:
    calls = []
    for call in [step] if isinstance(step, dict) else step:
        for name, arguments in call.items():
            if isinstance(arguments, str):
                arguments = json.loads(arguments)
            calls.append(f"{name}({','.join(f'{k}={v!r}' for k, v in arguments.items())})")
    return calls


def _from_decoded(step: Any) -> list[str]:
    if step is None:  # written for a step that did not decode
        raise DecodeError("it did not decode")
    if not (isinstance(step, list) and all(isinstance(call, str) for call in step)):
        raise DecodeError("it is no list of call strings")
    return step


_READERS = {"prompting": _from_text, "fc": _from_function_calls, "decoded": _from_decoded}
