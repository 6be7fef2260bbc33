"""What may become a right answer, read from the gold's calls."""

from __future__ import annotations

import pytest

from benchmarks.search.prefix import may_be_right
from envs.types import Message, ToolCall, ToolSpec
from training.rows import Row

SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"type": "number"},
        "s": {"type": "string"},
        "l": {"type": "array"},
        "d": {"type": "object"},
        "f": {"type": "boolean", "default": False},
    },
}
TOOLS = tuple(ToolSpec(name, "", SCHEMA) for name in ("f", "ns.g"))


def row(*calls: ToolCall) -> Row:
    return Row("r", TOOLS, (Message("user", "?"),), calls)


ONE = row(ToolCall("f", {"a": 5, "s": "it's"}))
TWO = row(ToolCall("f", {"a": 5}), ToolCall("ns.g", {"l": [1, "x"], "d": {"k": 1, "m": None}}))
RIGHT = [
    (ONE, '[f(a=5, s="it\'s")]'),
    (ONE, "[f(s='it\\'s', a=5.0)]"),
    (ONE, "[f(s='it\\u0027s', a=5, f=False)]"),
    (ONE, ' [ f( a = 5 , s = "it\'s " ) ] '),
    (TWO, "[f(a=5), ns.g(l=[1, 'x'], d={'k': 1, 'm': None})]"),
    (TWO, "[ns.g(d={'m': None, 'k': 1.0}, l=[1, \"x\"]), f(a=5.0)]"),
]
WRONG = [
    (ONE, '[f(a=6, s="it\'s")]'),
    (ONE, "[f(a=5)]"),
    (ONE, '[f(a=5, s="it\'s", f=True)]'),
    (ONE, '[f(a=5, s="it\'s"), f(a=5, s="it\'s")]'),
    (ONE, '[f(a=True, s="it\'s")]'),
    (ONE, "I cannot do that."),
    (TWO, "[f(a=5)]"),
    (TWO, "[f(a=5), f(a=5)]"),
    (TWO, "[f(a=5), ns.g(l=[1, 'x', 2], d={'k': 1, 'm': None})]"),
]


@pytest.mark.parametrize(("task", "text"), RIGHT)
def test_every_beginning_of_a_right_answer_may_become_one(task, text):
    assert may_be_right(text, task, ends=True)
    for end in range(len(text)):
        assert may_be_right(text[:end], task, ends=False), text[:end]
        if "]" not in text[:end].replace("[1", "").rpartition(")")[2]:
            assert not may_be_right(text[:end], task, ends=True), text[:end]


@pytest.mark.parametrize(("task", "text"), WRONG)
def test_wrong_answers_are_wrong(task, text):
    assert not may_be_right(text, task, ends=True)


def test_what_cannot_become_right_is_told_at_the_first_wrong_character():
    assert not may_be_right("[f(a=6", ONE, ends=False)
    assert not may_be_right("[h", ONE, ends=False)
    assert not may_be_right("[f(s='its", ONE, ends=False)
    assert may_be_right("[f(s='it", ONE, ends=False)
    assert not may_be_right("[f(a=5, a=5", ONE, ends=False)
