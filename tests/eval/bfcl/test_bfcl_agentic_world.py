from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from test_bfcl_agentic_memory import CONTENT, OFFICIAL, embed

from envs.common.errors import UserError
from envs.env import ToolEnv
from envs.types import Action, Message, Outcome, ToolCall
from envs.world import WorldError
from eval.bfcl import prompts
from eval.bfcl.agentic import data
from eval.bfcl.agentic.data import Backend
from eval.bfcl.agentic.memory import Memories
from eval.bfcl.agentic.tasks import TaskMaker, prerequisites
from eval.bfcl.agentic.web import Fake, Recorded
from eval.bfcl.agentic.world import Agentic
from eval.bfcl.multi_turn.steps import MAX_STEPS

WEB = Fake({"tea": [{"title": "Tea", "link": "https://tea", "snippet": "hot"}]})


def said(text: str) -> Action:
    return Action(text, raw=text)


class Stage:
    """The makings of an episode."""

    def __init__(self, root: Path, mode: Any = "prompting") -> None:
        self.root = root
        self.memories = Memories(root, embed=embed)
        self.maker = TaskMaker(prompts.load(root), self.memories, mode)
        self.world = Agentic(memories=self.memories, backend=WEB, mode=mode)

    def question(self, category: str) -> data.Entry:
        return data.load(self.root, category)[0]

    def start(self, entry: data.Entry, content: Any = None, **options: Any) -> ToolEnv:
        env = ToolEnv(self.world, **options)
        env.reset(seed=0, options={"task": self.maker.make(entry, content)})
        return env


@pytest.fixture
def stage(bfcl_root: Path) -> Stage:
    pytest.importorskip("rank_bm25")
    return Stage(bfcl_root)


def test_calls_are_read_and_answered_as_officially(stage: Stage) -> None:
    env = stage.start(stage.question("memory_kv"), diffs=True)
    text = 'core_memory_add(key="name", value="Michael"), core_memory_retrieve("name")'
    observation, _, terminated, _, info = env.step(said(text))
    assert observation.messages[-3:] == (
        Message("assistant", text),
        Message(
            "tool",
            '{"status": "Key-value pair added."}',
            name="core_memory_add(key='name', value='Michael')",
        ),
        Message(
            "tool",
            "Error during execution: MemoryAPI_kv.core_memory_retrieve() missing 1 required "
            "positional argument: 'key'",
            name="core_memory_retrieve()",
        ),
    )
    assert not terminated
    assert [error["kind"] for error in info["errors"]] == ["tool_error"]
    assert [list(diff) for diff in env.diffs] == [
        [("core_memory.name", "<absent>", "Michael")],
        [],
    ]


def test_function_calling_mode(bfcl_root: Path) -> None:
    stage = Stage(bfcl_root, "fc")
    env = stage.start(stage.question("memory_rec_sum"))
    assert "memory_append" not in env.observation.messages[0].content
    assert len(env.observation.tools) == 5
    call = ToolCall("memory_append", {"text": "it's"}, "id1")
    observation, *_ = env.step(Action(calls=(call,)))
    answer = observation.messages[-1]
    assert (answer.call_id, answer.content) == ("id1", '{"status": "Memory appended."}')
    assert stage.world.content() == {"memory": "it's"}
    *_, info = env.step(Action("You are michael."))
    assert info["outcome"] == Outcome.SUCCESS


@pytest.mark.parametrize(
    ("texts", "outcome"),
    [
        (["{'answer': 'Michael', 'context': ''}"], Outcome.SUCCESS),
        (["core_memory_list_keys()", "I do not know"], Outcome.FAILURE),
        ([""], Outcome.FAILURE),
    ],
)
def test_the_last_message_is_scored(stage: Stage, texts: list[str], outcome: Outcome) -> None:
    env = stage.start(stage.question("memory_kv"))
    for text in texts:
        *_, info = env.step(said(text))
    assert env.ended
    assert info["outcome"] == outcome


def test_too_many_steps_end_the_episode(stage: Stage) -> None:
    env = stage.start(stage.question("memory_kv"))
    for _ in range(MAX_STEPS):
        assert not env.ended
        env.step(said("core_memory_list_keys()"))
    assert env.outcome is Outcome.FAILURE


def test_prerequisites_hand_their_memory_on(stage: Stage) -> None:
    question = stage.question("memory_kv")
    contents: dict[str, Any] = {}
    env = ToolEnv(stage.world)
    for number, entry in enumerate(prerequisites(stage.root, [question])):
        task = stage.maker.resume(stage.maker.make(entry), contents)
        env.reset(options={"task": task})
        env.step(said(f"core_memory_add(key='k_{number}', value='v')"))
        for turn, text in enumerate(entry.turns):
            assert env.observation.messages[-1 if turn else 1].content == text
            env.step(said("I will remember that."))
        assert env.ended
        contents[entry.id] = json.loads(json.dumps(stage.world.content()))
    kept = list(contents[question.depends_on[-1]]["core_memory"])
    assert kept == [f"k_{n}" for n in range(7)]  # more do not fit
    task = stage.maker.resume(stage.maker.make(question), contents)
    assert '"k_6": "v"' in task.messages[0].content
    env.reset(options={"task": task})
    observation, *_ = env.step(said("core_memory_retrieve(key='k_0')"))
    assert observation.messages[-1].content == '{"value": "v"}'


@pytest.mark.parametrize("backend", get_args(Backend))
def test_a_restored_position_goes_on_like_a_fresh_replay(stage: Stage, backend: str) -> None:
    entry = stage.question(f"memory_{backend}")
    calls = [f"[{call}]" for call, _ in OFFICIAL[backend]][: MAX_STEPS - 1]
    env = stage.start(entry, CONTENT[backend])
    snapshots, hashes = [], []
    for call in calls:
        snapshots.append(env.snapshot())
        hashes.append(env.state_hash())
        env.step(said(call))
    assert env.state_diff() or backend == "kv"
    final = env.observation, env.state_hash()
    for start in range(0, len(calls), 3):
        env.restore(snapshots[start])
        assert env.state_hash() == hashes[start]
        for call in calls[start:]:
            env.step(said(call))
        assert (env.observation, env.state_hash()) == final
    replay = stage.start(entry, CONTENT[backend])
    for call in calls:
        replay.step(said(call))
    assert (replay.observation, replay.state_hash()) == final


@pytest.mark.parametrize(
    ("category", "shown"), [("web_search_base", True), ("web_search_no_snippet", False)]
)
def test_web_searches(stage: Stage, category: str, shown: bool) -> None:
    env = stage.start(stage.question(category))
    snapshot = env.snapshot()
    observation, *_ = env.step(said("search_engine_query(keywords='tea')"))
    assert ("hot" in observation.messages[-1].content) is shown
    assert stage.world.content() == {}
    env.restore(snapshot)
    *_, info = env.step(said("It is Zhang Yiming."))
    assert info["outcome"] == Outcome.SUCCESS


def test_a_web_that_cannot_be_asked_is_the_machine_s_failure(
    stage: Stage, bfcl_root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "web.jsonl"
    path.touch()
    stage.world = Agentic(backend=Recorded(path))
    env = stage.start(stage.question("web_search_base"))
    with pytest.raises(WorldError, match="not recorded"):
        env.step(said("search_engine_query(keywords='tea')"))
    assert env.outcome is Outcome.ERROR


@pytest.mark.parametrize("category", ["web_search_base", "memory_kv"])
def test_what_is_missing_is_one_line(stage: Stage, category: str) -> None:
    stage.world = Agentic()
    with pytest.raises(UserError, match=f"{category}_0.*: a .* needs "):
        stage.start(stage.question(category))


@pytest.mark.parametrize(
    "text",
    [
        "[__import__('os').system('touch /tmp/owned')]",
        "[core_memory_add(key='a', value=__import__('os').getcwd())]",
        "[core_memory_add(key='a', value=().__class__.__mro__)]",
        "[core_memory_add.__globals__(x=1)]",
        "[_flush_memory_to_local_file()]",
        "[_load_scenario(initial_config={'content': 1})]",
        "[core_memory_add(key='a', value='" + "x" * 150_000 + "')]",
        "[core_memory_add(key='a', value=9**9**9)]",
        "[core_memory_add(key='a', value=" + "[" * 90 + "]" * 90 + ")]",
        "[core_memory_key_search(query='" + "a " * 50_000 + "')]",
        "[" + "core_memory_list_keys()," * 900 + "]",
        "[snapshot_folder()]",
        "[core_memory_add(key='a', value='\\ud800')]",
    ],
)
def test_hostile_calls_are_answered(stage: Stage, text: str) -> None:
    env = stage.start(stage.question("memory_kv"))
    before = env.state_hash()
    observation, *_ = env.step(said(text))
    answers = [message.content for message in observation.messages if message.role == "tool"]
    assert env.ended or answers
    assert env.state_hash() == before or any("added" in answer for answer in answers)
    assert not Path("/tmp/owned").exists()
