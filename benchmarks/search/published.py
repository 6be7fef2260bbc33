"""The published algorithm, written anew from what is known of how its code behaves.

It departs from its paper; what is done here is what it does, not what it says:

* a step is a fragment of an answer: two pieces between ``. ``, ``, ``, ``=`` and ``(``, put
  together with blanks that the model did not write;
* a node with as many children as there are actions is asked again, with the same prompt and seed,
  so that the same completions come back as further children; only a node with more is gone down;
* children are chosen by value / (visits + 1) + w p sqrt(log N / (visits + 1)), the first one where
  that is not a number;
* a fragment is worth the share of words that it has in common with the right answer, less 0.5, and
  0.1 more or less for closing the call as the right answer does;
* the roll-out walks at most two fragments down the chain that came last and has them compared with
  the right answer: seven tokens, whose letters count 1, 0.1, -1 or -2 by their probability;
* values are sums over visits; a pair is the highest against the lowest value of a node, 0.1 apart
  at least, the higher at least -0.3, with at most 95 % of their words in common.

An answer of an environment is searched up to the end of its first turn. The wording of the
comparison is ours. A repetition penalty below 1 needs vLLM; elsewhere it is left out.
"""

from __future__ import annotations

import contextvars
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.engines.base import Completion, Engine, Request
from agents.policies import Policy
from agents.search.tokens import Tokens, tokens_of
from benchmarks.search.meter import Meter
from benchmarks.search.tasks import Trial
from envs.types import Message

if TYPE_CHECKING:
    from benchmarks.search.arms import Setting

SEPARATORS = re.compile(r"(\. |, |=|\()")
RATINGS = (("(a)", "excellent", 1.0), ("(b)", "acceptable", 0.1), ("(c)", "fair", -1.0))
LAST_RATING = ("(d)", "poor", -2.0)
QUESTION = """Compare the answer with the reference.
Reference: {gold}
Answer: {answer}
(A) Excellent (B) Acceptable (C) Fair (D) Poor
Your choice:"""

PENALTY: contextvars.ContextVar[float] = contextvars.ContextVar("penalty", default=1.0)


@dataclass(frozen=True)
class Published:
    """Settings of the algorithm."""

    name: str
    temperature: float
    penalty: float
    """Of repetition; below 1 it rewards tokens that were there before."""
    actions: int = 3
    iterations: int = 5
    weight: float = 1.0
    """w."""
    longest: int = 50
    """Tokens of a completion."""
    pieces: int = 2
    """Of a step."""
    seed: int = 42


SHIPPED = Published("published, shipped", 1.5, 0.75)
MILD = Published("published, milder", 0.8, 1.0)


@dataclass(eq=False)
class _Node:
    action: str = ""
    prefix: str = ""
    """The answer up to and with the fragment."""
    parent: _Node | None = None
    value: float = 0.0
    prior: float = 0.1
    terminal: bool = False
    visits: int = 0
    children: list[_Node] = field(default_factory=list)


def obey_penalty(engine: Engine) -> bool:
    """Make vLLM obey `PENALTY`; whether the engine can."""
    plain: Any = getattr(engine, "_parameters", None)
    if plain is None:
        return False

    def parameters(request: Request, k: int) -> Any:
        found = plain(request, k)
        if PENALTY.get() != 1.0 and not request.label_ids:
            found.repetition_penalty = PENALTY.get()
        return found

    engine._parameters = parameters  # type: ignore[attr-defined]
    return True


async def search(
    trial: Trial, policy: Policy, meter: Meter, how: Published, setting: Setting
) -> list[dict[str, Any]]:
    """The pairs of a task."""
    return await _Search(trial, policy, meter, how, setting).run()


class _Search:
    def __init__(
        self, trial: Trial, policy: Policy, meter: Meter, how: Published, setting: Setting
    ) -> None:
        from agents.rollout import begin

        task = trial.subject.task
        env = trial.subject.make()
        begin(env, task, seed=setting.seed, trial=0)
        self.tokens: Tokens = tokens_of(policy.engine)
        self.prompt = self.tokens.prompt(policy.request(env.observation, seed=0))
        self.gold = policy.format.render((task.gold or ())[0])
        self.ends = env.world.single_answer
        self.meter, self.how, self.setting = meter, how, setting
        self.root = _Node()

    async def run(self) -> list[dict[str, Any]]:
        for _ in range(self.how.iterations):
            node = self._leaf()
            if not node.terminal:
                if not self.meter.left:
                    break
                await self._expand(node)
            node, reward = await self._simulate(node)
            at: _Node | None = node
            while at is not None:
                at.visits += 1
                at.value += reward
                at = at.parent
        return self._pairs()

    def _leaf(self) -> _Node:
        node = self.root
        while len(node.children) > self.how.actions:
            node = self._best(node)
        return node

    def _best(self, node: _Node) -> _Node:
        if node.visits < 1:
            return node.children[0]
        log = math.log(node.visits)

        def score(child: _Node) -> float:
            n = child.visits + 1
            return child.value / n + self.how.weight * child.prior * math.sqrt(log / n)

        return max(node.children, key=score)

    async def _expand(self, node: _Node) -> None:
        for answer in await self._complete(node.prefix):
            self._insert(node, answer)

    async def _complete(self, prefix: str) -> list[Completion]:
        ids = (*self.prompt, *self.tokens.encode(prefix))
        request = Request(
            ids=ids,
            n=self.how.actions,
            max_tokens=self.how.longest,
            temperature=self.how.temperature,
            seed=self.how.seed,
        )
        token = PENALTY.set(self.how.penalty)
        try:
            return await self.meter.generate(request)
        finally:
            PENALTY.reset(token)

    def _insert(self, node: _Node, answer: Completion) -> None:
        """The fragments of a completion as a chain of nodes."""
        text = self.tokens.decode(answer.ids)
        parts = SEPARATORS.split(text)
        pieces = ["".join(parts[n : n + 2]).strip() for n in range(0, len(parts), 2)]
        pieces = [piece for piece in pieces if piece]
        size = self.how.pieces
        steps = [" ".join(pieces[n : n + size]) for n in range(0, len(pieces), size)]
        prior = 0.1
        if answer.logprobs:
            prior = math.exp(math.fsum(answer.logprobs) / len(answer.logprobs))
        for number, step in enumerate(steps):
            child = _Node(step, f"{node.prefix}{step} ", node, self._worth(step), prior)
            child.terminal = number == len(steps) - 1 and answer.finish == "stop"
            node.children.append(child)
            node = child

    def _worth(self, step: str) -> float:
        given, gold = set(step.split()), set(self.gold.split())
        shared = len(given & gold) / max(1, min(len(given), len(gold)))
        closes = (")]" in step) == (")]" in self.gold)
        return shared - 0.5 + (0.1 if closes else -0.1)

    async def _simulate(self, node: _Node) -> tuple[_Node, float]:
        """Where the walk ends, and what its fragments are worth to the judge."""
        rewards: list[float] = []
        for _ in range(2):
            if node.terminal:
                break
            if node.children:
                node = max(node.children, key=lambda child: child.value)
                text = node.action
            else:
                answers = await self._complete(node.prefix)
                text = self.tokens.decode(answers[0].ids)
            rewards.append(await self._judged(text))
        return node, sum(rewards)

    async def _judged(self, text: str) -> float:
        if not self.meter.left:
            return 0.0
        question = QUESTION.format(gold=self.gold, answer=text)
        before = self.meter.policy
        request = Request(
            messages=(Message("user", question),),
            max_tokens=7,
            temperature=0.6,
            seed=self.how.seed,
        )
        (answer,) = await self.meter.generate(request)
        spent = self.meter.policy - before  # nothing else of this task is under way
        self.meter.policy, self.meter.judge = before, self.meter.judge + spent
        total = 0.0
        for token, logprob in zip(answer.ids, answer.logprobs, strict=True):
            total += _rating(self.tokens.decode([token])) * math.exp(logprob)
        return total / 4

    def _pairs(self) -> list[dict[str, Any]]:
        found = []
        stack = [self.root]
        while stack:
            node = stack.pop()
            stack += node.children
            if len(node.children) < 2:
                continue
            best = max(node.children, key=lambda child: child.value)
            worst = min(node.children, key=lambda child: child.value)
            gap = best.value - worst.value
            if gap >= 0.1 and best.value >= -0.3 and _alike(best.action, worst.action) <= 0.95:
                found.append((gap, node, best, worst))
        found.sort(key=lambda entry: -entry[0])
        return [
            self._record(number, *entry)
            for number, entry in enumerate(found[: self.setting.max_pairs])
        ]

    def _record(
        self, number: int, gap: float, node: _Node, best: _Node, worst: _Node
    ) -> dict[str, Any]:
        def side(child: _Node) -> dict[str, Any]:
            text = f"{child.action} "
            ids = list(self.tokens.encode(text))
            if child.terminal:
                ids.append(self.tokens.end_id)
            return {
                "text": text,
                "ids": ids,
                "turn_ends": child.terminal,
                "ends": child.terminal and self.ends,
            }

        return {
            "node": number,
            "depth": 0 if node is self.root else 1,
            "gap": round(gap, 6),
            "before": [],
            "prefix": node.prefix,
            "prefix_ids": list(self.tokens.encode(node.prefix)),
            "chosen": side(best),
            "rejected": side(worst),
        }


def _rating(token: str) -> float:
    """What a token counts: the first rating that has it somewhere in its letter or word."""
    low = token.lower()
    for letter, word, worth in (*RATINGS, LAST_RATING):
        if low in letter or low in word:
            return worth
    return 0.0


def _alike(one: str, other: str) -> float:
    a, b = set(one.split()), set(other.split())
    return len(a & b) / max(1, min(len(a), len(b)))
