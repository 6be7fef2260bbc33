"""What is searched: the one thing that knows models, checkers and environments.

The search asks a problem for candidate steps and, if it likes, how sure it is of a state. A
problem may answer at once (plain functions) or later (async ones); the search awaits what is
awaitable, all requests of a round together.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from agents.search.keys import request_seed, text_key
from agents.search.tree import Node, Prompt, SearchTree


@dataclass(frozen=True, slots=True)
class Step:
    """A candidate step. Raises `ValueError` on fields that contradict each other."""

    text: str = ""
    """Decoded."""
    ids: tuple[int, ...] = ()
    """As sampled; the end token, if any, belongs to the last step of an answer."""
    logp: float | None = None
    """Summed log-probability of `ids`; ``None``: not known."""
    key: str = ""
    """Canonical form, see `agents.search.keys`; of the text by default."""
    terminal: bool = False
    """It finishes the answer."""
    truncated: bool = False
    """The answer was cut here: terminal, without a verdict."""
    score: float | None = None
    """The checker's verdict on the finished answer, 0 to 1; ``None``: there is no checker."""
    on_track: bool | None = None
    """Of an unfinished answer: all of it belongs to a right one (true), or no right one can follow
    (false), and nothing more is asked for; ``None``: nobody knows."""
    prompt: Prompt | None = None
    """The prompt of the next turn, where the step ends a turn and the task goes on."""
    source: str = "policy"
    """Who wrote it; ``gt``: a reference answer offered beside the policy's."""
    state: Any = None
    """What the problem wants to find again in `Ask.state`, e.g. a snapshot; never saved."""

    def __post_init__(self) -> None:
        if type(self.ids) is not tuple:
            object.__setattr__(self, "ids", tuple(int(token) for token in self.ids))
        if not self.key:
            object.__setattr__(self, "key", text_key(self.text))
        if self.truncated:
            object.__setattr__(self, "terminal", True)
            object.__setattr__(self, "on_track", None)
        if self.score is not None:
            if not self.terminal or self.truncated:
                raise ValueError("a score without a finished answer")
            if not 0 <= self.score <= 1:
                raise ValueError(f"score {self.score}: not between 0 and 1")
            object.__setattr__(self, "score", float(self.score))
        if self.on_track is not None and self.terminal is self.on_track:
            raise ValueError("what is on track goes on, what is not ends there")
        if self.logp is not None:
            if not math.isfinite(self.logp):
                raise ValueError(f"logp {self.logp}: not finite")
            object.__setattr__(self, "logp", float(self.logp))


@dataclass(frozen=True, slots=True)
class Samples:
    """Answer to a request for steps, where the cost is not that of the steps alone."""

    chains: Sequence[Step | Sequence[Step]]
    """One entry a sample: a step, or the steps of a longer continuation in their order."""
    tokens: int | None = None
    """Generated for it; ``None``: those of all steps that the policy wrote."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Self-evaluation of a state (Eq. 7)."""

    value: float
    """C, 0 to 1."""
    tokens: int = 1
    """Generated for it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of the search about a node."""

    tree: SearchTree
    node: Node
    purpose: Literal["expand", "self_eval"]
    n: int = 1
    """How many samples are wanted."""
    to_end: bool = False
    """Whether samples should go to the end of the answer; one that does not is taken as it is."""
    k: int = 0
    """How many requests with this purpose the node had before."""

    @property
    def path(self) -> list[Node]:
        """The steps taken so far."""
        return self.tree.path(self.node)

    @property
    def prefix(self) -> Prompt:
        """What a continuation follows: the prompt of the turn and its steps so far."""
        return self.tree.prefix(self.node)

    @property
    def state(self) -> Any:
        """`Step.state` of the last step; ``None`` after a resume: then `path` says all."""
        return self.node.state

    @property
    def seed(self) -> int:
        """Seed of the request, by run, task, place in the tree, purpose and k."""
        name = self.tree.node_key(self.node)
        return request_seed(self.tree.seed, self.tree.task, name, self.purpose, self.k)

    @property
    def key(self) -> str:
        """Names the request; equal only for the same request of the same search."""
        name = self.tree.node_key(self.node) or "root"
        return f"{self.purpose}/{name}/{self.k}/{self.n}{'e' * self.to_end}/{self.seed}"


Candidates = Samples | Sequence[Step | Sequence[Step]]
"""What `SearchProblem.expand` may answer."""


class SearchProblem(Protocol):
    """What the search asks. Inherit from it for the defaults, or have the same members."""

    prompt: Prompt = Prompt()
    """What the first step follows."""
    checked: bool = True
    """Whether finished answers get a score."""

    def expand(self, ask: Ask) -> Candidates | Awaitable[Candidates]:
        """Candidate steps after `ask.path`: about `ask.n`; none: nothing can follow."""
        ...

    def self_eval(self, ask: Ask) -> float | Judgement | Awaitable[float | Judgement]:
        """How sure the policy is of the state after `ask.path`, 0 to 1 (Eq. 7)."""
        return Judgement(0.0, tokens=0)


def as_samples(answer: Candidates) -> tuple[list[list[Step]], int]:
    """An answer as chains of steps, and the tokens it cost.

    Raises:
        ValueError: a step goes on after the end of the answer.
    """
    samples = answer if isinstance(answer, Samples) else Samples(answer)
    chains = [[s] if isinstance(s, Step) else list(s) for s in samples.chains]
    for chain in chains:
        if any(step.terminal for step in chain[:-1]):
            raise ValueError(f"a step follows the end of the answer: {[s.text for s in chain]}")
    if samples.tokens is not None:
        return chains, samples.tokens
    steps = [step for chain in chains for step in chain]
    return chains, sum(len(step.ids) for step in steps if step.source == "policy")


def as_judgement(answer: float | Judgement) -> Judgement:
    """An answer with its cost.

    Raises:
        ValueError: not between 0 and 1.
    """
    judgement = answer if isinstance(answer, Judgement) else Judgement(float(answer))
    if not 0 <= judgement.value <= 1:
        raise ValueError(f"self-evaluation {judgement.value}: not between 0 and 1")
    return judgement
