"""An episode out of a log: find it, carry it out again, tell where it goes another way.

The actions of the record are taken in an environment of now, which shows what each call changes.
The record stays the truth: from the first difference on it is drawn as it is. Nothing here asks a
model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from envs.common.errors import UserError, suggest
from envs.common.runs import read_jsonl
from envs.common.text import one_line
from envs.episode import Episode, Step, read_episode
from envs.types import Message, Outcome

if TYPE_CHECKING:
    from envs.env import ToolEnv
    from envs.turn import Diff

EPISODES = "episodes.jsonl"
BY_THE_WORLD = (
    *(Outcome.SUCCESS, Outcome.FAILURE),
    *(Outcome.MAX_TURNS, Outcome.TOO_MANY_ERRORS),
)
"""Outcomes that the same actions lead to again; the others are the machine's or the clock's."""


class Replayed(NamedTuple):
    """One turn of a record."""

    step: Step
    """As recorded."""
    diffs: tuple[Diff, ...] = ()
    """What its calls changed; empty after a divergence."""
    divergence: str | None = None
    """How the environment of now departs from the record in this turn, in one line."""


def find_episode(where: str) -> Episode:
    """Read the episode that ``--replay`` names.

    Args:
        where: ``FILE`` (its first episode), ``FILE:LINE`` or ``FILE:TASK_ID``; a run folder in
            place of its ``episodes.jsonl``.

    Raises:
        UserError: no such file, line or task, or a broken line before it.
    """
    path, chosen = _split(where)
    tasks: dict[str, None] = {}
    last = 0
    for last, record in read_jsonl(path):
        if chosen.isdigit() and last < int(chosen):
            continue
        episode = read_episode(record, f"{path}:{last}")
        if chosen in ("", str(last), episode.task):
            return episode
        tasks[episode.task] = None
    if not last:
        raise UserError(f"{path}: no episodes in it")
    if chosen.isdigit():
        raise UserError(f"{path}: no line {chosen}; the last one is {last}")
    raise UserError(f"{path}: no episode of a task {chosen!r}{suggest(chosen, list(tasks))}")


def replay(env: ToolEnv, episode: Episode) -> Iterator[Replayed]:
    """Carry out the actions of a record, turn by turn, until something comes out otherwise.

    Args:
        env: made with ``diffs=True``, and with the task of the episode among its tasks.
        episode: the record.
    """
    problem = _begin(env, episode)
    on_track = True
    for index, step in enumerate(episode.steps):
        if not on_track:
            yield Replayed(step)
            continue
        problem = problem or _again(env, episode, step)
        if index == len(episode.steps) - 1:
            problem = problem or _other_end(env, episode)
        on_track = problem is None
        yield Replayed(step, env.diffs if on_track else (), problem)


def _begin(env: ToolEnv, episode: Episode) -> str | None:
    from agents.rollout import begin
    from envs.world import WorldError

    try:
        begin(env, env.tasks[episode.task], seed=episode.seed, trial=episode.trial)
    except WorldError as error:
        return str(error)
    return None


def _again(env: ToolEnv, episode: Episode, step: Step) -> str | None:
    """Take a recorded turn; how it departs from the record, if it does."""
    from agents.users import recorded
    from envs.world import WorldError

    if env.ended:
        return f"the environment ended before it ({env.outcome})"
    seen = len(env.observation.messages) + 1
    try:
        env.step(step.action, recorded(episode, step))
    except WorldError as error:
        return str(error)
    return _difference(env.observation.messages[seen:], step.messages)


def _split(where: str) -> tuple[Path, str]:
    """The file, and which of its episodes; a file name may hold colons itself."""
    ends = [len(where), *(i for i, char in enumerate(where) if char == ":")]
    for end in ends:
        path = Path(where[:end]).expanduser()
        if path.is_dir() and (path / EPISODES).is_file():
            path = path / EPISODES
        if path.is_file():
            return path, where[end + 1 :]
    raise UserError(
        f"--replay {where}: no such file; give episodes.jsonl, a run folder, or one of them with "
        ":LINE or :TASK_ID"
    )


def _difference(now: tuple[Message, ...], recorded: tuple[Message, ...]) -> str | None:
    for new, old in zip(now, recorded, strict=False):
        if new != old:
            return f"{_speaker(old)} says {_short(new)} now, in the record {_short(old)}"
    if len(now) != len(recorded):
        return f"{len(now)} messages follow now, in the record {len(recorded)}"
    return None


def _other_end(env: ToolEnv, episode: Episode) -> str | None:
    """How the end departs from the record, where the record's end is the environment's doing."""
    from envs.world import reward_of

    if episode.outcome not in BY_THE_WORLD:
        return None
    if not env.ended:
        return f"the environment goes on, the record ended here ({episode.outcome})"
    if env.outcome != episode.outcome:
        return f"it ends as {env.outcome} now, in the record as {episode.outcome}"
    reward = reward_of(env.score())
    if episode.reward is not None and reward != episode.reward:
        return f"the reward is {reward:g} now, in the record {episode.reward:g}"
    return None


def _speaker(message: Message) -> str:
    return one_line(message.name or message.role)


def _short(message: Message) -> str:
    text = one_line(message.content)
    return repr(text if len(text) <= 60 else text[:58] + " …")
