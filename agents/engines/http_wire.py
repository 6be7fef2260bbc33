"""OpenAI's wire format: requests out, answers in. Pure functions, no network.

Sources: the OpenAI API reference (chat completions, completions, models, errors) and, for the
extras that are sent to vLLM alone, vLLM's OpenAI-compatible server 0.32. Reasoning that a server
keeps apart (``reasoning``, ``reasoning_content``) is no part of the text.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agents.engines.base import Capabilities, Completion, EngineError, Finish, Request, Usage
from agents.engines.http_complaint import read_complaint
from envs import openai_messages
from envs.types import JSON, Action, Message, ToolCall, ToolSpec

SEEDS = 2**31
"""Seeds are sent modulo this: some servers keep 32 bits."""


_GUIDANCE_ONLY = "%llguidance {}\n"
"""A header that llguidance passes over and vLLM's xgrammar does not know: a server that chooses a
backend by itself then chooses llguidance. xgrammar accepts most of our grammars without it, and
takes seconds for every token inside a string."""


class BadAnswer(ValueError):
    """The body is no answer: cut, garbled, given up by the server. Worth asking again."""


@dataclass(frozen=True)
class Server:
    """What a server says of itself."""

    model: str
    """The model that is asked."""
    models: tuple[str, ...] = ()
    """All that it lists; empty where it lists none."""
    kind: str = ""
    """Who owns the model in the server's words: ``vllm``, ``llamacpp``, ``openai``, ..."""
    version: str = ""
    """Of the server; asked of vLLM alone."""
    capabilities: Capabilities = field(default_factory=Capabilities)


# Requests


def chat_body(request: Request, server: Server, names: Mapping[str, str]) -> dict[str, JSON]:
    """The body of ``/chat/completions``; `names` comes from `wire_names`."""
    body = _common(request, server)
    body["messages"] = wire_messages(request.messages, names)
    if request.tools:
        body["tools"] = [_wire_tool(tool, names) for tool in request.tools]
    if server.capabilities.logprobs:
        body["logprobs"] = True
    return body


def completion_body(request: Request, server: Server) -> dict[str, JSON]:
    """The body of ``/completions``: the prompt is token ids."""
    body = _common(request, server)
    body["prompt"] = list(request.ids or ())
    if server.capabilities.logprobs:
        body["logprobs"] = 0  # the log-probability of the token itself, no alternatives
    return body


def score_body(ids: Sequence[int], server: Server) -> dict[str, JSON]:
    """The body that asks vLLM for the log-probability of every prompt token."""
    body: dict[str, JSON] = {"model": server.model, "prompt": list(ids), "prompt_logprobs": 0}
    return body | {"max_tokens": 1, "temperature": 0, "logprobs": 0, "return_token_ids": True}


def _common(request: Request, server: Server) -> dict[str, JSON]:
    body: dict[str, JSON] = {
        "model": server.model,
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
    }
    if request.temperature > 0:
        if request.top_p != 1:
            body["top_p"] = request.top_p
        if request.seed is not None:
            body["seed"] = request.seed % SEEDS
        if request.n > 1:
            body["n"] = request.n
    if request.stop:
        body["stop"] = list(request.stop)
    if server.capabilities.ids:
        body["return_token_ids"] = True
    if server.kind == "vllm":
        # Otherwise the defaults of the model's generation_config.json would shape the samples.
        body |= {"top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0}
    if request.constraint is not None:
        body["structured_outputs"] = {"grammar": _GUIDANCE_ONLY + request.constraint.grammar}
    if request.label_ids:
        body["logprob_token_ids"] = list(request.label_ids)
        body["return_tokens_as_token_ids"] = True
    return body


def wire_names(request: Request) -> dict[str, str]:
    """Tool names as the API allows them (letters, digits, ``_``, ``-``; at most 64), one to one."""
    own = [tool.name for tool in request.tools]
    own += [call.name for message in request.messages for call in message.calls]
    return openai_messages.wire_names(own)


def _wire_tool(tool: ToolSpec, names: Mapping[str, str]) -> dict[str, JSON]:
    wire = tool.to_openai()
    wire["function"]["name"] = names[tool.name]
    return wire


def wire_messages(messages: Sequence[Message], names: Mapping[str, str]) -> list[dict[str, JSON]]:
    """Messages in OpenAI's shape; calls and results without an id are tied in their order."""
    wire: list[dict[str, JSON]] = []
    given = {call.id for message in messages for call in message.calls}
    fresh = (name for n in itertools.count() if (name := f"call_{n}") not in given)
    unanswered: list[str] = []
    for message in messages:
        entry: dict[str, JSON] = {"role": message.role, "content": message.content}
        if message.calls:
            unanswered, calls = [], []
            for call in message.calls:
                unanswered.append(call.id or next(fresh))
                arguments = json.dumps(dict(call.arguments), ensure_ascii=False)
                function = {"name": names[call.name], "arguments": arguments}
                calls.append({"id": unanswered[-1], "type": "function", "function": function})
            entry |= {"content": message.content or None, "tool_calls": calls}
        elif message.role == "tool":
            answered = message.call_id or next(iter(unanswered), "call_0")
            if answered in unanswered:
                unanswered.remove(answered)
            entry["tool_call_id"] = answered
        wire.append(entry)
    return wire


# Answers


def read_models(body: JSON) -> list[tuple[str, str]]:
    """Id and owner of the models of ``/models``."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list):
        raise BadAnswer("no list of models")
    cards = [card for card in data if isinstance(card, dict) and isinstance(card.get("id"), str)]
    return [(card["id"], str(card.get("owned_by") or "")) for card in cards]


def read_version(body: JSON) -> str:
    """The version of ``/version``."""
    if not isinstance(body, dict) or not isinstance(body.get("version"), str):
        raise BadAnswer("no version")
    return str(body["version"])


def read_capabilities(body: JSON) -> Capabilities:
    """What vLLM gave of all that ``score_body([0, 0], ...)`` asks for."""
    (completion,) = read_completions(body, Request(ids=(0, 0)), {})
    try:
        score = len(read_scores(body, [0, 0], 1)) == 1
    except BadAnswer:
        score = False
    return Capabilities(bool(completion.ids), bool(completion.logprobs), score)


def read_completions(body: JSON, request: Request, names: Mapping[str, str]) -> list[Completion]:
    """The completions of an answer, in their order: one to ``request.n``, as the server likes.

    Raises:
        BadAnswer: this is no answer.
        EngineError: an answer without the log-probabilities that were asked for.
    """
    choices = body.get("choices") if isinstance(body, dict) else None
    if not isinstance(choices, list) or not choices:
        raise BadAnswer(f"no choices in the answer{_said(body)}")
    if not all(isinstance(choice, dict) for choice in choices):
        raise BadAnswer("a choice that is not an object")
    if all(_is_count(choice.get("index")) for choice in choices):
        choices = sorted(choices, key=lambda choice: choice["index"])
    choices = choices[: request.n]
    own = {wire: name for name, wire in names.items()}
    usage = body.get("usage")
    return [_completion(c, body, request, own, usage, len(choices)) for c in choices]


def _completion(
    choice: Mapping[str, JSON],
    body: Mapping[str, JSON],
    request: Request,
    own: Mapping[str, str],
    usage: JSON,
    share: int,
) -> Completion:
    finish = _finish(choice.get("finish_reason"))
    action = None
    if request.ids is None:
        message = choice.get("message")
        if not isinstance(message, dict):
            raise BadAnswer("a choice without a message")
        text = _text(message.get("content"))
        action = read_action(message, text, own)
    else:
        text = _text(choice.get("text", 0))
    ids = _ids(choice.get("token_ids"))
    return Completion(
        text=text,
        finish=finish,
        ids=ids,
        logprobs=_logprobs(choice.get("logprobs"), len(ids)),
        prompt_ids=_ids(choice.get("prompt_token_ids") or body.get("prompt_token_ids")),
        label_logprobs=_label_logprobs(choice.get("logprobs"), request.label_ids),
        usage=Usage(_count(usage, "prompt_tokens"), len(ids) or _tokens(usage, share)),
        action=action,
    )


def read_action(
    message: Mapping[str, JSON], text: str, own: Mapping[str, str] | None = None
) -> Action | None:
    """The turn of a message with native tool calls; ``None`` for a message without.

    Arguments that are no JSON object are the model's failure: they end up in `Action.error`.

    Args:
        message: of a chat completion.
        text: its content.
        own: tool names as we know them, by the names on the wire.

    Raises:
        BadAnswer: the server broke its own format.
    """
    wire = message.get("tool_calls")
    if not wire:
        return None
    calls: list[ToolCall] = []
    errors: list[str] = []
    for entry in wire if isinstance(wire, list) else [wire]:
        function = entry.get("function") if isinstance(entry, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise BadAnswer("a tool call without a name")
        name = function["name"]
        name = (own or {}).get(name, name)
        arguments = _arguments(function.get("arguments"))
        if arguments is None:
            errors.append(f"the arguments of {name!r} are not a JSON object")
        else:
            call_id = entry.get("id")
            calls.append(ToolCall(name, arguments, call_id if isinstance(call_id, str) else None))
    raw = json.dumps({"content": text, "tool_calls": wire}, ensure_ascii=False)
    if errors:
        return Action(text, error="; ".join(errors), raw=raw)
    return Action(text, tuple(calls), raw=raw)


def _arguments(value: JSON) -> dict[str, JSON] | None:
    """The arguments of a call; ``None`` if they cannot be read. Nothing means no arguments."""
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _no_constant(name: str) -> JSON:
    raise ValueError(f"{name} is not JSON")


def _finish(reason: JSON) -> Finish:
    """A filtered answer is an answer: the model as it is served said this and no more."""
    if reason in ("abort", "error"):
        raise BadAnswer(f"the server gave the answer up ({reason})")
    return "length" if reason == "length" else "stop"


def _text(content: JSON) -> str:
    if content is None:
        return ""
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        content = [part.get("text") for part in content if part.get("type") == "text"]
        if all(isinstance(text, str) for text in content):
            return "".join(content)
    if not isinstance(content, str):
        raise BadAnswer("content that is not text")
    return content


def read_scores(body: JSON, ids: Sequence[int], first: int) -> list[float]:
    """The log-probability of each of ``ids[first:]`` out of vLLM's ``prompt_logprobs``.

    Raises:
        BadAnswer: it is not there.
    """
    try:
        table = body["choices"][0]["prompt_logprobs"]
        scores = [table[at][str(ids[at])]["logprob"] for at in range(first, len(ids))]
    except (KeyError, IndexError, TypeError):
        raise BadAnswer("no log-probabilities of the prompt in the answer") from None
    if not all(_is_number(score) for score in scores):
        raise BadAnswer("a log-probability that is not a number")
    return [float(score) for score in scores]


def _ids(value: JSON) -> tuple[int, ...]:
    if isinstance(value, list) and all(_is_count(i) for i in value):
        return tuple(value)
    return ()


def _logprobs(value: JSON, n: int) -> tuple[float, ...]:
    """One for each of `n` ids, or none at all."""
    if not isinstance(value, dict):
        return ()
    found = value.get("token_logprobs")
    if isinstance(content := value.get("content"), list):
        found = [entry.get("logprob") if isinstance(entry, dict) else None for entry in content]
    if isinstance(found, list) and len(found) == n and all(_is_number(x) for x in found):
        return tuple(map(float, found))
    return ()


def _label_logprobs(value: JSON, labels: Sequence[int]) -> tuple[float, ...]:
    if not labels:
        return ()
    found: dict[JSON, JSON] = {}
    try:
        if "content" in value:
            found = {top["token"]: top["logprob"] for top in value["content"][0]["top_logprobs"]}
        else:
            found = dict(value["top_logprobs"][0])
    except (KeyError, IndexError, TypeError, ValueError):
        pass  # what is missing is told below
    scores = [found.get(f"token_id:{label}") for label in labels]
    if not all(_is_number(score) for score in scores):
        raise EngineError("the server gives no log-probabilities of chosen tokens")
    return tuple(map(float, scores))  # type: ignore[arg-type]


def _tokens(usage: JSON, share: int) -> int:
    """Completion tokens of one of `share` completions; a server counts them together."""
    return math.ceil(_count(usage, "completion_tokens") / share)


def _count(usage: JSON, key: str) -> int:
    value: JSON = usage.get(key) if isinstance(usage, dict) else None
    return value if _is_count(value) else 0


def _is_count(value: JSON) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: JSON) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300  # finite, and an integer that a float can hold


def _said(body: JSON) -> str:
    text = read_complaint(body).text
    return f": {text}" if text else ""
