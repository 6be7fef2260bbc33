"""The project's own prompt for tools, for models whose chat template lists none.

The tools and the way to call them stand in a system message; calls and results of earlier turns
become plain assistant and user messages, because such a template knows neither. The wording is in
``tool_prompt.txt``. A benchmark's prompt is its own and does not come through here.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from importlib.resources import files
from itertools import groupby
from string import Template

from agents.formats.base import ToolFormat
from agents.formats.spelling import quote
from agents.policies import Prompt
from envs.common.errors import UserError
from envs.types import Action, Message, Observation, ToolSpec

TOOL_PROMPT_VERSION = 1
"""Of the wording, here and in ``ToolFormat.instructions``; rises with every change."""

_MARK = re.compile(r"<(?=\s*/?\s*tool_result)", re.IGNORECASE)


def tool_prompt(tool_format: ToolFormat) -> Prompt:
    """A prompt that tells the tools on offer and how to call them in `tool_format`.

    Without tools on offer nothing is told; earlier calls and results are rewritten all the same.
    The prompt raises `UserError` for a conversation with a call that the format cannot write.

    Raises:
        UserError: the format has no way of writing calls (``native``).
    """
    if not tool_format.instructions:
        raise UserError(
            f"--format {tool_format.name}: needs an engine that reads tool calls itself; "
            "take another format"
        )

    def prompt(observation: Observation) -> tuple[Message, ...]:
        messages = _rewritten(observation.messages, tool_format)
        if not observation.tools:
            return tuple(messages)
        system = system_text(observation.tools, tool_format)
        if messages and messages[0].role == "system":
            system = f"{system}\n\n{messages.pop(0).content}"
        return (Message("system", system), *messages)

    return prompt


def system_text(tools: Iterable[ToolSpec], tool_format: ToolFormat) -> str:
    """What the system message says about tools."""
    lines = [json.dumps(tool.to_openai()["function"], ensure_ascii=False) for tool in tools]
    words = {"instructions": tool_format.instructions, "tools": "\n".join(lines)}
    return _wording().substitute(words)


def result_text(result: Message) -> str:
    """A tool's result between tags on lines of their own.

    A ``<`` that would begin such a tag in the result becomes ``&lt;``, so that no result can end
    itself or pass for another.
    """
    name = f" name={_unmarked(quote(result.name))}" if result.name else ""
    return f"<tool_result{name}>\n{_unmarked(result.content)}\n</tool_result>"


@functools.cache
def _wording() -> Template:
    return Template(files("agents").joinpath("tool_prompt.txt").read_text("utf-8").strip())


def _unmarked(text: str) -> str:
    return _MARK.sub("&lt;", text)


def _rewritten(messages: Iterable[Message], tool_format: ToolFormat) -> list[Message]:
    """The messages without calls and tool messages; the results of one turn share a message."""
    rewritten: list[Message] = []
    for is_result, group in groupby(messages, key=lambda message: message.role == "tool"):
        if is_result:
            rewritten.append(Message("user", "\n".join(map(result_text, group))))
        else:
            rewritten += [_without_calls(message, tool_format) for message in group]
    return rewritten


def _without_calls(message: Message, tool_format: ToolFormat) -> Message:
    if not message.calls:
        return message
    try:
        calls = tool_format.render(Action(calls=message.calls))
    except ValueError as error:
        raise UserError(
            f"--format {tool_format.name} cannot write a call of the conversation: {error}"
        ) from None
    text = message.content.strip()
    return Message(message.role, f"{text}\n{calls}" if text else calls)
