"""One episode: an agent acts in an environment until it ends.

What the model does wrong ends in an outcome; what the machine does wrong ends in the outcome
``error``, which has no reward.
"""

from __future__ import annotations

import asyncio
import time

from agents.engines.base import EngineError, PromptTooLong
from agents.policies import Agent, derive_seed
from envs.env import ToolEnv
from envs.episode import Episode, Step
from envs.types import Outcome, Task
from envs.world import WorldError


async def rollout(
    env: ToolEnv,
    task: Task,
    agent: Agent,
    *,
    env_id: str,
    seed: int = 0,
    trial: int = 0,
    deadline: float | None = None,
) -> Episode:
    """Play `task` to its end.

    Args:
        env: a fresh environment that nobody else uses meanwhile.
        task: which task.
        agent: who acts.
        env_id: what the record calls the environment.
        seed: of the run; the episode's own seed follows from it, the task and the trial.
        trial: which attempt.
        deadline: seconds after which the episode ends with the outcome ``deadline``.

    Returns:
        The episode. Its outcome is ``None`` if it ended by itself in an environment that does not
        score (``outcome_reward=False``): that is left to the caller.
    """
    steps: list[Step] = []
    started = time.monotonic()
    outcome: Outcome | None = Outcome.ERROR
    error = None
    try:
        async with asyncio.timeout(deadline):
            outcome = await _play(env, task, agent, steps, derive_seed(seed, task.id, trial))
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
        error=error,
        seconds=round(time.monotonic() - started, 3),
    )


async def _play(
    env: ToolEnv, task: Task, agent: Agent, steps: list[Step], seed: int
) -> Outcome | None:
    # Environments take 32-bit seeds.
    observation, _ = env.reset(seed=seed % 2**32, options={"task": task})
    while not env.ended:
        turn_seed = derive_seed(seed, len(steps))
        decision = await agent.act(observation, seed=turn_seed)
        seen = len(observation.messages)
        observation, reward, _, _, info = env.step(decision.action)
        steps.append(
            Step(
                action=decision.action,
                model_calls=decision.model_calls,
                messages=observation.messages[seen + 1 :],
                errors=tuple(info.get("errors", ())),
                reward=float(reward),
            )
        )
    return env.outcome
