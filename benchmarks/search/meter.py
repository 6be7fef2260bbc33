"""An engine with so many tokens for one task: what goes beyond is cut off the answer.

All arms of the measurement get the same tokens, those of the judge included. An answer that crosses
the limit is cut there, as one that ran out of length; behind it answers are empty. Where several
requests are under way together, the first answered is the first served.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.engines.base import Capabilities, Completion, Request
from agents.search.keys import hash_of
from agents.search.problem import Ask, SearchProblem
from agents.search.scheduler import Gauge


class Spent(Exception):
    """Nothing is left for another request."""


class Meter:
    """An engine that counts.

    Args:
        gauge: what answers.
        limit: tokens at most; ``None``: they are counted only.
    """

    def __init__(self, gauge: Gauge, limit: int | None = None) -> None:
        self.inner = gauge.inner
        self.policy = self.judge = 0
        """Tokens of answers, and of judgements."""
        self.prompt: str | None = None
        """Hash of the ids of the first request: the task's prompt, as this arm asks it."""
        self._gauge, self._limit = gauge, limit

    @property
    def left(self) -> int:
        """Tokens that may still come."""
        limit = math.inf if self._limit is None else self._limit
        return int(max(0, min(limit - self.policy - self.judge, 2**31)))

    @property
    def name(self) -> str:
        """The engine's."""
        return self._gauge.name

    @property
    def capabilities(self) -> Capabilities:
        """The engine's."""
        return self._gauge.capabilities

    def __getattr__(self, name: str) -> Any:
        """Everything else, such as the tokenizer, is the engine's."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._gauge, name)

    async def generate(self, request: Request) -> list[Completion]:
        """Ask for what is left."""
        if self.prompt is None:
            self.prompt = hash_of(request.ids).hex()
        left = self.left
        if not left:
            silent = (-math.inf,) * len(request.label_ids)
            empty = Completion("", finish="length", label_logprobs=silent)
            return [empty] * request.n
        request = replace(request, max_tokens=min(request.max_tokens, left))
        answers = await self._gauge.generate(request)
        return [self._taken(answer, bool(request.label_ids)) for answer in answers]

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        """The engine's."""
        return await self._gauge.score(prompt_ids, target_ids)

    async def aclose(self) -> None:
        """The engine is closed by whoever opened it."""

    def _taken(self, answer: Completion, judge: bool) -> Completion:
        room = self.left
        if judge:
            self.judge += min(room, len(answer.ids))
            return answer
        if len(answer.ids) > room:
            ids, logprobs = answer.ids[:room], answer.logprobs[:room]
            answer = replace(answer, text="", ids=ids, logprobs=logprobs, finish="length")
        self.policy += len(answer.ids)
        return answer


class Limited(SearchProblem):
    """A problem that is asked no more once its tokens are spent."""

    def __init__(self, problem: SearchProblem, meter: Meter) -> None:
        self.prompt, self.checked = problem.prompt, problem.checked
        self._problem, self._meter = problem, meter

    def expand(self, ask: Ask) -> Any:
        """What follows.

        Raises:
            Spent: nothing is left.
        """
        if not self._meter.left:
            raise Spent("the tokens of the task are spent")
        return self._problem.expand(ask)

    def self_eval(self, ask: Ask) -> Any:
        """The judgement; without tokens, none."""
        return self._problem.self_eval(ask)
