"""Records in the shapes of public data sets, with contents of our own, and how they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from envs.common.errors import UserError
from training.readers import read
from training.rows import Row

WEATHER = {
    "name": "get_weather",
    "description": "Weather of a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
}

TOOLACE = {
    "system": "You are an expert in composing functions. The current time is 2031-05-07 10:36:29."
    "Here is a list of functions in JSON format that you can invoke:\n"
    + json.dumps(
        [
            {
                "name": "Tide Tables API",
                "description": "High and low water.",
                "parameters": {
                    "type": "dict",
                    "properties": {
                        "port": {"type": "str", "description": "a [b(c=1)] port"},
                        "heights": {"type": "List[float]"},
                    },
                    "required": ["port"],
                },
                "required": None,
            },
            {"name": "moon.phase", "description": "", "parameters": {"type": "dict"}},
        ]
    )
    + ". \nShould you decide to return the function call(s). \nPut it in the format of "
    "[func1(params_name=params_value), func2(params)]\nNO other text MUST be included.",
    "conversations": [
        {"from": "user", "value": "Tides in Brest and the moon?"},
        {
            "from": "assistant",
            "value": '[Tide Tables API(port="Brest, Tide Tables API(", heights=[1.5, 2]), '
            "moon.phase()]",
        },
        {
            "from": "tool",
            "value": '[{"name": "Tide Tables API", "results": {"high": "4:10"}}, '
            '{"name": "moon.phase", "results": "full"}]',
        },
        {"from": "assistant", "value": "High water is at 4:10 [see table], the moon is full."},
        {"from": "user", "value": "Thanks"},
        {"from": "assistant", "value": "[Tide Tables API(port=Brest)]"},
        {"from": "user", "value": "Once more?"},
        {"from": "assistant", "value": "It is at 4:10."},
    ],
}

XLAM = {
    "id": 7,
    "query": "Weather in Rome for 3 days",
    "tools": json.dumps(
        [
            {
                "name": "get_weather",
                "description": "Weather of a city.",
                "parameters": {
                    "city": {"description": "The city", "type": "str"},
                    "days": {"description": "How many", "type": "int, optional"},
                    "unit": {"type": "str", "default": "C"},
                    "type": {"type": "Dict[str, float]", "default": ""},
                },
            }
        ]
    ),
    "answers": '[{"name": "get_weather", "arguments": {"city": "Rome", "days": 3}}]',
}

HERMES = {
    "id": "x",
    "conversations": [
        {
            "from": "system",
            "value": "You are a function calling AI model. You are provided with function "
            "signatures within <tools> </tools> XML tags.\n<tools>\n"
            + json.dumps({"type": "function", "function": WEATHER})
            + "\n"
            + json.dumps({"type": "function", "function": {**WEATHER, "name": "get_tide"}})
            + "\n</tools>\nFor each function call return a json object within "
            '<tool_call></tool_call> tags:\n<tool_call>\n{"arguments": <args-dict>, "name": '
            "<function-name>}\n</tool_call>",
        },
        {"from": "human", "value": "Weather in Rome and the tide in Bari?"},
        {
            "from": "gpt",
            "value": 'Let me look.\n<tool_call>\n{"name": "get_weather", "arguments": '
            '{"city": "Rome"}}\n</tool_call>\n<tool_call>\n'
            '{"name": "get_tide", "arguments": {"city": "Bari"}}\n</tool_call>',
        },
        {
            "from": "tool",
            "value": '<tool_response>\n{"name": "get_weather", "content": {"sky": "clear"}}\n'
            "</tool_response>\n<tool_response>\nlow\n</tool_response>",
        },
        {"from": "gpt", "value": "Clear, and low water."},
        {"from": "human", "value": "And in Naples?"},
        {
            "from": "gpt",  # as some of these data sets have it: Python's quotes
            "value": "<tool_call>\n{'arguments': {'city': 'Naples'}, 'name': 'get_weather'}\n"
            "</tool_call>\n",
        },
    ],
}

GLAIVE = {
    "system": "SYSTEM: You are a helpful assistant with access to the following functions. Use "
    "them if required -\n" + json.dumps(WEATHER, indent=4) + "\n\n"
    '{"name": "tell_joke", "description": "A joke.", "parameters": {}}\n',
    "chat": "USER: What's the weather in Val-d'Or?\n\n\nASSISTANT: <functioncall> "
    '{"name": "get_weather", "arguments": \'{"city": "Val-d\'Or", "days": 2}\'} <|endoftext|>'
    '\n\n\nFUNCTION RESPONSE: {"sky": "snow"}\n\n\nASSISTANT: It snows.\nWrap up. <|endoftext|>'
    "\n\n\nUSER: A joke.\n\n\nASSISTANT: <functioncall> "
    '{"name": "tell_joke", "arguments": {}} <|endoftext|>\n',
}

TOOLBENCH = {
    "id": "Step 3: find a film",
    "conversations": [
        {
            "from": "system",
            "value": "You are AutoGPT, you can use many tools(functions) to do the following "
            "task.\nYou have access of the following tools:\n1.films: about films\n\nSpecifically, "
            "you have access to the following APIs: [{'name': 'search_for_films', 'description': "
            "\"This is the subfunction for tool \\\"films\\\"\", 'parameters': {'type': "
            "'object', 'properties': {'title': {'type': 'string', 'example_value': 'Alien'}}, "
            "'required': ['title'], 'optional': []}}, {'name': 'Finish', 'description': 'End', "
            "'parameters': {'type': 'object', 'properties': {'return_type': {'type': 'string', "
            "'enum': ['give_answer', 'give_up_and_restart']}}, 'required': ['return_type'], "
            "'optional': []}}]",
        },
        {"from": "user", "value": "\nWho made Alien?\nBegin!\n"},
        {
            "from": "assistant",
            "value": "\nThought: I search.\nAction: search_for_films\nAction Input: {\n"
            '  "title": "Alien"\n}',
        },
        {"from": "function", "value": '{"error": "", "response": "Ridley Scott"}'},
        {
            "from": "assistant",
            "value": '\nThought: \nAction: Finish\nAction Input: {"return_type": "give_answer", '
            '"final_answer": "Ridley Scott made it."}',
        },
    ],
}


def jsonl(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def rows_of(tmp_path: Path, *records: Any, format: str | None = None) -> list[Row]:
    return list(read(jsonl(tmp_path / "data.jsonl", *records), format))


def error_of(tmp_path: Path, *records: Any, format: str | None = None) -> str:
    with pytest.raises(UserError) as caught:
        rows_of(tmp_path, *records, format=format)
    text = str(caught.value)
    assert "\n" not in text
    return text.removeprefix(str(tmp_path) + "/")
