"""Messages to prompt ids, through the model's own chat template.

A model without a template gets a plain one: every message as ``Role: content`` with an empty line
between, then ``Assistant:``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.engines.base import EngineError, Request
from envs.common.errors import UserError
from envs.types import Message

_PROBE = "qzanswerqz"


def prompt_ids(tokenizer: Any, request: Request) -> list[int]:
    """The ids that the model reads for a request.

    Raises:
        EngineError: the template refuses the messages.
        UserError: it has no place for the offered tools.
    """
    if request.ids is not None:
        return list(request.ids)
    if tokenizer.chat_template is None:
        if request.tools:
            raise UserError(
                "this model has no chat template, so no tools can be offered through it"
            )
        return _ids(tokenizer, plain_prompt(request.messages), special=True)
    tools = [tool.to_openai() for tool in request.tools] or None
    if tools and "tools" not in _template(tokenizer, tools):
        raise UserError(
            "the chat template of this model has no place for tools: list them in the prompt"
        )
    text = _rendered(tokenizer, [to_chat(m) for m in request.messages], tools)
    return _ids(tokenizer, text, special=False)


def chat_template(tokenizer: Any) -> str | None:
    """The template for requests that offer tools, in full; ``None`` for a model without any."""
    return None if tokenizer.chat_template is None else _template(tokenizer, [])


def to_chat(message: Message) -> dict[str, Any]:
    """A message in the shape that chat templates read."""
    chat: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        chat["tool_calls"] = [
            {
                "type": "function",
                "function": {"name": call.name, "arguments": dict(call.arguments)},
                **({"id": call.id} if call.id is not None else {}),
            }
            for call in message.calls
        ]
    if message.call_id is not None:
        chat["tool_call_id"] = message.call_id
    if message.name is not None:
        chat["name"] = message.name
    return chat


def plain_prompt(messages: Sequence[Message]) -> str:
    """The prompt for a model without a chat template."""
    parts = [f"{message.role.capitalize()}: {message.content}" for message in messages]
    return "\n\n".join([*parts, "Assistant:"])


def end_of_turn(tokenizer: Any) -> int | None:
    """The special token that the chat template puts behind an assistant's answer."""
    if tokenizer.chat_template is None:
        return None
    chat = [{"role": "user", "content": "a"}, {"role": "assistant", "content": _PROBE}]
    try:
        text = tokenizer.apply_chat_template(chat, tokenize=False)
    except Exception:  # templates raise what they like; this one has no plain answer turn
        return None
    ids = _ids(tokenizer, text.rpartition(_PROBE)[2].lstrip(), special=False)
    special = {*tokenizer.all_special_ids, *tokenizer.added_tokens_decoder}
    return ids[0] if ids and ids[0] in special else None


def merge_system(chat: Sequence[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The system message put before the first user message; ``None`` where there is none to put."""
    if not chat or chat[0]["role"] != "system":
        return None
    system, *rest = chat
    for index, message in enumerate(rest):
        if message["role"] == "user":
            content = f"{system['content']}\n\n{message['content']}"
            return [*rest[:index], {**message, "content": content}, *rest[index + 1 :]]
    return [{**system, "role": "user"}, *rest]


def _rendered(tokenizer: Any, chat: list[dict[str, Any]], tools: Any) -> str:
    from jinja2.exceptions import TemplateError

    options = {"tools": tools, "add_generation_prompt": True, "tokenize": False}
    try:
        return str(tokenizer.apply_chat_template(chat, **options))
    except TemplateError as error:
        merged = merge_system(chat)
        if merged is None:
            raise _refusal(error) from None
    try:
        return str(tokenizer.apply_chat_template(merged, **options))
    except TemplateError as error:
        raise _refusal(error) from None


def _refusal(error: Exception) -> EngineError:
    """One conversation that cannot be asked: it has no answer, and the others go on."""
    return EngineError(f"the chat template of this model refuses the messages: {error}")


def _template(tokenizer: Any, tools: Any) -> str:
    return str(tokenizer.get_chat_template(tools=tools))


def _ids(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    ids: list[int] = tokenizer(text, add_special_tokens=special)["input_ids"]
    return ids
