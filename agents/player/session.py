"""An episode that can be taken back: positions as a tree, branches as names of their ends.

Pure logic: it reads no line, draws nothing and asks no model; who plays the user is a function that
it is given. The same seed and the same choices lead to the same session.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.policies import derive_seed
from agents.rollout import begin
from agents.simulator import PRIVILEGE
from agents.users import Spoken
from envs.common.errors import UserError, suggest
from envs.episode import Episode, ModelCall, Step
from envs.types import Action, Outcome, Task
from envs.world import WorldError

if TYPE_CHECKING:
    from envs.env import Snapshot, ToolEnv
    from envs.state import Change
    from envs.turn import Diff

MAIN = "main"
"""The branch that a session begins with."""
UNFINISHED = "not finished: the player stopped here"


@dataclass(frozen=True, eq=False)
class Node:
    """One position of the session."""

    parent: Node | None
    """``None`` at the start."""
    depth: int
    """Turns before it."""
    snapshot: Snapshot | None
    """``None`` where the world can be neither copied nor replayed."""
    step: Step | None = None
    """The turn that led here."""
    diffs: tuple[Diff, ...] = ()
    """What its calls changed."""
    parts: Mapping[str, float] | None = None
    """The score's parts, where this is a scored end."""
    by: str = ""
    """Who took the turn."""


@dataclass(frozen=True)
class Trial:
    """What an action would lead to."""

    action: Action
    step: Step | None
    """``None`` where the world broke."""
    diffs: tuple[Diff, ...] = ()
    changed: tuple[Change, ...] = ()
    """What it would change in all; empty for a world without diffs."""
    outcome: Outcome | None = None
    error: str | None = None


class Session:
    """An episode with undo, redo and branches.

    Args:
        env: made with ``diffs=True`` and used by nobody else meanwhile.
        task: which task.
        env_id: what the record calls the environment.
        seed: of the run, as in `agents.rollout.rollout`.
        trial: which attempt, likewise.
        speak: what the user says to a turn that is about to be taken, with the seed of the answer;
            ``None``: the world's own user answers.

    Raises:
        WorldError: the world could not set the task up.
    """

    def __init__(
        self,
        env: ToolEnv,
        task: Task,
        *,
        env_id: str,
        seed: int = 0,
        trial: int = 0,
        speak: Callable[[Action, int], Spoken] | None = None,
    ) -> None:
        self.env, self.task, self.env_id = env, task, env_id
        self.seed, self.trial, self._speak = seed, trial, speak
        self._own_seed = begin(env, task, seed=seed, trial=trial)
        self.can_go_back = env.world.copyable or env.world.replayable
        self.root = Node(None, 0, self._snapshot())
        self.here = self.root
        self.branch = MAIN
        self._tips: dict[str, Node] = {MAIN: self.root}
        self._undone: list[Node] = []
        self._named = 1
        self._privileged = False
        self.error: str | None = None
        """Why nothing can be done any more: the world broke and cannot be taken back."""

    # --- looking

    @property
    def ended(self) -> bool:
        """Whether there is no next turn here."""
        return self.env.ended or self.error is not None

    @property
    def path(self) -> list[Node]:
        """The positions after each turn, from the first to the present one."""
        return _path(self.here)

    @property
    def branches(self) -> dict[str, Node]:
        """The end of each branch by its name; of the present one, where it stands."""
        return {**self._tips, self.branch: self.here}

    @property
    def turn_seed(self) -> int:
        """Of a model's next turn: the one that `agents.rollout.rollout` would give."""
        return derive_seed(self._own_seed, self.here.depth)

    @property
    def why_not(self) -> str:
        """Why nothing can be taken back here, and what is possible; empty where it can."""
        if self.can_go_back:
            return ""
        world = type(self.env.world).__name__
        return (
            f"{world} can be neither copied nor replayed: no undo, fork or what-if; "
            "step, edit, call and save work"
        )

    # --- moving

    def take(
        self, action: Action, model_calls: Sequence[ModelCall] = (), by: str = "human"
    ) -> Node:
        """Take a turn.

        A turn after `undo` keeps what was undone as a branch of its own.

        Raises:
            UserError: the episode is over.
            EngineError: the model that plays the user failed; nothing was done.
            WorldError: the world broke; where it can be taken back, the session stands where it
                stood, otherwise it is over.
        """
        if self.ended:
            raise UserError(
                "the episode is over" + (": undo or switch" if self.can_go_back else "")
            )
        before = self.here
        spoken = self._spoken(action)
        try:
            step, parts = self._step(action, spoken, model_calls)
            node = Node(before, before.depth + 1, self._snapshot(), step, self.env.diffs, parts, by)
        except BaseException as error:
            if before.snapshot is not None:
                self.env.restore(before.snapshot)
            elif isinstance(error, WorldError):
                self.error = str(error)
            else:
                self.error = "interrupted in the middle of a turn, which cannot be taken back"
            raise
        if self._undone:
            self._tips[self._new_name()] = self._undone[0]
            self._undone.clear()
        self.here = node
        return node

    def undo(self, turns: int = 1) -> None:
        """Go back so many turns.

        Raises:
            UserError: there are not that many, or this world cannot be taken back.
        """
        self._need_going_back()
        if not 1 <= turns <= self.here.depth:
            raise UserError(f"{self.here.depth} turns can be undone, not {turns}")
        for _ in range(turns):
            if not self._undone:
                self._undone = [self.here]
            assert self.here.parent is not None
            self._go(self.here.parent)
        self._privileged = True

    def redo(self, turns: int = 1) -> None:
        """Go forward again so many turns of those that were undone.

        Raises:
            UserError: there are not that many.
        """
        ahead = _path(self._undone[0])[self.here.depth :] if self._undone else []
        if not 1 <= turns <= len(ahead):
            raise UserError(f"{len(ahead)} turns can be done again, not {turns}")
        self._go(ahead[turns - 1])
        if self.here is self._undone[0]:
            self._undone.clear()

    def fork(self, name: str = "") -> str:
        """Go on from here in a new branch, whose name is returned; the old one stays as it is.

        Raises:
            UserError: the name is taken, or this world cannot be taken back.
        """
        self._need_going_back()
        if name in self.branches:
            raise UserError(f"there is a branch {name!r} already")
        name = name or self._new_name()
        self._leave()
        self.branch = name
        self._tips[name] = self.here
        return name

    def switch(self, name: str) -> None:
        """Go to the end of a branch.

        Raises:
            UserError: there is no such branch.
        """
        self._need_going_back()
        if name not in self._tips:
            raise UserError(f"no branch {name!r}{suggest(name, list(self._tips))}")
        if name != self.branch:
            self._leave()
            self._go(self._tips[name])
            self.branch = name
            self._privileged = True

    def what_if(self, actions: Sequence[Action]) -> list[Trial]:
        """Try actions out from here, one beside the other; the session stays where it is.

        Raises:
            UserError: the episode is over, or this world cannot be taken back.
        """
        self._need_going_back()
        if self.ended:
            raise UserError("the episode is over: undo or switch")
        self._privileged = True
        snapshot = self.here.snapshot
        assert snapshot is not None
        trials = []
        try:
            for action in actions:
                self.env.restore(snapshot)
                trials.append(self._trial(action))
        finally:
            self.env.restore(snapshot)
        return trials

    def diff(self) -> list[Change]:
        """What changed since the episode began.

        Raises:
            UserError: the world cannot be copied.
        """
        return self.env.state_diff()

    # --- the record

    def episodes(self) -> list[Episode]:
        """A record of each branch, the present one first."""
        others = [(name, node) for name, node in self._tips.items() if name != self.branch]
        return [self.episode(), *(self._record(node, name) for name, node in others)]

    def episode(self) -> Episode:
        """The record of what led here."""
        return self._record(self.here, self.branch)

    def _record(self, node: Node, branch: str) -> Episode:
        path = _path(node)
        outcome, error = self._outcome(node), None
        if outcome is None or (node is self.here and self.error):
            outcome, error = Outcome.ERROR, self.error if node is self.here else None
            error = error or UNFINISHED
        who = "+".join(sorted({n.by for n in path})) or "human"
        steps = tuple(n.step for n in path if n.step is not None)
        return Episode(
            env=self.env_id,
            task=self.task.id,
            agent=who if branch == MAIN else f"{who}@{branch}",
            trial=self.trial,
            seed=self.seed,
            steps=steps,
            outcome=outcome,
            reward=None if outcome == Outcome.ERROR else sum(s.reward for s in steps),
            parts=node.parts or {},
            error=error,
            seconds=round(sum(step.seconds for step in steps), 3),
            privileged=(PRIVILEGE,) if self._privileged else (),
        )

    def _outcome(self, node: Node) -> Outcome | None:
        if node is self.here:
            return self.env.outcome
        return None if node.snapshot is None else node.snapshot.position.outcome

    # --- inside

    def _spoken(self, action: Action) -> Spoken:
        """The user's answer to a turn, asked for before it is taken."""
        if self._speak is None:
            return Spoken()
        return self._speak(action, derive_seed(self.turn_seed, "user"))

    def _step(
        self, action: Action, spoken: Spoken, model_calls: Sequence[ModelCall] = ()
    ) -> tuple[Step, Mapping[str, float] | None]:
        started = time.monotonic()
        seen = len(self.env.observation.messages) + 1
        observation, reward, _, _, info = self.env.step(action, spoken.said)
        diffs = tuple(tuple(c._asdict() for c in diff) for diff in self.env.diffs)
        step = Step(
            action=action,
            model_calls=tuple(model_calls),
            messages=observation.messages[seen:],
            errors=tuple(info["errors"]),
            reward=float(reward),
            diffs=diffs if any(diffs) else (),
            seconds=round(time.monotonic() - started, 3),
            user_calls=spoken.calls,
        )
        return step, info["score"] or None

    def _trial(self, action: Action) -> Trial:
        spoken = self._spoken(action)
        try:
            step, _ = self._step(action, spoken)
        except WorldError as error:
            return Trial(action, None, outcome=Outcome.ERROR, error=str(error))
        flat = tuple(change for diff in self.env.diffs for change in diff)
        return Trial(action, replace(step, seconds=0.0), self.env.diffs, flat, self.env.outcome)

    def _snapshot(self) -> Snapshot | None:
        return self.env.snapshot() if self.can_go_back else None

    def _go(self, node: Node) -> None:
        assert node.snapshot is not None
        self.env.restore(node.snapshot)
        self.here = node

    def _leave(self) -> None:
        """Keep the branch to its end, what was undone of it included."""
        self._tips[self.branch] = self._undone[0] if self._undone else self.here
        self._undone.clear()

    def _new_name(self) -> str:
        while True:
            self._named += 1
            if (name := f"b{self._named}") not in self._tips:
                return name

    def _need_going_back(self) -> None:
        if not self.can_go_back:
            raise UserError(self.why_not)


def _path(node: Node | None) -> list[Node]:
    nodes = []
    while node is not None and node.parent is not None:
        nodes.append(node)
        node = node.parent
    return nodes[::-1]
