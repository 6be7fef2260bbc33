from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bfcl.lenient import judge_lenient
from eval.bfcl.verdict import judge

DOCS = [
    {
        "name": "map.find",
        "parameters": {
            "properties": {"city": {"type": "string"}, "near": {"type": "boolean"}},
            "required": ["city"],
        },
    }
]
TRUTH = [{"map.find": {"city": ["Rome"], "near": ["", True]}}]
CALL = "map.find(city='Rome')"

FORMAT_ONLY = [
    f"```python\n[{CALL}]\n```",
    f"Sure, here you go:\n\n[{CALL}]\n\nAnything else?",
    f"I would call {CALL} for that.",
    f"I'd call `{CALL}`.",
    f"[[{CALL}]]",
    f'"[{CALL}]"',
    f"result = {CALL}",
    f"1. {CALL}",
    f"<tool_call>{CALL}</tool_call>",
    f"<think>map.find(city='Paris')</think>\nHere: {CALL}",
    "map_find(city='Rome')",
    "map.find(city='Rome', near=true)",
    '<tool_call>\n{"name": "map.find", "arguments": {"city": "Rome"}}\n</tool_call>',
    '{"name": "map_find", "arguments": "{\\"city\\": \\"Rome\\"}"}',
    '{"tool_calls": [{"type": "function", "function": {"name": "map.find", "arguments": '
    '{"city": "Rome"}}}]}',
    'Here: ```json\n[{"function": "map.find", "parameters": {"city": "Rome"}}]\n```',
    '{"map.find": {"city": "Rome"}}',
    '<|python_tag|>{"name": "map.find", "parameters": {"city": "Rome"}}',
    '[TOOL_CALLS][{"name": "map.find", "arguments": {"city": "Rome"}}]',
]


@pytest.mark.parametrize("text", FORMAT_ONLY)
def test_failures_by_format_alone(text: str) -> None:
    assert judge("simple_python", DOCS, TRUTH, text).valid is False
    assert judge_lenient("simple_python", DOCS, TRUTH, text).valid is True


@pytest.mark.parametrize(
    "text",
    [
        "I cannot do that.",
        "map.find(city='Paris')",
        "```\nmap.find(city='Rome')\nmap.find(city='Rome')\n```",
        '{"name": "map.find", "arguments": {"town": "Rome"}}',
        "Rome (Italy) is on the map.find page",
        "",
    ],
)
def test_real_failures_stay(text: str) -> None:
    assert judge_lenient("simple_python", DOCS, TRUTH, text).valid is False


@pytest.mark.parametrize("ending", ["{0}; {0}", "{0}\n{0}", "- {0}\n- {0}", "[{0}]\n[{0}]"])
def test_calls_one_after_the_other(ending: str) -> None:
    truth = TRUTH * 2
    assert judge("parallel", DOCS, truth, ending.format(CALL)).valid is False
    assert judge_lenient("parallel", DOCS, truth, ending.format(CALL)).valid is True


def test_where_no_call_is_wanted_it_is_the_stricter_reading() -> None:
    for text in FORMAT_ONLY[:2] + FORMAT_ONLY[-7:]:
        assert judge("irrelevance", DOCS, None, text).valid is True
        assert judge_lenient("irrelevance", DOCS, None, text).valid is False
        assert judge_lenient("live_relevance", DOCS, None, text).valid is True
    for text in ["No function fits.", f"With a city I could call {CALL} for you.", "[1, 2]"]:
        assert judge_lenient("irrelevance", DOCS, None, text).valid is True
    called = judge_lenient("irrelevance", DOCS, None, "none()")
    assert called == judge("irrelevance", DOCS, None, "none()")


def test_java_and_javascript() -> None:
    docs = [
        {
            "name": "f",
            "parameters": {"properties": {"n": {"type": "integer"}}, "required": ["n"]},
        }
    ]
    for category in ("simple_java", "simple_javascript"):
        for text in ["Sure:\n```\nf(n=5);\n```", '{"name": "f", "arguments": {"n": 5}}']:
            assert judge(category, docs, [{"f": {"n": [5]}}], text).valid is False
            assert judge_lenient(category, docs, [{"f": {"n": [5]}}], text).valid is True


@given(
    st.lists(
        st.sampled_from(
            [CALL, "map.find(", "```", "\n", '{"name":', '"map.find"', "[", "]", "}", "'", " so "]
        ),
        max_size=30,
    ).map("".join)
)
def test_official_successes_stay_and_nothing_raises(text: str) -> None:
    official = judge("simple_python", DOCS, TRUTH, text)
    lenient = judge_lenient("simple_python", DOCS, TRUTH, text)
    assert lenient == official if official.valid else lenient.valid in (True, False)
