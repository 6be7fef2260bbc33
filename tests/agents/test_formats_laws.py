"""What holds for every format: written turns are read back, and no text is too hostile to read."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agents.formats import FORMATS, get_format
from agents.formats.base import ToolFormat
from envs.types import Action, ToolCall

MARKS = [
    *("<tool_call>", "</tool_call>", "[TOOL_CALLS]", "[ARGS]", "[CALL_ID]", "<|python_tag|>"),
    *("```json\n", "\n```", "; ", ", ", "\n", "</think>", "\\", '"', "'", "{", "}", "[", "]", ":"),
    *('{"name": "g", "arguments": {}}', '[{"name": "g", "parameters": {}}]', '{"name": "Bob"}'),
    *('{"type": "function", "function": ', '"arguments": "{', "[g(x=1)]", "g(", 'g{"x": 1}'),
    *("\x00", "\ud800", "\u2028", "🙂", "é", "NaN", "-Infinity", "1e999", "9" * 5000),
]

nasty = st.lists(
    st.sampled_from(MARKS) | st.text(st.characters(exclude_categories=()), max_size=8), max_size=5
).map("".join)
names = st.from_regex(r"[A-Za-z_]\w{0,8}(\.[A-Za-z_]\w{0,8}){0,2}", fullmatch=True).filter(
    lambda name: not {"None", "True", "False"} & set(name.split("."))
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**30, 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | nasty,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(nasty, inner, max_size=4),
    max_leaves=8,
)
calls = st.builds(ToolCall, names | nasty, st.dictionaries(nasty, values, max_size=3))
SAID = ["", "I will look.", "a\n\nb (c)", "1 < 2; see [1].", "so;"]


@pytest.fixture(params=FORMATS, scope="module")
def form(request: pytest.FixtureRequest) -> ToolFormat:
    return get_format(request.param)


writing = pytest.mark.parametrize(
    "form", [name for name in FORMATS if name != "native"], indirect=True
)


def test_the_registry_has_them(form: ToolFormat) -> None:
    assert isinstance(form, ToolFormat)
    assert FORMATS[form.name].startswith("agents.formats.")


@writing
@given(made=st.lists(calls, min_size=1, max_size=3), said=st.sampled_from(SAID))
@example(made=[ToolCall("f", {"\ud800": "\udfff\U0001f642\x00\x85\u2028"})], said="")
@example(made=[ToolCall("f", {"x": [[[]]], "None": -0.0, "__debug__": 1})], said="")
@settings(deadline=None, max_examples=100)
def test_calls_are_read_back(form: ToolFormat, made: list[ToolCall], said: str) -> None:
    action = Action(said, tuple(made))
    try:
        written = form.render(action)
    except ValueError as error:
        bad_name = "has no name" in str(error) or "is not a dotted Python name" in str(error)
        assert bad_name  # nothing that a string holds is mistaken for structure
        return
    read = form.parse(written)
    assert read == action
    assert repr(read.calls) == repr(action.calls)  # 1 is not True, 0.0 is not -0.0
    assert read.raw == written


@given(text=nasty, made=st.lists(calls, max_size=2))
@settings(deadline=None, max_examples=100)
def test_nasty_turns_are_read_back_or_refused(
    form: ToolFormat, text: str, made: list[ToolCall]
) -> None:
    action = Action(text.strip() if made else text, tuple(made))
    try:
        written = form.render(action)
    except ValueError:
        return
    assert form.parse(written) == action


def test_ids_are_not_written(form: ToolFormat) -> None:
    call = ToolCall("f", {"x": 1}, id="call_1")
    if form.name == "native":
        with pytest.raises(ValueError, match="go through the server"):
            form.render(Action("", (call,)))
        return
    assert form.parse(form.render(Action("", (call,)))).calls == (replace(call, id=None),)


def test_what_was_unreadable_is_written_to_the_letter(form: ToolFormat) -> None:
    for broken in (
        form.parse('[f(x=]{"name": "f", <tool_call> [TOOL_CALLS]'),
        Action("a", error="b"),
    ):
        assert form.render(broken) == broken.text


@writing
def test_the_instructions_show_calls_that_are_read(form: ToolFormat) -> None:
    _, _, example = form.instructions.partition("\n")
    assert form.parse(example).calls
    assert form.render(form.parse(example)) == example


# --- hostile texts -------------------------------------------------------------------------------


def valid_answers(form: ToolFormat) -> list[str]:
    """Turns as the format writes them, and as other families do."""
    f = ToolCall("f", {"x": 1, "s": 'a "b" [TOOL_CALLS] </tool_call>', "o": {"k": [1, None, True]}})
    turns = [Action("Let me look.", (f,)), Action("", (f, ToolCall("now"))), Action("No calls.")]
    others = [get_format(name) for name in FORMATS if name != "native"]
    return [
        other.render(turn) for other in (form, *others) if other.name != "native" for turn in turns
    ]


def mutated(text: str, others: list[str], draw: random.Random) -> str:
    """A text after a few accidents: cut, repeated, nested, spliced, with marks in odd places."""

    def place() -> int:
        return draw.randint(0, len(text))

    accidents: list[Callable[[], str]] = [
        lambda: text[: place()],
        lambda: text[place() :],
        lambda: text + text,
        lambda: text[: (i := place())] + draw.choice(MARKS) + text[i:],
        lambda: text[: (i := place())] + text[i + draw.randint(1, 9) :],
        lambda: text[: (i := place())] + draw.choice(others) + text[i:],
        lambda: text[: place()] + draw.choice(others)[place() :],
        lambda: text.replace('"', draw.choice(["'", '\\"', "“", ""])),
        lambda: text.replace(draw.choice("[]{}(),:"), draw.choice(["", "[", "}", "\n", "\x00"])),
        lambda: text.replace(
            "1", draw.choice(["NaN", "1e999", "9" * 5000, "[" * 99, '{"a":' * 99])
        ),
        lambda: draw.choice("[{(\"'") * draw.randint(1, 99) + text,
        lambda: text[: (i := place())] + chr(draw.randrange(0x110000)) + text[i:],
        lambda: text.upper(),
    ]
    for _ in range(draw.randint(1, 4)):
        text = draw.choice(accidents)()
        text = text[:20_000]
    return text


def check(form: ToolFormat, text: str) -> Action:
    action = form.parse(text)
    assert type(action) is Action
    assert action.raw == text
    assert not (action.calls and action.error)
    assert action.calls or action.text == text
    if action.error is not None:
        assert "\n" not in action.error and 0 < len(action.error) < 400
    for call in action.calls:
        assert type(call) is ToolCall and type(call.name) is str and type(call.arguments) is dict
    return action


def test_ten_thousand_mutated_answers(form: ToolFormat) -> None:
    draw = random.Random(form.name)
    answers = valid_answers(form)
    kinds = set()
    for _ in range(10_000):
        action = check(form, mutated(draw.choice(answers), answers, draw))
        kinds.add("error" if action.error else "calls" if action.calls else "reply")
        if action.calls:
            assert form.parse(form.render(replace(action, text=""))).calls == action.calls
    assert kinds == ({"reply"} if form.name == "native" else {"error", "calls", "reply"})


MEGABYTE = 2**20
CALL = '{"name": "f", "arguments": {"x": 1}}'


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "[",
            "{",
            "(",
            '"',
            "\\",
            "[{",
            '{"',
            "{'",
            "[ ",
            "{ ",
            "[\n",
            "<",
            "`",
            "``` ",
            ";",
            "1",
        ),
        *(
            '{"name":',
            '[{"name":',
            '{"name": "f", "arguments": {',
            '{"id":{',
            ' {"name": x',
            "{}",
            "[]",
        ),
        *("<tool_call>", "</tool_call>", "<tool_call>{", "[TOOL_CALLS]", "[TOOL_CALLS]f", "[ARGS]"),
        *("<|python_tag|>", "f{", "f{}", "f[ARGS]{}", "[f(", "a.", "[a", "é{", "\x00", "\ud800"),
        *(CALL, f"[{CALL}]", f"{CALL}; ", f"<tool_call>{CALL}</tool_call>", f"a {CALL[:-1]} "),
        *(f"[TOOL_CALLS] [{CALL}]", f"```json\n{CALL}\n```\n", '{"name": "a"} ', "```a"),
    ],
)
def test_a_megabyte_of_one_thing_ends(form: ToolFormat, piece: str) -> None:
    check(form, piece * (MEGABYTE // len(piece)))


@pytest.mark.parametrize(
    "literal", ["1" * MEGABYTE, f'"{"a" * MEGABYTE}"', "[0" + ",0" * (MEGABYTE // 8) + "]"]
)
def test_megabyte_literals_end(form: ToolFormat, literal: str) -> None:
    for before, after in (
        ('<tool_call>\n{"name": "f", "arguments": {"x": ', "}}\n</tool_call>"),
        ('[TOOL_CALLS]f[ARGS]{"x": ', "}"),
        ('{"name": "f", "parameters": {"x": ', "}}"),
        ('[{"name": "f", "arguments": ', "}]"),
        ("[f(x=", ")]"),
        ("[TOOL_CALLS]" + " " * MEGABYTE, ""),
        ('{"name": ', "}"),
    ):
        check(form, before + literal + after)
        check(form, before + literal)


def test_errors_stay_short_whatever_the_model_calls_things() -> None:
    name = "n" * 5000
    for text in (
        f'{{"name": "{name}", "arguments": 3}}',
        f'{{"name": "f", "arguments": {{"{name}": 1, "{name}": 2}}}}',
        f'{{"name": "{name}", "arguments": "{{}} x"}}',
        f"<tool_call>{name}",
    ):
        action = check(get_format("hermes"), text)
        assert action.error is not None
