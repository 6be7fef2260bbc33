from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pytest

from agents.formats import get_format
from envs.env import ToolEnv
from envs.types import Action, Message, Task, ToolCall
from eval.bfcl import prompts
from eval.bfcl.categories import MULTI_TURN
from eval.bfcl.data import load as load_single
from eval.bfcl.multi_turn.checker import Checker
from eval.bfcl.multi_turn.data import MultiTurnEntry, load
from eval.bfcl.multi_turn.steps import MAX_STEPS
from eval.bfcl.multi_turn.tasks import make_tasks
from eval.bfcl.multi_turn.world import MultiTurn
from eval.bfcl.world import SingleTurn

Mode = Literal["prompting", "fc"]
MODES: tuple[Mode, ...] = ("prompting", "fc")


@pytest.fixture(scope="module")
def checker(bfcl_root: Path) -> Checker:
    pytest.importorskip("mpmath")
    return Checker(bfcl_root)


@pytest.fixture(scope="module")
def entries(bfcl_root: Path) -> Sequence[MultiTurnEntry]:
    return [entry for name in MULTI_TURN for entry in load(bfcl_root, name)]


@pytest.fixture(scope="module")
def tasks(bfcl_root: Path, entries: Sequence[MultiTurnEntry]) -> Mapping[Mode, Mapping[str, Task]]:
    official = prompts.load(bfcl_root)
    return {mode: {t.id: t for t in make_tasks(entries, official, mode)} for mode in MODES}


def start(checker: Checker, task: Task, mode: Mode) -> ToolEnv:
    env = ToolEnv(MultiTurn(checker, mode=mode), diffs=True)
    env.reset(seed=0, options={"task": task})
    return env


def said(*texts: str) -> list[Action]:
    """What a policy makes of texts in prompting mode."""
    return [get_format("python").parse(text) for text in texts]


def test_prompts_are_the_official_ones(
    tasks: Mapping[Mode, Mapping[str, Task]],
) -> None:
    digest = hashlib.sha256()
    for task in tasks["prompting"].values():
        system, user = task.messages
        assert (system.role, user.role, user.content) == ("system", "user", task.data["turns"][0])
        digest.update(json.dumps([task.id, system.content, task.data["turns"]]).encode())
    # Of what the official generation sends for the 800 entries, recorded with bfcl-eval 2026.3.23.
    assert digest.hexdigest() == "726198268bb9f93a8bfa2ca04ea93b62f8af8046c8e6581b17f3f601ac8823bd"


@pytest.mark.parametrize("mode", MODES)
def test_gold_passes_and_silence_fails(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]], mode: Mode
) -> None:
    for task in random.Random(1).sample(list(tasks[mode].values()), 80):
        env = ToolEnv(MultiTurn(checker, mode=mode))
        for actions in (task.gold or (), [Action("No.")] * len(task.data["turns"])):
            env.reset(seed=0, options={"task": task})
            for action in actions:
                *_, info = env.step(action)
            assert env.ended
            expected = "success" if actions is task.gold else "failure"
            if any(task.data["entry"].truth):
                assert info["outcome"] == expected, task.id


def test_a_conversation_in_prompting_mode(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]]
) -> None:
    env = start(checker, tasks["prompting"]["multi_turn_base_0"], "prompting")
    text = "[cd('x', folder='document'), mkdir(dir_name='temp'), mkdir(dirname='temp')]"
    (call,) = said(text)
    env.step(call)
    assert env.observation.messages[2:] == (
        Message("assistant", text),
        Message("tool", '{"current_working_directory": "document"}', name="cd(folder='document')"),
        Message("tool", "None", name="mkdir(dir_name='temp')"),
        Message(
            "tool",
            "Error during execution: GorillaFileSystem.mkdir() got an unexpected keyword "
            "argument 'dirname'",
            name="mkdir(dirname='temp')",
        ),
    )
    added = env.diffs[1]
    assert [tuple(change) for change in added] == [
        ("GorillaFileSystem.root.document.temp", "<absent>", {})
    ]
    env.step(said("The folder is there.")[0])
    assert env.observation.messages[6:] == (
        Message("assistant", "The folder is there."),
        Message("user", tasks["prompting"]["multi_turn_base_0"].data["turns"][1]),
    )


def test_a_conversation_in_function_calling_mode(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]]
) -> None:
    env = start(checker, tasks["fc"]["multi_turn_base_0"], "fc")
    assert [message.role for message in env.observation.messages] == ["user"]
    call = ToolCall("cd", {"folder": "document"}, "a")
    *_, info = env.step(Action(calls=(call, ToolCall("nothing", {"x": float("inf")}))))
    assistant, first, second = env.observation.messages[1:]
    assert assistant.calls[0] == call
    assert (first.name, first.call_id) == ("cd", "a")
    assert first.content == '{"current_working_directory": "document"}'
    assert second.content == "Error during execution: name 'nothing' is not defined"
    assert [error["kind"] for error in info["errors"]] == ["tool_error"]


@pytest.mark.parametrize("mode", MODES)
def test_held_out_functions_are_revealed_in_their_turn(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]], mode: Mode
) -> None:
    task = next(t for t in tasks[mode].values() if t.data["entry"].held_out)
    ((turn, docs),) = task.data["entry"].held_out.items()
    names = [doc["name"] for doc in docs]
    env = start(checker, task, mode)
    for _ in range(turn):
        assert not set(names) & {tool.name for tool in env.observation.tools}
        before = env.observation.tools
        env.step(Action("Done."))
    assert [tool.name for tool in env.observation.tools] == [
        *(tool.name for tool in before),
        *names,
    ]
    assert all(docs[0]["description"] == tool.description for tool in env.observation.tools[-1:])
    announced = env.observation.messages[-1].content
    assert announced.endswith("What about now?")
    assert announced.startswith(str(list(docs))) is (mode == "prompting")


@pytest.mark.parametrize("mode", MODES)
def test_the_last_step_of_a_turn_ends_the_conversation(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]], mode: Mode
) -> None:
    env = start(checker, tasks[mode]["multi_turn_base_0"], mode)
    env.step(Action("Done."))
    action = Action(calls=(ToolCall("ls"),))
    for step in range(MAX_STEPS):
        assert not env.ended, step
        *_, info = env.step(action)
    assert env.ended
    assert info["outcome"] == "failure"
    assert isinstance(env.world, MultiTurn)
    result = env.world.result(tasks[mode]["multi_turn_base_0"])
    assert list(map(len, result)) == [1, MAX_STEPS]
    verdict = checker.judge(tasks[mode]["multi_turn_base_0"].data["entry"], result, mode)
    assert verdict.error_type == "multi_turn:force_terminated"


def test_what_is_no_call_officially_ends_the_turn(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]]
) -> None:
    """The agent's format reads more as calls than the official decoder does, and less."""
    task = tasks["prompting"]["multi_turn_base_0"]
    for text, calls in (
        ("```python\n[ls()]\n```", 0),
        ("Sure! [ls()]", 0),
        ("ls(), pwd()", 2),
        ("[ls()] # all of it", 1),
        ("[]", 0),
    ):
        env = start(checker, task, "prompting")
        env.step(said(text)[0])
        roles = [message.role for message in env.observation.messages[2:]]
        assert roles == ["assistant", *(["tool"] * calls or ["user"])], text
        assert env.observation.messages[2].content == text
        assert not env.observation.messages[2].calls


def test_a_call_that_python_cannot_name_is_no_call(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]]
) -> None:
    """Whoever plays without texts (a person, a sampled action) may name anything."""
    env = start(checker, tasks["prompting"]["multi_turn_base_0"], "prompting")
    for call in (ToolCall("no such tool", {"x": 1}), ToolCall("a-b"), ToolCall("")):
        env.step(Action(calls=(call,)))
        assert [m.role for m in env.observation.messages[-2:]] == ["assistant", "user"]
    single = SingleTurn()
    entry = load_single(checker.root, "simple_python")[0]
    single.actions = (Action(calls=(ToolCall("no such tool", {"x": 1}),)),)
    assert single.score(Task("t", "t", {"entry": entry})) is False


def test_directories_in_themselves_are_shown(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]]
) -> None:
    env = start(checker, tasks["prompting"]["multi_turn_base_0"], "prompting")
    env.step(said("cp(source='document', destination='document')")[0])
    assert "<itself>" in str(env.state_diff())
    snapshot = env.snapshot()
    env.restore(snapshot)
    assert env.state_hash() == env.state_hash()


def same_after_restoring(env: ToolEnv, task: Task, rng: random.Random) -> None:
    """Snapshot, go on, restore and step; then compare with a fresh replay."""
    actions = task.gold or ()
    at = rng.randrange(len(actions))
    env.reset(seed=0, options={"task": task})
    for action in actions[:at]:
        env.step(action)
    snapshot = env.snapshot()
    before = env.state_hash()
    for action in actions[at:]:
        env.step(action)
    env.restore(snapshot)
    assert env.state_hash() == before
    env.step(actions[at])
    found = env.observation, env.state_hash()
    env.reset(seed=0, options={"task": task})
    for action in actions[: at + 1]:
        env.step(action)
    assert found == (env.observation, env.state_hash()), task.id


def test_restoring_a_snapshot_is_a_replay(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]]
) -> None:
    rng = random.Random(2)
    env = ToolEnv(MultiTurn(checker, mode="fc"), outcome_reward=False)
    for task in rng.sample(list(tasks["fc"].values()), 100):
        same_after_restoring(env, task, rng)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_restoring_a_snapshot_is_a_replay_in_all_tasks(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]], mode: Mode
) -> None:
    rng = random.Random(3)
    env = ToolEnv(MultiTurn(checker, mode=mode))
    for task in tasks[mode].values():
        same_after_restoring(env, task, rng)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_gold_passes_in_all_tasks(
    checker: Checker, tasks: Mapping[Mode, Mapping[str, Task]], mode: Mode
) -> None:
    env = ToolEnv(MultiTurn(checker, mode=mode))
    for task in tasks[mode].values():
        env.reset(seed=0, options={"task": task})
        for action in task.gold or ():
            _, reward, terminated, _, _ = env.step(action)
        assert terminated
        assert reward == 1.0, task.id
