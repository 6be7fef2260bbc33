from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.api_bank.data import Dialogue, open_library, recorded_searches
from eval.api_bank.docs import spaced
from eval.api_bank.parsing import parse, typed
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.base import Escape, ToolSet
from eval.api_bank.tools.library import WRITABLE, Library

Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def replayed(library: Library, dialogues: list[Dialogue]) -> Library:
    """With the searches that the dialogues record, as the oracle ran."""
    return recorded_searches(dialogues, library)


def run(tools: ToolSet, step: dict[str, Any]) -> dict[str, Any]:
    try:
        return tools.call(step["tool"], typed(tools.find(step["tool"]), step["args"]))
    except Escape as error:
        return {"raised": error.kind, "message": str(error)}


def check(step: dict[str, Any], got: dict[str, Any], ids: dict[str, str]) -> None:
    """Compare a step with what we got; `ids` maps our invented ids to the drawn ones."""
    if "raised" in step:
        assert (got.get("raised"), got.get("message")) == (step["raised"], step["message"]), step
        return
    assert "raised" not in got, (step, got)
    assert got["exception"] == step["exception"], step
    if step.get("random_output"):
        assert type(got["output"]) is type(step["output"])
        mine, theirs = (json.dumps(one["output"]).strip('"') for one in (got, step))
        assert len(mine) == len(theirs)
        ids[mine] = theirs
    elif "output" in step:
        text = json.dumps(got["output"])
        for mine, theirs in ids.items():
            text = text.replace(mine, theirs)
        assert json.loads(text) == step["output"], step


def test_the_tools_are_all_there(api_bank_root: Path) -> None:
    docs = json.loads((api_bank_root / "tool_docs.json").read_text())
    for level, count in ((1, 53), (2, 53), (3, 22)):
        own = LEVELS[level].apis
        official = {doc["name"]: doc for doc in docs if level in doc["levels"]}
        assert own.keys() == official.keys()
        assert len(own) == count
        for api in own.values():
            declared = official[api.name]["input_parameters"]
            assert dict(api.kinds) == {k: v["type"] for k, v in declared.items()}, api.name
            assert api.spec.description
            properties = api.spec.parameters["properties"]
            assert all(schema["description"] for schema in properties.values())
            assert api.spec.description != official[api.name]["description"]


@pytest.mark.parametrize("name", ["tool_results.jsonl", "lv3_tool_results.jsonl"])
def test_single_calls(
    name: str, rows: Rows, replayed: Library, plan_library: Library, has_model: bool
) -> None:
    level, library = (3, plan_library) if name.startswith("lv3") else (1, replayed)
    for step in rows(name):
        if step["tool"] == "ToolSearcher":
            if not has_model:
                continue
            if level == 3:  # the official level 3 spaces keywords before it calls
                step["args"]["keywords"] = spaced(step["args"]["keywords"])
        check(step, run(LEVELS[level](library), step), {})


@pytest.mark.parametrize("name", ["tool_probes.jsonl", "tool_sequences.jsonl"])
def test_calls_one_after_the_other(
    name: str, rows: Rows, replayed: Library, has_model: bool
) -> None:
    for row in rows(name):
        tools, ids = LEVELS[1](replayed), dict[str, str]()
        for step in row["steps"]:
            if has_model or step["tool"] != "ToolSearcher":
                check(step, run(tools, step), ids)


def test_the_lines_of_the_scenes_are_read_as_officially(rows: Rows) -> None:
    steps = [step for row in rows("tool_sequences.jsonl") for step in row["steps"]]
    lines = [step for step in steps if "line" in step]
    assert lines
    for step in lines:
        call = parse(step["line"])
        assert call is not None
        assert (call.name, call.arguments) == (step["tool"], step["args"])


@pytest.mark.parametrize("level", [1, 3])
def test_calls_change_their_own_databases_only(level: int) -> None:
    library = open_library(level)
    fresh = library.fresh()
    tools = LEVELS[level](library, library.fresh())
    if level == 1:
        tools.call("OpenBankAccount", {"account": "a", "password": "b", "name": "c"})
        tools.call("GetUserToken", {"username": "Nora", "password": "tulip7"})
        assert set(library.writable) == set(WRITABLE)
    else:
        flight = {"source": "New York", "destination": "London", "travel_dates": "2022-01-04"}
        assert tools.call("FlightSearch", flight)["output"]["flights"]
        again = tools.call("FlightSearch", flight)
        assert again["exception"] == "'str' object has no attribute 'date'"
    assert tools.databases != fresh
    assert library.fresh() == fresh


def test_results_do_not_change_afterwards() -> None:
    tools = LEVELS[1](open_library(1))
    token = tools.call("GetUserToken", {"username": "Nora", "password": "tulip7"})
    reminder = {**token["output"], "content": "Water the ferns", "time": "2023-04-01 09:00:00"}
    before = tools.call("QueryReminder", reminder)
    tools.call("ModifyReminder", {**reminder, "time": "2023-05-01 09:00:00"})
    assert before["output"]["time"] == "2023-04-01 09:00:00"


def test_invented_ids_repeat_and_differ() -> None:
    ids = []
    for name in ("Lena", "Lena", "Marco"):
        tools = LEVELS[1](open_library(1))
        call = {"patient_name": name, "date": "2023-06-01", "doctor_name": "Dr. Lind"}
        ids.append(tools.call("AppointmentRegistration", call)["output"])
    assert ids[0] == ids[1] != ids[2]
    assert all(len(id) == 8 and id.isdigit() for id in ids)


def test_a_hotel_stay_that_ends_where_another_begins_is_possible() -> None:
    tools = LEVELS[1](open_library(1))
    rooms = {"room_count": 1, "adult_count": 2, "child_count": 0}
    stay = {"hotel_name": "Harbour View", **rooms}
    times = ("2023-04-14", "2023-04-16"), ("2023-04-13", "2023-04-15")
    free, taken = (
        tools.call("BookHotel", {**stay, "check_in_time": start, "check_out_time": end})
        for start, end in times
    )
    assert free["output"] == "3"
    assert taken["exception"] == "The room is not available."
