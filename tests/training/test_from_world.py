"""Gold of training tasks as rows, verified by the world."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from envs import Action, Task, ToolCall, World, tool
from envs.common.errors import UserError
from training.checks import Reason, clean
from training.from_world import BROKEN, NO_GOLD, SILENT_TURN, UNSOLVED, rows_of_world
from training.rows import NO_CALL


class Bells(World):
    """Ring a bell as often as asked."""

    def tasks(self) -> Iterable[Task]:
        def ring(times: int) -> Action:
            return Action("Gladly.", (ToolCall("ring", {"times": times}),))

        done = Action("Done.")
        yield Task("twice", "Ring twice", {"goal": 2}, [ring(2), done], "train")
        yield Task("wrong", "Ring twice", {"goal": 2}, [ring(3), done], "train")
        yield Task("open", "Ring twice", {"goal": 2}, None, "train")
        yield Task("early", "Ring twice", {"goal": 2}, [ring(2)], "train")
        yield Task("broken", "Ring a lot", {"goal": 9}, [ring(9), done], "train")
        yield Task("silent", "Ring once", {"goal": 1}, [ring(1), Action()], "train")
        yield Task("secret", "Ring for the test", {"goal": 1}, [ring(1), done], "test")

    def setup(self, task: Task) -> None:
        self.state = {"rung": 0}

    @tool
    def ring(self, times: int) -> str:
        """Ring the bell."""
        if times > 8:
            raise RuntimeError("the rope is torn")
        self.state["rung"] += times
        return "ding " * times

    def score(self, task: Task) -> bool:
        rung: int = self.state["rung"]
        return rung == task.data["goal"]


def test_verified_turns_become_rows() -> None:
    skipped: Counter[str] = Counter()
    rows = list(rows_of_world(Bells, skipped=skipped))
    assert [row.id for row in rows] == ["twice.0", "twice.1", "silent.0"]
    assert skipped == {UNSOLVED: 2, NO_GOLD: 1, BROKEN: 1, SILENT_TURN: 1}
    call, reply, _ = rows
    assert call.answer == (ToolCall("ring", {"times": 2}),) and call.answer_text == "Gladly."
    assert reply.messages[-1].role == "tool" and reply.messages[-1].content == "ding ding "
    assert reply.answer == () and reply.answer_text == "Done." != NO_CALL
    assert [spec.name for spec in reply.tools] == ["ring"] and reply.source == "Bells"
    assert clean(rows)[1] == {}


def test_the_test_split_only_by_name() -> None:
    assert not any("test" in row.query for row in rows_of_world(Bells()))
    secret = list(rows_of_world(Bells(), "test"))
    assert {row.query for row in secret} == {"Ring for the test"}
    assert clean(secret)[1] == {Reason.TEST_TASK: 2}
    with pytest.raises(UserError, match=r"Bells: no tasks of the split 'dev'"):
        list(rows_of_world(Bells, "dev"))


def test_a_limit_of_tasks_and_rows_as_they_come() -> None:
    assert [row.id for row in rows_of_world(Bells, limit=1)] == ["twice.0", "twice.1"]
    assert next(rows_of_world(Bells)).id == "twice.0"
    with pytest.raises(UserError, match="did you mean 'itool/Bank-v0'"):
        next(rows_of_world("itool/Bnak-v0"))


@pytest.mark.parametrize("world", ["itool/Bank-v0", "itool/ApiTasks-v0"])
def test_built_in_worlds(world: str, request: pytest.FixtureRequest) -> None:
    if "Api" in world:
        request.getfixturevalue("bfcl_root")
    skipped: Counter[str] = Counter()
    rows = list(rows_of_world(world, limit=30, skipped=skipped))
    assert clean(rows)[1] == {} and skipped == {}
    assert len({row.meta["task"] for row in rows}) == 30
    assert len({row.id for row in rows}) == len(rows)
    # Each row goes on where the one before it ended.
    for before, after in itertools.pairwise(rows):
        if before.meta["task"] == after.meta["task"]:
            assert after.messages[: len(before.messages)] == before.messages


def test_paths_of_a_plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "my_bells.py"
    source = Path(__file__).read_text(encoding="utf-8")
    module.write_text(source.split("\ndef test_")[0], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    rows = list(rows_of_world("my_bells:Bells"))
    assert [row.id for row in rows] == ["twice.0", "twice.1", "silent.0"]
    assert rows[0].source == "my_bells:Bells"
