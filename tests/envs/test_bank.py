from __future__ import annotations

from collections import Counter

import pytest

from envs import Action, ToolCall, make
from envs.worlds.bank import Bank
from envs.worlds.bank_tasks import bank_tasks


def test_the_tasks_are_many_fixed_and_apart():
    one = list(Bank().tasks())
    bank_tasks.cache_clear()
    assert one == list(Bank().tasks())
    assert Counter(task.split for task in one) == {"train": 42, "test": 21}
    assert len({task.id for task in one}) == 63
    requests = {split: {t.messages for t in one if t.split == split} for split in ("train", "test")}
    assert not requests["train"] & requests["test"]
    assert len(requests["train"]) == 42
    assert all(task.gold for task in one)


@pytest.fixture
def env():
    env = make("itool/Bank-v0")
    env.reset(seed=0, options={"task": "train-pay-0"})
    return env


def run(env, name, **arguments):
    return env.step(Action(calls=(ToolCall(name, arguments),)))[0].messages[-1].content


def test_the_rules_of_the_bank(env):
    accounts = env.world.state["accounts"]
    one, two = [n for n, a in accounts.items() if a["kind"] == "savings"][:2]
    assert run(env, "find_accounts", owner="Nobody") == "Nobody has no account here"
    assert run(env, "account", number="AC-1") == "there is no account AC-1"
    assert "1 to 1000" in run(env, "transfer", source=one, target=two, amount=1001)
    assert "1 to 1000" in run(env, "transfer", source=one, target=one, amount=1)
    assert "done, receipt R-" in run(env, "transfer", source=one, target=two, amount=1000)
    assert run(env, "freeze", number=two) == "frozen"
    assert "frozen" in run(env, "transfer", source=one, target=two, amount=1)
    assert run(env, "freeze", number=two, frozen=False) == "working"
    for _ in range(3):
        last = run(env, "transfer", source=one, target=two, amount=1000)
    assert "holds only" in last
    assert run(env, "statement", number=two, last=1).count("receipt") == 1
    assert run(env, "cancel", payment="P-99") == "there is no payment P-99"


def test_what_must_be_refused_fails_when_it_is_done():
    env = make("itool/Bank-v0")
    env.reset(seed=0, options={"task": "test-refuse-0"})
    request = env.observation.messages[-1].content
    owner, amount = request.split(" owes")[0], int(request.split(" euros")[0].split()[-1])
    by_owner = {a["owner"]: n for n, a in env.world.state["accounts"].items()}
    mine = next(n for owner_, n in by_owner.items() if owner_ != owner)
    theirs = next(
        n
        for n, a in env.world.state["accounts"].items()
        if a["owner"] == owner and a["kind"] == "checking"
    )
    assert "done" in run(env, "transfer", source=theirs, target=mine, amount=amount)
    assert env.step(Action("Done."))[1] == 0.0


def test_a_question_needs_the_answer():
    env = make("itool/Bank-v0")
    task = env.tasks["test-question-0"]
    for text, reward in [("No idea.", 0.0), (f"{task.data['answer']} euros.", 1.0)]:
        env.reset(options={"task": task})
        _, got, *_, info = env.step(Action(text))
        assert got == reward
        assert info["score"] == {"books": 1.0, "answer": reward}
