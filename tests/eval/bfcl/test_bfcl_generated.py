"""The generated tasks: enough of them, all solvable, none of them BFCL's."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pytest

from envs import check_env
from envs.state import canonical
from envs.types import Task
from eval.bfcl.generated.draft import SIZES
from eval.bfcl.generated.shares import shares
from eval.bfcl.generated.simulator import specs_of, written
from eval.bfcl.generated.tasks import THEMES, generated_tasks
from eval.bfcl.generated.words import TEST, TRAIN
from eval.bfcl.multi_turn.checker import Checker
from eval.bfcl.multi_turn.data import MultiTurnEntry, load

pytest.importorskip("mpmath")

OFFICIAL = tuple(
    f"multi_turn_{name}" for name in ("base", "miss_func", "miss_param", "long_context")
)
DOCS = Path(__file__).parents[3] / "docs" / "generated-tasks.md"


@pytest.fixture(scope="module")
def tasks(bfcl_root: Path) -> Sequence[Task]:
    return generated_tasks(bfcl_root)


@pytest.fixture(scope="module")
def official(bfcl_root: Path) -> list[MultiTurnEntry]:
    return [entry for category in OFFICIAL for entry in load(bfcl_root, category)]


def truth_of(task: Task) -> list[list[list[str]]]:
    """Gold as official results have it: turns of steps of call strings."""
    turns: list[list[list[str]]] = [[]]
    for action in task.gold or ():
        if action.calls:
            turns[-1].append([written(call) for call in action.calls])
        else:
            turns.append([])
    return turns[:-1]


def entry_of(task: Task) -> MultiTurnEntry:
    return MultiTurnEntry(
        id=task.id,
        category="multi_turn_base",
        turns=tuple(turn["said"] for turn in task.data["turns"]),
        functions=(),
        held_out={},
        classes=tuple(task.data["scenarios"]),
        initial_config=task.data["scenarios"],
        truth=tuple(tuple(call for step in turn for call in step) for turn in truth_of(task)),
    )


# --- what there is


def test_enough_of_every_kind(tasks):
    kinds = [kind for theme in THEMES.values() for kind in theme]
    assert len(tasks) == 9 * len(kinds) >= 300
    counts = Counter((task.tags[1:3], task.split) for task in tasks)
    assert set(counts.values()) == {6, 3} and len(counts) == 2 * len(kinds)
    assert {task.tags[0] for task in tasks} == {*SIZES}
    assert Counter(tag for task in tasks for tag in task.tags)["no-tool"] > 20
    assert {len(task.data["turns"]) for task in tasks} == {1, 2, 3, 4}


def test_difficulty_follows_the_gold(tasks):
    for task in tasks:
        calls = sum(len(action.calls) for action in task.gold)
        easy, hard = (task.tags[0] == name for name in ("easy", "hard"))
        assert easy == (calls <= 1 and len(task.data["turns"]) == 1)
        assert hard == (calls >= 4 and len(task.data["turns"]) >= 2)


def test_offers_are_small_and_hold_what_gold_needs(tasks, bfcl_root):
    for task in tasks:
        known = [name for each in task.data["scenarios"] for name in specs_of(bfcl_root, each)]
        offered = iter(task.data["turns"])
        turn = next(offered)
        for action in task.gold:
            assert {call.name for call in action.calls} <= {*turn["tools"]} <= {*known}
            turn = turn if action.calls else next(offered, turn)
        assert all(4 <= len(turn["tools"]) <= 20 for turn in task.data["turns"])
        assert len(task.gold) <= 16


def test_questions_are_answered_in_words(tasks):
    for task in tasks:
        replies = [action.text for action in task.gold if not action.calls]
        for turn, reply in zip(task.data["turns"], replies, strict=True):
            assert reply and (not turn["answers"] or reply != "That is done.")


def test_requests_are_sentences(tasks):
    for task in tasks:
        for turn in task.data["turns"]:
            assert not set("[]|{}") & set(turn["said"]), turn["said"]
            assert turn["said"][0].isupper() or turn["said"][0].isdigit()


def test_data_is_plain_json(tasks):
    for task in tasks:
        assert json.loads(json.dumps(task.data)) == task.data


# --- splits


def test_splits_share_no_words_no_requests_and_no_states(tasks):
    for field in fields(TRAIN):
        assert not {*getattr(TRAIN, field.name)} & {*getattr(TEST, field.name)}
    for what in (
        lambda task: [task.messages[0].content],
        lambda task: [canonical(s) for n, s in task.data["scenarios"].items() if n != "MathAPI"],
    ):
        sides = [{x for t in tasks if t.split == s for x in what(t)} for s in ("train", "test")]
        assert not sides[0] & sides[1]


def test_more_tasks_change_none(tasks, bfcl_root):
    more = {task.id: task for task in generated_tasks(bfcl_root, 20, 3)}
    assert len(more) == len(tasks) // 9 * 23
    assert all(more[task.id] == task for task in tasks)
    states = [canonical([task.messages[0].content, task.data]) for task in more.values()]
    assert len({*states}) == len(states)


def test_requests_rarely_come_again(tasks):
    opened = {task.messages[0].content for task in tasks}
    assert len(opened) > 0.98 * len(tasks)


def test_tasks_are_the_same_in_every_process():
    code = (
        "from envs.common.assets import locate\n"
        "from envs.state import digest\n"
        "from eval.bfcl.generated.tasks import generated_tasks\n"
        "print(digest([repr(task) for task in generated_tasks(locate('bfcl-eval'))]))"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


# --- none of it is BFCL's


def test_nothing_is_taken_from_bfcl(tasks, official):
    said = {turn for entry in official for turn in entry.turns}
    states = {
        canonical(state)
        for entry in official
        for state in (entry.initial_config, *entry.initial_config.values())
    }
    assert not {task.id for task in tasks} & {entry.id for entry in official}
    for task in tasks:
        assert not {turn["said"] for turn in task.data["turns"]} & said
        assert canonical(task.data["scenarios"]) not in states - {"{}"}
        scenarios = {canonical(state) for state in task.data["scenarios"].values()}
        assert not (scenarios - {"{}"}) & states


def test_no_name_occurs_in_bfcl(official):
    text = " ".join(
        canonical([entry.turns, entry.initial_config, entry.truth]).lower() for entry in official
    )
    for words in (TRAIN, TEST):
        for field in fields(words):
            for word in getattr(words, field.name):
                name = word.lower()
                found = name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
                assert not found, word


# --- gold


def test_the_conformance_check_passes():
    assert check_env("eval.bfcl.generated.world:ApiTasks", limit=88).problems == []


@pytest.mark.slow
def test_the_conformance_check_passes_on_all():
    report = check_env("eval.bfcl.generated.world:ApiTasks", limit=0)
    assert report.problems == []
    cases = {row.check: row.cases for row in report.rows}
    assert cases["gold passes"] == cases["snapshots"] == cases["tasks"]
    assert cases["doing nothing fails"] == cases["tasks"] - 18  # two kinds have no call at all


def test_the_official_checker_agrees(tasks, bfcl_root):
    checker = Checker(bfcl_root)
    for task in tasks:
        truth = truth_of(task)
        assert checker.judge(entry_of(task), truth, "decoded").valid
        idle = checker.judge(entry_of(task), [[] for _ in truth], "decoded").valid
        assert idle is not any(truth)


def test_the_documented_shares_are_right(tasks):
    assert shares(tasks) in DOCS.read_text("utf-8")


def test_the_documented_example_runs(capsys):
    (code,) = re.findall(r"```python\n(from .*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    exec(compile(code, str(DOCS), "exec"), {})
    said, *_ = capsys.readouterr().out.splitlines()
    assert said.split(" [")[0] in DOCS.read_text("utf-8")
