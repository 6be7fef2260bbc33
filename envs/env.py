"""The one Gymnasium adapter around any `World`.

`ToolEnv` keeps the conversation, checks and dispatches calls, counts turns, ends the episode and
scores it; the caller owns the loop. Every position of an episode can be taken as a `Snapshot` and
gone back to. It runs no model, and one call after another: whatever a turn asks for, results keep
the order and the ids of its calls.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import gymnasium
from gymnasium.error import ResetNeeded

from envs.common.errors import UserError, suggest
from envs.guards import Guards
from envs.positions import Position
from envs.positions import Snapshot as Snapshot
from envs.spaces import ActionSpace, ObservationSpace
from envs.state import Change, changes, digest
from envs.turn import Diff, Error, Guarded, Limits, Said, asks_user, take_turn
from envs.types import Action, Observation, Outcome, Task
from envs.world import World, default_specs, distinct, parts_of, reward_of


class ToolEnv(gymnasium.Env[Observation, Action]):
    """A world as a Gymnasium environment. Nobody subclasses it: write a `World`.

    A step is one assistant turn. Its calls are checked, carried out in order and answered by one
    tool message each; a turn without calls is a reply, which the user answers or which ends the
    episode. The reward is 0 until then. An episode that ends by itself is scored: the reward is
    the product of the score's parts and the outcome ``success`` (it is 1) or ``failure``. One that
    is cut (``max_turns``, ``deadline``: truncated) or given up (``too_many_errors``) is not scored.

    Args:
        world: what the environment is about.
        split: draw tasks from this split only.
        max_turns: in place of `World.max_turns`.
        max_errors: in place of `World.max_errors`.
        guards: limits on time, results and repeated calls, in place of the world's own ``guards``.
        outcome_reward: ``False``: `step` never scores, so that nothing tells whether the episode
            went well; `score` does it afterwards.
        diffs: keep in `diffs` what each call of a turn changed.
        render_mode: ``ansi`` (`render` returns a text), ``human`` (prints as it goes) or ``None``.
    """

    metadata = {"render_modes": ["ansi", "human"], "render_fps": 1}  # noqa: RUF012

    def __init__(
        self,
        world: World,
        *,
        split: str | None = None,
        max_turns: int | None = None,
        max_errors: int | None = None,
        guards: Guards | None = None,
        outcome_reward: bool = True,
        diffs: bool = False,
        render_mode: str | None = None,
    ) -> None:
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise UserError(f"render_mode {render_mode!r}: choose 'ansi', 'human' or none")
        self.world = world
        self.split = split
        self.max_turns = world.max_turns if max_turns is None else max_turns
        self.max_errors = world.max_errors if max_errors is None else max_errors
        self.guards = world.guards if guards is None else guards
        self._deadline = self.guards.deadline or math.inf
        self.outcome_reward = outcome_reward
        self.render_mode = render_mode
        self.action_space = ActionSpace(default_specs(world))
        self.observation_space = ObservationSpace()
        self.task: Task | None = None
        """Of the running episode."""
        self._keep_diffs = diffs
        self._at = Position(Observation())
        self._start: Mapping[str, Any] = {}
        self._initial: Any = None
        self._tasks: dict[str, Task] | None = None
        self._printed = 0
        self._began = 0.0

    @property
    def tasks(self) -> Mapping[str, Task]:
        """All tasks of the world, by id; listed once."""
        if self._tasks is None:
            with self._machine("tasks"):
                self._tasks = {task.id: task for task in self.world.tasks()}
        return self._tasks

    @property
    def observation(self) -> Observation:
        """What the agent sees now."""
        return self._at.observation

    @property
    def turns(self) -> int:
        """Assistant turns so far."""
        return len(self._at.actions)

    @property
    def ended(self) -> bool:
        """Whether the episode is over, by itself or not."""
        return self._at.ended

    @property
    def outcome(self) -> Outcome | None:
        """How the episode ended; ``None`` while it runs or has not been scored."""
        return self._at.outcome

    @property
    def diffs(self) -> tuple[Diff, ...]:
        """What each call of the last turn changed, or the user's answer to a turn without calls.

        Empty for an environment that was not made with ``diffs=True``.
        """
        return self._at.diffs

    # --- Gymnasium

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode.

        Args:
            seed: of the drawn task and of the world's `rng`.
            options: ``{"task": id or Task}``; without it a task of the split is drawn.

        Raises:
            UserError: no such task, split or option.
            WorldError: the world could not set the task up.
        """
        super().reset(seed=seed)
        if unknown := set(options or ()) - {"task"}:
            raise UserError(f"reset: unknown option {min(unknown)!r}; there is 'task'")
        # One draw in any case: an episode repeats from its seed and its task's id.
        drawn = self.np_random.random()
        task = self._choose((options or {}).get("task"), drawn)
        self._begin(task, self.np_random.bit_generator.state)
        self._show_human()
        return self._at.observation, self._info([])

    def step(
        self, action: Action, said: Said | None = None
    ) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take one assistant turn.

        Args:
            action: the turn.
            said: what the user says to a reply, in place of `World.user`; for a user that the
                caller plays. A turn with calls does not look at it.

        Raises:
            ResetNeeded: there is no running episode.
            WorldError: the world broke; the outcome is ``error``.
        """
        if self.task is None or self._at.ended:
            raise ResetNeeded("no episode is running: call reset() first")
        errors = self._advance(action, said)
        outcome = self._at.outcome
        parts: dict[str, float] = {}
        if self._at.ended and outcome is None and self.outcome_reward:
            parts = self.score()
        truncated = outcome in (Outcome.MAX_TURNS, Outcome.DEADLINE)
        info = self._info(errors, parts)
        self._show_human()
        return (
            self._at.observation,
            reward_of(parts),
            self._at.ended and not truncated,
            truncated,
            info,
        )

    def asks_user(self, action: Action) -> bool:
        """Whether the user would be asked to answer this turn, were it taken now.

        Raises:
            WorldError: the world broke; the outcome is ``error``.
        """
        with self._machine("read"):
            return not self._at.ended and asks_user(self.world, action)

    def render(self) -> str | None:
        """Return the conversation as text (``ansi``) or print what is new of it (``human``)."""
        from envs.render import as_text, show

        if self.render_mode == "ansi":
            return as_text(self._at.observation.messages)
        if self.render_mode == "human":
            show(self._at.observation.messages[self._printed :])
            self._printed = len(self._at.observation.messages)
        return None

    def score(self) -> dict[str, float]:
        """Score an episode that ended by itself and settle its `outcome`; otherwise ``{}``.

        This reads what no agent may see, the gold: it is for training splits and for the one who
        evaluates.

        Raises:
            WorldError: the world could not score.
        """
        position = self._at
        settled = (None, Outcome.SUCCESS, Outcome.FAILURE)
        if self.task is None or not position.ended or position.outcome not in settled:
            return {}
        with self._machine("score"):
            parts = parts_of(self.world.score(self.task))
        won = reward_of(parts) == 1.0
        self._at = position._replace(outcome=Outcome.SUCCESS if won else Outcome.FAILURE)
        return parts

    # --- positions

    def snapshot(self) -> Snapshot:
        """Take the present position.

        Raises:
            UserError: the world can be neither copied nor replayed.
            ResetNeeded: there is no episode.
        """
        if self.task is None:
            raise ResetNeeded("no episode to take a snapshot of: call reset() first")
        self._need_copy_or_replay()
        if not self.world.copyable:
            return Snapshot(self.task, self._at, self._start, seconds=self._seconds)
        rng = self.np_random.bit_generator.state
        state = self.world.copy_state(self.world.state)
        return Snapshot(self.task, self._at, rng, self._initial, state, self._seconds)

    def restore(self, snapshot: Snapshot) -> Observation:
        """Go back to a position, of this or of another environment around the same world.

        Raises:
            WorldError: a replayed world did not come to the same conversation.
        """
        if not self.world.copyable:
            self._replay(snapshot)
        else:
            self.task, self._initial = snapshot.task, snapshot.initial
            self.world.rng = self.np_random
            self.np_random.bit_generator.state = snapshot.rng
            self.world.state = self.world.copy_state(snapshot.state)
            self._move(snapshot.position)
        self._began = time.monotonic() - snapshot.seconds
        return self._at.observation

    def state_hash(self) -> str:
        """Hash of the world's `view` alone: neither transcript nor generator count."""
        return digest(self.world.view())

    def state_diff(self, since: Snapshot | None = None) -> list[Change]:
        """What changed in the world's `view` since a snapshot, or since the episode began.

        Raises:
            UserError: the world cannot be copied, so there is nothing to compare with.
        """
        if not self.world.copyable:
            raise UserError(f"{type(self.world).__name__} cannot be copied, so it has no diff")
        now, after = self.world.state, self.world.view()
        self.world.state = self._initial if since is None else since.state
        try:
            return changes(self.world.view(), after)
        finally:
            self.world.state = now

    # --- the episode

    def _choose(self, wanted: str | Task | None, drawn: float) -> Task:
        if isinstance(wanted, Task):
            return wanted
        if wanted is not None:
            if wanted not in self.tasks:
                near = suggest(str(wanted), list(self.tasks))
                raise UserError(f"{type(self.world).__name__} has no task {wanted!r}{near}")
            return self.tasks[wanted]
        pool = [t for t in self.tasks.values() if self.split in (None, t.split)]
        if not pool:
            splits = sorted({task.split for task in self.tasks.values()})
            of = f" in the split {self.split!r}{suggest(self.split, splits)}" if self.split else ""
            raise UserError(f"{type(self.world).__name__} has no tasks{of}")
        return pool[int(drawn * len(pool))]

    def _begin(self, task: Task, rng: Mapping[str, Any]) -> None:
        world = self.world
        self.task, self._start, self._printed = task, rng, 0
        self._began = time.monotonic()
        world.rng, world.actions = self.np_random, ()
        with self._machine("setup"):
            world.setup(task)
            self._initial = world.state
            if world.copyable:  # its own copy: tools must not reach into the task's data
                world.state = world.copy_state(world.state)
            tools = distinct(world.specs(task))
        self._move(Position(Observation(task.messages, tools)))

    def _move(self, position: Position) -> None:
        self._at = position
        self.world.actions = position.actions
        self.action_space.tools = position.observation.tools  # type: ignore[attr-defined]

    def _advance(self, action: Action, said: Said | None) -> list[Error]:
        """Take a turn, all but the scoring."""
        at, world, task = self._at, self.world, self.task
        assert task is not None
        tools = at.observation.tools
        actions = (*at.actions, action)
        world.actions = actions
        with self._machine("specs"):
            limits = Limits(self.guards, self._began + self._deadline, at.history)
            number, diffs = len(actions), self._keep_diffs
            turn = take_turn(
                world, task, tools, action, number, diffs=diffs, limits=limits, said=said
            )
            specs = world.specs(task)
            if specs is not tools:
                offered = distinct(specs)
                tools = tools if offered == tools else offered
        failed_turns = at.failed_turns + turn.failed
        outcome = None if turn.ends else self._cut(number, failed_turns)
        observation = Observation((*at.observation.messages, *turn.messages), tools)
        ended = turn.ends or outcome is not None
        counts = (failed_turns, turn.history, ended, outcome, turn.diffs, (*at.said, said))
        self._move(Position(observation, actions, *counts))
        return list(turn.errors)

    def _cut(self, turns: int, failed_turns: int) -> Outcome | None:
        """Why an episode that does not end by itself ends now, if it does."""
        if failed_turns >= self.max_errors:
            return Outcome.TOO_MANY_ERRORS
        if turns >= self.max_turns:
            return Outcome.MAX_TURNS
        return Outcome.DEADLINE if self._seconds >= self._deadline else None

    @property
    def _seconds(self) -> float:
        """How long the episode has taken."""
        return time.monotonic() - self._began

    def _replay(self, snapshot: Snapshot) -> None:
        self._need_copy_or_replay()
        self.np_random.bit_generator.state = snapshot.rng
        self._begin(snapshot.task, snapshot.rng)
        position = snapshot.position
        for action, said in zip(position.actions, position.said, strict=True):
            self._advance(action, said)
        if self._at.observation != snapshot.position.observation:
            with self._machine("replay"):
                raise RuntimeError("the same actions led to another conversation")
        self._move(snapshot.position)

    def _need_copy_or_replay(self) -> None:
        if not (self.world.copyable or self.world.replayable):
            raise UserError(
                f"{type(self.world).__name__} can be neither copied nor replayed, so it cannot be "
                "searched; set replayable = True if its calls have no side effects that matter"
            )

    def _machine(self, doing: str) -> Guarded:
        """Whatever is raised in there is the machine's failure and ends the episode as such."""
        return Guarded(self.world, doing, self._lost)

    def _lost(self) -> None:
        self._at = self._at._replace(ended=True, outcome=Outcome.ERROR)

    def _info(self, errors: list[Error], parts: dict[str, float] | None = None) -> dict[str, Any]:
        outcome = self._at.outcome
        return {
            "task": None if self.task is None else self.task.id,
            "outcome": None if outcome is None else str(outcome),
            "score": parts or {},
            "errors": errors,
        }

    def _show_human(self) -> None:
        if self.render_mode == "human":
            self.render()
