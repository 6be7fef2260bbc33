"""How each family with JSON calls writes them, and what it reads."""

from __future__ import annotations

from typing import Any

import pytest

from agents.formats import get_format
from agents.formats.base import UnsupportedSchema
from envs.types import Action, ToolCall

JSON_FORMATS = ["hermes", "llama3", "mistral", "json"]
F = ToolCall("f", {"x": 1})
G = ToolCall("math.g", {"y": "a]}b"})
f_json = '{"name": "f", "arguments": {"x": 1}}'
g_json = '{"name": "math.g", "arguments": {"y": "a]}b"}}'

WRITTEN = {
    "hermes": f"Well.\n<tool_call>\n{f_json}\n</tool_call>\n<tool_call>\n{g_json}\n</tool_call>",
    "llama3": f"Well.\n{f_json}; {g_json}".replace("arguments", "parameters"),
    "mistral": f"Well.\n[TOOL_CALLS] [{f_json}, {g_json}]",
    "json": f"Well.\n[{f_json}, {g_json}]",
}


@pytest.mark.parametrize(("name", "written"), WRITTEN.items())
def test_calls_are_written_as_the_family_does(name: str, written: str) -> None:
    action = Action("Well.", (F, G))
    assert get_format(name).render(action) == written
    assert get_format(name).parse(written) == action


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize("family", ["llama3", "mistral", "json"])
def test_calls_are_read_without_special_tokens(name: str, family: str) -> None:
    text = WRITTEN[family].replace("[TOOL_CALLS] ", "")
    assert get_format(name).parse(text) == Action("Well.", (F, G))


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"[{f_json}, {g_json}]", ""),
        (f"{f_json}{g_json}", ""),
        (f"{f_json}\n\n{g_json};", ""),
        (f"```json\n[{f_json},\n {g_json}]\n```", ""),
        (f"I call [{f_json}, {g_json}] now.", "I call  now."),
        (f'{f_json[:-1]}, "id": "abc123def"}}, {g_json}', ""),
        ('{"type": "function", "name": "f", "parameters": {"x": 1}}\n' + g_json, ""),
        (f'{{"id": "c", "type": "function", "function": {f_json}}}, {g_json}', ""),
        ('{"name": "f", "arguments": "{\\"x\\": 1}"}, ' + g_json, ""),
        (f'In JSON: {{"a": {{"name": "f"}}}}\n{f_json}\n{g_json}', 'In JSON: {"a": {"name": "f"}}'),
        (f'Write {{"name": ...}}.\n{f_json}\n{g_json}', 'Write {"name": ...}.'),
    ],
)  # fmt: skip
def test_calls_are_found_where_models_put_them(name: str, text: str, rest: str) -> None:
    action = get_format(name).parse(text)
    assert action == Action(rest, (F, G))
    assert action.raw == text


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize(
    "arguments", ['"arguments": {}, ', '"parameters": null, ', '"arguments": "", ']
)
def test_a_call_without_arguments(name: str, arguments: str) -> None:
    text = f'{{{arguments}"name": "now"}}'
    assert get_format(name).parse(text) == Action("", (ToolCall("now"),))


@pytest.mark.parametrize(
    ("name", "text", "action"),
    [
        ("hermes", f"Well.<tool_call>{f_json}</tool_call> Done.", Action("Well. Done.", (F,))),
        ("hermes", f"<tool_call>\n{f_json}\n", Action("", (F,))),
        ("hermes", f"<tool_call>\n{f_json}\n<tool_call>{g_json}", Action("", (F, G))),
        ("hermes", f"<tool_call>[{f_json}, {g_json}]</tool_call>", Action("", (F, G))),
        ("hermes", f"<tool_call>{f_json}\n{g_json}</tool_call>", Action("", (F, G))),
        ("hermes", '<tool_call>{"name": "f"}</tool_call>', Action("", (ToolCall("f"),))),
        ("llama3", f"<|python_tag|>{f_json}; {g_json}", Action("", (F, G))),
        ("llama3", f"<|python_tag|>{f_json}<|python_tag|>{g_json}", Action("", (F, G))),
        ("llama3", f"Well.\n<|python_tag|>{f_json}", Action("Well.", (F,))),
        ("mistral", f"Well.[TOOL_CALLS][{f_json}, {g_json}]", Action("Well.", (F, G))),
        ("mistral", '[TOOL_CALLS]f[ARGS]{"x": 1}[TOOL_CALLS]math.g[ARGS]{"y": "a]}b"}',
         Action("", (F, G))),
        ("mistral", '[TOOL_CALLS]f[CALL_ID]9ab[ARGS]{"x": 1}', Action("", (F,))),
        ("mistral", 'Well.[TOOL_CALLS]f{"x": 1}', Action("Well.", (F,))),
        ("mistral", 'f{"x": 1}math.g{"y": "a]}b"}', Action("", (F, G))),
        ("mistral", 'f[ARGS]{"x": 1}', Action("", (F,))),
        ("mistral", 'f [1], {"x": 1}', Action('f [1], {"x": 1}')),
    ],
)  # fmt: skip
def test_what_one_family_alone_writes(name: str, text: str, action: Action) -> None:
    assert get_format(name).parse(text) == action


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "The capital is Paris.",
        "[]",
        "{}",
        "see [1] and {x}",
        '{"name": "Bob", "age": 3}',
        '[{"name": "Bob"}, {"name": "Ann"}]',
        '{"id": 3, "type": "house',
        '{"type": "function", "function": {"name": "f", "description": "", "parameters": {}}}',
        'Write {"name": ..., "arguments": ...} to call.',
        '{"function": "f", "arguments": {}}',
        "```json\n{}\n```",
        "[f(x=1)]",
        "</tool_call>",
    ],
)
def test_other_text_is_a_reply(name: str, text: str) -> None:
    assert get_format(name).parse(text) == Action(text)


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"name": "f", "arguments": {"x": }}', "not valid JSON: Expecting value at '}}'"),
        ('{"name": "f", "arguments": {"x": 1', "not valid JSON: it ends too early"),
        ('{"name": "f", "argum', "not valid JSON: a string is not closed at '\"argum'"),
        ("{'name': 'f', 'arguments': {}}", "enclosed in double quotes at \"'name'"),
        ('{"name": "f", "arguments": {"x": NaN}}', "NaN is not a JSON value"),
        ('{"name": "f", "arguments": {"x": -Infinity}}', "-Infinity is not a JSON value"),
        ('{"name": "f", "arguments": {"x": 1e999}}', "the number is too large"),
        (f'{{"name": "f", "arguments": {{"x": {"9" * 5000}}}}}', "a number has too many digits"),
        ('{"name": "f", "arguments": {"x": 1, "x": 2}}', "the key 'x' is given twice"),
        ('{"name": "f", "arguments": [1]}', "f: the arguments have to be an object, not a list"),
        ('{"name": "f", "arguments": "x=1"}', "not valid JSON: Expecting value at 'x=1'"),
        ('{"name": "f", "arguments": "{} {}"}', "f: the arguments go on behind their JSON"),
        ('{"name": "f", "arguments": {}, "parameters": {}}', 'both "arguments" and "parameters"'),
        ('{"name": 3, "arguments": {}}', 'a call needs the name of its tool: "name": "..."'),
        (f'{{"name": "f", "arguments": {{"x": {"[" * 40 + "]" * 40}}}}}', "nested deeper than 32"),
        (f'{{"name": "f", "arguments": {{"x": {"[" * 9999}', "nested deeper than 32"),
        (f"[{f_json}, 3]", 'expected {"name": ..., "arguments": {...}}, found a number'),
        (f"[{f_json}, {{", "not valid JSON"),
        (f'{f_json}; {{"name": "g", "par', "not valid JSON"),
        (f'I call [{f_json}, {{"name": "g', "not valid JSON"),
        ('Well.\n{"name": "g', "not valid JSON"),
    ],
)  # fmt: skip
def test_calls_that_cannot_be_read_say_why(name: str, text: str, error: str) -> None:
    action = get_format(name).parse(text)
    assert action.error is not None
    assert error in action.error
    assert (action.calls, action.text, action.raw) == ((), text, text)


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("hermes", "<tool_call>", "expected {"),
        ("hermes", "<tool_call>\nf(x=1)\n</tool_call>", "found 'f(x=1)\\n</tool_call>'"),
        ("hermes", f"<tool_call>{f_json}}}</tool_call>", "expected </tool_call> behind the call"),
        ("hermes", f"<tool_call>{f_json}</tool_call><tool_call>{{", "not valid JSON"),
        ("hermes", '<tool_call>{"arguments": {}}</tool_call>', "needs the name"),
        ("llama3", "<|python_tag|>print(1)", "found 'print(1)'"),
        ("mistral", "[TOOL_CALLS]f", "found 'f'"),
        ("mistral", "[TOOL_CALLS] []", "found '[]'"),
        ("mistral", '[TOOL_CALLS]f[ARGS]{"x": ', "it ends too early"),
    ],
)  # fmt: skip
def test_what_follows_a_marker_has_to_be_a_call(name: str, text: str, error: str) -> None:
    action = get_format(name).parse(text)
    assert action.error is not None
    assert error in action.error


def test_line_breaks_in_strings_are_read() -> None:
    (call,) = get_format("json").parse('{"name": "f", "arguments": {"code": "a\n\tb"}}').calls
    assert call.arguments == {"code": "a\n\tb"}


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize(
    ("call", "error"),
    [
        (ToolCall("f", {"x": float("nan")}), "f: nan is not a JSON number"),
        (ToolCall("f", {"x": (1,)}), "f: tuple is not a JSON value"),
        (ToolCall(""), "no name"),
    ],
)
def test_what_json_has_not_is_refused(name: str, call: Any, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        get_format(name).render(Action("", (call,)))


def test_text_that_would_be_read_as_calls_is_refused() -> None:
    for name, text in (
        ("json", f_json),
        ("llama3", f"a\n{f_json}"),
        ("hermes", "Use the <tool_call> tag."),
        ("mistral", "[TOOL_CALLS]"),
    ):
        for calls in ((), (F,)):
            with pytest.raises(ValueError, match="would not be read back"):
                get_format(name).render(Action(text, calls))


def test_native_text_is_a_reply_and_calls_have_no_text() -> None:
    native = get_format("native")
    assert native.parse(f_json) == Action(f_json)
    assert native.render(Action(f_json)) == f_json
    with pytest.raises(ValueError, match="go through the server"):
        native.render(Action("", (F,)))
    with pytest.raises(UnsupportedSchema, match="take another --format") as caught:
        native.grammar([], "any")
    assert "\n" not in str(caught.value)
