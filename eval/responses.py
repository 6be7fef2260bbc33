"""Answers that exist already, to be scored without asking a model again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envs.common.errors import UserError
from envs.common.runs import RunFolder
from envs.episode import Episode


@dataclass(frozen=True)
class Responses:
    """Episodes that somebody recorded."""

    episodes: tuple[Episode, ...]
    """In the order of the record; the last of an agent, task and trial counts."""
    model: str
    """Who answered."""
    flags: dict[str, Any]
    """Flags of the recording run that decide what the answers mean, by field name."""
    notes: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The tasks, each once."""
        return tuple(dict.fromkeys(episode.task for episode in self.episodes))

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents, each once."""
        return tuple(dict.fromkeys(episode.agent for episode in self.episodes))


MEANT = ("mode", "env", "split", "data", "level", "protocol", "services", "own_words")
"""Flags that change what is asked or how answers are judged."""


def of_run(path: Path, target: str) -> Responses:
    """The answers in one of our run folders.

    Raises:
        UserError: there is no run, it is of another suite, or it has no answers.
    """
    from eval.runner import read_episodes

    folder, manifest = RunFolder.open(path)
    if manifest.get("target") != target:
        raise UserError(f"{path}: a run of {manifest.get('target')!r}, not of {target!r}")
    episodes = tuple(read_episodes(folder, target).values())
    if not episodes:
        raise UserError(f"{path}: the run has no answers yet")
    config = manifest.get("config", {})
    return Responses(
        episodes,
        str(manifest.get("engine", {}).get("name", "unknown")),
        {name: config[name] for name in MEANT if config.get(name) is not None},
        (f"answers of {path}, asked {manifest.get('started', 'some time')}",),
    )
