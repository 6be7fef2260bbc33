"""What an agent gets that may try turns out before it takes one: copies of its episode.

A deployed model has no such thing (it cannot take a transfer back), so episodes of an agent that
uses it are marked ``privileged``. A copy never scores; who searches in it sees what an agent sees.
"""

from __future__ import annotations

import copy
from typing import Protocol, runtime_checkable

from agents.policies import Agent
from envs.common.errors import UserError
from envs.env import Snapshot, ToolEnv
from envs.types import Task

PRIVILEGE = "simulator"
"""What `Episode.privileged` says of such an agent."""


class Simulator:
    """Copies of a running episode.

    Args:
        env: where the episode runs; it is only looked at.
    """

    def __init__(self, env: ToolEnv) -> None:
        self._env = env

    @property
    def task(self) -> Task:
        """Of the episode, without its gold."""
        task = self._env.task
        assert task is not None
        return Task(task.id, task.messages, task.data, None, task.split, task.tags)

    def snapshot(self) -> Snapshot:
        """Where the episode stands.

        Raises:
            UserError: its world can be neither copied nor replayed.
        """
        return self._env.snapshot()

    def copy(self) -> ToolEnv:
        """An environment of its own; `ToolEnv.restore` takes it to a snapshot."""
        env = self._env
        return _Unscored(
            copy.copy(env.world),
            max_turns=env.max_turns,
            max_errors=env.max_errors,
            guards=env.guards,
            outcome_reward=False,
        )


class _Unscored(ToolEnv):
    """Says nothing of how well an episode went."""

    def score(self) -> dict[str, float]:
        raise UserError("a copy of an episode is not scored")


@runtime_checkable
class Planner(Protocol):
    """An agent that wants a simulator."""

    def playing(self, simulator: Simulator) -> Agent:
        """The agent for one episode."""
