"""A model as the user of an episode, with scripted engines on both sides."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents import Completion, EngineError, Policy, PromptTooLong, Request, ScriptedEngine
from agents.formats import get_format
from agents.rollout import rollout
from agents.users import EVERY, STOP, Brief, UserModel, changed_over, read_briefs, recorded
from envs import Action, Message, Outcome, Task, ToolCall, World, tool
from envs.common.errors import UserError
from envs.env import ToolEnv
from envs.episode import Episode
from envs.turn import UNREADABLE, Said

SECRET = "You want tea first. Once it is there, ask for milk."


class Counter(World):
    """A counter that takes orders; without a model its own user says nothing."""

    max_turns = 8

    def __init__(self, *, user: Any = SECRET) -> None:
        self._wants = user

    def tasks(self):
        yield Task("order", "Hello!", {"user": self._wants})

    def setup(self, task):
        self.state = []

    @tool
    def order(self, item: str) -> str:
        """Order an item."""
        self.state.append(item)
        return f"{item} ordered"

    def score(self, task):
        return self.state == ["tea", "milk"]


AGENT = [
    "What would you like?",
    '[order(item="tea")]',
    "Tea is ordered.",
    '[order(item="milk")]',
    "Milk too.",
    "Goodbye!",
]


def agent(answers: list[str]) -> Policy:
    return Policy(ScriptedEngine(answers), get_format("python"))


def play(
    user: UserModel | None,
    answers: list[str] = AGENT,
    world: World | None = None,
    env: ToolEnv | None = None,
) -> Episode:
    env = env or ToolEnv(world or Counter())
    task = env.tasks["order"]
    return asyncio.run(rollout(env, task, agent(answers), env_id="counter", user=user))


def guest(*said: str) -> UserModel:
    """A user who says one thing after the other; the last for ever."""
    # The opening is the user's own first turn and counts as an answer of the engine's.
    return UserModel(ScriptedEngine(["", *said]))


def test_both_sides_talk_until_the_user_has_what_it_wants() -> None:
    episode = play(guest("Tea, please.", "Now some milk.", f"Thanks. {STOP}"))
    assert episode.outcome is Outcome.SUCCESS and episode.reward == 1
    said = [m.content for s in episode.steps for m in s.messages if m.role == "user"]
    assert said == ["Tea, please.", "Now some milk."]  # the stop text is no part of the talk
    assert len(episode.steps) == 5
    asked = [len(step.user_calls) for step in episode.steps]
    assert asked == [1, 0, 1, 0, 1]  # after replies alone
    assert Episode.from_json(json.loads(json.dumps(episode.to_json()))).steps == episode.steps


def test_what_the_user_cost_is_kept_apart() -> None:
    episode = play(guest("Tea, please.", "Now some milk.", STOP))
    for step in episode.steps:
        assert [call.purpose for call in step.model_calls] == ["policy"]
        assert {call.purpose for call in step.user_calls} <= {"user"}
    (call,) = episode.steps[0].user_calls
    assert call.text == "Tea, please." and bytes(call.ids[:-1]).decode() == "Tea, please."
    assert SECRET in bytes(call.prompt_ids).decode()
    policy_read = b"".join(bytes(c.prompt_ids) for s in episode.steps for c in s.model_calls)
    assert SECRET not in policy_read.decode()


def test_the_user_reads_the_talk_alone_with_the_roles_changed_over() -> None:
    requests: list[Request] = []

    def answer(request: Request) -> str:
        requests.append(request)
        return ["Tea, please.", "Now some milk.", STOP][len(requests) - 1]

    play(UserModel(ScriptedEngine(answer)))
    system, *talk = requests[1].messages
    assert system.role == "system" and SECRET in system.content and STOP in system.content
    assert [(m.role, m.content) for m in talk[1:]] == [
        ("assistant", "Hello!"),
        ("user", "What would you like?"),
        ("assistant", "Tea, please."),
        ("user", "Tea is ordered."),
    ]
    assert talk[0].role == "user"  # templates want one first
    assert not requests[1].tools


def test_turns_that_could_not_be_read_are_not_shown_to_the_user() -> None:
    talk = [
        Message("system", "For the agent."),
        Message("user", "Hello!"),
        Message("assistant", "[order("),
        Message("user", f"{UNREADABLE}: no end"),
        Message("assistant", "Yes?"),
    ]
    assert [m.content for m in changed_over(talk)][1:] == ["Hello!", "Yes?"]


def test_a_user_that_never_stops_is_stopped_by_its_limit() -> None:
    brief = Brief(SECRET, turns=3)
    user = replace(guest("Tell me more."), briefs={"order": brief})
    episode = play(user, ["What else?"])
    assert episode.outcome is Outcome.FAILURE  # it ended by itself and was scored
    assert len(episode.steps) == 4
    assert sum(len(step.user_calls) for step in episode.steps) == 3  # none is asked in vain


def test_a_user_that_never_stops_is_stopped_by_the_limit_of_the_episode() -> None:
    assert play(guest("More."), ["What else?"]).outcome is Outcome.MAX_TURNS


@pytest.mark.parametrize("failure", [EngineError("no memory"), PromptTooLong("9 tokens too many")])
def test_a_user_that_fails_is_the_machines_fault(failure: Exception) -> None:
    class Broken(ScriptedEngine):
        async def generate(self, request: Request) -> list[Completion]:
            raise failure

    episode = play(UserModel(Broken([""])))
    assert episode.outcome is Outcome.ERROR and episode.reward is None
    assert episode.error == f"the user's model: {failure}"


def test_silence_ends_the_talk() -> None:
    assert len(play(guest(" \n")).steps) == 1


def test_a_task_without_an_instruction_keeps_the_user_of_its_world() -> None:
    class Scripted(Counter):
        def user(self, task):
            return "Milk." if len(self.actions) < 2 else None

    episode = play(guest("Tea."), ["Yes?"], Scripted(user=None))
    said = [m.content for s in episode.steps for m in s.messages]
    assert said == ["Milk."] and not any(step.user_calls for step in episode.steps)
    # A model in its place: the world is not asked.
    episode = play(guest("Tea.", STOP), ["Yes?"], Scripted())
    assert [m.content for s in episode.steps for m in s.messages] == ["Tea."]


def test_a_record_can_be_taken_again() -> None:
    env = ToolEnv(Counter())
    episode = play(guest("Tea, please.", "Now some milk.", STOP), env=env)
    again = ToolEnv(Counter())
    again.reset(seed=0, options={"task": "order"})
    for step in episode.steps:
        again.step(step.action, recorded(episode, step))
    assert again.observation.messages == env.observation.messages
    assert again.outcome is Outcome.SUCCESS


def test_a_replayed_world_comes_back_to_what_the_user_said() -> None:
    class Remote(Counter):
        copyable, replayable = False, True

    env = ToolEnv(Remote())
    env.reset(options={"task": "order"})
    env.step(Action("What would you like?"), Said("Tea."))
    env.step(Action(calls=(ToolCall("order", {"item": "tea"}),)), Said("not looked at"))
    snapshot = env.snapshot()
    seen = env.observation
    env.step(Action("Bye."), Said(None))
    assert env.ended
    assert env.restore(snapshot) == seen and not env.ended


def test_who_is_asked() -> None:
    env = ToolEnv(Counter())
    env.reset(options={"task": "order"})
    assert env.asks_user(Action("Yes?"))
    assert not env.asks_user(Action(calls=(ToolCall("order", {"item": "tea"}),)))
    assert not env.asks_user(Action("[order(", error="no end"))
    env.step(Action("Bye."))
    assert not env.asks_user(Action("Yes?"))


# --- instructions


def test_instructions_come_from_files_too(tmp_path: Path) -> None:
    rows = tmp_path / "users.jsonl"
    rows.write_text(
        '{"task": "order", "instruction": "Want milk.", "stop": "END", "turns": 2}\n'
        '{"task": "*", "instruction": "Be rude."}\n'
    )
    briefs = read_briefs(rows)
    assert briefs == {"order": Brief("Want milk.", "END", 2), EVERY: Brief("Be rude.")}
    user = replace(guest("x"), briefs=briefs)
    assert user.brief(Task("order", "", {"user": SECRET})) == briefs["order"]
    assert user.brief(Task("other", "")) == briefs[EVERY]
    text = tmp_path / "user.txt"
    text.write_text("Want tea.\n")
    assert read_briefs(text) == {EVERY: Brief("Want tea.\n")}


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ('{"instruction": "x"}', "users.jsonl:1: field 'task'"),
        ('{"task": "a"}', "users.jsonl:1: field 'instruction' is missing"),
        ('{"task": "a", "instruction": "x", "turn": 3}', "unknown field 'turn', did you mean"),
        ('{"task": "a", "instruction": "x", "turns": 0}', "'turns': a number of at least 1"),
        ('{"task": "a", "instruction": "x", "stop": ""}', "'stop': a text that is not empty"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, line: str, part: str) -> None:
    path = tmp_path / "users.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(UserError, match=r".") as caught:
        read_briefs(path)
    assert part.partition(",")[0] in str(caught.value)


def test_a_wrong_instruction_in_a_task_is_named() -> None:
    with pytest.raises(UserError, match=r"task 'order': data\['user'\]: a text or an object"):
        guest("x").brief(Task("order", "", {"user": ["no"]}))


# --- the command


def test_eval_run_takes_a_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from agents.play import main as play_main
    from eval.run import main
    from training.readers import read

    module = tmp_path / "my_counter.py"
    module.write_text(
        "from envs import Task, World, tool\n"
        "class Counter(World):\n"
        "    def tasks(self):\n"
        "        yield Task('order', 'Hello!')\n"
        "    def setup(self, task):\n"
        "        self.state = []\n"
        "    @tool\n"
        "    def order(self, item: str) -> str:\n"
        '        """Order an item."""\n'
        "        self.state.append(item)\n"
        "        return 'ok'\n"
        "    def score(self, task):\n"
        "        return self.state == ['tea', 'milk']\n"
    )
    answers = {"agent": AGENT, "user": ["", "Tea, please.", "Now some milk.", STOP]}
    for name, texts in answers.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"answers": texts}) + "\n")
    (tmp_path / "wish.txt").write_text(SECRET)
    args = [
        "my_counter:Counter",
        "--model",
        f"scripted:{tmp_path}/agent.jsonl",
        "--format",
        "python",
    ]
    user = ["--user-model", f"scripted:{tmp_path}/user.jsonl"]
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        out = tmp_path / "run"
        assert main([*args, *user, "--out", str(tmp_path / "no")]) == 2
        assert "no task says what its user wants" in capsys.readouterr().err
        wish = ["--user-instructions", str(tmp_path / "wish.txt")]
        assert main([*args, *user, *wish, "--out", str(out), "--json"]) == 0
        report = json.loads(capsys.readouterr().out)
        assert report["rows"][-1]["valid"] == 1
        used = report["usage"]["plain"]
        assert used["model calls"] == 5 and used["user model calls"] == 3
        assert any("plays the user in 1 of 1 tasks" in note for note in report["notes"])
        rows = list(read(out))
        assert [row.answer for row in rows if row.answer] == [
            (ToolCall("order", {"item": item}),) for item in ("tea", "milk")
        ]
        assert play_main(["--replay", str(out), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["divergence"] is None
        record = tmp_path / "watched.jsonl"
        assert play_main([*args, *user, *wish, "--out", str(record)]) == 0
        assert "Now some milk." in capsys.readouterr().out
        (line,) = record.read_text().splitlines()
        assert Episode.from_json(json.loads(line)).outcome is Outcome.SUCCESS
        manifest = json.loads((out / "manifest.json").read_text())
        assert manifest["user"]["prompt"] == 1 and manifest["user"]["instructions"]
        assert main(["--resume", str(out), "--json"]) == 0
        capsys.readouterr()
        (tmp_path / "wish.txt").write_text("Something else.")
        assert main(["--resume", str(out)]) == 2
        assert "instructions are others now" in capsys.readouterr().err


def test_a_person_talks_to_a_model_that_plays_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from agents.play import main as play_main

    said = {"That is all": STOP, "Bye": STOP, "it is ordered": "Now some milk.", "": "Tea, please."}
    rows = ({"match": text, "answer": answer} for text, answer in said.items())
    (tmp_path / "user.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    user = ["--user-model", f"scripted:{tmp_path}/user.jsonl"]
    lines = ["a Hello.", "order(item='tea')", "a it is ordered", "i", "a Bye.", "a it is ordered"]
    lines += ["order(item='milk')", "a That is all.", "u", "y"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    out = tmp_path / "run"
    assert play_main(["test_users:Counter", "--human", *user, "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "user is" in text and "it would end: failure" in text and SECRET not in text
    (line,) = (out / "episodes.jsonl").read_text().splitlines()
    episode = Episode.from_json(json.loads(line))
    assert episode.outcome is Outcome.SUCCESS and episode.agent == "human"
    heard = [m.content for s in episode.steps for m in s.messages if m.role == "user"]
    assert heard == ["Tea, please.", "Now some milk."]
    assert [len(step.user_calls) for step in episode.steps] == [1, 0, 1, 0, 1]
    assert play_main(["--replay", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["divergence"] is None


def test_stepping_a_model_with_a_user_is_watching_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents.play import main as play_main

    for name, texts in {
        "agent": AGENT,
        "user": ["", "Tea, please.", "Now some milk.", STOP],
    }.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"answers": texts}) + "\n")
    args = ["test_users:Counter", "--model", f"scripted:{tmp_path}/agent.jsonl"]
    args += ["--format", "python", "--user-model", f"scripted:{tmp_path}/user.jsonl"]
    assert play_main([*args, "--out", str(tmp_path / "watched.jsonl")]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("r\n"))
    assert play_main([*args, "--step", "--out", str(tmp_path / "run")]) == 0
    watched, stepped = (
        Episode.from_json(json.loads((tmp_path / name).read_text()))
        for name in ("watched.jsonl", "run/episodes.jsonl")
    )
    assert stepped.steps == watched.steps and stepped.outcome is watched.outcome


def test_a_user_that_fails_changes_nothing(tmp_path: Path) -> None:
    from agents.player.session import Session

    def speak(action: Action, seed: int) -> Any:
        raise EngineError("no answer")

    env = ToolEnv(Counter())
    session = Session(env, env.tasks["order"], env_id="counter", speak=speak)
    with pytest.raises(EngineError):
        session.take(Action("Hello."))
    assert session.here is session.root and not session.ended and not env.turns


def test_the_same_model_is_opened_once(tmp_path: Path) -> None:
    from agents.options import open_model
    from agents.users import open_user
    from eval.run import EnvConfig

    script = tmp_path / "both.jsonl"
    script.write_text('{"answer": "Yes."}\n')
    same = EnvConfig(model=f"scripted:{script}", user_model=f"scripted:{script}")
    engine = open_model(same)
    tasks = list(Counter().tasks())
    user = open_user(same, same, engine, tasks)
    assert user is not None and user.engine is engine
    warm = replace(same, adapter=tmp_path)  # the adapter is the agent's alone
    other = open_user(warm, warm, engine, tasks)
    assert other is not None and other.engine is not engine
    assert open_user(replace(same, user_model=None), same, engine, tasks) is None
    for wrong in ({"user_model": None, "user_instructions": script}, {"user_temperature": -1.0}):
        flags = replace(same, **wrong)
        with pytest.raises(UserError, match="--user-"):
            open_user(flags, flags, engine, tasks)
