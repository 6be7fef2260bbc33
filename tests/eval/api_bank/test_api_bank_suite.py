from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from envs.common.errors import UserError
from envs.episode import Episode, Step
from envs.types import Action, Outcome, Task, ToolCall
from eval.api_bank.prompts import Mode, written
from eval.api_bank.services import Off
from eval.api_bank.suite import APIBankSuite, Protocol
from eval.runner import judge
from eval.suite import Verdict

CASES = [
    (protocol, mode)
    for protocol in ("teacher-forced", "end-to-end")
    for mode in ("prompting", "fc")
]


def as_model(action: Action, mode: str) -> Action:
    """A gold turn as a model of that mode would have made it."""
    if mode == "prompting" and action.calls:
        text = "\n".join(map(written, action.calls))
        return Action(text, raw=text)
    return Action(action.text, action.calls, raw=None if action.calls else action.text)


def gold(suite: APIBankSuite, mode: str = "prompting") -> Iterator[tuple[Task, Episode]]:
    for task in suite.tasks:
        steps = tuple(Step(as_model(action, mode)) for action in task.gold or ())
        yield task, Episode(suite.name, task.id, "gold", steps=steps)


def verdicts(suite: APIBankSuite, mode: str = "prompting") -> list[Verdict]:
    return [judge(suite, task, episode) for task, episode in gold(suite, mode)]


@pytest.mark.parametrize(("protocol", "mode"), CASES)
def test_gold_is_right_repaired_and_officially_at_the_ceiling(
    protocol: Protocol, mode: Mode
) -> None:
    suite = APIBankSuite(levels=(1, 2, 3), protocol=protocol, mode=mode)
    found = verdicts(suite, mode)
    for group in suite.groups:
        for category in group.categories:
            own = [v for v in found if v.category == category]
            assert suite.floor(category) == 0
            assert suite.ceiling(category) == sum(v.valid is True for v in own) / len(own)
            for verdict in own:
                whole = verdict.details.get("calls", True)
                assert verdict.details["repaired"] == whole, verdict.task
    assert all(v.reward == 1 for v in found if v.category.endswith("replies"))
    assert suite.complete


def test_the_tables_stand_side_by_side() -> None:
    suite = APIBankSuite(levels=(1, 2, 3))
    calls, played, replies = suite.extras(verdicts(suite))
    assert [row[0] for row in calls.rows] == ["level 1", "level 2"]
    (_, n, official, _, _, repaired, _, mended), _ = calls.rows
    assert int(n) == 52 and repaired == "100.0"
    assert official == f"{100 * (int(n) - int(mended)) / int(n):.1f}"
    assert played.rows[0][0] == "level-3-scenes" and played.rows[0][-1] == "100.0"
    assert [row[-1] for row in replies.rows] == ["1.0000", "1.0000"]
    official_overall, repaired_overall = suite.overall(verdicts(suite))
    assert repaired_overall.value == 1 > (official_overall.value or 0) > 0.8


def test_official_data(api_bank_root: Path, has_model: bool) -> None:
    suite = APIBankSuite(api_bank_root)
    assert len(suite.tasks) == 399 + 135 + 375 + 103
    assert suite.ceiling("level-1") == 347 / 399
    assert suite.ceiling("level-2") == (94 if has_model else 88) / 135
    assert suite.prompts.words == "own" and suite.libraries[1].words == "official"


def test_official_dialogues_can_be_played(api_bank_root: Path) -> None:
    suite = APIBankSuite(api_bank_root, protocol="end-to-end", limit=60)
    assert all(v.valid for v in verdicts(suite))


def test_a_wrong_call_has_the_official_category() -> None:
    suite = APIBankSuite(ids=["1/stock-two-days#0"])
    [task] = suite.tasks

    def verdict(text: str) -> Verdict:
        episode = Episode(suite.name, task.id, "x", steps=(Step(Action(text, raw=text)),))
        return judge(suite, task, episode)

    assert verdict("I do not know.").error_type == "NO_API_CALL"
    assert verdict("[QueryStock(stock_code='ACME')]").error_type == "MISS_INPUT_ARGUMENT"
    other = verdict("[QueryStock(stock_code='ACME', date='2023-03-27')]")
    assert other.error_type == "OUTPUT_MISMATCH" and other.details["repaired"] is False
    python = verdict("QueryStock(stock_code='ACME', date='2023-03-28')")
    assert python.valid is False and python.details["repaired"] is True


def play(suite: APIBankSuite, *turns: Action, **about: Any) -> Verdict:
    [task] = suite.tasks
    episode = Episode(suite.name, task.id, "x", steps=tuple(map(Step, turns)), **about)
    return judge(suite, task, episode)


def test_parts_of_a_dialogue_count() -> None:
    suite = APIBankSuite(levels=(1,), protocol="end-to-end", ids=["1/stock-two-days"])
    first = Action(raw="[QueryStock(stock_code='ACME', date='2023-03-28')]")
    wrong = Action(raw="[QueryStock(stock_code='ACME', date='2023-03-29')]")
    second = Action(raw="[QueryStock(stock_code='ACME', date='2023-03-30')]")
    reply = Action("Here.", raw="Here.")
    assert play(suite, first, reply, second, reply).valid
    half = play(suite, first, reply, wrong, reply)
    assert (half.valid, half.reward, half.error_type) == (False, 0.5, "calls missing")
    assert "the first missing: QueryStock" in half.message
    assert half.details == {"calls": 2, "official": 1, "repaired": 1}
    again = play(suite, first, wrong, reply, second, reply)
    assert again.valid and again.details["official"] == 1
    assert play(suite, reply, reply).error_type == "no call"
    lost = play(suite, first, outcome=Outcome.CONTEXT_OVERFLOW)
    [table] = suite.extras([lost, half])
    assert table.rows == (("level-1-dialogues", "2", "4", "25.0", "0.0", "25.0", "0.0"),)
    cut = play(suite, wrong, outcome=Outcome.MAX_TURNS)
    assert cut.error_type == "max_turns" and cut.valid is False


def test_function_calls_are_judged_as_the_official_text() -> None:
    suite = APIBankSuite(mode="fc", ids=["1/stock-two-days#0"])
    call = ToolCall("QueryStock", {"stock_code": "ACME", "date": "2023-03-28"})
    assert play(suite, Action(calls=(call,), raw="<tool_call>...</tool_call>")).valid
    assert suite.tools(suite.tasks[0]) == ["QueryStock"]


def test_calls_that_nobody_can_carry_out_lower_the_ceiling() -> None:
    suite = APIBankSuite(
        levels=(1,), protocol="end-to-end", ids=["1/german-letter"], services=Off()
    )
    assert suite.ceiling("level-1-dialogues") == 0
    [verdict] = verdicts(suite)
    assert verdict.valid is False and verdict.details["repaired"] == 0


def plans(folder: Path, *samples: Any) -> Path:
    (folder / "init_database").mkdir(exist_ok=True)
    for level in ("level-1-given-desc", "level-2-toolsearcher"):
        (folder / "lv1-lv2-samples" / level).mkdir(parents=True, exist_ok=True)
    (folder / "test_data").mkdir(exist_ok=True)
    (folder / "test_data" / "level-3.json").write_text(json.dumps(samples))
    return folder


def test_the_official_file_of_level_3(tmp_path: Path) -> None:
    given = {"api_name": "TravelStatus", "input": {"member_name": "Tom"}}
    result = {**given, "output": "Traveling", "exception": None}
    sample = {
        "requirement": "Where is Tom?",
        "response": "On his way.",
        "apis": [{**given, "output": result}],
    }
    suite = APIBankSuite(plans(tmp_path, sample, sample), levels=(3,))
    assert [task.id for task in suite.tasks] == ["3/level-3-0", "3/level-3-1"]
    assert suite.tasks[0].messages[-1].content == "Where is Tom?" and not suite.own_scenes
    assert [v.details["official"] for v in verdicts(suite)] == [1, 1]
    for broken, complaint in (
        ({"apis": []}, "sample 0: field 'requirement'"),
        ({"requirement": "x"}, "sample 0: field 'apis'"),
        ({"requirement": "x", "apis": [{"api_name": "A"}]}, "call 0: field 'output'"),
        ({"requirement": "x", "apis": [{"output": result}]}, "call 0: field 'api_name'"),
    ):
        with pytest.raises(UserError, match=complaint):
            APIBankSuite(plans(tmp_path, broken), levels=(3,))


def test_choosing_tasks() -> None:
    replies = APIBankSuite(chosen=["level-1-replies"], limit=5)
    assert len(replies.tasks) == 5 and not replies.groups
    with pytest.raises(UserError, match="unknown category 'level-3-scenes'"):
        APIBankSuite(chosen=["level-3-scenes"])
    with pytest.raises(UserError, match="did you mean '1/stock-sum#0'"):
        APIBankSuite(ids=["1/stock-sun#0"])
