"""Problems without a model, for the tests of the search."""

from __future__ import annotations

import asyncio
import math
import random
from dataclasses import dataclass, field

from agents.search import Ask, Judgement, Prompt, SearchProblem, Step


@dataclass
class Twig:
    """A state of a tree that is written down: prior, R, verdict of an end."""

    p: float
    R: float
    right: bool | None = None
    tokens: int = 1
    children: dict[str, Twig] = field(default_factory=dict)


class Written(SearchProblem):
    """A tree that is known beforehand; R of a state is O = +1 or -1 at ends, and the rest is C."""

    prompt = Prompt((1, 2, 3), "question ")

    def __init__(self, children: dict[str, Twig]) -> None:
        self.top = Twig(1.0, 0.0, children=children)
        self.asked: list[str] = []
        self.judged: list[str] = []

    def find(self, ask: Ask) -> Twig:
        twig = self.top
        for node in ask.path:
            twig = twig.children[node.text]
        return twig

    def expand(self, ask):
        self.asked.append(ask.key)
        return [
            Step(
                name,
                ids=tuple(100 + 10 * k + i for i in range(twig.tokens)),
                logp=math.log(twig.p),
                terminal=twig.right is not None,
                score=twig.right,
            )
            for k, (name, twig) in enumerate(self.find(ask).children.items())
        ]

    def self_eval(self, ask):
        self.judged.append(ask.node.text)
        twig = self.find(ask)
        return twig.R - (0.0 if twig.right is None else 1.0 if twig.right else -1.0)


def example_1() -> Written:
    return Written(
        {
            "a1": Twig(
                0.6,
                0.5,
                children={"b1": Twig(0.7, -0.4, right=False), "b2": Twig(0.3, 1.7, right=True)},
            ),
            "a2": Twig(0.3, 0.4, children={"b3": Twig(1.0, 1.9, right=True)}),
            "a3": Twig(0.1, -0.2, right=False),
        }
    )


def example_2() -> Written:
    return Written(
        {
            "x": Twig(
                0.5,
                0.3,
                tokens=4,
                children={"x1": Twig(0.6, -0.7, right=False), "x2": Twig(0.4, -0.9, right=False)},
            ),
            "y": Twig(
                0.25,
                0.2,
                tokens=5,
                children={"y1": Twig(0.5, 1.6, right=True), "y2": Twig(0.5, -0.5, right=False)},
            ),
            "z": Twig(0.25, 0.9, tokens=30, children={"z1": Twig(1.0, -0.1, right=False)}),
        }
    )


class Random(SearchProblem):
    """Steps, lengths, ends and verdicts drawn from the seed of each request.

    A step is one of a few letters, so that samples often agree; some letters have two spellings.
    """

    prompt = Prompt(tuple(range(7)), "prompt: ")

    def __init__(self, letters: int = 3, depth: int = 4, cut: float = 0.1) -> None:
        self.letters, self.depth, self.cut = letters, depth, cut
        self.requests = 0

    def expand(self, ask):
        self.requests += 1
        rng = random.Random(ask.seed)
        return [self.sample(ask, rng) for _ in range(ask.n)]

    def sample(self, ask: Ask, rng: random.Random) -> list[Step]:
        text, depth, chain = ask.prefix.text, ask.node.depth, []
        while not chain or (ask.to_end and not chain[-1].terminal):
            chain.append(self.step(text, depth + len(chain), rng))
            text += chain[-1].text
        return chain

    def step(self, text: str, depth: int, rng: random.Random) -> Step:
        letter = rng.randrange(self.letters)
        spelling = rng.randrange(2)
        name = "abcdefgh"[letter] + (" " if spelling else "") + ". "
        ends = depth + 1 >= self.depth or letter == 0
        cut = ends and random.Random(text + name.replace(" ", "")).random() < self.cut
        return Step(
            name,
            ids=(10 + letter, 20 + spelling) + ((99,) if ends and not cut else ()),
            logp=-1.0 - letter - 0.5 * spelling,
            key=name.replace(" ", ""),
            terminal=ends,
            truncated=cut,
            score=None if cut or not ends else float(self.right(text + name)),
        )

    def right(self, text: str) -> bool:
        return sum(map(ord, text.replace(" ", ""))) % 3 == 0

    def self_eval(self, ask):
        return Judgement(random.Random(ask.seed).random(), tokens=1)


class Late(SearchProblem):
    """Answers of another problem that arrive in some other order."""

    def __init__(self, problem: SearchProblem, order: int) -> None:
        self.problem, self.rng = problem, random.Random(order)
        self.prompt, self.checked = problem.prompt, problem.checked

    async def expand(self, ask):
        await self.wait()
        return self.problem.expand(ask)

    async def self_eval(self, ask):
        await self.wait()
        return self.problem.self_eval(ask)

    async def wait(self) -> None:
        for _ in range(self.rng.randrange(6)):
            await asyncio.sleep(0)
