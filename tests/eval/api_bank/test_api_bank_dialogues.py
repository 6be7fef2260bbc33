"""Our own dialogues: what is recorded is what the tools do, and each can be played."""

from __future__ import annotations

from collections import Counter

import pytest

from envs.check import check_env
from eval.api_bank.data import Dialogue, load_own, open_library, recorded_services, samples
from eval.api_bank.finder import Finder, Lexical, open_finder
from eval.api_bank.prompts import call_of
from eval.api_bank.reading import fit
from eval.api_bank.tasks import own_tasks
from eval.api_bank.tools import LEVELS
from eval.api_bank.tools.lookup import SEARCH, names_found
from eval.api_bank.world import APIBank

OWN = [dialogue for level in (1, 2, 3) for dialogue in load_own(level)]


def calls(dialogue: Dialogue) -> list[str]:
    return [line.name for line in dialogue.lines if line.role == "API"]


def test_there_are_enough_and_they_differ() -> None:
    levels = Counter(dialogue.level for dialogue in OWN)
    assert sum(levels.values()) >= 60 and levels[3] >= 20 and min(levels.values()) >= 15
    assert len({(dialogue.level, dialogue.file) for dialogue in OWN}) == len(OWN)
    assert len({dialogue.lines[0].text for dialogue in OWN}) == len(OWN)
    tools = {name for dialogue in OWN for name in dialogue.tools}
    assert len(tools) >= 50
    assert all(samples(dialogue) for dialogue in OWN)


@pytest.mark.parametrize("finder", [Lexical, open_finder])
def test_results_are_what_the_tools_give(finder: type[Finder]) -> None:
    services = recorded_services(OWN)
    libraries = {
        level: open_library(level, services=services, finder=finder) for level in (1, 2, 3)
    }
    for dialogue in OWN:
        tools = LEVELS[dialogue.level](libraries[dialogue.level])
        for line in dialogue.lines:
            if line.role == "API":
                arguments = fit(tools.find(line.name), line.arguments or {})
                assert tools.call(line.name, arguments) == line.result, dialogue.file
                assert (line.result or {})["exception"] is None


def test_what_is_searched_is_found_and_used() -> None:
    for dialogue in OWN:
        if dialogue.level == 1:
            assert SEARCH not in dialogue.tools
            continue
        known = {SEARCH}
        for place, line in enumerate(dialogue.lines):
            if line.name == SEARCH:
                found = names_found((line.result or {})["output"])
                later = {after.name for after in dialogue.lines[place:]}
                assert found[-1] in later, dialogue.file
                known |= {*found}
            elif line.role == "API":
                assert line.name in known, dialogue.file


def test_every_dialogue_can_be_played() -> None:
    tasks = own_tasks()
    report = check_env(APIBank, limit=0)
    assert not report.problems
    rows = {row.check: row.cases for row in report.rows}
    assert rows["gold passes"] == rows["doing nothing fails"] == len(tasks) == len(OWN)
    for task, dialogue in zip(tasks, OWN, strict=True):
        assert [call.name for action in task.gold or () for call in action.calls] == calls(dialogue)


def test_recorded_calls_have_typed_arguments() -> None:
    [dialogue] = [d for d in OWN if d.file == "hotel-pine-lodge"]
    [call] = [call_of(line) for line in dialogue.lines if line.role == "API"]
    assert call.arguments["adult_count"] == 4
