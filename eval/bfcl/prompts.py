"""The official prompts of prompting mode, read as data and filled in.

The texts are those of the official package's ``constants/default_prompts.py``, which is parsed,
never imported. `render` builds what the official generation sends for a single-turn entry, byte
for byte, in the default configuration and in the variations of format sensitivity.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envs.common.errors import UserError
from envs.common.python_source import parse_module
from envs.types import Message
from eval.bfcl.categories import CATEGORIES
from eval.bfcl.data import Doc, Entry
from eval.bfcl.doc_formats import show_docs
from eval.bfcl.formats import PromptConfig
from eval.bfcl.hints import SOURCE, Hints, hinted, read_hints

CONSTANTS = "constants/default_prompts.py"


@dataclass(frozen=True)
class Prompts:
    """The official texts."""

    constants: Mapping[str, Any]
    """Constant name -> string, or nested dicts of strings."""
    hints: Hints
    sha256: str
    """Of the files that the texts are from."""


def load(root: Path) -> Prompts:
    """Take the prompts out of the official package at `root`.

    Raises:
        UserError: a file is missing or cannot be read as expected.
    """
    path = root / CONSTANTS
    try:
        source = path.read_bytes()
        tree = parse_module(source)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
    except (SyntaxError, ValueError) as error:
        raise UserError(f"{path}: cannot be parsed: {error}") from None
    constants: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                constants[node.targets[0].id] = _value(node.value, constants)
            except (ValueError, KeyError):
                continue  # not made of texts: none of ours
    hints = read_hints(root)
    return Prompts(
        constants, hints, hashlib.sha256(source + (root / SOURCE).read_bytes()).hexdigest()
    )


def render(
    entry: Entry, prompts: Prompts, config: PromptConfig | None = None
) -> tuple[Message, ...]:
    """The messages that ask a model: the system prompt with the docs, then the entry's own.

    A system message of the entry joins ours after a blank line. Without `config` the entry's own
    variation is taken, the default where it has none.
    """
    docs = hinted_functions(entry, prompts)
    system = system_prompt(docs, prompts, config or entry.config or PromptConfig())
    messages = entry.messages
    if messages and messages[0].role == "system":
        system += "\n\n" + messages[0].content
        messages = messages[1:]
    return (Message("system", system), *messages)


def hinted_functions(entry: Entry, prompts: Prompts) -> list[Doc]:
    """Return the entry's docs as the prompt shows them, with the language hints.

    Format sensitivity shows the hints twice, as the official generation does.
    """
    language = CATEGORIES[entry.category].language
    docs = hinted(entry.functions, language, prompts.hints)
    return docs if entry.config is None else hinted(docs, language, prompts.hints)


def system_prompt(docs: Sequence[Doc], prompts: Prompts, config: PromptConfig) -> str:
    """The system prompt that offers `docs`, which are shown as they are.

    Raises:
        UserError: the official file has no such text.
    """
    try:
        return _system_prompt(docs, prompts.constants, config)
    except (KeyError, AttributeError, IndexError) as error:
        raise UserError(f"{CONSTANTS} of the official package lacks a text: {error}") from None


def _system_prompt(docs: Sequence[Doc], texts: Mapping[str, Any], config: PromptConfig) -> str:
    style = texts["PROMPT_STYLE_TEMPLATES"][config.style]
    tool_call = style["tool_call_with_tag" if config.tool_call_tag else "tool_call_no_tag"]
    filled: str = texts["PROMPT_TEMPLATE_MAPPING"][config.layout].format(
        persona=style["persona"],
        task=style["task"],
        tool_call_format=tool_call.format(
            output_format=texts["OUTPUT_FORMAT_MAPPING"][config.return_format],
            param_types=texts["PARAM_TYPE_MAPPING"][config.return_format],
        ),
        multiturn_behavior=style["multiturn_behavior"],
        available_tools=style["available_tools"].format(
            format=config.doc_format, functions=show_docs(docs, config.doc_format)
        ),
    )
    return filled


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """The value of a constant expression of strings, dicts, sums and earlier names."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return known[name]
        case ast.Dict(keys=keys, values=values):
            if None in keys:
                raise ValueError("a dict that unpacks another")
            return {
                _value(key, known): _value(value, known)
                for key, value in zip(keys, values, strict=True)
                if key is not None
            }
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = _value(left, known), _value(right, known)
            if all(isinstance(part, str) for part in parts):
                return "".join(parts)
    raise ValueError(f"not a constant: {type(node).__name__}")
