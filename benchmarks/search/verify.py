"""Whether a pair is right, told apart from the search that found it.

* A row: from the text and the gold's calls alone (`prefix.may_be_right`). Right: the chosen text
  may still become a right answer, the rejected one no longer. Exact, and costs nothing.
* A conversation: both sides are completed `k` times by the policy that was searched, at temperature
  1 with seeds that no search uses, in a fresh environment that is brought to where the two part.
  Right: some completion of the chosen side succeeds and none of the rejected side's.

Inverted is the same with the sides exchanged; what is neither is unproven.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.engines.base import PromptTooLong
from agents.policies import Policy, derive_seed
from agents.search.sampler import Sampler
from benchmarks.search.prefix import may_be_right
from benchmarks.search.tasks import Trial
from envs.env import ToolEnv
from envs.types import Outcome
from envs.world import WorldError, reward_of

RIGHT, INVERTED, UNPROVEN = "right", "inverted", "unproven"

Pair = Mapping[str, Any]


def verdict_of(chosen: bool, rejected: bool) -> str:
    """From whether each side can end well."""
    if chosen == rejected:
        return UNPROVEN
    return RIGHT if chosen else INVERTED


def of_row(trial: Trial, pair: Pair) -> str:
    """The verdict on a pair of a row."""
    chosen, rejected = (
        may_be_right(
            pair["prefix"] + pair[side]["text"], trial.subject.row, ends=pair[side]["turn_ends"]
        )
        for side in ("chosen", "rejected")
    )
    return verdict_of(chosen, rejected)


async def of_turns(trial: Trial, pair: Pair, policy: Policy, *, k: int, seed: int) -> str:
    """The verdict on a pair of a conversation; the rejected side is only looked at if need be."""
    chosen = await _succeeds(trial, pair, "chosen", policy, k, seed)
    rejected = await _succeeds(trial, pair, "rejected", policy, k, seed)
    return verdict_of(chosen, rejected)


async def _succeeds(trial: Trial, pair: Pair, side: str, policy: Policy, k: int, seed: int) -> bool:
    """Whether one of `k` completions of a side ends well; none is asked for once one does."""
    tries = 1 if pair[side]["ends"] else k
    for number in range(tries):
        own = derive_seed(seed, "verify", trial.id, pair["node"], side, number) % 2**31
        if await _completed(trial, pair, side, policy, own, seed):
            return True
    return False


async def _completed(
    trial: Trial, pair: Pair, side: str, policy: Policy, seed: int, run_seed: int
) -> bool:
    from agents.rollout import begin

    env: ToolEnv = trial.subject.make()
    env.outcome_reward = False
    begin(env, trial.subject.task, seed=run_seed, trial=0)
    sampler = Sampler(policy)
    try:
        for turn in pair["before"]:
            env.step(sampler.read(sampler.text(turn)))
        ids = [*pair["prefix_ids"], *pair[side]["ids"]]
        text = sampler.text(ids)
        if not pair[side]["turn_ends"]:
            seen = env.observation
            prompt = sampler.prompt(seen)
            (drawn,) = await sampler.draw(seen, prompt, ids, n=1, seed=seed)
            text = drawn.text
        env.step(sampler.read(text))
        while not env.ended:
            number = len(env.observation.messages)
            turn_seed = derive_seed(seed, number) % 2**31
            decision = await policy.act(env.observation, seed=turn_seed)
            env.step(decision.action)
        if env.outcome in (Outcome.MAX_TURNS, Outcome.TOO_MANY_ERRORS):
            return False
        return reward_of(env.score()) >= 1
    except (PromptTooLong, WorldError):
        return False
