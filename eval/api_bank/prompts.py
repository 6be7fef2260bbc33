"""What a model is shown: instructions, descriptions of tools, and history as officially written.

The instructions of teacher-forced samples are the official ones where the data is a checkout
(``evaluator.py`` is read as syntax, never run), otherwise our own (``prompt_*.txt``). Officially
the order of the descriptions is random; here they are sorted by name.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from envs.common.errors import UserError
from envs.common.python_source import parse_module
from envs.types import JSON, Message, Observation, ToolCall
from eval.api_bank.data import Line
from eval.api_bank.docs import Docs

Mode = Literal["prompting", "fc"]
"""``prompting``: tools stand in the system prompt and calls are text; ``fc``: tools are offered to
the model's own template or server, which takes calls apart."""

SOURCE = "evaluator.py"
_OFFICIAL = {"call": "api_call_prompt", "reply": "response_prompt"}
_FUNCTION_CALLING = {
    "call": "Call the one tool that the conversation needs next.",
    "reply": "Say to the user what has to be said next, after the last tool call.",
    "talk": "Help the user with your tools, and say so in plain words when everything is done.",
}
_YEAR = "All dates are in the year 2023 unless the conversation names another."


@dataclass(frozen=True)
class Prompts:
    """Instructions; descriptions of tools are put behind them."""

    call: str
    """Asks for the next call."""
    reply: str
    """Asks for what is said next."""
    talk: str
    """Opens a conversation that is played to its end."""
    words: Literal["official", "own"]
    """Whose `call` and `reply` are; for reports."""


def load(root: Path | None = None) -> Prompts:
    """The instructions.

    Args:
        root: the data; the official instructions are taken where it is a checkout.

    Raises:
        UserError: the official file lacks an instruction.
    """
    own = {name: _own(name) for name in ("call", "reply", "talk")}
    if root is None or not (root / SOURCE).is_file():
        return Prompts(**own, words="own")
    return Prompts(**{**own, **_official(root / SOURCE)}, words="official")


def system_text(instruction: str, names: Iterable[str], docs: Docs) -> str:
    """A system prompt: the instruction, then a tool a line."""
    return instruction + "\n".join(json.dumps(docs[name].to_json()) for name in sorted(names))


def function_calling_text(purpose: Literal["call", "reply", "talk"]) -> str:
    """The system prompt of function-calling mode, where tools are offered elsewhere."""
    return f"{_FUNCTION_CALLING[purpose]} {_YEAR}"


def history(lines: Sequence[Line], mode: Mode) -> list[Message]:
    """The lines of a dialogue as messages.

    Officially a call and its result are one system message; in function-calling mode they are an
    assistant's call and a tool's answer.
    """
    messages: list[Message] = []
    for place, line in enumerate(lines):
        if line.role == "User":
            messages.append(Message("user", line.text))
        elif line.role == "AI":
            messages.append(Message("assistant", line.text))
        elif mode == "prompting":
            output = (line.result or {}).get("output")
            messages.append(Message("system", f"{line.call} Response: {output}"))
        else:
            messages += _answered(line, f"call_{place}")
    return messages


def as_history(observation: Observation) -> tuple[Message, ...]:
    """The conversation with the results of written calls as system messages."""
    return tuple(
        Message("system", f"Response: {message.content}") if message.role == "tool" else message
        for message in observation.messages
    )


def as_plain_history(observation: Observation) -> tuple[Message, ...]:
    """The same with results as the user's, for templates that take one system message, the first.

    Messages of one role that follow each other are joined, as such templates want turns.
    """
    first, *rest = as_history(observation)
    shown = [first]
    for message in rest:
        if message.role == "system":
            message = Message("user", message.content)
        if message.role == shown[-1].role:
            message = Message(message.role, f"{shown.pop().content}\n{message.content}")
        shown.append(message)
    return tuple(shown)


def call_of(line: Line) -> ToolCall:
    """A recorded call with arguments of declared types."""
    given: Mapping[str, JSON] = (line.result or {}).get("input") or line.arguments or {}
    return ToolCall(line.name, {k: v for k, v in given.items() if v is not None})


def written(call: ToolCall) -> str:
    """A call as the official prompt writes it."""
    return Line("API", name=call.name, arguments=call.arguments).call


def _answered(line: Line, id: str) -> list[Message]:
    call = call_of(line)
    output = (line.result or {}).get("output")
    text = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
    return [
        Message("assistant", calls=(ToolCall(call.name, call.arguments, id),)),
        Message("tool", text, call_id=id, name=call.name),
    ]


def _own(name: str) -> str:
    return files("eval.api_bank").joinpath(f"prompt_{name}.txt").read_text("utf-8")


def _official(path: Path) -> dict[str, str]:
    try:
        tree = parse_module(path.read_bytes())
    except (OSError, SyntaxError, ValueError) as error:
        raise UserError(f"{path}: cannot be parsed: {error}") from None
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                found[name] = text
    if missing := [name for name in _OFFICIAL.values() if name not in found]:
        raise UserError(f"{path}: no instruction {missing[0]!r} in it")
    return {purpose: found[name] for purpose, name in _OFFICIAL.items()}
