"""The measurement's arms on a scripted engine, its meter, and what it makes of records."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from typing import Any

import pytest

from agents.engines.base import Completion, Request
from agents.engines.scripted import END, ScriptedEngine
from agents.formats import get_format
from agents.policies import Policy, Sampling, derive_seed
from agents.search.config import PairConfig
from agents.search.scheduler import Gauge
from benchmarks.search import __main__ as command
from benchmarks.search import report, verify
from benchmarks.search.__main__ import to_check
from benchmarks.search.arms import ARMS, BEST, OURS, Setting, run_arm
from benchmarks.search.meter import Meter
from benchmarks.search.tasks import MULTI, SINGLE, TURNS, Trial, row_trials
from envs.env import ToolEnv
from envs.types import Message, ToolCall, ToolSpec
from envs.worlds.bank import Bank
from training.rows import Row
from training.searched import Subject

INTEGER = {"type": "integer"}
ADD = ToolSpec("add", "Add.", {"type": "object", "properties": {"a": INTEGER, "b": INTEGER}})
ONE = (ToolCall("add", {"a": 1, "b": 2}),)
TWO = (*ONE, ToolCall("add", {"a": 3, "b": 0}))


def rows() -> list[Row]:
    own = [
        Row(f"{len(calls)}/{i}", (ADD,), (Message("user", f"{i}?"),), calls)
        for calls in (ONE, TWO)
        for i in range(3)
    ]
    return own


def say(request: Request, k: int = 0) -> Completion:
    """Half of the calls are right, by the request's seed and prompt."""
    seed = derive_seed(request.seed, k, *(request.ids or ()))
    texts = ["add(a=1, b=2)", "add(a=3, b=0)", "add(a=1, b=9)", "add(a=3, b=1)"]
    said = bytes(i for i in request.ids or () if i < END).decode("utf-8", "replace")
    begun = said.partition("Assistant:")[2].lstrip()
    rest = re.sub(r"^\[|add\([^)]*\), ", "", begun)  # of a call that was begun
    fits = [call for call in texts if call.startswith(rest)] or [rest]
    calls = [fits[seed % len(fits)], texts[(seed >> 8) % 4]][: 2 if seed % 3 else 1]
    text = ("" if begun else "[") + ", ".join(calls)[len(rest) :] + "]"
    ids = (*text.encode(), END)[: request.max_tokens]
    return Completion(
        text,
        finish="stop" if ids[-1] == END else "length",
        ids=ids,
        logprobs=(-0.5,) * len(ids),
        prompt_ids=request.ids or (),
        label_logprobs=(-0.7,) * len(request.label_ids),
    )


class Sayings(ScriptedEngine):
    def __init__(self) -> None:
        super().__init__([""])

    async def generate(self, request: Request) -> list[Completion]:
        return [say(request, k) for k in range(request.n)]


def setting(engine: ScriptedEngine, **changes: Any) -> Setting:
    policy = Policy(engine, get_format("python"), sampling=Sampling(1.0, 1.0, 64))
    return Setting(policy, tokens=400, **changes)


def records_of(arm: str, **changes: Any) -> list[dict]:
    engine, found = Sayings(), []
    trials = row_trials(rows(), {SINGLE: 3, MULTI: 3}, 0)
    asyncio.run(run_arm(arm, trials, Gauge(engine, 8), setting(engine, **changes), found.append))
    assert {record["task"] for record in found} == {trial.id for trial in trials}
    return found


@pytest.mark.parametrize("arm", ARMS)
def test_every_arm_keeps_to_its_tokens_and_asks_the_same_prompt(arm):
    found = records_of(arm)
    prompts = {record["task"]: record["prompt"] for record in records_of(BEST)}
    for record in found:
        assert sum(record["tokens"].values()) <= 400
        assert record["tokens"]["policy"] > 0
        assert "error" not in record
        assert record["prompt"] == prompts[record["task"]]
        assert len(record["pairs"]) <= 4
        assert len({pair["node"] for pair in record["pairs"]}) == len(record["pairs"])


@pytest.mark.parametrize(
    ("arm", "on_track"), [(OURS, False), (BEST, False), (OURS, True), (BEST, True)]
)
def test_pairs_of_ours_are_right_to_a_judge_that_shares_no_code_with_the_search(arm, on_track):
    trials = {trial.id: trial for trial in row_trials(rows(), {SINGLE: 3, MULTI: 3}, 0)}
    records = records_of(arm, pairs=PairConfig(on_track=on_track))
    pairs = [(trials[record["task"]], pair) for record in records for pair in record["pairs"]]
    verdicts = [verify.of_row(trial, pair) for trial, pair in pairs]
    assert verify.RIGHT in verdicts
    # Of steps on track and off it there are pairs whatever their Q.
    assert any(pair["gap"] < PairConfig().gap for _, pair in pairs) is on_track
    # A sample or two below a step leave open what else may come there, to who does not follow them.
    followed = arm == OURS or on_track
    assert set(verdicts) <= ({verify.RIGHT} if followed else {verify.RIGHT, verify.UNPROVEN})


def test_pairs_the_wrong_way_round_are_inverted():
    trials = {trial.id: trial for trial in row_trials(rows(), {SINGLE: 3, MULTI: 3}, 0)}
    record, pair = next((r, p) for r in records_of(BEST) for p in r["pairs"])
    turned = {**pair, "chosen": pair["rejected"], "rejected": pair["chosen"]}
    assert verify.of_row(trials[record["task"]], turned) == verify.INVERTED
    same = {**pair, "rejected": pair["chosen"]}
    assert verify.of_row(trials[record["task"]], same) == verify.UNPROVEN


def test_a_meter_cuts_the_answer_that_crosses_the_limit():
    meter = Meter(Gauge(Sayings(), 4), 50)
    request = Request(ids=(1,), n=4, max_tokens=64, seed=3)
    answers = asyncio.run(meter.generate(request))
    assert sum(len(answer.ids) for answer in answers) == 50 == meter.policy
    assert answers[0].finish == "stop"
    assert answers[-1].finish == "length"
    (empty,) = asyncio.run(meter.generate(Request(ids=(1,), label_ids=(5, 6))))
    assert empty.ids == () and len(empty.label_logprobs) == 2


def test_conversations_are_completed_to_tell_their_pairs():
    world = Bank()
    task = next(task for task in world.tasks() if task.gold)
    gold = [get_format("python").render(action) for action in task.gold]

    def follow(request: Request) -> str:
        said = sum(m.role == "assistant" for m in request.messages)
        return gold[min(said, len(gold) - 1)]

    engine = ScriptedEngine(follow)
    trial = Trial(TURNS, Subject(task, lambda: ToolEnv(copy.copy(world))))
    policy = setting(engine).policy
    right = [*gold[0].encode(), END]
    wrong = [*b"Nothing to do.", END]
    sides = [{"text": "", "ids": ids, "turn_ends": True, "ends": False} for ids in (right, wrong)]
    pair = {"node": 0, "before": [], "prefix": "", "prefix_ids": []}
    for chosen, rejected, verdict in (
        (0, 1, verify.RIGHT),
        (1, 0, verify.INVERTED),
        (1, 1, verify.UNPROVEN),
    ):
        asked = {**pair, "chosen": sides[chosen], "rejected": sides[rejected]}
        told = asyncio.run(verify.of_turns(trial, asked, policy, k=2, seed=0))
        assert told == verdict


def record(arm: str, task: str, family: str = SINGLE, pairs: int = 1) -> dict:
    return {
        "arm": arm,
        "task": task,
        "family": family,
        "tokens": {"policy": 90, "judge": 10},
        "pairs": [{"node": n} for n in range(pairs)],
    }


def test_lines_count_tasks_pairs_and_tokens():
    records = [record(arm, task) for arm in (OURS, BEST) for task in "abcd"]
    told = {OURS: "RRRU", BEST: "RUUI"}
    names = {"R": verify.RIGHT, "U": verify.UNPROVEN, "I": verify.INVERTED}
    verdicts = [
        {"arm": arm, "task": task, "verdict": names[letter]}
        for arm, letters in told.items()
        for task, letter in zip("abcd", letters, strict=True)
    ]
    lines = {(x.arm, x.group): x for x in report.lines_of((OURS, BEST), records, verdicts)}
    ours, theirs = lines[OURS, SINGLE], lines[BEST, "all"]
    assert (ours.verified, ours.right, ours.inverted, ours.unproven) == (3, 3, 0, 1)
    assert (theirs.verified, theirs.inverted) == (1, 1)
    assert ours.ratio == 3.0
    assert ours.closed == 2 / 3
    assert ours.price == 400 / 3
    assert ours.interval is not None and ours.interval[0] <= 3 <= ours.interval[1]
    assert (OURS, "multi") not in lines
    assert "3 / 4" in report.markdown(list(lines.values()), {}, [])


def test_a_ratio_to_nothing_is_none():
    assert report.ratio_of([(True, False)]) is None
    assert report.ratio_interval([(True, False)]) is None
    assert report.ratio_interval([(True, True)] * 5) == (1.0, 1.0)


def test_utilisation_is_told_over_blocks_that_have_both():
    def row(block: int, tokens: int, seconds: float, flat: bool) -> dict:
        return {
            "arm": "x",
            "block": block,
            "tokens": tokens,
            "seconds": seconds,
            "flat": flat,
        }

    times = [row(0, 90, 1.0, False), row(0, 100, 1.0, True), row(1, 10, 1.0, False)]
    assert report.utilisation(("x", "y"), times) == {
        "x": {"tokens a second": 50.0, "flat batch": 100.0, "utilisation": 0.9},
        "y": {"tokens a second": None, "flat batch": None, "utilisation": None},
    }


def test_of_conversations_the_first_pair_of_each_task_is_judged_first():
    records = [record("x", "b", TURNS, 2), record("x", "a", TURNS, 2), record("x", "c", SINGLE, 2)]
    chosen = to_check(iter(records), 3)
    assert [(r["task"], p["node"]) for r, p in chosen] == [
        ("c", 0),
        ("c", 1),
        ("a", 0),
        ("b", 0),
        ("a", 1),
    ]


def test_a_run_that_was_killed_is_finished(tmp_path, monkeypatch, capsys):
    trials = row_trials(rows(), {SINGLE: 3, MULTI: 3}, 0)
    monkeypatch.setattr(command, "all_trials", lambda counts, seed: trials)
    monkeypatch.setattr(command, "_open", lambda config: Sayings())
    monkeypatch.setattr(command, "policy_of", lambda engine: setting(engine).policy)
    result = tmp_path / "search.json"
    config = command.Config(block=4, out=tmp_path / "run", result=result)
    assert command.measure(config) == 0
    whole = json.loads(result.read_text())
    assert not whole["failed"]
    assert str(tmp_path) not in result.read_text()
    assert whole["engine"][OURS]["utilisation"] is not None
    assert "## multi-call" in capsys.readouterr().out
    for name in ("found.jsonl", "verdicts.jsonl"):
        log = tmp_path / "run" / name
        log.write_text("".join(log.read_text().splitlines(keepends=True)[:3]) + '{"arm": "d')
    assert command.measure(command.Config(resume=tmp_path / "run")) == 0
    assert json.loads(result.read_text())["lines"] == whole["lines"]
