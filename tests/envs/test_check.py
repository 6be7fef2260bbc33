from __future__ import annotations

import json

import pytest
from fake_world import Answer, Crashing, FakeWorld, Growing, Hidden, Lenient, Remote, Stuck

from envs import Action, Task, check, check_env
from envs.common.errors import UserError


def test_bank_passes_everywhere():
    report = check_env("itool/Bank-v0", limit=0)
    assert report.problems == []
    assert report.tasks == {"train": 42, "test": 21}
    cases = {row.check: row.cases for row in report.rows}
    assert cases["gold passes"] == 63
    assert cases["doing nothing fails"] == 54  # all but the requests to refuse
    assert cases["snapshots"] == 63
    assert cases["fuzz"] > 500


@pytest.mark.parametrize("world", [FakeWorld, Remote, Stuck, Lenient, Growing])
def test_honest_worlds_pass(world):
    problems = [p for p in check_env(world).problems if world is not Lenient or "gold" not in p]
    assert problems == []


class Tagged(FakeWorld):
    def tasks(self):
        yield from super().tasks()
        yield Task("no-way", "Fly.", {"goal": None}, [Action("No.")], "train", ["unsolvable"])


class Sloppy(FakeWorld):
    def tasks(self):
        (gold,) = next(iter(super().tasks())).gold
        yield Task("a", "Same.", {"goal": {}}, [gold], "train")
        yield Task("a", "Same.", {"goal": {}}, split="test")
        yield Task("b", "Other.", {"goal": {}}, split="dev")


class Empty(FakeWorld):
    def tasks(self):
        return ()


class NoList(FakeWorld):
    def tasks(self):
        raise OSError("no file")


@pytest.mark.parametrize(
    ("world", "texts"),
    [
        (Hidden, ["after restore the same turn goes otherwise"]),
        (
            Crashing,
            ["snapshots: WorldError: Crashing failed in", "fuzz: WorldError", "gold passes"],
        ),
        (NoList, ["tasks: OSError: no file"]),
        (Empty, ["tasks: there are no tasks", "gymnasium: UserError: Empty has no tasks"]),
        (
            Sloppy,
            [
                "2 tasks have the id 'a'",
                "b: the split is 'dev'",
                "a: gold ends as failure",
                "a: doing nothing passes",
            ],
        ),
    ],
)
def test_dishonest_worlds_are_caught(world, texts):
    problems = check_env(world).problems
    for text in texts:
        assert any(text in problem for problem in problems), (text, problems)


def test_unsolvable_tasks_are_listed_and_not_played_for_gold(capsys):
    report = check_env(Tagged)
    assert report.ok
    assert report.unsolvable == ("no-way",)
    assert check.main(["test_check:Tagged"]) == 0
    out = capsys.readouterr().out
    assert "known to be unsolvable: 1" in out
    assert "no-way" in out


def test_single_answers_without_gold_pass():
    class Free(Answer):
        def tasks(self):
            yield Task("free", "Say something.")

    assert check_env(Free).ok


def test_the_command(capsys):
    assert check.main(["itool/Bank-v0", "--limit", "5", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert report["checks"][3]["check"] == "gold passes"
    assert check.main(["fake_world:Crashing", "--limit", "5"]) == 1
    assert "Crashing failed in" in capsys.readouterr().out
    assert check.main(["itool/Bonk-v0"]) == 2
    assert "did you mean 'itool/Bank-v0'" in capsys.readouterr().err
    with pytest.raises(UserError):
        check_env("itool/Bonk-v0")
