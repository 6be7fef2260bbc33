"""What chat templates say about their models."""

from __future__ import annotations

from typing import Any

import pytest

from agents.formats import FORMATS
from agents.formats.detect import cut_thoughts, detect, known_format, template_takes_tools, thinks

CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
HERMES = (
    '{% if tools %}{{ "Tools:\\n" }}{% for t in tools %}{{ t | tojson }}{% endfor %}{{ "Answer with'
    ' <tool_call>\\n{\\"name\\": <name>, \\"arguments\\": <object>}\\n</tool_call>" }}{% endif %}'
) + CHAT
XML = (
    "{% if tools %}{{ tools | tojson }}"
    "<tool_call>\n<function=NAME>\n<parameter=KEY>\n</tool_call>{% endif %}"
) + CHAT
LLAMA_31 = (
    "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n{{ m.content }}"
    "{% if loop.first and tools %}{% for t in tools %}{{ t | tojson }}{% endfor %}{% endif %}"
    "{% if m.tool_calls %}<|python_tag|>{% endif %}<|eot_id|>{% endfor %}"
)
LLAMA_32 = (
    "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n{{ m.content }}"
    "{% for c in m.tool_calls or [] %}{{ '{\"name\": \"' + c.function.name + '\", ' }}"
    "{{ '\"parameters\": ' }}{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}"
)
LLAMA_3 = (
    "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n{{ m.content }}"
    "<|eot_id|>{% endfor %}"
)
MISTRAL = (
    "{% if tools %}[AVAILABLE_TOOLS] {{ tools | tojson }}[/AVAILABLE_TOOLS]{% endif %}"
    "{% for m in messages %}[INST] {{ m.content }}[/INST]"
    "{% if m.tool_calls %}[TOOL_CALLS] [{{ m.tool_calls | tojson }}]{% endif %}{% endfor %}"
)
JSON_LIST = (
    '{% if tools %}Answer as [{"name": "tool", "arguments": {"key": "value"}}].'
    "{{ tools | tojson }}{% endif %}"
) + CHAT
GRANITE = "{% if tools %}{{ tools | tojson }}<|tool_call|>{% endif %}" + CHAT
THINKING = HERMES + "{% if not enable_thinking %}<think>\n\n</think>\n\n{% endif %}"
UNKNOWN = "{% if tools %}{{ tools | tojson }}{% endif %}<|call:begin|>" + CHAT
RAISING = "{% if tools %}{{ raise_exception('no tools') }}{% endif %}" + CHAT


@pytest.mark.parametrize(
    ("template", "name"),
    [
        (None, None),
        ("", None),
        (CHAT, None),
        (HERMES, "hermes"),
        (THINKING, "hermes"),
        (XML, None),
        (LLAMA_31, "llama3"),
        (LLAMA_32, "llama3"),
        (LLAMA_3, None),
        (MISTRAL, "mistral"),
        (JSON_LIST, "json"),
        (GRANITE, "json"),
        (UNKNOWN, None),
    ],
)
def test_the_format_that_a_template_teaches(template: str | None, name: str | None) -> None:
    assert known_format(template) == name
    assert detect(template) == (name or "python")
    assert detect(template) in FORMATS


@pytest.mark.torch
@pytest.mark.parametrize(
    ("template", "takes"),
    [
        (CHAT, False),
        (RAISING, False),
        ("{{ nonsense(", False),
        (LLAMA_3, False),
        (LLAMA_32, False),  # the one of this test writes calls and lists no tools
        *((t, True) for t in (HERMES, XML, LLAMA_31, MISTRAL, JSON_LIST, GRANITE, UNKNOWN)),
    ],
)
def test_whether_tools_show_up_in_the_prompt(tiny: Any, template: str, takes: bool) -> None:
    from copy import copy

    tokenizer = copy(tiny.tokenizer)
    tokenizer.chat_template = template
    assert template_takes_tools(tokenizer) is takes


def test_without_a_tokenizer_or_a_template_there_is_no_place_for_tools() -> None:
    class Bare:
        chat_template = None

    assert not template_takes_tools(None)
    assert not template_takes_tools(Bare())


def test_who_thinks() -> None:
    assert thinks(THINKING)
    assert not thinks(HERMES)
    assert not thinks(None)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>\nhm\n</think>\n\nParis.", "Paris."),
        ("hm</think>[f(x=1)]", "[f(x=1)]"),
        ("<think>a</think>\nb</think>\n\n c\n", " c\n"),
        ("<think>never done", "<think>never done"),
        ("Paris.\n", "Paris.\n"),
        ("hm</think>\n", ""),
        ("", ""),
    ],
)
def test_thoughts_are_cut_as_the_family_does(text: str, answer: str) -> None:
    assert cut_thoughts(text) == answer
