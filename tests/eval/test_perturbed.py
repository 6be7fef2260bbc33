"""What perturbations cost, side by side with the environment as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agents.policies import Decision
from envs import Action, Observation, make
from envs.perturb import perturbed
from eval.env_suite import EnvSuite
from eval.perturbed import PerturbedSuite
from eval.run import main
from eval.runner import evaluate

BANK = "itool/Bank-v0"


class Oracle:
    """Plays the gold of the bank under the names that it knows; it cannot read others."""

    name = "oracle"

    def __init__(self) -> None:
        tasks = make(BANK).tasks.values()
        self._gold: dict[str, Sequence[Action]] = {
            task.messages[-1].content: task.gold or () for task in tasks
        }

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        asked = next(m.content for m in observation.messages if m.role == "user")
        turn = sum(m.role == "assistant" for m in observation.messages)
        gold = self._gold[asked]
        action = gold[turn] if turn < len(gold) else Action("Done.")
        known = {spec.name for spec in observation.tools}
        return Decision(action if known >= {c.name for c in action.calls} else Action("I cannot."))


def suite(*ways: str) -> PerturbedSuite:
    plain = EnvSuite(BANK, lambda: make(BANK).world)
    ids = [task.id for task in plain.tasks]

    def other(way: str) -> EnvSuite:
        world = perturbed(BANK, way)
        return EnvSuite(BANK, lambda: make(world).world, ids=ids)

    return PerturbedSuite(plain, {way: other(way) for way in ways})


def test_the_cost_of_each_way():
    report = evaluate(suite("rename", "shuffle", "drop"), Oracle())
    by_name = {row.name: row for row in report.rows if row.kind == "group"}
    assert [(row.valid, row.n) for row in by_name.values()][:1] == [(21, 21)]
    assert list(by_name) == ["as it is", "rename", "shuffle", "drop"]
    (overall,) = report.overall["oracle"]
    assert overall.value == 1.0 and overall.note == "n=21"
    (extra,) = report.extras["oracle"]
    costs = {row[0]: dict(zip(extra.head, row, strict=True)) for row in extra.rows}
    assert costs["shuffle"]["difference"] == "+0.0"
    refusals = by_name["rename"].valid
    assert 0 < refusals < 11, "what asks for nothing is done without names"
    assert costs["rename"]["lost"] == str(21 - refusals) and costs["rename"]["won"] == "0"
    assert costs["rename"]["n"] == "21" and costs["rename"]["difference"].startswith("-")
    assert float(costs["rename"]["p"]) < 0.05
    assert refusals <= by_name["drop"].valid < 21


def test_ids_and_categories_pair_up():
    both = suite("drop")
    assert len(both.tasks) == 42 and len({task.id for task in both.tasks}) == 42
    plain, other = both.tasks[:21], both.tasks[21:]
    for a, b in zip(plain, other, strict=True):
        assert b.id == f"{a.id} ~ drop" and both.category(b) == f"{both.category(a)} ~ drop"
        assert type(both.world(a)).__name__ == "Bank"
        assert type(both.world(b)).__name__ == "Bank_drop"
    assert both.describe()["perturbed"] == ["drop"]


def test_the_flag(tmp_path, capsys):
    script = tmp_path / "answers.jsonl"
    script.write_text(json.dumps({"answers": ["I will not."]}))
    out = str(tmp_path / "run")
    flags = ["--model", f"scripted:{script}", "--format", "python", "--limit", "4"]
    ways = ["--perturb", "rename", "flaky"]
    assert main([BANK, *flags, *ways, "--json", "--out", out]) == 0
    report = json.loads(capsys.readouterr().out)
    (extra,) = report["extras"]["plain"]
    assert [row[0] for row in extra["rows"]] == ["rename", "flaky"]
    assert main(["--resume", out, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["extras"] == report["extras"]
