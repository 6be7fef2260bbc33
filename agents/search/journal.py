"""Answers kept as they come, so that an interrupted search goes on where it was.

A journal is an append-only file of answers by request. Replaying is nothing but searching again:
the same code asks the same questions, and those that were answered are answered from the file. So
the tree is the one that an uninterrupted run gives, wherever the file was cut (a torn last line is
dropped). The problem's states are not kept: after a resume `Ask.state` is ``None`` and the problem
builds what it needs from `Ask.path`.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any, TypeVar

from agents.search.problem import (
    Ask,
    Candidates,
    Judgement,
    Samples,
    SearchProblem,
    Step,
    as_judgement,
    as_samples,
)
from agents.search.tree import Prompt
from envs.common.errors import UserError
from envs.common.runs import JsonlLog

T = TypeVar("T")
_STEP = [field.name for field in fields(Step) if field.name not in ("ids", "prompt", "state")]


class JournaledProblem(SearchProblem):
    """A problem that is asked nothing twice.

    Args:
        problem: what is asked.
        log: where its answers are kept; those of other searches may stand there too.

    Raises:
        UserError: a line before the last is broken.
    """

    def __init__(self, problem: SearchProblem, log: JsonlLog) -> None:
        self.prompt, self.checked = problem.prompt, problem.checked
        self._problem, self._log = problem, log
        self._answers: dict[str, Any] = {}
        for number, row in enumerate(log.read(), 1):
            if not isinstance(row.get("key"), str) or "answer" not in row:
                raise UserError(f"{log.path}:{number}: not an answer of a search")
            self._answers[row["key"]] = row["answer"]
        self.replayed = 0
        """Answers that were there already."""

    def expand(self, ask: Ask) -> Candidates | Awaitable[Candidates]:
        """From the journal, or asked and noted."""
        return self._answer(ask, self._problem.expand, _samples, _samples_row, _read_samples)

    def self_eval(self, ask: Ask) -> float | Judgement | Awaitable[float | Judgement]:
        """From the journal, or asked and noted."""
        return self._answer(
            ask, self._problem.self_eval, as_judgement, _judgement_row, _read_judgement
        )

    def _answer(
        self,
        ask: Ask,
        question: Callable[[Ask], Any],
        normal: Callable[[Any], T],
        row: Callable[[T], Any],
        read: Callable[[Any], T],
    ) -> T | Awaitable[T]:
        key = ask.key
        if key in self._answers:
            self.replayed += 1
            try:
                return read(self._answers[key])
            except (KeyError, TypeError, ValueError) as error:
                raise UserError(f"{self._log.path}: a broken answer to {key}: {error}") from None

        def noted(answer: Any) -> T:
            value = normal(answer)
            self._log.append({"key": key, "answer": row(value)})
            return value

        async def later(answer: Awaitable[Any]) -> T:
            return noted(await answer)

        answer = question(ask)
        return later(answer) if inspect.isawaitable(answer) else noted(answer)


def _samples(answer: Candidates) -> Samples:
    chains, tokens = as_samples(answer)
    return Samples(chains, tokens)


def _samples_row(samples: Samples) -> dict[str, Any]:
    chains, tokens = as_samples(samples)
    return {"tokens": tokens, "chains": [[_step_row(s) for s in chain] for chain in chains]}


def _read_samples(row: dict[str, Any]) -> Samples:
    return Samples([[_read_step(s) for s in chain] for chain in row["chains"]], row["tokens"])


def _step_row(step: Step) -> dict[str, Any]:
    row = {name: getattr(step, name) for name in _STEP}
    row["ids"] = list(step.ids)
    if step.prompt is not None:
        row["prompt"] = {"ids": list(step.prompt.ids), "text": step.prompt.text}
    return row


def _read_step(row: dict[str, Any]) -> Step:
    prompt = row.get("prompt")
    if prompt is not None:
        prompt = Prompt(tuple(prompt["ids"]), prompt["text"])
    return Step(**{**row, "ids": tuple(row["ids"]), "prompt": prompt})


def _judgement_row(judgement: Judgement) -> dict[str, Any]:
    return {"value": judgement.value, "tokens": judgement.tokens}


def _read_judgement(row: dict[str, Any]) -> Judgement:
    return Judgement(row["value"], row["tokens"])
