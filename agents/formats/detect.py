"""What a chat template says about its model: how it writes calls, and whether it thinks aloud.

A template is searched for the marks of the families; it is run only to see whether it takes tools.
"""

from __future__ import annotations

import re
from typing import Any

_END_OF_THOUGHTS = "</think>"
_PROBE = "qzprobeqz"

_MARKS = (
    ("hermes", r"<tool_call>", r"<function=|<arg_key>"),
    ("mistral", r"\[TOOL_CALLS\]", None),
    ("llama3", r"<\|python_tag\|>|<\|(?:start_header_id|header_start)\|>.*\"parameters\":", None),
    ("json", r"<\|tool_call\|>|\"name\":.*\"arguments\":", None),
)
"""Format, what its templates have, and what those have that use the same marks otherwise."""


def detect(chat_template: str | None) -> str:
    """The name of the format that a chat template teaches; ``python`` where none is known."""
    return known_format(chat_template) or "python"


def known_format(chat_template: str | None) -> str | None:
    """The name of the format that a chat template teaches; ``None`` where none is known."""
    text = (chat_template or "").replace('\\"', '"')
    for name, has, lacks in _MARKS:
        if re.search(has, text, re.DOTALL):
            return name if lacks is None or not re.search(lacks, text) else None
    return None


def template_takes_tools(tokenizer: Any) -> bool:
    """Whether a tool offered to the tokenizer's chat template shows up in the prompt.

    Some templates pass over tools silently. ``False`` without a tokenizer or a template.
    """
    if getattr(tokenizer, "chat_template", None) is None:
        return False
    parameters = {"type": "object", "properties": {}}
    function = {"name": _PROBE, "description": "Probe.", "parameters": parameters}
    try:
        prompt = tokenizer.apply_chat_template(
            [{"role": "user", "content": "Hello."}],
            tools=[{"type": "function", "function": function}],
            tokenize=False,
            add_generation_prompt=True,
        )
    except Exception:  # templates raise what they like; this one cannot be offered a tool
        return False
    return _PROBE in str(prompt)


def thinks(chat_template: str | None) -> bool:
    """Whether the model writes its thoughts before its answer."""
    return _END_OF_THOUGHTS in (chat_template or "")


def cut_thoughts(text: str) -> str:
    """What stands behind the last ``</think>``, as the Qwen family cuts its answers.

    A text without one stays as it is, also where the answer was cut before the thoughts ended.
    """
    _, end, answer = text.rpartition(_END_OF_THOUGHTS)
    return answer.lstrip("\n") if end else text
