"""OpenAI's chat messages, in and out: tools, calls, messages, whole episodes.

The shapes are those of the chat completions API; `exported` writes what its fine-tuning takes, one
JSON object a line with ``messages`` and ``tools``. A record of an episode has neither its opening
nor its tools, which come from the environment. No model and no server is asked.

Sources: the OpenAI API reference (chat completions, fine-tuning: chat format, function calling).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

from envs.episode import Episode, Step
from envs.types import JSON, Action, Message, Outcome, Role, ToolCall, ToolSpec

if TYPE_CHECKING:
    from envs.env import ToolEnv


class Conversation(NamedTuple):
    """An episode as a conversation."""

    opening: tuple[Message, ...]
    """What was there before the first assistant turn."""
    steps: tuple[Step, ...] = ()
    """Of a step only the turn, what followed it and its errors count here."""
    tools: tuple[ToolSpec, ...] = ()
    """On offer."""


def to_openai(conversation: Conversation) -> dict[str, JSON]:
    """The conversation as OpenAI's ``messages`` and ``tools``.

    Calls without an id get one; results are tied to them. Names get the letters that the API
    allows (`wire_names`). A turn that could not be read stands as the text it was.

    Raises:
        ValueError: a turn has results and no calls, as where a benchmark reads calls in the text.
    """
    opening, steps, tools = conversation
    called = [call.name for step in steps for call in step.action.calls]
    called += [call.name for message in opening for call in message.calls]
    names = wire_names([*(tool.name for tool in tools), *called])
    messages = [_wire(message, names) for message in opening]
    for number, step in enumerate(steps, 1):
        messages += [_wire(message, names) for message in _turn(step, number)]
    value: dict[str, JSON] = {"messages": messages}
    if tools:
        wire = [replace(tool, name=names[tool.name]) for tool in tools]
        value["tools"] = [tool.to_openai() for tool in wire]
    return value


def from_openai(value: Mapping[str, JSON], names: Mapping[str, str] | None = None) -> Conversation:
    """The conversation in an object with ``messages`` and perhaps ``tools``.

    The opening ends before the first assistant message. Results have the names of their calls.

    Args:
        value: what `to_openai` gives, or a row of a data set of that shape.
        names: own name -> the one in `value`, as `wire_names` gives it, to have own names again.

    Raises:
        ValueError: it has not that shape; says where.
    """
    own = {wire: name for name, wire in (names or {}).items()}
    messages = [
        _own(message, own) for message in messages_from_json(typed(value, "messages", list))
    ]
    tools = [
        tool_from_json(tool, f"tools[{n}]")
        for n, tool in enumerate(typed(value, "tools", list, []))
    ]
    first = next((n for n, m in enumerate(messages) if m.role == "assistant"), len(messages))
    steps: list[Step] = []
    called: dict[str | None, str] = {}
    for message in messages[first:]:
        if message.role == "assistant":
            called = {call.id: call.name for call in message.calls}
            steps.append(Step(Action(message.content, message.calls)))
            continue
        if message.role == "tool":
            message = replace(message, name=called.get(message.call_id, message.name))
        steps[-1] = replace(steps[-1], messages=(*steps[-1].messages, message))
    offered = tuple(replace(tool, name=own.get(tool.name, tool.name)) for tool in tools)
    return Conversation(tuple(messages[:first]), tuple(steps), offered)


def exported(episodes: Iterable[Episode], env: ToolEnv) -> Iterator[dict[str, JSON]]:
    """Rows for fine-tuning from the successful ones of an environment's episodes.

    A turn with an error has the weight 0, so that it is seen and not learnt; the last message is
    the assistant's, as the API wants it.

    Args:
        episodes: of one environment.
        env: made anew; it tells how each task opens and which tools it offers at its start.

    Raises:
        UserError: the environment has not the task of an episode.
        ValueError: as `to_openai`.
    """
    for episode in episodes:
        if episode.outcome is not Outcome.SUCCESS or not episode.steps:
            continue
        seen, _ = env.reset(seed=0, options={"task": episode.task})
        steps = (*episode.steps[:-1], replace(episode.steps[-1], messages=()))
        row = to_openai(Conversation(seen.messages, steps, seen.tools))
        turns = [m for m in row["messages"][len(seen.messages) :] if m["role"] == "assistant"]
        for message, step in zip(turns, steps, strict=True):
            if step.errors:
                message["weight"] = 0
        yield row


def wire_names(names: Iterable[str]) -> dict[str, str]:
    """Names as the API allows them (letters, digits, ``_``, ``-``; at most 64), one to one."""
    own = list(dict.fromkeys(names))
    wired = {name: name for name in own if re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)}
    taken = set(wired)
    for name in own:
        if name not in wired:
            base = re.sub(r"[^a-zA-Z0-9_-]", "_", name) or "_"
            wire, n = base[:64], 1
            while wire in taken:
                n += 1
                wire = f"{base[:58]}_{n}"
            wired[name] = wire
            taken.add(wire)
    return wired


def _turn(step: Step, number: int) -> Iterator[Message]:
    """The messages of a step; its results have the ids of its calls."""
    from envs.turn import identified, words_of

    action = step.action
    calls = identified(action.calls, number) if action.error is None else ()
    yield Message("assistant", action.text if calls else words_of(action), calls)
    ids = iter([call.id for call in calls])
    for message in step.messages:
        if message.role == "tool":
            tied = next(ids, None)
            if tied is None:
                raise ValueError(f"turn {number} has a result without a call")
            message = replace(message, call_id=tied)
        yield message


def _wire(message: Message, names: Mapping[str, str]) -> dict[str, JSON]:
    """A message for the API; a result has no name there, its call has."""
    calls = tuple(replace(call, name=names[call.name]) for call in message.calls)
    return message_to_json(replace(message, calls=calls, name=None))


def _own(message: Message, own: Mapping[str, str]) -> Message:
    calls = tuple(replace(call, name=own.get(call.name, call.name)) for call in message.calls)
    return replace(message, calls=calls)


# --- the shapes


def message_to_json(message: Message) -> dict[str, JSON]:
    """A message as OpenAI's chat API has it; arguments of calls are JSON texts."""
    value: dict[str, JSON] = {"role": message.role, "content": message.content}
    if message.calls:
        value["tool_calls"] = [
            {
                **({"id": call.id} if call.id is not None else {}),
                "type": "function",
                "function": {
                    "name": call.name,
                    "arguments": json.dumps(dict(call.arguments), ensure_ascii=False),
                },
            }
            for call in message.calls
        ]
    if message.call_id is not None:
        value["tool_call_id"] = message.call_id
    if message.name is not None:
        value["name"] = message.name
    return value


def messages_from_json(values: Sequence[JSON]) -> tuple[Message, ...]:
    """Read messages of OpenAI's chat API.

    Raises:
        ValueError: one has not its shape.
    """
    return tuple(_message(value, f"messages[{n}]") for n, value in enumerate(values))


def _message(value: JSON, where: str) -> Message:
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}: an object is needed, not {type(value).__name__}")
    role = value.get("role")
    if role not in get_args(Role):
        raise ValueError(f"{where}.role: {role!r} is none of {', '.join(get_args(Role))}")
    calls = value.get("tool_calls") or ()
    if not isinstance(calls, Sequence) or isinstance(calls, str):
        raise ValueError(f"{where}.tool_calls: a list is needed")
    return Message(
        cast(Role, role),
        typed(value, "content", str, None, where) or "",
        tuple(call_from_json(call, f"{where}.tool_calls[{n}]") for n, call in enumerate(calls)),
        call_id=typed(value, "tool_call_id", str, None, where),
        name=typed(value, "name", str, None, where),
    )


def call_from_json(value: JSON, where: str) -> ToolCall:
    """A call, ``{name, arguments}`` by itself or under ``function``; arguments may be JSON text.

    Raises:
        ValueError: it has not that shape.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}: an object is needed, not {type(value).__name__}")
    body = value["function"] if isinstance(value.get("function"), Mapping) else value
    arguments = body.get("arguments", {})
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{where}.arguments: not JSON: {error}") from None
    if not isinstance(arguments, Mapping):
        raise ValueError(f"{where}.arguments: an object is needed")
    return ToolCall(
        typed(body, "name", str, where=where), arguments, typed(value, "id", str, None, where)
    )


def tool_from_json(value: JSON, where: str) -> ToolSpec:
    """A tool as OpenAI lists it, ``{name, description, parameters}`` with or without its wrapping.

    Raises:
        ValueError: it has not that shape.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{where}: an object is needed, not {type(value).__name__}")
    body = value["function"] if isinstance(value.get("function"), Mapping) else value
    parameters = body.get("parameters") or {"type": "object", "properties": {}}
    if not isinstance(parameters, Mapping):
        raise ValueError(f"{where}.parameters: an object is needed")
    description = typed(body, "description", str, None, where)
    return ToolSpec(typed(body, "name", str, where=where), description or "", parameters)


_MISSING = object()


def typed(
    value: Mapping[str, JSON], key: str, kind: type, default: Any = _MISSING, where: str = ""
) -> Any:
    """``value[key]``, which has to be a `kind`; a missing or null one is the default."""
    found = value.get(key)
    place = f"{where}.{key}" if where else key
    if found is None:
        if default is _MISSING:
            raise ValueError(f"{place}: missing")
        return default
    if not isinstance(found, kind):
        noun = {"str": "a text", "list": "a list", "dict": "an object"}[kind.__name__]
        raise ValueError(f"{place}: {noun} is needed, not {type(found).__name__}")
    return found
