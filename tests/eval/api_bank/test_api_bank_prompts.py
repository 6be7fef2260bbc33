from __future__ import annotations

import json
from pathlib import Path

import pytest

from envs.common.errors import UserError
from envs.types import Message, Observation, ToolCall
from eval.api_bank.data import load_own, open_library
from eval.api_bank.finder import Lexical
from eval.api_bank.one_call import OneCall
from eval.api_bank.parsing import parse
from eval.api_bank.prompts import as_history, as_plain_history, history, load, written
from eval.api_bank.suite import APIBankSuite
from eval.api_bank.tools import LEVELS

CHECKOUT = """
if __name__ == '__main__':
    api_call_prompt = 'Call something.\\nTools:\\n'
    response_prompt = 'Say something.\\nTools:\\n'
"""


def test_our_own_instructions_stand_before_the_tools() -> None:
    suite = APIBankSuite(ids=["1/alarm-early-train#2"])
    [task] = suite.tasks
    system, *rest = task.messages
    instruction, *tools = system.content.split("\nTools, one a line:\n")[1].splitlines()
    assert json.loads(instruction)["name"] == "AddAlarm"
    assert [json.loads(line)["name"] for line in tools] == ["GetUserToken"]
    assert [message.role for message in rest] == [
        *("user", "assistant", "user"),
        "system",
        "assistant",
    ]
    assert rest[3].content == (
        "[GetUserToken(username='Nora', password='tulip7')] "
        "Response: {'token': 'n4r8k2w6p1z5t9q3d7'}"
    )


def test_level_2_describes_the_search_alone_until_a_reply_is_asked_for() -> None:
    suite = APIBankSuite(levels=(2,), ids=["2/find-stock#2", "2/find-stock#3"])
    call, reply = suite.tasks
    assert '"ToolSearcher"' in call.messages[0].content
    assert '"QueryStock"' not in call.messages[0].content
    assert [spec.name for spec in call.data["specs"]] == ["ToolSearcher", "QueryStock"]
    assert '"QueryStock"' in reply.messages[0].content and not reply.data["specs"]


def test_official_instructions_are_read_and_never_run(tmp_path: Path) -> None:
    assert load(tmp_path).words == "own"
    (tmp_path / "evaluator.py").write_text(f"raise SystemExit(3)\n{CHECKOUT}")
    prompts = load(tmp_path)
    assert prompts.words == "official" and prompts.call == "Call something.\nTools:\n"
    assert prompts.reply.startswith("Say")
    (tmp_path / "evaluator.py").write_text("api_call_prompt = 1 +\n")
    with pytest.raises(UserError, match=r"evaluator\.py: cannot be parsed"):
        load(tmp_path)
    (tmp_path / "evaluator.py").write_text("api_call_prompt = 'x'\n")
    with pytest.raises(UserError, match="no instruction 'response_prompt'"):
        load(tmp_path)


def test_history_in_function_calling_mode_has_calls_and_answers() -> None:
    dialogue = load_own(1)[0]
    messages = history(dialogue.lines, "fc")
    call, answer = messages[3:5]
    assert call.calls[0].name == answer.name == "GetUserToken"
    assert call.calls[0].id == answer.call_id
    assert json.loads(answer.content) == {"token": "n4r8k2w6p1z5t9q3d7"}


def test_results_of_written_calls_are_system_or_user_messages() -> None:
    seen = Observation(
        (
            Message("system", "Help."),
            Message("user", "What day is it?"),
            Message("assistant", "[GetToday()]"),
            Message("tool", "2023-03-31", name="GetToday"),
            Message("assistant", "The 31st."),
        )
    )
    shown = as_history(seen)
    assert [m.role for m in shown] == ["system", "user", "assistant", "system", "assistant"]
    assert shown[3].content == "Response: 2023-03-31"
    plain = as_plain_history(seen)
    assert [m.role for m in plain] == ["system", "user", "assistant", "user", "assistant"]
    recorded = Message("system", "[GetToday()] Response: 2023-03-31")
    asked = Observation((*seen.messages[:2], recorded))
    [_, joined] = as_plain_history(asked)
    assert joined == Message("user", "What day is it?\n[GetToday()] Response: 2023-03-31")


@pytest.mark.torch
def test_constrained_answers_are_single_calls_that_are_read_whole() -> None:
    llguidance = pytest.importorskip("llguidance")
    library = open_library(3, finder=Lexical)
    apis = LEVELS[3].apis
    tools = [library.docs[name].spec(api) for name, api in apis.items()]
    grammar = OneCall().grammar(tools, "calls")
    matched = llguidance.LLMatcher.validate_grammar(llguidance.LLMatcher.grammar_from_lark(grammar))
    assert not matched
    weather = '[GetWeatherForCoordinates(latitude="-40.7", longitude="74.006")]'
    read = parse(weather)
    assert read is not None and dict(read.arguments) == {"latitude": "-40.7", "longitude": "74.006"}
    assert "latitude=" in grammar and "TaxCalculator(" in grammar


def test_calls_are_written_as_officially() -> None:
    call = ToolCall("AddMeeting", {"attendees": ["Nora", "Ines"], "room": 3})
    assert written(call) == "[AddMeeting(attendees='['Nora', 'Ines']', room='3')]"
