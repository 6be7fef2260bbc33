"""The official prompt variations: how a prompt is worded, and how the answer has to spell calls.

Format sensitivity asks the same questions in the 26 variations of `CONFIGS`. Each has an official
name, which is part of its entries' ids: ``ret_fmt=json&tool_call_tag=True&func_doc_fmt=xml&...``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from envs.common.errors import UserError

ReturnFormat = Literal["python", "json", "verbose_xml", "concise_xml"]
"""How calls are spelled. ``python`` is a list of calls in the language of the category."""
DocFormat = Literal["python", "xml", "json"]
Layout = Literal["plaintext", "markdown"]
Style = Literal["classic", "experimental"]


@dataclass(frozen=True)
class PromptConfig:
    """How a prompt is worded and what it asks for. The defaults are the official ones."""

    return_format: ReturnFormat = "python"
    """How the answer has to spell calls."""
    tool_call_tag: bool = False
    """Whether calls have to stand between ``<TOOLCALL>`` and ``</TOOLCALL>``."""
    doc_format: DocFormat = "json"
    """How the docs are shown."""
    layout: Layout = "plaintext"
    style: Style = "classic"

    @property
    def name(self) -> str:
        """The official name."""
        values = (
            self.return_format,
            self.tool_call_tag,
            self.doc_format,
            self.layout,
            self.style,
        )
        return "&".join(f"{key}={value}" for key, value in zip(_CHOICES, values, strict=True))


_CHOICES: dict[str, tuple[str, ...]] = {
    "ret_fmt": get_args(ReturnFormat),
    "tool_call_tag": ("True", "False"),
    "func_doc_fmt": get_args(DocFormat),
    "prompt_fmt": get_args(Layout),
    "style": get_args(Style),
}
"""The parts of a name in their order, each with its values; both orders are those of `CONFIGS`."""


def parse_config(name: str) -> PromptConfig:
    """Read the official name of a variation.

    Raises:
        UserError: a part is missing, out of place or has no such value.
    """
    parts = name.split("&")
    if len(parts) != len(_CHOICES):
        form = "&".join(f"{key}=..." for key in _CHOICES)
        raise UserError(f"prompt variation {name!r}: expected {form}")
    values: list[Any] = []
    for part, (key, choices) in zip(parts, _CHOICES.items(), strict=True):
        found, _, value = part.partition("=")
        if found != key or value not in choices:
            raise UserError(
                f"prompt variation {name!r}: {part!r} should be {key}={'|'.join(choices)}"
            )
        values.append(value == "True" if key == "tool_call_tag" else value)
    return PromptConfig(*values)


CONFIGS = (
    *(
        PromptConfig(return_format, tag, doc_format)
        for return_format in get_args(ReturnFormat)
        for tag in (True, False)
        for doc_format in get_args(DocFormat)
    ),
    PromptConfig(layout="markdown"),
    PromptConfig(style="experimental"),
)
"""The 26 variations of format sensitivity, in the official order."""
