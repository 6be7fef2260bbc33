"""Samples in the shapes of public data sets, read as rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reader_samples import GLAIVE, HERMES, TOOLACE, TOOLBENCH, WEATHER, XLAM, error_of, rows_of

from envs.types import ToolCall
from training.checks import Reason, check, clean

# --- ToolACE


def test_toolace(tmp_path: Path) -> None:
    calls, reply, broken, after = rows_of(tmp_path, TOOLACE)
    assert calls.answer == (
        ToolCall("Tide_Tables_API", {"port": "Brest, Tide Tables API(", "heights": [1.5, 2]}),
        ToolCall("moon.phase", {}),
    )
    assert [tool.name for tool in calls.tools] == ["Tide_Tables_API", "moon.phase"]
    assert calls.tools[0].parameters["properties"]["heights"] == {
        "type": "array",
        "items": {"type": "number"},
    }
    assert [(m.role, m.content) for m in calls.messages] == [
        ("system", "The current time is 2031-05-07 10:36:29."),  # the list of functions is gone
        ("user", "Tides in Brest and the moon?"),
    ]
    assert check(calls) is None and check(reply) is None
    assert reply.answer == () and reply.answer_text == (
        "High water is at 4:10 [see table], the moon is full."
    )
    tides, moon = reply.messages[-2:]
    assert (tides.name, tides.content, moon.content) == (
        "Tide_Tables_API",
        '{"high": "4:10"}',
        "full",
    )
    assert [tides.call_id, moon.call_id] == [call.id for call in reply.messages[-3].calls]
    # Calls that cannot be read are no reply, and nothing behind them is learned.
    assert check(broken) == check(after) == Reason.UNREADABLE


def test_toolace_names_that_python_has_taken(tmp_path: Path) -> None:
    function = {
        "name": "Ferry Times (2.0)",
        "parameters": {"from": {"type": "str"}, "max-hours": {"type": "float"}},
    }
    system = f"a list of functions in JSON format: {json.dumps([function])}"
    turns = [
        {"from": "user", "value": "From Brest?"},
        {
            "from": "assistant",
            "value": "[Ferry Times (2.0)(from='x, from=\"y\"', max-hours=2.5)]",
        },
    ]
    (row,) = rows_of(tmp_path, {"system": system, "conversations": turns})
    assert row.answer == (ToolCall("Ferry_Times_2._0", {"from": 'x, from="y"', "max-hours": 2.5}),)
    assert check(row) is None


def test_toolace_takes_prose_with_brackets_for_a_reply(tmp_path: Path) -> None:
    turns = [
        {"from": "user", "value": "How do I call it?"},
        {"from": "assistant", "value": "Write [someone(x=1)] or so."},
    ]
    (row,) = rows_of(tmp_path, {**TOOLACE, "conversations": turns})
    assert row.answer == () and row.answer_text == "Write [someone(x=1)] or so."


# --- xLAM


def test_xlam(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, XLAM)
    assert row.answer == (ToolCall("get_weather", {"city": "Rome", "days": 3}),)
    parameters = row.tools[0].parameters
    assert parameters["required"] == ["city"]
    assert parameters["properties"]["days"]["type"] == "integer"
    assert parameters["properties"]["type"]["additionalProperties"] == {"type": "number"}
    assert check(row) is None and row.id == "data-0.1" and row.source == "data"


def test_xlam_without_an_answer_refuses(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, {**XLAM, "answers": []})
    assert check(row) is None and row.action.calls == () and row.action.text


def test_xlam_broken(tmp_path: Path) -> None:
    assert error_of(tmp_path, XLAM, {**XLAM, "tools": "[{"}).startswith(
        "data.jsonl:2: tools: not JSON"
    )
    assert "answers[0]" in error_of(tmp_path, {**XLAM, "answers": ["f(x=1)"]})
    assert "query: a text is needed, not int" in error_of(tmp_path, {**XLAM, "query": 3})
    assert "tools[0].name: a text is needed" in error_of(tmp_path, {**XLAM, "tools": [{}]})


# --- Hermes


def test_hermes(tmp_path: Path) -> None:
    calls, reply, pythonic = rows_of(tmp_path, HERMES)
    assert [call.name for call in calls.answer] == ["get_weather", "get_tide"]
    assert calls.answer_text == "Let me look."
    assert [message.role for message in calls.messages] == ["user"]
    assert [m.content for m in reply.messages[-2:]] == ['{"sky": "clear"}', "low"]
    assert [m.call_id for m in reply.messages[-2:]] == ["call_1_0", "call_1_1"]
    assert pythonic.answer == (ToolCall("get_weather", {"city": "Naples"}),)
    assert clean([calls, reply, pythonic])[1] == {}


def test_hermes_reads_the_tools_behind_an_example(tmp_path: Path) -> None:
    example = '<tools>[{"name": "example", "parameters": {}}]</tools> is how they look.\n'
    system, *turns = HERMES["conversations"]  # type: ignore[misc]
    system = {"from": "system", "value": example + system["value"]}
    first, *_ = rows_of(tmp_path, {"conversations": [system, *turns]})
    assert [tool.name for tool in first.tools] == ["get_weather", "get_tide"]


def test_hermes_broken(tmp_path: Path) -> None:
    turns = HERMES["conversations"]
    assert isinstance(turns, list)
    bad = [*turns[:2], {"from": "gpt", "value": "<tool_call>\n{oops\n</tool_call>"}]
    (row,) = rows_of(tmp_path, {"conversations": bad})
    assert check(row) is Reason.UNREADABLE
    system = {"from": "system", "value": "<tools>[{'name': }]</tools>"}
    assert "system: <tools>: not valid JSON" in error_of(
        tmp_path, {"conversations": [system, *turns[1:]]}
    )
    assert "conversations[1].from: 'alien' is none of" in error_of(
        tmp_path, {"conversations": [turns[0], {"from": "alien", "value": ""}]}
    )
    assert "conversations[1].value: missing" in error_of(
        tmp_path, {"conversations": [turns[0], {"from": "human"}]}
    )


# --- Glaive


@pytest.mark.parametrize("in_one", [False, True])
def test_glaive(tmp_path: Path, in_one: bool) -> None:
    record = {"sample": f"{GLAIVE['system']}\n{GLAIVE['chat']}"} if in_one else GLAIVE
    call, reply, joke = rows_of(tmp_path, record)
    assert call.answer == (ToolCall("get_weather", {"city": "Val-d'Or", "days": 2}),)
    assert [tool.name for tool in call.tools] == ["get_weather", "tell_joke"]
    assert call.query == "What's the weather in Val-d'Or?"
    assert reply.messages[-1].content == '{"sky": "snow"}'
    assert reply.messages[-1].name == "get_weather"
    assert reply.answer_text == "It snows.\nWrap up."
    assert joke.answer == (ToolCall("tell_joke", {}),)
    assert clean([call, reply, joke])[1] == {}


def test_glaive_as_turns_and_broken(tmp_path: Path) -> None:
    turns = [
        {"from": "system", "value": GLAIVE["system"]},
        {"from": "human", "value": "A joke?"},
        {"from": "gpt", "value": '<functioncall> {"name": "tell_joke", "arguments": \'{}\'}'},
        {"from": "function_response", "value": "ha"},
        {
            "from": "gpt",
            "value": '<functioncall> {"name": "get_weather", "arguments": '
            '\'{"city": "Val-d\\\'Or"}\'}',
        },
        {"from": "gpt", "value": '<functioncall> {"name": "tell_joke", '},
    ]
    good, quoted, bad = rows_of(tmp_path, {"conversations": turns})
    assert dict(quoted.answer[0].arguments) == {"city": "Val-d'Or"}
    assert good.answer == (ToolCall("tell_joke", {}),) and check(bad) is Reason.UNREADABLE
    assert "chat: no 'USER:'" in error_of(tmp_path, {**GLAIVE, "chat": "Hello"})
    assert "system: function[0]: not valid JSON" in error_of(tmp_path, {**GLAIVE, "system": "{a"})


# --- LLaMA-Factory


def test_llamafactory(tmp_path: Path) -> None:
    record = {
        "conversations": [
            {"from": "human", "value": "Weather in Rome and Bari?"},
            {
                "from": "function_call",
                "value": '[{"name": "get_weather", "arguments": {"city": "Rome"}}, '
                '{"name": "get_weather", "arguments": "{\\"city\\": \\"Bari\\"}"}]',
            },
            {"from": "observation", "value": '["clear", "wet"]'},
            {"from": "gpt", "value": "Clear; wet."},
            {"from": "human", "value": "Go on"},
            {"from": "function_call", "value": "later"},
        ],
        "system": "Be brief.",
        "tools": json.dumps([WEATHER]),
    }
    calls, reply, nothing = rows_of(tmp_path, record)
    assert [dict(call.arguments) for call in calls.answer] == [{"city": "Rome"}, {"city": "Bari"}]
    assert calls.messages[0].content == "Be brief."
    assert [m.content for m in reply.messages[-2:]] == ["clear", "wet"]
    assert check(calls) is check(reply) is None and check(nothing) is Reason.UNREADABLE
    listed = {**record, "tools": None, "system": f"Use these: {json.dumps([WEATHER])}"}
    as_listed = rows_of(tmp_path, listed)[0]
    assert as_listed.tools == calls.tools and [m.role for m in as_listed.messages] == ["user"]
    chat = {"conversations": record["conversations"][:1], "tools": "[]"}
    assert rows_of(tmp_path, record, chat)[0] == calls
    assert "tools: not JSON" in error_of(tmp_path, record, {**record, "tools": "[nope"})


# --- ToolBench


def test_toolbench(tmp_path: Path) -> None:
    search, end = rows_of(tmp_path, TOOLBENCH)
    assert search.query == "Who made Alien?"
    assert search.answer == (ToolCall("search_for_films", {"title": "Alien"}),)
    assert search.answer_text == "I search."
    assert [tool.name for tool in search.tools] == ["search_for_films"]
    assert end.answer == () and end.answer_text == "Ridley Scott made it."
    assert end.messages[-1].call_id == end.messages[-2].calls[0].id
    assert clean([search, end])[1] == {}


def test_toolbench_gives_up_or_is_broken(tmp_path: Path) -> None:
    turns = TOOLBENCH["conversations"]
    assert isinstance(turns, list)
    up = 'Thought: no.\nAction: Finish\nAction Input: {"return_type": "give_up_and_restart"}'
    given_up = {"conversations": [*turns[:4], {"from": "assistant", "value": up}]}
    torn = "Thought: x\nAction: search_for_films\nAction Input: {'title': "
    broken = {"conversations": [*turns[:2], {"from": "assistant", "value": torn}]}
    assert [check(row) for row in rows_of(tmp_path, given_up)] == [Reason.GAVE_UP] * 2
    assert [check(row) for row in rows_of(tmp_path, broken)] == [Reason.UNREADABLE]
    system = {"from": "system", "value": "following APIs: [{'name': oh no}]"}
    assert "the list of APIs cannot be read" in error_of(
        tmp_path, {"conversations": [system, *turns[1:]]}
    )


# --- OpenAI


def test_openai_old_and_new(tmp_path: Path) -> None:
    new = {
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Rome?"}]},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "a1",
                        "type": "function",
                        "function": {"name": "get_weather", "arguments": '{"city": "Rome"}'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "a1", "content": "clear"},
            {"role": "assistant", "content": "Clear.", "weight": 0},
            {"role": "user", "content": "Thanks"},
            {"role": "assistant", "content": ""},
        ],
        "tools": [{"type": "function", "function": WEATHER}],
    }
    call, silent = rows_of(tmp_path, new)
    assert call.answer == (ToolCall("get_weather", {"city": "Rome"}),)
    assert [(m.role, m.content) for m in call.messages] == [
        ("system", "Be brief."),
        ("user", "Rome?"),
    ]
    assert check(call) is None and check(silent) is Reason.SILENT
    assert len(silent.messages) == 6  # the turn without weight is context

    old = {
        "messages": [
            {"role": "user", "content": "Rome?"},
            {
                "role": "assistant",
                "function_call": {"name": "get_weather", "arguments": '{"city": "Rome"}'},
            },
            {"role": "function", "name": "get_weather", "content": "clear"},
            {"role": "assistant", "content": "Clear."},
        ],
        "functions": [WEATHER],
    }
    call, reply = rows_of(tmp_path, old)
    assert call.answer[0].name == "get_weather" and len(call.tools) == 1
    assert reply.messages[-1].role == "tool" and reply.messages[-1].call_id == "call_1_0"


def test_openai_broken(tmp_path: Path) -> None:
    def record(turn: Any) -> dict[str, Any]:
        return {"messages": [{"role": "user", "content": "x"}, turn], "tools": []}

    assert "messages[1].role: 'alien'" in error_of(tmp_path, record({"role": "alien"}))
    call = {"function": {"name": "f", "arguments": "{"}}
    said = error_of(tmp_path, record({"role": "assistant", "tool_calls": [call]}))
    assert said.startswith("data.jsonl:1: messages[1].tool_calls[0].arguments: not JSON")
    assert "messages[1]: an object is needed" in error_of(tmp_path, record(3), format="openai")


def test_contents_in_parts(tmp_path: Path) -> None:
    def says(kind: str, value: str) -> dict[str, str]:
        return {"type": kind, "value": value}

    call = says("tool_call", '{"name": "get_weather", "arguments": {"city": "Rome"}}')
    messages = [
        {"role": "user", "content": [says("text", "Rome?")]},
        {"role": "assistant", "content": [says("reasoning", "Hm."), call]},
        {"role": "tool", "content": [says("text", "clear")]},
        {"role": "assistant", "content": [says("reasoning", "Ah."), says("text", "Clear.")]},
    ]
    tools = json.dumps([WEATHER])
    first, last = rows_of(tmp_path, {"messages": messages, "tools": tools})
    assert first.answer == (ToolCall("get_weather", {"city": "Rome"}),)
    assert first.answer_text is None and last.answer_text == "Clear."
    assert last.messages[-1].call_id == last.messages[-2].calls[0].id
    odd = [{"role": "user", "content": [{"type": "image"}]}]
    assert "messages[0].content[0]: a part without text" in error_of(tmp_path, {"messages": odd})
