"""How sure the policy is of a step: C of Eq. 7 of the paper, read as a token probability.

The model reads the conversation and the answer so far, the very ids that it wrote them with, and
then a question of ours with two letters to choose from (``judge_prompt.txt``). One forward pass
gives C = P(right) / (P(right) + P(wrong)), each summed over all ids that spell its letter. Which
letter means right is swapped for half of the questions, so that a liking for one of them cancels
out over many (and in each, where both orders are asked). Where the model gives both letters little
probability, it was not answering: C is 0.5. The judge never sees a right answer.
"""

from __future__ import annotations

import asyncio
import functools
import math
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from string import Template

from agents.engines.base import Engine, PromptTooLong, Request
from agents.search.problem import Judgement
from agents.search.sampler import OnCall
from agents.search.tokens import tokens_of
from envs.common.errors import UserError

JUDGE_PROMPT_VERSION = 1
"""Of the wording; rises with every change."""
FLOOR = 0.05
"""Least probability of both letters together."""
UNKNOWN = 0.5
"""C of a state that the judge has no opinion of."""

LETTERS = ("A", "B")
_VERDICTS = ("right", "wrong")


class Critic:
    """A model that judges steps; usually the policy itself.

    Args:
        engine: the model.
        floor: least probability of both letters together.
        both: ask in both orders and take the mean; twice the tokens, and a model that always says
            the same letter has no opinion in any one judgement.
        on_call: told of every completion.

    Raises:
        UserError: the engine gives no ids or log-probabilities, or no id spells a letter.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        floor: float = FLOOR,
        both: bool = False,
        on_call: OnCall | None = None,
    ) -> None:
        self._engine, self._floor, self._both, self._on_call = engine, floor, both, on_call
        self._tokens = tokens_of(engine)
        self._labels = [self._tokens.labels(letter) for letter in LETTERS]
        if not all(self._labels):
            raise UserError(f"{engine.name}: no token of it spells {' or '.join(LETTERS)}")
        self.counts: Counter[str] = Counter()
        """Judgements by what became of them: ``answered``, ``unsure`` (below the floor), ``full``
        (no room for the question)."""

    async def judge(self, ids: Sequence[int], *, seed: int) -> Judgement:
        """C of what was written last.

        Args:
            ids: the prompt and the answer so far.
            seed: of the question; its last bit says which letter means right.
        """
        swapped = bool(seed & 1)
        if not self._both:
            return await self._ask(ids, swapped)
        one, other = await asyncio.gather(*(self._ask(ids, order) for order in (False, True)))
        return Judgement((one.value + other.value) / 2, one.tokens + other.tokens)

    async def _ask(self, ids: Sequence[int], swapped: bool) -> Judgement:
        labels = (*self._labels[0], *self._labels[1])
        request = Request(ids=self.question(ids, swapped=swapped), max_tokens=1, label_ids=labels)
        try:
            (answer,) = await self._engine.generate(request)
        except PromptTooLong:
            self.counts["full"] += 1
            return Judgement(UNKNOWN, tokens=0)
        if len(answer.label_logprobs) != len(labels):
            raise UserError(
                f"{self._engine.name}: judging needs the log-probabilities of chosen tokens, which "
                "this engine does not give"
            )
        if self._on_call:
            self._on_call(answer, "judge")
        split = len(self._labels[0])
        first, second = (
            math.fsum(map(math.exp, own))
            for own in (answer.label_logprobs[:split], answer.label_logprobs[split:])
        )
        value = confidence(first, second, swapped=swapped, floor=self._floor)
        self.counts["unsure" if value is None else "answered"] += 1
        return Judgement(UNKNOWN if value is None else value, tokens=max(1, len(answer.ids)))

    def question(self, ids: Sequence[int], *, swapped: bool = False) -> tuple[int, ...]:
        """What the judge reads."""
        behind = self._tokens.question(question_text(swapped=swapped))
        if ids and (ids[-1] == self._tokens.end_id or self._is_end(ids[-1], behind)):
            ids = ids[:-1]  # the answer ended by itself; the template ends it again
        return (*ids, *behind)

    def _is_end(self, token: int, behind: Sequence[int]) -> bool:
        """Whether a special token, which has no text, is what the template ends an answer with."""
        return behind[:1] == (token,) and not self._tokens.decode([token])


def confidence(
    first: float, second: float, *, swapped: bool = False, floor: float = FLOOR
) -> float | None:
    """C from the probabilities of the two letters; ``None``: their sum is below the floor."""
    mass = first + second
    if not mass >= max(floor, 1e-300):
        return None
    return min(1.0, max(0.0, (second if swapped else first) / mass))


def question_text(*, swapped: bool = False) -> str:
    """The judge's question; `swapped`: the second letter means right."""
    first, second = reversed(_VERDICTS) if swapped else _VERDICTS
    return _wording().substitute(first=first, second=second)


@functools.cache
def _wording() -> Template:
    return Template(files("agents.search").joinpath("judge_prompt.txt").read_text("utf-8").strip())
