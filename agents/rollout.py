"""One episode: an agent acts in an environment until it ends.

What the model does wrong ends in an outcome; what the machine does wrong ends in the outcome
``error``, which has no reward.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from agents.engines.base import EngineError, PromptTooLong
from agents.policies import Agent, derive_seed
from agents.simulator import Planner, Simulator
from agents.threads import in_thread
from agents.users import Spoken, UserModel
from envs.env import ToolEnv
from envs.episode import Episode, Step
from envs.state import Change
from envs.types import JSON, Outcome, Task
from envs.world import WorldError

T = TypeVar("T")


async def rollout(
    env: ToolEnv,
    task: Task,
    agent: Agent,
    *,
    env_id: str,
    seed: int = 0,
    trial: int = 0,
    deadline: float | None = None,
    on_step: Callable[[Step], None] | None = None,
    user: UserModel | None = None,
) -> Episode:
    """Play `task` to its end.

    Args:
        env: a fresh environment that nobody else uses meanwhile; that of a ``blocking`` world is of
            no more use after the outcome ``deadline``.
        task: which task.
        agent: who acts.
        env_id: what the record calls the environment.
        seed: of the run; the episode's own seed follows from it, the task and the trial.
        trial: which attempt.
        deadline: seconds after which the episode ends with the outcome ``deadline``.
        on_step: called after each step, while `env` still stands where the step led.
        user: a model that plays the user, in place of the world's own.

    Returns:
        The episode. Its outcome is ``None`` if it ended by itself in an environment that does not
        score (``outcome_reward=False``): that is left to the caller.
    """
    steps: list[Step] = []
    started = time.monotonic()
    outcome: Outcome | None = Outcome.ERROR
    parts: Mapping[str, float] = {}
    error = None
    try:
        async with asyncio.timeout(deadline):
            own_seed = await beside(env, partial(begin, env, task, seed=seed, trial=trial))
            player = agent.playing(Simulator(env)) if isinstance(agent, Planner) else agent
            outcome, parts = await _play(env, player, steps, own_seed, on_step, user)
    except TimeoutError:
        outcome = Outcome.DEADLINE
    except PromptTooLong as too_long:
        outcome, error = Outcome.CONTEXT_OVERFLOW, str(too_long)
    except (EngineError, WorldError) as failure:
        error = str(failure)
    scored = outcome not in (None, Outcome.ERROR)
    return Episode(
        env=env_id,
        task=task.id,
        agent=agent.name,
        trial=trial,
        seed=seed,
        steps=tuple(steps),
        outcome=outcome,
        reward=sum(step.reward for step in steps) if scored else None,
        parts=parts,
        error=error,
        seconds=round(time.monotonic() - started, 3),
        privileged=tuple(getattr(agent, "privileged", ())),
    )


def begin(env: ToolEnv, task: Task, *, seed: int, trial: int) -> int:
    """Reset `env` for an attempt at `task` and return the episode's own seed."""
    own_seed = derive_seed(seed, task.id, trial)
    # Environments take 32-bit seeds.
    env.reset(seed=own_seed % 2**32, options={"task": task})
    return own_seed


async def beside(env: ToolEnv, function: Callable[[], T]) -> T:
    """Do something in an environment; where its world is ``blocking``, beside other episodes."""
    return await in_thread(function) if env.world.blocking else function()


async def _play(
    env: ToolEnv,
    agent: Agent,
    steps: list[Step],
    seed: int,
    on_step: Callable[[Step], None] | None,
    user: UserModel | None,
) -> tuple[Outcome | None, Mapping[str, float]]:
    parts: Mapping[str, float] = {}
    observation = env.observation
    while not env.ended:
        started = time.monotonic()
        turn_seed = derive_seed(seed, len(steps))
        decision = await agent.act(observation, seed=turn_seed)
        seen = len(observation.messages)
        spoken = Spoken()
        if user is not None:
            user_seed = derive_seed(turn_seed, "user")
            spoken = await user.answer(env, decision.action, seed=user_seed)
        take = partial(env.step, decision.action, spoken.said)
        observation, reward, _, _, info = await beside(env, take)
        step = Step(
            action=decision.action,
            model_calls=decision.model_calls,
            messages=observation.messages[seen + 1 :],
            errors=tuple(info.get("errors", ())),
            reward=float(reward),
            diffs=_recorded(env.diffs),
            seconds=round(time.monotonic() - started, 3),
            user_calls=spoken.calls,
        )
        steps.append(step)
        parts = info["score"]
        if on_step:
            on_step(step)
    return env.outcome, parts


def _recorded(diffs: Sequence[Sequence[Change]]) -> tuple[tuple[Mapping[str, JSON], ...], ...]:
    """What the calls of a turn changed, as the record has it; empty where nothing did."""
    kept = tuple(tuple(change._asdict() for change in changed) for changed in diffs)
    return kept if any(kept) else ()
