from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from envs.check import check_env
from envs.env import ToolEnv
from envs.types import Action, Outcome, Task, ToolCall
from eval.api_bank.world import APIBank, solution

LOGIN = {"name": "GetUserToken", "arguments": {"username": "Nora", "password": "tulip7"}}
TOKEN = "n4r8k2w6p1z5t9q3d7"


def call(tool: str, /, **arguments: Any) -> dict[str, Any]:
    return {"name": tool, "arguments": arguments}


def task(id: str, *calls: dict[str, Any], **data: Any) -> Task:
    data["expected"] = list(calls)
    return Task(id, f"Please do {id}.", data, solution(calls))


TASKS = (
    task(
        "meeting",
        LOGIN,
        call(
            "AddMeeting",
            token=TOKEN,
            meeting_topic="Harvest",
            start_time="2023-04-08 10:00:00",
            end_time="2023-04-08 11:00:00",
            location="Barn",
            attendees=["Ines", "Tarek"],
        ),
    ),
    task("stock", call("QueryStock", stock_code="ACME", date="2023-03-30"), tools=["QueryStock"]),
    task(
        "switch",
        call("TimedSwitch", name="heater", time="2023-04-03 06:00:00", on=False),
        call("CancelTimedSwitch", name="heater", time="2023-04-02 06:00:00"),
    ),
    task(
        "movies",
        call("ToolSearcher", keywords="what films a user likes"),
        call("UserMoviePreferences", user_name="Mary"),
        call("MovieRecommendations", preferences=["Comedy", "Drama", "Romance"]),
        level=3,
        search=True,
    ),
)


def play(env: ToolEnv, *calls: dict[str, Any]) -> str:
    action = Action(calls=tuple(ToolCall(c["name"], c["arguments"]) for c in calls))
    observation, *_ = env.step(action)
    return observation.messages[-1].content


def test_conformance() -> None:
    report = check_env(APIBank, tasks=TASKS)
    assert not report.problems
    assert {row.check: row.cases for row in report.rows}["gold passes"] == len(TASKS)


def test_state_is_told_apart() -> None:
    env = ToolEnv(APIBank(TASKS))
    env.reset(options={"task": "switch"})
    start, before = env.snapshot(), env.state_hash()
    said = play(env, call("TimedSwitch", name="heater", time="2023-04-03 06:00:00", on=True))
    assert said == "success"
    [change] = env.state_diff(start)
    assert change.path.startswith("databases.TimeSwitch.heater[2]")
    assert env.state_hash() != before
    env.restore(start)
    assert env.state_hash() == before


def test_refusals_are_official_words() -> None:
    env = ToolEnv(APIBank(TASKS))
    env.reset(options={"task": "meeting"})
    for wanted, answer in (
        (call("GetUserToken", username="Nora", password="x"), "The password is incorrect."),
        (call("GetUserToken", username="Nora", secret="x"), "invalid parameter name. parameter: "),
        (call("GetUserToken", username="Nora"), "GetUserToken.call() missing 1 required "),
        (call("Fly"), "invalid tool name."),
        (call("Calculator", formula="-3+5"), "official code loops without end"),
        (call("Translate", src="Hallo"), "network is off"),
    ):
        assert play(env, wanted).startswith(answer)


def test_other_calls_in_between_do_no_harm_and_wrong_order_does() -> None:
    env = ToolEnv(APIBank(TASKS))
    env.reset(options={"task": "movies"})
    likes, films = (
        call("UserMoviePreferences", user_name="Mary"),
        call("MovieRecommendations", preferences="['Comedy', 'Drama', 'Romance']"),
    )
    search = call("ToolSearcher", keywords="what films a user likes")
    play(env, films, search, likes, likes, films)
    env.step(Action("Done."))
    assert env.outcome is Outcome.SUCCESS
    env.reset(options={"task": "movies"})
    play(env, search, films, likes)
    _, reward, *_ = env.step(Action("Done."))
    assert reward == pytest.approx(2 / 3)
    assert env.outcome is Outcome.FAILURE


def test_found_tools_are_on_offer() -> None:
    env = ToolEnv(APIBank(TASKS))
    env.reset(options={"task": "movies"})
    assert [spec.name for spec in env.observation.tools] == ["ToolSearcher"]
    play(env, call("ToolSearcher", keywords="movie recommendations"))
    assert [spec.name for spec in env.observation.tools][1:] == ["MovieRecommendations"]


def test_official_data(api_bank_root: Path) -> None:
    env = ToolEnv(APIBank(TASKS, data=api_bank_root))
    env.reset(options={"task": "stock"})
    assert play(env, call("QueryStock", stock_code="AAPL", date="2022-01-01")) == "180.5"
    [spec] = env.observation.tools
    assert spec.description == "This API queries the stock price of a given stock code and date."
    own = ToolEnv(APIBank(TASKS, data=api_bank_root, own_words=True))
    own.reset(options={"task": "stock"})
    assert own.observation.tools[0].description == "Return the price of a stock on a day."
