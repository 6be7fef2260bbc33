"""The search itself: waves of simulations over a problem, within budgets.

A wave starts `SearchConfig.wave` simulations. They move in rounds: each, in its order, goes down
until it stands at a finished answer or at a node that has to be asked for candidates; all requests
of a round are under way together and their answers are taken in that order, whichever came first.
After the last round the finished simulations are backed up. So a tree depends on the answers alone,
and between waves it is whole. `search` is a coroutine: run as many as you like on one event loop;
it never waits for another tree. It starts no threads and knows no model.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from agents.search import rules
from agents.search.config import SearchConfig
from agents.search.grow import insert
from agents.search.problem import Ask, SearchProblem, as_judgement, as_samples
from agents.search.tree import Node, SearchTree


def run_search(
    problem: SearchProblem,
    config: SearchConfig | None = None,
    *,
    task: str = "",
    seed: int = 0,
    on_wave: Callable[[SearchTree], None] | None = None,
) -> SearchTree:
    """Search a problem from plain code; see `search`."""
    return asyncio.run(search(problem, config, task=task, seed=seed, on_wave=on_wave))


async def search(
    problem: SearchProblem,
    config: SearchConfig | None = None,
    *,
    task: str = "",
    seed: int = 0,
    on_wave: Callable[[SearchTree], None] | None = None,
) -> SearchTree:
    """Search a problem until it is closed or a budget is spent.

    Args:
        problem: what is searched.
        config: how; the preset ``default`` if not given.
        task: id of the task; part of every request's seed.
        seed: of the run; part of every request's seed.
        on_wave: called with the tree after every wave.

    Raises:
        Whatever the problem raises.
    """
    tree = SearchTree(config or SearchConfig(), task=task, seed=seed)
    async for _ in search_waves(problem, tree):
        if on_wave is not None:
            on_wave(tree)
    return tree


async def search_waves(problem: SearchProblem, tree: SearchTree) -> AsyncIterator[SearchTree]:
    """Grow a new tree, wave by wave; yields it after each, when it is valid.

    Raises:
        ValueError: the tree is not new (to go on with a search, replay its journal).
    """
    if tree.prompts or len(tree.nodes) != 1:
        raise ValueError("a search begins with a new tree")
    running = _Search(problem, tree)
    await running.begin()
    while (stop := running.stop()) is None:
        await running.wave()
        yield tree
    tree.stop = stop


@dataclass(slots=True)
class _Walker:
    """A simulation under way."""

    at: Node
    holds: list[Node]
    """Ends of the paths on which it counts as in flight."""
    ends: list[Node] = field(default_factory=list)
    """Where it ended: one finished answer, or all that it was given at once."""


class _Search:
    def __init__(self, problem: SearchProblem, tree: SearchTree) -> None:
        self.problem, self.tree, self.config = problem, tree, tree.config
        self.started = time.monotonic()
        self.room = 0
        """Simulations that the wave may add to those of its walkers."""
        self.grown: list[Node] = []
        """What the wave expanded."""

    async def begin(self) -> None:
        tree = self.tree
        tree.add_prompt(self.problem.prompt)
        tree.checked = self.problem.checked
        if self.config.root_value == "self_eval":
            await self._judge([tree.root])
        rules.set_reward(tree, tree.root)

    def stop(self) -> str | None:
        """Why no further wave may begin."""
        config, root = self.config, self.tree.root
        if root.closed:
            return "closed"
        if root.visits >= config.simulations:
            return "simulations"
        if (spent := self._spent()) is not None:
            return spent
        limit = config.max_seconds
        if limit is not None and time.monotonic() - self.started >= limit:
            return "seconds"
        if config.stop_paired and _paired(self.tree):
            return "paired"
        hopeless = config.stop_hopeless
        if hopeless is not None and root.visits >= max(1, hopeless) and _hopeless(self.tree):
            return "hopeless"
        return None

    def _spent(self) -> str | None:
        """Which budget forbids another request."""
        config, tree = self.config, self.tree
        for name, limit, used in (
            ("tokens", config.max_tokens, tree.policy_tokens),
            ("judge_tokens", config.max_judge_tokens, tree.judge_tokens),
            ("nodes", config.max_nodes, len(tree.nodes)),
        ):
            if limit is not None and used >= limit:
                return name
        return None

    async def wave(self) -> None:
        tree, left = self.tree, self.config.simulations - self.tree.root.visits
        walkers = [_Walker(tree.root, holds=[]) for _ in range(min(self.config.wave, left))]
        self.room, self.grown = left - len(walkers), []
        try:
            for walker in walkers:
                self._hold(walker, [tree.root])
            walking = walkers
            while walking:
                asks: dict[int, tuple[Ask, _Walker]] = {}
                walking = [w for w in walking if self._walk(w, asks)]
                if asks:
                    await self._ask([*asks.values()])
                walking = [w for w in walking if not w.ends]
            for walker in walkers:
                for end in walker.ends:
                    rules.back_up(tree, end)
            tree.waves += 1
        finally:
            for walker in walkers:
                self._hold(walker, [])
            if self.config.max1:  # unvisited children count: those of unfinished simulations too
                for node in self.grown:
                    rules.refresh(tree, node)

    def _hold(self, walker: _Walker, ends: list[Node]) -> None:
        """Count the walker as in flight on the paths to `ends`, and nowhere else."""
        for change, paths in ((-1, walker.holds), (1, ends)):
            for end in paths:
                for node in self.tree.upwards(end):
                    node.in_flight += change
        walker.holds = ends

    def _walk(self, walker: _Walker, asks: dict[int, tuple[Ask, _Walker]]) -> bool:
        """Move on as far as the tree goes; whether the walker waits for an answer there."""
        tree, config = self.tree, self.config
        while True:
            at = walker.at
            if at.terminal:
                walker.ends = [at]
                if config.closing:
                    rules.close(tree, at)
                return False
            if at.index in asks:
                return True
            due = rules.samples_due(at, tree.children(at), config)
            if due:
                if self._spent() is not None:
                    return False
                asks[at.index] = self._question(at, due), walker
                return True
            child = rules.select(tree, at)
            if child is not None:
                child.in_flight += 1
                walker.at, walker.holds = child, [child]
            elif not self._restart(walker):
                return False

    def _restart(self, walker: _Walker) -> bool:
        """Back to the root, since others closed all below; whether anything is open there."""
        root = self.tree.root
        self._hold(walker, [] if root.closed else [root])
        walker.at = root
        return not root.closed

    def _question(self, node: Node, due: int) -> Ask:
        config = self.config
        whole = config.mode == "trie"
        if whole:  # every sample will be a simulation
            due = min(due, 1 + self.room)
            self.room -= due - 1
        forced = not whole and node.depth == config.max_depth - 1
        if forced and node.depth > 0:
            due = 1
        ask = Ask(self.tree, node, "expand", n=due, to_end=whole or forced, k=node.asks)
        node.asks += 1
        node.asked += due
        return ask

    async def _ask(self, asked: list[tuple[Ask, _Walker]]) -> None:
        tree = self.tree
        seeds = [ask.seed for ask, _ in asked]
        try:
            answers = await _all(self.problem.expand(ask) for ask, _ in asked)
            samples = [as_samples(answer) for answer in answers]
        except BaseException:
            for ask, _ in asked:  # it may be asked again
                ask.node.asks, ask.node.asked = ask.k, ask.node.asked - ask.n
            raise
        fresh: list[Node] = []
        ends: list[Node] = []
        for (ask, walker), seed, (chains, tokens) in zip(asked, seeds, samples, strict=True):
            tree.policy_tokens += tokens
            tree.expansions += 1
            new, last = insert(tree, ask.node, chains, seed)
            if not chains:  # nor will anything come of asking again
                ask.node.asked = max(ask.node.asked, self.config.max_samples)
            if not ask.node.children:  # nothing can follow
                ask.node.terminal, ask.node.truncated, ask.node.on_track = True, True, None
                rules.set_reward(tree, ask.node)
            elif self.config.closing:  # all that came may be known and closed
                rules.close(tree, ask.node)
            if self.config.mode == "trie":
                self._land(walker, [end for end in last if end.terminal], ask.n)
            fresh += new
            ends += last
            self.grown.append(ask.node)
        try:
            await self._judge(self._unjudged(fresh, ends))
        finally:
            for node in fresh:
                rules.set_reward(tree, node)

    def _land(self, walker: _Walker, ends: list[Node], wanted: int) -> None:
        """Whole answers are simulations of their own; unasked ones as far as there is room."""
        if not ends:
            return
        ends = ends[: wanted + self.room]
        self.room -= max(0, len(ends) - wanted)
        self._hold(walker, ends)
        walker.ends = ends
        if self.config.closing:
            for end in ends:
                rules.close(self.tree, end)

    def _unjudged(self, fresh: list[Node], ends: list[Node]) -> list[Node]:
        """Which of the new nodes need a self-evaluation."""
        if self.config.self_eval == "all":
            return fresh
        if self.config.self_eval == "off":
            return []
        settled = {
            node.index
            for end in ends
            if end.truncated or end.score is not None
            for node in self.tree.upwards(end)
        }
        return [node for node in fresh if node.index not in settled]

    async def _judge(self, nodes: list[Node]) -> None:
        asks = [Ask(self.tree, node, "self_eval") for node in nodes]
        answers = await _all(self.problem.self_eval(ask) for ask in asks)
        for node, answer in zip(nodes, answers, strict=True):
            judgement = as_judgement(answer)
            node.confidence = judgement.value
            self.tree.judge_tokens += judgement.tokens
            self.tree.judgements += 1


def _paired(tree: SearchTree) -> bool:
    verdicts = tree.verdicts()
    verdicts = [verdicts[child] for child in tree.root.children]
    return any(right for right, _ in verdicts) and any(n and not right for right, n in verdicts)


def _hopeless(tree: SearchTree) -> bool:
    return not any(node.right or node.source != "policy" for node in tree.nodes[1:])


async def _all(answers: Iterable[Any | Awaitable[Any]]) -> list[Any]:
    """The answers in their order; if one fails, the others are cancelled."""
    got: list[Any] = []
    try:
        for answer in answers:
            got.append(asyncio.ensure_future(answer) if inspect.isawaitable(answer) else answer)
        pending = [answer for answer in got if isinstance(answer, asyncio.Future)]
        if pending:
            await asyncio.gather(*pending)
    except BaseException:
        pending = [answer for answer in got if isinstance(answer, asyncio.Future)]
        for future in pending:
            future.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        raise
    return [answer.result() if isinstance(answer, asyncio.Future) else answer for answer in got]
