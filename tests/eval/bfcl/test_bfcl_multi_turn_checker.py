from __future__ import annotations

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from envs.state import copied
from eval.bfcl import apis
from eval.bfcl.categories import MULTI_TURN
from eval.bfcl.multi_turn.checker import Checker, MultiTurnVerdict
from eval.bfcl.multi_turn.data import MultiTurnEntry, load
from eval.bfcl.multi_turn.steps import Mode

MODES: dict[str, Mode] = {"text": "prompting", "decoded": "decoded"}


@pytest.fixture(scope="module")
def entries(bfcl_root: Path) -> dict[str, MultiTurnEntry]:
    pytest.importorskip("mpmath")
    return {entry.id: entry for name in MULTI_TURN for entry in load(bfcl_root, name)}


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, Any]]:
    path = shared / "data" / "bfcl" / "multi_turn_dev.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def judge(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry]
) -> Callable[[dict[str, Any]], MultiTurnVerdict]:
    """Judge a row with a checker that has judged nothing before."""
    checker = Checker(bfcl_root)
    return lambda row: checker.judge(entries[row["id"]], row["turns"], MODES[row["mode"]])


Judge = Callable[[dict[str, Any]], MultiTurnVerdict]


def test_verdicts_are_the_official_ones(judge: Judge, rows: list[dict[str, Any]]) -> None:
    apart = 0
    for row in rows:
        verdict = judge(row)
        if row["needs_eval"]:
            apart += 1
            continue
        assert (verdict.valid, verdict.error_type) == (row["valid"], row["error_type"]), row
        assert bool(verdict.message) is not verdict.valid
        assert not verdict.refused
    assert (len(rows), apart) == (3024, 168)


def test_order_and_threads_do_not_matter(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry], rows: list[dict[str, Any]], judge: Judge
) -> None:
    expected = [judge(row) for row in rows]
    order = list(range(len(rows)))
    random.Random(0).shuffle(order)
    checker = Checker(bfcl_root)

    def judged(index: int) -> MultiTurnVerdict:
        row = rows[index]
        return checker.judge(entries[row["id"]], row["turns"], MODES[row["mode"]])

    with ThreadPoolExecutor(8) as pool:
        found = dict(zip(order, pool.map(judged, order), strict=True))
    assert [found[index] for index in range(len(rows))] == expected


def test_all_truths_pass_and_leave_the_official_modules_alone(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry]
) -> None:
    modules = [
        apis._library(bfcl_root, ()).module(name)
        for name in ("long_context", *map(apis.FILES.__getitem__, list(apis.FILES)[:8]))
    ]

    def kept(value: Any) -> Any:
        # One temperature is kept in a module until it becomes text; see `execute`.
        if isinstance(value, dict):
            return {k: kept(v) for k, v in value.items() if k != "outsideTemperature"}
        return value

    def constants() -> str:
        return repr([{k: kept(v) for k, v in vars(m).items() if k.isupper()} for m in modules])

    apis.load_api(bfcl_root, "VehicleControlAPI")
    checker, before = Checker(bfcl_root), constants()
    for entry in entries.values():
        truth = [[list(calls)] for calls in entry.truth]
        assert checker.judge(entry, truth, "decoded") == MultiTurnVerdict(True), entry.id
    assert constants() == before


def test_a_conversation_is_judged_without_its_history(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry]
) -> None:
    entry = entries["multi_turn_base_0"]
    checker = Checker(bfcl_root)
    truth = [[list(calls)] for calls in entry.truth]
    wrong = copied(truth)
    wrong[0][0].append("rm(file_name='previous_report.pdf')")
    wrong[0][0].append("mkdir(dir_name='more')")
    for _ in range(3):
        assert checker.judge(entry, truth, "decoded").valid
        verdict = checker.judge(entry, wrong, "decoded")
        assert verdict.error_type == "multi_turn:instance_state_mismatch"
        assert verdict.turn == 0


def test_every_verdict_says_why(bfcl_root: Path, entries: dict[str, MultiTurnEntry]) -> None:
    entry = entries["multi_turn_base_0"]
    checker = Checker(bfcl_root)
    truth: list[Any] = [[list(calls)] for calls in entry.truth]

    def told(result: object, mode: Mode = "decoded") -> tuple[str | None, str]:
        verdict = checker.judge(entry, result, mode)
        assert verdict.valid is False
        return verdict.error_type, verdict.message

    assert told("Error") == (
        "multi_turn:inference_error",
        "The result is not a list of turns.",
    )
    for turns, count in ((truth[:2], 2), ([*truth, []], 5), ([], 0)):
        assert told(turns) == (
            "multi_turn:force_terminated",
            f"The conversation has {count} of 4 turns.",
        )
    assert told([truth[0], [[]], *truth[2:]]) == (
        "multi_turn:empty_turn_model_response",
        "Turn 1: expected calls, got none.",
    )
    error_type, message = told([*truth[:2], [["ls()"]], truth[3]])
    assert error_type == "multi_turn:execution_response_mismatch"
    assert message.startswith(
        """Turn 2: no call so far had the expected result '{"sorted_content": "Year2024 This"""
    )


@pytest.mark.parametrize(
    ("call", "difference"),
    [
        ("mkdir(dir_name='new')", "root.document.new: expected nothing, got {}."),
        (
            "rm(file_name='previous_report.pdf')",
            "root.document.previous_report.pdf: expected 'Year203 This is the previous report "
            "content with different budget analysis.', got nothing.",
        ),
        (
            "echo(content='x', file_name='previous_report.pdf')",
            "root.document.previous_report.pdf: expected 'Year203 This is the previous report "
            "content with different budget analysis.', got 'x'.",
        ),
    ],
)
def test_a_wrong_state_is_told_where_it_differs(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry], call: str, difference: str
) -> None:
    entry = entries["multi_turn_base_0"]
    truth = [[list(calls)] for calls in entry.truth]
    truth[0][0].append(call)
    verdict = Checker(bfcl_root).judge(entry, truth, "decoded")
    assert verdict.message == f"Turn 0: GorillaFileSystem.{difference}"


def test_earlier_results_count_later(bfcl_root: Path, entries: dict[str, MultiTurnEntry]) -> None:
    entry = entries["multi_turn_base_0"]
    checker = Checker(bfcl_root)
    truth = [[list(calls)] for calls in entry.truth]
    early = [truth[0], [*truth[1], *truth[2]], [["pwd()"]], truth[3]]
    assert checker.judge(entry, early, "decoded").valid
    steps = [[[call] for call in turn] for turn in entry.truth]
    assert checker.judge(entry, steps, "decoded").valid


def test_positional_arguments_are_lost_in_texts(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry]
) -> None:
    checker = Checker(bfcl_root)
    lost = 0
    for entry in entries.values():
        texts = [[f"[{', '.join(turn)}]", "Done."] for turn in entry.truth]
        lost += checker.judge(entry, texts).valid is not True
    assert lost == 96


def test_function_calling_mode(bfcl_root: Path, entries: dict[str, MultiTurnEntry]) -> None:
    entry = entries["multi_turn_base_1"]
    from eval.bfcl.multi_turn.tasks import gold

    checker, actions = Checker(bfcl_root), gold(entry)
    assert actions is not None
    result: list[list[Any]] = [[]]
    for action in actions:
        calls = [{call.name: json.dumps(dict(call.arguments))} for call in action.calls]
        result[-1].append(calls or action.text)
        if not calls:
            result.append([])
    assert checker.judge(entry, result[:-1], "fc").valid
    assert checker.judge(entry, result[:-1]).valid is False


def test_refused_calls_are_counted(bfcl_root: Path, entries: dict[str, MultiTurnEntry]) -> None:
    entry = entries["multi_turn_base_0"]
    truth = [[list(calls)] for calls in entry.truth]
    truth[1][0] += ["print(1)", "len('x')"]
    verdict = Checker(bfcl_root).judge(entry, truth, "decoded")
    assert (verdict.valid, verdict.refused) == (True, 2)


def test_directories_in_themselves_do_not_hang_or_crash(
    bfcl_root: Path, entries: dict[str, MultiTurnEntry]
) -> None:
    entry = entries["multi_turn_base_0"]
    truth = [[list(calls)] for calls in entry.truth]
    truth[0][0] += ["cd(folder='..')", "cp(source='document', destination='document')", "find()"]
    verdict = Checker(bfcl_root).judge(entry, truth, "decoded")
    assert verdict.error_type == "multi_turn:instance_state_mismatch"
    assert ".root.document.document: expected nothing, got {" in verdict.message


def test_lists_that_are_defaults_do_not_leak(bfcl_root: Path) -> None:
    calls = ["post_tweet(content='hi')"], ["mention(tweet_id=0, mentioned_usernames=['@a'])"]
    scenario = {"authenticated": True, "username": "u", "password": "p", "tweets": {}}
    entry = MultiTurnEntry(
        id="own",
        category="multi_turn_base",
        turns=("a", "b"),
        functions=(),
        held_out={},
        classes=("TwitterAPI",),
        initial_config={"TwitterAPI": {**scenario, "tweet_counter": 0}},
        truth=(tuple(calls[0]), tuple(calls[1])),
    )
    answer = [[["posting_get_login_status()"], calls[0]], [calls[1]]]
    checker = Checker(bfcl_root)
    assert [checker.judge(entry, answer, "decoded").valid for _ in range(3)] == [True] * 3
