"""Watch or play an episode in the terminal: ``python -m agents.play ENV``.

A model plays one task and every turn is drawn as it happens, a person plays it (``--human``) or
steers the model (``--step``; see `agents.player`), or (``--replay``) an episode out of a log is
drawn. It does not score runs; that is `eval.run`'s.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from agents.options import ModelOptions, UserOptions, check_options, open_model
from envs.common.cli import positional, run_command
from envs.common.errors import UserError, suggest
from envs.common.text import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from agents.engines.base import Engine
    from agents.policies import Decision, Decoding, Policy
    from agents.users import Spoken, UserModel
    from agents.views import Diffs
    from envs.env import ToolEnv
    from envs.episode import Episode, Step
    from envs.types import Action, Observation, Task

PROG = "python -m agents.play"


@dataclass(frozen=True)
class Config(ModelOptions, UserOptions):
    """Watch a model play one task of an environment, play it yourself, or replay a log."""

    env: Annotated[str | None, positional] = None
    """Id of an environment, or module:World (of a replay: default, the one in the record)."""
    task: str | None = None
    """Which task (default: the first one for testing)."""
    constrained: Literal["off", "calls", "any"] = "off"
    """off: the model writes what it likes; calls: only valid calls; any: those or a reply."""
    data: Path | None = None
    """Folder with the environment's data, for an environment that reads one."""
    tasks: Path | None = None
    """File of tasks, for tools that have none of their own (tools:FILE.py)."""
    message: str | None = None
    """What the user says, in place of a task (likewise)."""
    human: bool = False
    """You are the agent: pick tools, fill in arguments, undo, fork, compare; no model is asked."""
    step: bool = False
    """Steer the model: step, edit, undo, fork, compare, or take a turn yourself."""
    replay: str | None = None
    """Draw this episode: FILE, FILE:LINE or FILE:TASK_ID; FILE may be a run folder."""
    out: Path | None = None
    """File that the episode's record is appended to; with --human or --step, a run folder
    (default: runs/play-TIME)."""
    json: bool = False
    """Print the record, what each call changed, and a replay's divergence as JSON instead."""


class Stage:
    """Where an episode is shown, and what --json tells of it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.diffs: list[Diffs] = []
        self.divergence: str | None = None

    def turn(self, step: Step, diffs: Diffs) -> None:
        """Show the next turn."""
        from agents import views

        self.diffs.append(diffs)
        self.console.print(views.turn(len(self.diffs), step, diffs))

    def note(self, text: str) -> None:
        """Show something to know."""
        from agents import views

        self.console.print(views.note(text))

    def to_json(self, episode: Episode) -> dict[str, Any]:
        """What --json prints."""
        diffs = [
            [[change._asdict() for change in diff] for diff in of_turn] for of_turn in self.diffs
        ]
        record = episode.to_json()
        return {"episode": record, "diffs": diffs, "divergence": self.divergence}


def play(config: Config) -> int:
    """Run the command; 1 when the machine failed or a replay took another way, otherwise 0."""
    from rich.console import Console

    from agents import views

    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may lack characters of a model
        sys.stdout.reconfigure(errors="backslashreplace")
    stage = Stage(Console(quiet=config.json, highlight=False))
    if config.human or config.step:
        return _by_hand(config, stage.console)
    episode = _replayed(config, stage) if config.replay else _played(config, stage)
    stage.console.print(views.ending(episode))
    if config.json:
        print(json.dumps(stage.to_json(episode)))
    lost = episode.outcome == "error" and not config.replay
    return 1 if lost or stage.divergence is not None else 0


# --- a model plays


def _played(config: Config, stage: Stage) -> Episode:
    from agents import views
    from agents.engines.base import run
    from agents.users import open_user
    from envs.common.runs import JsonlLog

    if config.env is None:
        raise UserError("which environment? `python -m envs.list` shows all; or give --replay")
    check_options(config)
    if config.out is not None and not config.out.parent.is_dir():
        raise UserError(f"--out {config.out}: there is no folder {config.out.parent}")
    env = _environment(config.env, config)
    task = _task(env, config.task)
    engine = open_model(config, concurrency=1)
    user: UserModel | None = None
    try:
        user = open_user(config, config, engine, [task])
        policy = _policy(config, engine)
        about = {"model": engine.name, **_attempt(policy.name, config.seed)}
        stage.console.print(views.opening(f"{config.env} · {task.id}", about, task.messages))
        episode = run(_rollout(config, env, task, policy, stage, user))
    finally:
        _close(engine, user)
    if config.out is not None:
        JsonlLog(config.out).append(episode.to_json())
    return episode


async def _rollout(
    config: Config,
    env: ToolEnv,
    task: Task,
    policy: Policy,
    stage: Stage,
    user: UserModel | None,
) -> Episode:
    from agents.rollout import rollout

    return await rollout(
        env,
        task,
        _Waited(policy, stage.console),
        env_id=config.env or "",
        seed=config.seed,
        on_step=lambda step: stage.turn(step, env.diffs),
        user=user,
    )


class _Waited:
    """A policy; while it thinks, and not while its calls are carried out, that is shown."""

    def __init__(self, policy: Policy, console: Console) -> None:
        self._policy, self._console = policy, console
        self.name = policy.name

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        waiting = f"waiting for {self._policy.engine.name}"
        with self._console.status(waiting, spinner="line", refresh_per_second=4):
            return await self._policy.act(observation, seed=seed)


def _close(engine: Engine | None, user: UserModel | None) -> None:
    from agents.engines.base import run

    if engine is not None:
        run(engine.aclose())
    if user is not None and user.engine is not engine:
        run(user.engine.aclose())


def _policy(config: Config, engine: Engine) -> Policy:
    from agents.policies import policy_for

    decoding: Decoding = "plain" if config.constrained == "off" else config.constrained
    return policy_for(engine, format=config.format, decoding=decoding, sampling=config.sampling)


def _environment(name: str, config: Config) -> ToolEnv:
    from envs.registry import make

    given = {"data": config.data, "tasks": config.tasks, "message": config.message}
    options = {name: value for name, value in given.items() if value is not None}
    return make(name, diffs=True, **options)


def _task(env: ToolEnv, chosen: str | None) -> Task:
    tasks = _tasks(env)
    if chosen is not None:
        if chosen not in tasks:
            raise UserError(f"--task {chosen}: no such task{suggest(chosen, list(tasks))}")
        return tasks[chosen]
    tests = (task for task in tasks.values() if task.split == "test")
    first = next(tests, next(iter(tasks.values()), None))
    if first is None:
        raise UserError(f"{type(env.world).__name__} has no tasks")
    return first


def _tasks(env: ToolEnv) -> Mapping[str, Task]:
    """The tasks by id; a world that cannot list them is told in one line."""
    from envs.world import WorldError

    try:
        return env.tasks
    except WorldError as error:
        raise UserError(one_line(str(error))) from error


def _attempt(agent: str, seed: int, trial: int = 0) -> dict[str, str]:
    return {"agent": f"{agent} · seed {seed} · trial {trial}"}


# --- a person plays


def _by_hand(config: Config, console: Console) -> int:
    from agents import views
    from agents.player.loop import Player
    from agents.player.save import Saver
    from agents.player.session import Session
    from agents.users import open_user
    from envs.world import WorldError

    if config.replay or config.json:
        raise UserError("--human and --step go with neither --replay nor --json")
    if config.env is None:
        raise UserError("which environment? `python -m envs.list` shows all")
    check_options(config)
    env = _environment(config.env, config)
    task = _task(env, config.task)
    engine = open_model(config, concurrency=1) if config.step else None
    user: UserModel | None = None
    try:
        saver = Saver(config.out, config.env, None if engine is None else engine.name)
        user = open_user(config, config, engine, [task])
        policy = None if engine is None else _policy(config, engine)
        about = {} if engine is None else {"model": engine.name}
        if user is not None:
            about["user is"] = user.engine.name
        trial = saver.next_trial(task.id)
        about |= _attempt("human" if policy is None else policy.name, config.seed, trial)
        speak = None if user is None else _speaking(user, env, console)
        who, seed = config.env, config.seed
        try:
            session = Session(env, task, env_id=who, seed=seed, trial=trial, speak=speak)
        except WorldError as error:
            raise UserError(one_line(str(error))) from error
        console.print(views.opening(f"{config.env} · {task.id}", about, task.messages))
        Player(session, policy, console, saver.save).play()
    finally:
        _close(engine, user)
    return 0


def _speaking(user: UserModel, env: ToolEnv, console: Console) -> Callable[[Action, int], Spoken]:
    """The model that plays the user, as a session asks it."""
    from agents.engines.base import run

    def speak(action: Action, seed: int) -> Spoken:
        with console.status("waiting for the user", spinner="line"):
            return run(user.answer(env, action, seed=seed))

    return speak


# --- an episode out of a log


def _replayed(config: Config, stage: Stage) -> Episode:
    from agents import views
    from agents.replay import Replayed, find_episode, replay

    kept = {name: getattr(config, name) for name in ("env", "data", "tasks", "message")}
    if config != Config(**kept, replay=config.replay, json=config.json):
        raise UserError(
            "--replay asks no model: beside ENV it takes --data, --tasks, --message and --json"
        )
    episode = find_episode(config.replay or "")
    env, why_not = _environment_of(episode, config)
    about = _attempt(episode.agent, episode.seed, episode.trial)
    messages = env.tasks[episode.task].messages if env else ()
    stage.console.print(views.opening(f"{episode.env} · {episode.task}", about, messages))
    if why_not:
        stage.note(f"{why_not}: the record alone is drawn")
    turns = replay(env, episode) if env else map(Replayed, episode.steps)
    for number, turn in enumerate(turns, 1):
        stage.turn(turn.step, turn.diffs)
        if turn.divergence is not None:
            stage.divergence = f"turn {number} departs from the record: {turn.divergence}"
            stage.note(f"{stage.divergence}; from here on, what calls changed is not shown")
    return episode


def _environment_of(episode: Episode, config: Config) -> tuple[ToolEnv | None, str]:
    """The environment to carry a record out in, or ``None`` and why there is none."""
    from envs.plugins import suites

    name = config.env or episode.env
    if name in suites():
        return None, f"{name} is a suite and no environment"
    try:
        env = _environment(name, config)
        tasks = _tasks(env)
    except UserError as error:
        if config.env is not None:
            raise
        return None, str(error)
    world = type(env.world).__name__
    if episode.task not in tasks:
        return None, f"{name} has no task {episode.task!r}"
    if not (env.world.copyable or env.world.replayable):
        return None, f"calls of {world} may have side effects"
    return env, ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m agents.play``."""
    return run_command(Config, play, argv, prog=PROG)


if __name__ == "__main__":
    raise SystemExit(main())
