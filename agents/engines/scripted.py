"""Answers from a list, a function or a file in place of a model: for tests and demonstrations.

Bytes stand for tokens, each with probability one, so code that needs ids and log-probabilities runs
too. What is answered depends on the request alone, never on the order of requests. It reads no chat
template, obeys no constraint and ignores sampling.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from agents.engines.base import Capabilities, Completion, EngineError, Finish, Request, Usage
from envs.common.errors import UserError
from envs.types import JSON

END = 256
"""The id that ends an answer; 0 to 255 are bytes."""

Candidates = str | Sequence[str]
"""One answer, or several of which completion k takes the k-th, round and round."""
Script = Sequence[Candidates] | Callable[[Request], str | Completion]


class ScriptedEngine:
    """Says what it is told.

    A sequence holds one entry for each assistant turn; its last entry goes on for ever. A function
    maps a request to its text or to the whole `Completion`.
    """

    def __init__(self, script: Script, *, name: str = "scripted") -> None:
        self._script = script
        self._name = name

    @property
    def name(self) -> str:
        """``scripted``, or the one given."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Ids, log-probabilities and scores, such as they are."""
        return Capabilities(ids=True, logprobs=True, score=True)

    async def generate(self, request: Request) -> list[Completion]:
        """The scripted answers to the request."""
        return [self._complete(request, k) for k in range(request.n)]

    async def score(self, prompt_ids: Sequence[int], target_ids: Sequence[int]) -> list[float]:
        """Zero for every target: each has probability one."""
        return [0.0] * len(target_ids)

    async def aclose(self) -> None:
        """Nothing to free."""

    def _complete(self, request: Request, k: int) -> Completion:
        if callable(self._script):
            answer = self._script(request)
            return answer if isinstance(answer, Completion) else _completion(request, answer)
        return _completion(request, _candidate(self._script, request, k))


@dataclass(frozen=True)
class Row:
    """One line of a script file. The first row that fits a request answers it."""

    match: str | None = None
    """Text that has to stand in a user message, case and all; without it the row always fits."""
    answer: Candidates | None = None
    """Said on every assistant turn. Give this or `answers`."""
    answers: Sequence[Candidates] | None = None
    """One for each assistant turn; the last goes on for ever."""
    latency: float = 0.0
    """Seconds before the answer comes."""
    error: str | None = None
    """The machine fails with this text in place of an answer."""
    finish: Finish = "stop"
    """``length`` pretends that the answer was cut."""

    def script(self) -> Sequence[Candidates]:
        """What is said, turn by turn."""
        return self.answers if self.answers is not None else [self.answer or ""]


class ScriptFile(ScriptedEngine):
    """``scripted:FILE``: answers from JSONL rows, see `Row`."""

    def __init__(self, path: Path) -> None:
        super().__init__((), name=f"scripted:{path.name}")
        self._path = path
        self._rows = read_rows(path)

    def describe(self) -> dict[str, JSON]:
        """What a manifest records of the engine."""
        return {"engine": "scripted", "name": self.name, "source": str(self._path)}

    async def generate(self, request: Request) -> list[Completion]:
        """The answers of the first row that fits.

        Raises:
            EngineError: no row fits, or the row says so.
        """
        seen = _user_text(request)
        row = next((r for r in self._rows if r.match is None or r.match in seen), None)
        if row is None:
            raise EngineError(f"{self.name}: no row fits {seen[-80:]!r}")
        await asyncio.sleep(row.latency)
        if row.error is not None:
            raise EngineError(row.error)
        texts = [_candidate(row.script(), request, k) for k in range(request.n)]
        answers = [_completion(request, text) for text in texts]
        return [replace(a, finish="length") if row.finish == "length" else a for a in answers]


def read_rows(path: Path) -> list[Row]:
    """The rows of a script file.

    Raises:
        UserError: it cannot be read, or a row is wrong; names the line.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot read the script: {error}") from None
    return [_row(line, f"{path}, line {i}") for i, line in enumerate(lines, 1) if line.strip()]


def _row(line: str, where: str) -> Row:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise UserError(f"{where}: not JSON: {error}") from None
    if not isinstance(data, dict):
        raise UserError(f"{where}: a row is an object such as {{'match': …, 'answer': …}}")
    known = {field.name for field in fields(Row)}
    if unknown := sorted(data.keys() - known):
        raise UserError(
            f"{where}: unknown field {unknown[0]!r}; there are {', '.join(sorted(known))}"
        )
    for name, check, right in _CHECKS:
        if name in data and not check(data[name]):
            raise UserError(f"{where}: {name!r} must be {right}")
    if sum(name in data for name in ("answer", "answers", "error")) != 1:
        raise UserError(f"{where}: give one of 'answer', 'answers' and 'error'")
    return Row(**data)


def _is_candidates(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
    )


_CHECKS: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("match", lambda v: isinstance(v, str), "a string"),
    ("answer", _is_candidates, "a string, or a list of strings"),
    (
        "answers",
        lambda v: isinstance(v, list) and bool(v) and all(map(_is_candidates, v)),
        "a list with one entry for each turn",
    ),
    (
        "latency",
        lambda v: type(v) in (int, float) and 0 <= v < math.inf,
        "a number of seconds",
    ),
    ("error", lambda v: isinstance(v, str), "a string"),
    ("finish", lambda v: v in ("stop", "length"), "'stop' or 'length'"),
)


def _candidate(script: Sequence[Candidates], request: Request, k: int) -> str:
    """An answer, or where a prompt of ids ends with the beginning of some, the rest of one."""
    turn = sum(message.role == "assistant" for message in request.messages)
    entry = script[min(turn, len(script) - 1)]
    answers = [entry] if isinstance(entry, str) else entry
    if request.ids is not None:
        said = _user_text(request)
        begun = [_overlap(said, answer) for answer in answers]
        rests = [a[n:] for a, n in zip(answers, begun, strict=True) if n == max(begun) > 0]
        if rests:
            return rests[((request.seed or 0) + k) % len(rests)]
    return answers[k % len(answers)]


def _overlap(said: str, answer: str) -> int:
    """How much of an answer stands at the end of a text."""
    return next((n for n in range(len(answer), 0, -1) if said.endswith(answer[:n])), 0)


def _completion(request: Request, answer: str) -> Completion:
    ids = [*answer.encode("utf-8", "surrogatepass"), END]
    finish: Finish = "stop"
    text = answer
    if len(ids) > request.max_tokens:
        ids, finish = ids[: request.max_tokens], "length"
        text = bytes(ids).decode("utf-8", "replace")
    cuts = [text.index(stop) for stop in request.stop if stop in text]
    prompt = tuple(_prompt(request)) if request.ids is None else request.ids
    labels = len(request.label_ids)
    return Completion(
        text=text[: min(cuts)] if cuts else text,
        finish="stop" if cuts else finish,
        ids=tuple(ids),
        logprobs=(0.0,) * len(ids),
        prompt_ids=prompt,
        label_logprobs=(-math.log(max(labels, 1)),) * labels,
        usage=Usage(len(prompt), len(ids)),
    )


def _prompt(request: Request) -> bytes:
    lines = [f"{message.role}: {message.content}\n" for message in request.messages]
    return "".join(lines).encode("utf-8", "surrogatepass")


def _user_text(request: Request) -> str:
    if request.ids is not None:
        return bytes(i for i in request.ids if i < END).decode("utf-8", "replace")
    return "\n".join(m.content for m in request.messages if m.role == "user")
