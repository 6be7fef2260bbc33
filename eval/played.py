"""Episodes of ``agents.play`` as a run that can be compared: a run folder, or a file of records.

Its verdicts are the outcomes in the records. Nobody wrote down tags, data or tools of the
environment: all tasks are one category, and whether two plays had the same environment is left to
who played.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from agents.player.save import COMMAND, EPISODES
from envs.common.errors import UserError
from envs.common.runs import RunFolder, read_jsonl
from envs.episode import Episode, read_episode
from envs.types import Outcome
from eval.env_suite import UNTAGGED, score_of
from eval.recorded import RecordedRun, open_run
from eval.suite import Group, Score, Verdict


@dataclass(frozen=True)
class PlayedRun(RecordedRun):
    """What `agents.play` kept: a folder (``--human``, ``--step``) or a file (a model alone)."""

    episodes: tuple[Episode, ...]
    """Of one environment. Those of one agent and task are numbered as its trials."""

    @property
    def suite(self) -> str:
        """The environment."""
        return self.episodes[0].env

    @property
    def model(self) -> str:
        """The model, where the manifest names one; otherwise the name of the folder or file."""
        return super().model if "engine" in self.manifest else self.path.name

    @property
    def groups(self) -> tuple[Group, ...]:
        """None: there is one category."""
        return ()

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """A verdict for each episode; none where it was not finished or not scored."""
        return tuple(map(_verdict, self.episodes))

    @property
    def taken_back(self) -> int:
        """Episodes in which something was tried out or taken back."""
        return sum(bool(episode.privileged) for episode in self.episodes)

    def answers(self, keys: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str, int], str]:
        """Last turns as they were written, by agent, task and trial; what is there of `keys`."""
        wanted = set(keys)
        return {e.key: e.answer for e in self.episodes if e.key in wanted}


def open_any(path: Path) -> RecordedRun:
    """What was scored or played: a run folder of either, or a file of records of `agents.play`.

    Raises:
        UserError: there is none, a record is broken, or records are of several environments.
    """
    if path.is_file():
        return _played(path, {}, path)
    if path.is_dir() and (path / "manifest.json").exists():
        _, manifest = RunFolder.open(path)
        if manifest.get("command") == COMMAND:
            return _played(path, manifest, path / EPISODES)
    return open_run(path)


def _played(path: Path, manifest: dict[str, Any], file: Path) -> PlayedRun:
    found: list[Episode] = []
    trials: Counter[tuple[str, str]] = Counter()
    for number, row in read_jsonl(file):
        episode = read_episode(row, f"{file}:{number}")
        if found and episode.env != found[0].env:
            raise UserError(
                f"{file}:{number}: an episode of {episode.env!r} after those of {found[0].env!r}: "
                "only episodes of one environment can be compared"
            )
        who = (episode.agent, episode.task)
        found.append(replace(episode, trial=trials[who]))
        trials[who] += 1
    if not found:
        raise UserError(f"{file}: no episodes in it")
    return PlayedRun(path, manifest, tuple(found))


def _verdict(episode: Episode) -> Verdict:
    if episode.outcome is Outcome.ERROR:
        score = Score(None, str(episode.outcome), episode.error or "")
    elif episode.outcome is Outcome.CONTEXT_OVERFLOW:
        score = Score(False, str(episode.outcome), episode.error or "")
    else:
        score = score_of(episode)
    return Verdict(
        **vars(score),
        agent=episode.agent,
        task=episode.task,
        category=UNTAGGED,
        trial=episode.trial,
        overflow=episode.outcome is Outcome.CONTEXT_OVERFLOW,
    )
