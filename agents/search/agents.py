"""Agents that ask the model more than once for a turn: best of n, and tree search.

``best-of-n`` draws n turns and takes one; ``mcts`` tries turns out in copies of the episode
(`agents.simulator`) and takes the one of highest Q. Both go by the model alone, its own
probabilities and its own judgement (Eq. 7 of the paper): no agent sees the gold, or whether an
episode went well. The plain policy is the agent ``greedy``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from agents.engines.base import Completion
from agents.policies import Agent, Decision, Policy, derive_seed, model_call
from agents.search.config import SearchConfig
from agents.search.env_problem import EnvProblem, ProblemConfig
from agents.search.judge import Critic
from agents.search.keys import call_key, text_key
from agents.search.sampler import Sampler
from agents.search.search import search
from agents.search.tokens import tokens_of
from agents.search.tree import Node, SearchTree
from agents.simulator import PRIVILEGE, Simulator
from envs.common.errors import UserError
from envs.episode import ModelCall
from envs.types import Action, Observation

Choice = Literal["majority", "likely", "critic"]
"""Which of n turns is taken: the one that came most often, the one of highest mean log-probability
a token, or the one that the model judges best."""

AGENTS = ("greedy", "best-of-n", "mcts")
"""What ``--agent`` takes."""


def agent_named(
    name: str,
    policy: Policy,
    *,
    samples: int = 8,
    simulations: int = 16,
    choose: Choice = "majority",
) -> Agent:
    """An agent around a policy.

    Args:
        name: one of `AGENTS`.
        policy: the model; where it is greedy, other agents draw at temperature 1.
        samples: n, or the candidates of a search at a node.
        simulations: of a search.
        choose: which of n turns is taken.

    Raises:
        UserError: no such agent, or the engine cannot do what it needs.
    """
    if name == "greedy":
        return policy
    if samples < 1 or simulations < 1:
        raise UserError("an agent needs at least 1 sample and 1 simulation")
    if not policy.sampling.temperature:
        policy = replace(policy, sampling=replace(policy.sampling, temperature=1.0))
    if name == "best-of-n":
        return BestOfN(policy, samples, choose)
    if name == "mcts":
        return Mcts(policy, SearchConfig(samples=samples, simulations=simulations))
    raise UserError(f"no agent {name!r}; there are: {', '.join(AGENTS)}")


def agents_of(
    names: Iterable[str], policies: Iterable[Policy], samples: int, simulations: int
) -> list[Agent]:
    """Every named agent with every policy; see `agent_named`."""
    kinds = dict.fromkeys(names)
    return [
        agent_named(name, policy, samples=samples, simulations=simulations)
        for policy in policies
        for name in kinds
    ]


def privileges(agents: Iterable[Agent]) -> list[str]:
    """A line for each agent that uses what a deployed model has not."""
    used = {agent.name: getattr(agent, "privileged", ()) for agent in agents}
    return [
        f"agent {name!r} uses what a deployed model has not: {', '.join(what)}"
        for name, what in used.items()
        if what
    ]


@dataclass(frozen=True)
class BestOfN:
    """Draws n turns and takes one. Raises `UserError` where the engine cannot do what it needs."""

    policy: Policy
    n: int = 8
    choose: Choice = "majority"

    def __post_init__(self) -> None:
        if self.choose == "critic":
            tokens_of(self.policy.engine)
        elif self.choose == "likely" and not self.policy.engine.capabilities.logprobs:
            raise UserError(f"{self.policy.engine.name}: gives no log-probabilities to choose by")

    @property
    def name(self) -> str:
        """With the decoding and how it chooses."""
        return f"best of {self.n} ({self.choose}), {self.policy.name}"

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        """Draw and choose; equal turns are one."""
        request = self.policy.request(observation, seed=seed, n=self.n)
        drawn = await self.policy.engine.generate(request)
        calls = [model_call(completion) for completion in drawn]
        turns = [read(self.policy, completion) for completion in drawn]
        groups: dict[str, list[int]] = {}
        for number, turn in enumerate(turns):
            groups.setdefault(turn_key(turn), []).append(number)
        best = [max(own, key=lambda n: (_likely(drawn[n]), -n)) for own in groups.values()]
        if self.choose == "critic" and len(best) > 1:
            values = await self._judged([drawn[n] for n in best], seed, calls)
            chosen = max(zip(values, best, strict=True), key=lambda v: (v[0], -v[1]))[1]
        elif self.choose == "likely":
            chosen = max(best, key=lambda n: (_likely(drawn[n]), -n))
        else:
            size = {n: len(own) for n, own in zip(best, groups.values(), strict=True)}
            chosen = max(best, key=lambda n: (size[n], _likely(drawn[n]), -n))
        return Decision(turns[chosen], tuple(calls))

    async def _judged(
        self, drawn: Sequence[Completion], seed: int, calls: list[ModelCall]
    ) -> list[float]:
        critic = Critic(
            self.policy.engine,
            both=True,
            on_call=lambda c, purpose: calls.append(model_call(c, purpose)),
        )
        judged = [await critic.judge((*c.prompt_ids, *c.ids), seed=seed) for c in drawn]
        return [judgement.value for judgement in judged]


@dataclass(frozen=True)
class Mcts:
    """Searches each turn in copies of the episode, without outcomes.

    Raises `UserError` where the engine gives no ids.
    """

    policy: Policy
    config: SearchConfig = field(default_factory=lambda: SearchConfig(simulations=16))
    horizon: int | None = 2
    """Turns that a search looks ahead: the one to choose, and what comes of it."""
    tool_seconds: float = 30.0
    """How long a turn may take in a copy."""
    privileged: tuple[str, ...] = (PRIVILEGE,)
    """What it uses that a deployed model has not."""

    def __post_init__(self) -> None:
        Critic(self.policy.engine)

    @property
    def name(self) -> str:
        """With the decoding."""
        return f"mcts {self.config.simulations}, {self.policy.name}"

    def playing(self, simulator: Simulator) -> Agent:
        """The agent in one episode."""
        return _Searching(self, simulator)

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        """Not without a simulator.

        Raises:
            UserError: always; `agents.rollout` gives it one.
        """
        raise UserError(f"{self.name}: this agent searches, and needs a simulator")


@dataclass(frozen=True)
class _Searching:
    agent: Mcts
    simulator: Simulator

    @property
    def name(self) -> str:
        return self.agent.name

    async def act(self, observation: Observation, *, seed: int) -> Decision:
        calls: list[ModelCall] = []

        def keep(completion: Completion, purpose: str) -> None:
            calls.append(replace(model_call(completion, purpose), prompt_ids=()))

        policy = self.agent.policy
        problem = EnvProblem(
            self.simulator.copy,
            self.simulator.task,
            policy,
            critic=Critic(policy.engine, both=True, on_call=keep),
            config=ProblemConfig(horizon=self.agent.horizon, tool_seconds=self.agent.tool_seconds),
            start=self.simulator.snapshot(),
            on_call=keep,
        )
        tree = await search(problem, self.agent.config, task=self.simulator.task.id, seed=seed)
        turn = best_turn(tree)
        if turn is None:  # nothing was finished: take what comes first
            plain = await policy.act(observation, seed=derive_seed(seed, "plain"))
            return Decision(plain.action, (*calls, *plain.model_calls))
        ids = [token for node in turn for token in node.ids]
        sampler = Sampler(policy)
        return Decision(sampler.read(sampler.text(ids)), tuple(calls))


def best_turn(tree: SearchTree) -> list[Node] | None:
    """The steps of the first turn of highest Q; ``None``: no turn was finished.

    At each node the visited step of highest Q below which a turn ends; ties: more visits, more
    samples, the earlier one.
    """
    ends = [_ends_turn(tree, node) for node in tree.nodes]
    leads = list(ends)
    for node in reversed(tree.nodes[1:]):
        if leads[node.index] and not ends[node.parent]:
            leads[node.parent] = True
    steps: list[Node] = []
    at = tree.root
    while not (steps and ends[at.index]):
        usable = [child for child in tree.children(at) if leads[child.index] and child.visits]
        if not usable:
            return None
        at = max(usable, key=lambda n: (n.q, n.visits, n.merged_count, -n.index))
        steps.append(at)
    return steps


def turn_key(turn: Action) -> str:
    """Canonical form of a turn: its calls in whatever order, or its text."""
    if turn.calls and turn.error is None:
        return " ".join(sorted(call_key(call.name, call.arguments) for call in turn.calls))
    return text_key(turn.text if turn.raw is None else turn.raw)


def read(policy: Policy, completion: Completion) -> Action:
    """The turn that a completion stands for."""
    if completion.action is not None:
        return completion.action
    text = completion.text
    if policy.thoughts:
        from agents.formats.detect import cut_thoughts

        text = cut_thoughts(text)
    return policy.format.parse(text)


def _likely(completion: Completion) -> float:
    if not completion.logprobs:
        return -math.inf
    return math.fsum(completion.logprobs) / len(completion.logprobs)


def _ends_turn(tree: SearchTree, node: Node) -> bool:
    if node.parent < 0 or node.truncated:
        return False
    return node.terminal or node.prompt != tree.nodes[node.parent].prompt
