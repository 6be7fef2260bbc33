"""Asks a policy for continuations of a turn, as token ids cut into steps.

A turn begins with the policy's own prompt; in the middle of one, the model reads the very ids that
were sampled before. Answers that are held to valid calls stay so in the middle of a turn, as long
as it stands between two calls; elsewhere (inside a sentence, or between arguments) the grammar has
no such place, and the model writes what it likes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agents.engines.base import Completion, Constraint, PromptTooLong, Request
from agents.policies import Policy, derive_seed
from agents.search.marks import Granularity, Marks
from agents.search.problem import Step
from agents.search.steps import Piece, StepSplitter
from agents.search.tokens import Tokens, tokens_of
from agents.search.tree import Prompt
from envs.types import Action, Observation, ToolSpec

OnCall = Callable[[Completion, str], None]
"""Told of every completion and its purpose."""
Enough = Callable[[str, Sequence[Piece]], int | None]
"""The turn before a continuation, and its pieces so far -> how many are enough; ``None``: go on."""

LEAST_LOGP = -1e4
"""Stands for a log-probability of minus infinity."""


@dataclass(frozen=True)
class Drawn:
    """A continuation of a turn."""

    steps: tuple[Step, ...]
    """None where the model wrote nothing at all."""
    ends: bool
    """Whether the turn ends with it."""
    cut: bool
    """Whether it stops for want of room."""
    text: str
    """The whole turn up to here."""
    tokens: int
    """Generated for it."""


class Sampler:
    """A policy that continues turns.

    Args:
        policy: the model, its prompt, format and decoding.
        granularity: how fine steps are inside calls.
        step_tokens: how many tokens are asked for at a time where less than all may be wanted.
        on_call: told of every completion.

    Raises:
        UserError: the policy's engine gives no ids.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        granularity: Granularity = "call",
        step_tokens: int = 16,
        on_call: OnCall | None = None,
    ) -> None:
        self.policy = policy
        self.tokens: Tokens = tokens_of(policy.engine)
        self.on_call = on_call
        self._granularity = granularity
        self._step_tokens = step_tokens
        self._context: int | None = getattr(policy.engine, "context_length", None)
        self._held: tuple[tuple[ToolSpec, ...], Constraint | None] | None = None

    def prompt(self, observation: Observation) -> Prompt:
        """What the policy reads at the start of a turn."""
        ids = self.tokens.prompt(self.policy.request(observation, seed=0))
        return Prompt(ids, self.tokens.decode(ids))

    def text(self, ids: Sequence[int]) -> str:
        """The text of a turn."""
        return self.tokens.decode(ids)

    def read(self, text: str) -> Action:
        """The turn that a text stands for."""
        if self.policy.thoughts:
            from agents.formats.detect import cut_thoughts

            text = cut_thoughts(text)
        return self.policy.format.parse(text)

    def room(self, prompt: Prompt, turn: Sequence[int] = ()) -> int:
        """How many tokens may follow."""
        room = self.policy.sampling.max_tokens - len(turn)
        if self._context is not None:
            room = min(room, self._context - len(prompt.ids) - len(turn))
        return room

    async def draw(
        self, observation: Observation, prompt: Prompt, turn: Sequence[int], *, n: int, seed: int
    ) -> list[Drawn]:
        """Continue a turn to its end, `n` times.

        Raises:
            PromptTooLong: there is no room for it.
        """
        constraint = self._constraint(observation, turn)
        answers = await self._ask(prompt, turn, n, seed, self.room(prompt, turn), constraint)
        return [self._whole(turn, answer) for answer in answers]

    async def begin(
        self,
        observation: Observation,
        prompt: Prompt,
        turn: Sequence[int],
        *,
        n: int,
        seed: int,
        enough: Enough,
    ) -> list[InPieces]:
        """Begin to continue a turn, `n` times; see `InPieces.drawn`.

        Raises:
            PromptTooLong: there is no room for it.
        """
        room = self.room(prompt, turn)
        constraint = self._constraint(observation, turn)
        size = room if constraint else min(room, self._step_tokens)
        answers = await self._ask(prompt, turn, n, seed, size, constraint)
        return [
            InPieces(self, prompt, turn, answer, (seed, k), enough)
            for k, answer in enumerate(answers)
        ]

    def splitter(self, turn: Sequence[int]) -> StepSplitter:
        """Cuts what follows `turn`."""
        return StepSplitter(
            self.tokens.decode, self.policy.format.name, self._granularity, prefix=turn
        )

    async def reference(self, prompt: Prompt, action: Action) -> Drawn:
        """A turn that somebody else wrote, as the policy would spell it.

        Raises:
            ValueError: the policy's format cannot write it.
        """
        ids = (*self.tokens.encode(self.policy.format.render(action)), self.tokens.end_id)
        engine = self.policy.engine
        logprobs = await engine.score(prompt.ids, ids) if engine.capabilities.score else ()
        answer = Completion("", ids=ids, logprobs=tuple(logprobs))
        drawn = self._whole((), answer)
        steps = tuple(replace(step, source="gt") for step in drawn.steps)
        return replace(drawn, steps=steps, tokens=0)

    async def _ask(
        self,
        prompt: Prompt,
        turn: Sequence[int],
        n: int,
        seed: int,
        size: int,
        constraint: Constraint | None = None,
    ) -> list[Completion]:
        if size < 1:
            raise PromptTooLong(f"{len(prompt.ids) + len(turn)} tokens leave no room for an answer")
        request = Request(
            ids=(*prompt.ids, *turn),
            n=n,
            max_tokens=size,
            temperature=self.policy.sampling.temperature,
            top_p=self.policy.sampling.top_p,
            seed=seed,
            constraint=constraint,
        )
        answers = await self.policy.engine.generate(request)
        if self.on_call:
            for answer in answers:
                self.on_call(answer, "policy")
        return answers

    def _whole(self, turn: Sequence[int], answer: Completion) -> Drawn:
        splitter = self.splitter(turn)
        pieces = splitter.feed(answer.ids) + splitter.finish()
        steps = tuple(as_step(piece, answer.logprobs) for piece in pieces)
        ends = answer.finish == "stop"
        return Drawn(steps, ends, not ends, splitter.text, len(answer.ids))

    def _constraint(self, observation: Observation, turn: Sequence[int]) -> Constraint | None:
        """What the rest of the turn is held to."""
        if self._held is None or self._held[0] is not observation.tools:
            found = self.policy.request(observation, seed=0).constraint
            self._held = observation.tools, found
        constraint = self._held[1]
        if constraint is None or not turn:
            return constraint
        grammar = rest_of_grammar(constraint.grammar, self.policy.format, self.text(turn))
        return None if grammar is None else Constraint(grammar, constraint.mode)


class InPieces:
    """A continuation in the making: asked for piece by piece until there is enough of it."""

    def __init__(
        self,
        sampler: Sampler,
        prompt: Prompt,
        turn: Sequence[int],
        answer: Completion,
        seed: tuple[int, int],
        enough: Enough,
    ) -> None:
        self._sampler, self._prompt, self._turn = sampler, prompt, tuple(turn)
        self._answer, self._seed, self._enough = answer, seed, enough

    async def drawn(self) -> Drawn:
        """The steps; what came behind them is paid for and left out."""
        sampler, answer = self._sampler, self._answer
        splitter = sampler.splitter(self._turn)
        before = splitter.text
        ids, logprobs = list(answer.ids), list(answer.logprobs)
        pieces = splitter.feed(answer.ids)
        while answer.finish == "length" and self._enough(before, pieces) is None:
            turn = (*self._turn, *ids)
            size = min(sampler._step_tokens, sampler.room(self._prompt, turn))
            if size < 1 or not answer.ids:
                break
            seed = derive_seed(*self._seed, len(ids)) % 2**31
            (answer,) = await sampler._ask(self._prompt, turn, 1, seed, size)
            ids += answer.ids
            logprobs += answer.logprobs
            pieces += splitter.feed(answer.ids)
        pieces += splitter.finish()
        kept = pieces[: self._enough(before, pieces)]
        text = before + "".join(piece.text for piece in kept)
        whole, stopped = len(kept) == len(pieces), answer.finish == "stop"
        steps = tuple(as_step(piece, logprobs) for piece in kept)
        return Drawn(steps, whole and stopped, whole and not stopped, text, len(ids))


def one_step(before: str, pieces: Sequence[Piece]) -> int | None:
    """Enough for a step."""
    return 1 if pieces else None


def until(wrong: Callable[[str], bool]) -> Enough:
    """Enough where a text is wrong for the first time."""

    def enough(before: str, pieces: Sequence[Piece]) -> int | None:
        for number, piece in enumerate(pieces, 1):
            before += piece.text
            if wrong(before):
                return number
        return None

    return enough


def as_step(piece: Piece, logprobs: Sequence[float]) -> Step:
    """A piece with its log-probability, out of those of all that was sampled with it."""
    own = logprobs[piece.start : piece.start + len(piece.ids)]
    known = len(own) == len(piece.ids) and not any(map(math.isnan, own))
    return Step(
        piece.text,
        piece.ids,
        logp=max(math.fsum(own), LEAST_LOGP) if known else None,
        key=piece.key,
    )


def rest_of_grammar(grammar: str, tool_format: object, text: str) -> str | None:
    """The grammar of what may follow a turn that stands behind a call; ``None`` elsewhere.

    Args:
        grammar: of the whole turn, by `ToolFormat.grammar`.
        tool_format: whose grammar it is.
        text: the turn so far.
    """
    name = getattr(tool_format, "name", "")
    around = getattr(tool_format, "around_all", ("[", "]"))
    between = getattr(tool_format, "between", ", ")
    most = int(getattr(tool_format, "max_calls", 16))
    marks = Marks(name)
    marks.read(text)
    found = re.match(r"start: .*?\b(call\w*)\b", grammar)
    if not marks.calls or found is None:
        return None
    call, behind = found[1], text[marks.calls[-1][1] :]
    left = most - len(marks.calls)
    if left < 1 or not between.startswith(behind):
        return None
    sep, close = json.dumps(between), json.dumps(around[1])
    more = f"({sep} {call}){{0,{left}}} {close}"
    if behind:
        missing = between[len(behind) :]
        more = f"{json.dumps(missing)} {call} ({sep} {call}){{0,{left - 1}}} {close}"
    return f"start: {more}\n" + grammar.partition("\n")[2]
