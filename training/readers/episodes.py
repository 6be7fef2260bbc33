"""Our own run folders: the turns of successful episodes.

A record of an episode has neither its opening nor its tools: those are the task's. So the suite or
the environment of the manifest is opened again and the turns are played in it, with functions
offered as tools whatever the run's prompt was; an episode whose results come out differently is
left out. No model is asked. Rows say in ``meta["split"]`` which split their task is of:
`training.checks` drops those of test tasks.
"""

from __future__ import annotations

import importlib
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from envs.common.errors import UserError
from envs.common.flags import from_json
from envs.common.runs import RunFolder, read_jsonl
from envs.episode import Episode, read_episode
from envs.types import Action, Message, Outcome, Task, ToolSpec
from training.from_world import Turn, rows_of_turns
from training.readers.dialogue import SILENT, UNFIT
from training.rows import Row

if TYPE_CHECKING:
    from envs.env import ToolEnv
    from envs.world import World
    from eval.options import RunOptions
    from eval.suite import Suite

log = logging.getLogger(__name__)

EPISODES = "episodes.jsonl"
Key = tuple[str, str, int]
"""Agent, task, trial."""


class Unplayable(ValueError):
    """An episode gives no rows; says why, as the end of "an episode ..."."""


def is_run(path: Path) -> bool:
    """Whether a path is a run folder with episodes, or the file of them in one."""
    folder = path if path.is_dir() else path.parent
    named = path.is_dir() or path.name == EPISODES
    return named and all((folder / name).is_file() for name in ("manifest.json", EPISODES))


def run_of(path: Path) -> Iterator[Row]:
    """The rows of a run; a line of the log tells what was left out.

    Raises:
        UserError: the run cannot be read, or what it ran on cannot be opened any more.
    """
    folder, manifest = RunFolder.open(path if path.is_dir() else path.parent)
    episodes = _episodes(folder.path / EPISODES)
    won = [episode for episode in episodes.values() if episode.outcome is Outcome.SUCCESS]
    left_out = Counter({"not successful": len(episodes) - len(won)})
    stage = _Stage(folder.path, manifest) if won else None
    for episode in won:
        assert stage is not None
        try:
            rows = list(_rows(episode, stage, episodes, folder.path.name))
        except Unplayable as why:
            left_out[str(why)] += 1
        else:
            yield from rows
    if total := left_out.total():
        told = ", ".join(f"{n} {why}" for why, n in left_out.items() if n)
        log.info("%s: %d of %d episodes give no rows: %s", folder.path, total, len(episodes), told)


def _episodes(path: Path) -> dict[Key, Episode]:
    """The episodes of a run, the last of each agent, task and trial."""
    found: dict[Key, Episode] = {}
    for number, record in read_jsonl(path):
        episode = read_episode(record, f"{path}:{number}")
        found[episode.key] = episode
    return found


class _Stage:
    """What a run was played on, opened again.

    Raises:
        UserError: it cannot be, in one line.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        from envs.plugins import suites
        from envs.registry import make

        target = manifest.get("target")
        if not isinstance(target, str):
            raise UserError(f"{path}/manifest.json: field 'target' names no suite or environment")
        self._suite: Suite | None = None
        self._target = target
        if target in suites():
            module, _, name = suites()[target].partition(":")
            kind = getattr(importlib.import_module(module), name)
            self._suite = _options(kind, manifest, path).open_suite()
            self.tasks = {task.id: task for task in self._suite.tasks}
        else:
            self.tasks = dict(make(target).tasks)

    def task(self, episode: Episode, others: Mapping[Key, Episode]) -> Task:
        """The task of an episode, after those that it depends on.

        Raises:
            Unplayable: it is not there.
        """
        task = self.tasks.get(episode.task)
        if task is None:
            raise Unplayable("of a task that is not there any more")
        if self._suite is None or not (before := self._suite.depends_on(task)):
            return task
        earlier = [others.get((episode.agent, id, episode.trial)) for id in before]
        left = {e.task: e.left for e in earlier if e is not None and e.left is not None}
        return self._suite.resumed(task, left)

    def world(self, task: Task) -> World:
        """A fresh world."""
        from envs.registry import make

        return make(self._target).world if self._suite is None else self._suite.world(task)


def _options(kind: type[RunOptions], manifest: Mapping[str, Any], path: Path) -> RunOptions:
    """The flags of a run, with functions offered as tools."""
    kept = manifest.get("config")
    if not isinstance(kept, dict):
        raise UserError(f"{path}/manifest.json: field 'config' is not an object")
    known = {field.name for field in fields(kind)} - {"out", "resume", "responses"}
    flags = from_json(kind, {name: value for name, value in kept.items() if name in known})
    return kind(**flags | ({"mode": "fc"} if "mode" in known else {}))


def _rows(
    episode: Episode, stage: _Stage, others: Mapping[Key, Episode], source: str
) -> Iterator[Row]:
    """The rows of an episode.

    Raises:
        Unplayable: it cannot be played again, or goes differently.
    """
    from agents.rollout import begin
    from envs.env import ToolEnv
    from envs.world import WorldError

    task = stage.task(episode, others)
    env = ToolEnv(stage.world(task), outcome_reward=False)
    try:
        begin(env, task, seed=episode.seed, trial=episode.trial)
        turns = _played(env, episode)
    except WorldError:
        raise Unplayable("in which the world breaks") from None
    meta = {"split": task.split, "task": task.id, "agent": episode.agent}
    id = f"{task.id}.{episode.agent}.{episode.trial}"
    for row in rows_of_turns(turns, id, source, meta):
        silent = not (row.answer or row.answer_text)
        yield replace(row, meta={**row.meta, UNFIT: SILENT}) if silent else row


def _played(env: ToolEnv, episode: Episode) -> list[Turn]:
    from agents.users import recorded

    turns = []
    for step in episode.steps:
        if env.ended:
            raise Unplayable("that ends earlier when it is played again")
        seen = env.observation
        action = _offered(step.action, seen.tools)
        turns.append(Turn(seen, action))
        env.step(action, recorded(episode, step))
        followed = env.observation.messages[len(seen.messages) + 1 :]
        if _results(followed) != _results(step.messages):
            raise Unplayable("whose results come out differently")
    return turns


def _results(messages: Sequence[Message]) -> list[str]:
    return [message.content for message in messages if message.role == "tool"]


def _offered(action: Action, tools: Sequence[ToolSpec]) -> Action:
    """The turn with its calls under the names on offer, which have no dots in some suites."""
    if action.error is not None:
        raise Unplayable("with calls that cannot be read")
    names = {tool.name for tool in tools}
    calls = tuple(
        replace(call, name=flat)
        if call.name not in names and (flat := call.name.replace(".", "_")) in names
        else call
        for call in action.calls
    )
    return Action(action.text if calls or action.raw is None else action.raw, calls)
