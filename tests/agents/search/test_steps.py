"""Cutting sampled ids into steps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.formats import get_format
from agents.search.marks import Marks, has_calls
from agents.search.steps import StepSplitter, read_call
from envs.types import Action, ToolCall

FORMATS = ["python", "hermes", "llama3", "mistral", "json"]
END = 100_000


class Pieces:
    """A tokenizer whose ids are given chunks of bytes."""

    def __init__(self, text: str, cuts: list[int]) -> None:
        data = text.encode()
        places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
        self.chunks = [data[a:b] for a, b in pairwise(places)]
        self.ids = [*range(len(self.chunks)), END]

    def decode(self, ids) -> str:
        return b"".join(self.chunks[i] for i in ids if i != END).decode("utf-8", "replace")


def by_char(text: str) -> Pieces:
    return Pieces(text, list(range(len(text.encode()) + 1)))


def split(text: str, format: str = "python", granularity="call", tokens: Pieces | None = None):
    tokens = tokens or by_char(text)
    splitter = StepSplitter(tokens.decode, format, granularity)
    return splitter.feed(tokens.ids) + splitter.finish()


def texts(*args, **kwargs) -> list[str]:
    return [piece.text for piece in split(*args, **kwargs)]


HOSTILE = 'a). b, c=1 (d] "e" {"name": [f(x=1)] </tool_call> Yes. No'


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("python", "[f(a=1)]", ["[f(a=1)]"]),
        ("python", "[f(a=1), g(b='x'), h()]", ["[f(a=1), ", "g(b='x'), ", "h()]"]),
        ("python", "[f(a=1,b=2),g()]\n", ["[f(a=1,b=2),", "g()]\n"]),
        ("python", "f(a=1)", ["f(a=1)"]),
        ("python", 'f(a="x. Y")\ng(b=2)', ['f(a="x. Y")\n', "g(b=2)"]),
        ("python", "Let me look. [f(a=1)]", ["Let me look. ", "[f(a=1)]"]),
        ("python", "[f(a=1)]\nThat is all. Bye now.", ["[f(a=1)]\n", "That is all. ", "Bye now."]),
        ("python", "```python\n[f(a=1), g()]\n```", ["```python\n", "[f(a=1), ", "g()]\n```"]),
        ("python", "[a.b(x=[1, (2, 3)], y={'k': ')'})]", None),
        (
            "python",
            '[f(x="""a "quoted". text"""), g()]',
            ['[f(x="""a "quoted". text"""), ', "g()]"],
        ),
        ("python", "[f(x='', y=\"\"), g()]", ["[f(x='', y=\"\"), ", "g()]"]),
        ("python", "[f(x='it\\'s, (a). B'), g()]", ["[f(x='it\\'s, (a). B'), ", "g()]"]),
        ("python", "See [Paris]. It is nice.", ["See [Paris]. ", "It is nice."]),
        ("json", '[{"name": "f", "arguments": {"a": 1}}]', None),
        (
            "json",
            '[{"name": "f", "arguments": {"a": 1}}, {"name": "g", "arguments": {}}]',
            ['[{"name": "f", "arguments": {"a": 1}}, ', '{"name": "g", "arguments": {}}]'],
        ),
        (
            "hermes",
            'Sure.\n<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>\n<tool_call>\n'
            '{"name": "g", "arguments": {}}\n</tool_call>',
            [
                "Sure.\n",
                '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>\n',
                '<tool_call>\n{"name": "g", "arguments": {}}\n</tool_call>',
            ],
        ),
        (
            "hermes",
            '<tool_call>{"name": "f", "arguments": {}}<tool_call>{"name": "g", "arguments": {}}',
            [
                '<tool_call>{"name": "f", "arguments": {}}',
                '<tool_call>{"name": "g", "arguments": {}}',
            ],
        ),
        (
            "llama3",
            '{"name": "f", "parameters": {}}; {"name": "g", "parameters": {"a": "; "}}',
            ['{"name": "f", "parameters": {}}; ', '{"name": "g", "parameters": {"a": "; "}}'],
        ),
        (
            "mistral",
            '[TOOL_CALLS] [{"name": "f", "arguments": {}}, {"name": "g", "arguments": {}}]',
            [
                '[TOOL_CALLS] [{"name": "f", "arguments": {}}, ',
                '{"name": "g", "arguments": {}}]',
            ],
        ),
        (
            "mistral",
            '[TOOL_CALLS]f[ARGS]{"x": 1}[TOOL_CALLS]g[ARGS]{"x": 2}',
            ['[TOOL_CALLS]f[ARGS]{"x": 1}', '[TOOL_CALLS]g[ARGS]{"x": 2}'],
        ),
        ("mistral", 'f{"x": "a. B"}g{"x": 2}', ['f{"x": "a. B"}', 'g{"x": 2}']),
        ("native", "One thing. Two things.", ["One thing. ", "Two things."]),
        ("python", "1. Go there. 2. See it.", ["1. Go there. ", "2. See it."]),
        ("python", "It costs 3.5 euros. Fine, then?", ["It costs 3.5 euros. ", "Fine, then?"]),
        ("python", 'He said "yes." Then no.', ['He said "yes." ', "Then no."]),
        ("python", "One line\nanother line\n\n", ["One line\n", "another line\n\n"]),
        ("python", "", [""]),
    ],
)
def test_steps_of_a_turn(format, text, expected):
    assert texts(text, format) == (expected or [text])


@pytest.mark.parametrize("format", FORMATS)
def test_no_string_ends_a_call(format):
    calls = (ToolCall("f", {"x": HOSTILE, "y": [HOSTILE]}), ToolCall("g", {"z": {"k": HOSTILE}}))
    steps = split(get_format(format).render(Action(calls=calls)), format)
    assert len(steps) == 2
    assert [step.key.partition("{")[0] for step in steps] == ["f", "g"]


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("python", "[f(a=1, b=[1, 2], c='x, y'), g(d=1)]",
         ["[f(a=1, ", "b=[1, 2], ", "c='x, y'), ", "g(d=1)]"]),
        ("json", '[{"name": "f", "arguments": {"a": 1, "b": [1, 2]}}]',
         ['[{"name": "f", "arguments": {"a": 1, ', '"b": [1, 2]}}]']),
        ("hermes", '<tool_call>\n{"name": "f", "arguments": {"a": 1, "b": 2}}\n</tool_call>',
         ['<tool_call>\n{"name": "f", "arguments": {"a": 1, ', '"b": 2}}\n</tool_call>']),
        ("mistral", 'f{"a": 1, "b": 2}', ['f{"a": 1, ', '"b": 2}']),
    ],
)  # fmt: skip
def test_arguments_as_steps(format, text, expected):
    assert texts(text, format, "argument") == expected


def test_keys_of_calls_do_not_depend_on_spelling():
    (one,), (other,) = split('[f(b="x", a=1)]'), split("[ f(a=1,b='x') ]\n")
    assert one.key == other.key == 'f{"a":1,"b":"x"} ]'
    first, second = split("[f(a=1), f(a=1)]")
    assert first.key == 'f{"a":1}'  # the list goes on
    assert second.key == 'f{"a":1} ]'
    assert split("Yes.  It is [f(a=1)]")[1].key == 'It is f{"a":1} ]'
    assert split("[f(a=nonsense)]")[0].key == "[f(a=nonsense)]"


def test_a_token_that_spans_two_steps_belongs_to_the_first():
    text = "[f(a=1), g(b=2)]"
    tokens = Pieces(text, [0, 7, 11])  # "[f(a=1)" ", g(" "b=2)]"
    assert texts(text, tokens=tokens) == ["[f(a=1), g(", "b=2)]"]
    tokens = Pieces("Hello there. Then go.", [0, 12, 17])
    assert texts("Hello there. Then go.", tokens=tokens) == ["Hello there.", " Then go."]


def test_space_behind_a_token_that_spans_two_steps_goes_with_the_next():
    tokens = Pieces("Yes? No! . [, ", [0, 10, 11])  # "Yes? No! ." " " "[, "
    assert texts("Yes? No! . [, ", tokens=tokens) == ["Yes? No! .", " [, "]


def test_going_on_behind_a_prefix():
    text = "[f(a=1), g(b=2), h()]"
    tokens = by_char(text)
    whole = split(text)
    done = len(whole[0].ids)
    splitter = StepSplitter(tokens.decode, "python", prefix=tokens.ids[:done])
    rest = splitter.feed(tokens.ids[done:]) + splitter.finish()
    assert [p.ids for p in rest] == [p.ids for p in whole[1:]]
    assert [p.key for p in rest] == [p.key for p in whole[1:]]
    assert rest[0].start == 0
    assert splitter.text == text


PARTS = st.sampled_from(
    ["[", "]", "(", ")", "{", "}", "f(", "g(a=", '"', "'", "\\", ", ", ". ", "\n", "; ", "é",
     "日本", "🙂", "Hello there", "<tool_call>", "</tool_call>", '{"name": "', '"arguments": {',
     "[TOOL_CALLS]", "<|python_tag|>", "[ARGS]", "a=1", '"""', "f", "`", "```", " ", "1",
     "Yes? No! "]
)  # fmt: skip
TEXTS = st.lists(PARTS, max_size=25).map("".join)
CUTS = st.lists(st.integers(0, 400), max_size=60)


@settings(max_examples=400, deadline=None)
@given(TEXTS, CUTS, st.sampled_from([*FORMATS, "native"]), st.booleans(), st.data())
def test_laws(text, cuts, format, fine, data):
    tokens = Pieces(text, cuts)
    granularity = "argument" if fine else "call"
    whole = split(text, format, granularity, tokens)
    assert [i for p in whole for i in p.ids] == tokens.ids  # nothing lost, nothing twice
    assert "".join(p.text for p in whole) == text
    assert all(p.ids for p in whole)
    assert all(p.text.strip() for p in whole[1:])
    # however the ids come in, the steps are the same, and what was told is never taken back
    splitter = StepSplitter(tokens.decode, format, granularity)
    at, pieces = 0, []
    while at < len(tokens.ids):
        size = data.draw(st.integers(1, 9))
        pieces += splitter.feed(tokens.ids[at : at + size])
        assert pieces == whole[: len(pieces)]
        at += size
    assert pieces + splitter.finish() == whole


VALUES = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
    | st.sampled_from(["). ", ", ", "=", "(", '"', "'", "\\", "]", "}", "\n\n", '"""'])
    | st.integers(-9, 999)
    | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab", min_size=1, max_size=2), inner, max_size=2)
    ),
    max_leaves=5,
)
CALLS = st.lists(
    st.builds(
        ToolCall,
        st.sampled_from(["f", "math.add", "get_weather"]),
        st.dictionaries(st.sampled_from(["a", "b", "city"]), VALUES, max_size=3),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(CALLS, CUTS, st.sampled_from(FORMATS))
def test_one_step_for_each_call(calls, cuts, format):
    tool_format = get_format(format)
    text = tool_format.render(Action(calls=tuple(calls)))
    steps = split(text, format)
    assert len(steps) == len(calls)
    for step, call in zip(steps, calls, strict=True):
        assert step.key.startswith(call.name + "{")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "text", ["[" + "a" * 40_000, "[ " * 20_000, "f(" * 20_000, '{"name' * 9_000]
)
def test_hostile_texts_take_no_time_to_speak_of(format, text):
    chunks = [text[i : i + 50] for i in range(0, len(text), 50)]
    splitter = StepSplitter(lambda ids: "".join(chunks[i] for i in ids), format)
    pieces = splitter.feed(range(len(chunks))) + splitter.finish()
    assert "".join(piece.text for piece in pieces) == text


@pytest.mark.parametrize(
    ("format", "text", "calls"),
    [
        ("python", "I cannot do this.", False),
        ("python", "[f", False),
        ("python", "[f(", True),
        ("python", "Well. [f(a=1)]", True),
        ("hermes", 'Well. <tool_call>{"name": "f", ', True),
        ("hermes", "<tool", False),
    ],
)
def test_whether_a_turn_makes_a_call(format, text, calls):
    assert has_calls(format, text) is calls


@pytest.mark.parametrize(
    ("format", "text", "begun"),
    [
        ("python", "I look: ", None),
        ("python", "[f(a=1)]", None),
        ("python", "[f(a=1), ", None),
        ("python", "[f(", "f()"),
        ("python", "[f(a=1), g", ""),
        ("python", "[f(a=1), g(b=[1, 2], c='), ", "g(b=[1, 2])"),
        ("hermes", '<tool_call>{"na', ""),
        (
            "hermes",
            '<tool_call>{"name": "f", "arguments": {"a": {"x": 1}, "b": "',
            '{"name": "f", "arguments": {"a": {"x": 1}}}',
        ),
        (
            "llama3",
            '<|python_tag|>{"name": "f", "parameters": {',
            '{"name": "f", "parameters": {}}',
        ),
        (
            "mistral",
            '[TOOL_CALLS][{"name": "f", "arguments": {"a": 1, "b": 2',
            '{"name": "f", "arguments": {"a": 1}}',
        ),
        ("mistral", '[TOOL_CALLS]f{"a": [1, 2], "b": ', 'f{"a": [1, 2]}'),
    ],
)
def test_a_call_under_way_is_closed_behind_its_last_argument(format, text, begun):
    marks = Marks(format)
    for char in text:
        marks.read(char)
    assert marks.begun() == begun
    if begun:
        assert [call.name for call in read_call(get_format(format), begun)] in (["f"], ["g"])
