"""Requests in other words, by a model: kept only where every value is still said to the letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.resources import files

from agents.engines.base import Completion, Engine, Request, generate_all
from agents.policies import derive_seed
from envs.types import Message
from training.rows import Row

PROMPT = files("training.generator").joinpath("paraphrase.txt").read_text("utf-8").strip()
LONGEST = 3
"""How many times as long as the request a paraphrase may be."""


def paraphrased(
    rows: Iterable[Row], engine: Engine, *, seed: int = 0, batch: int = 64
) -> Iterator[Row]:
    """The rows, with the request in the engine's words where these say the same values.

    A row that was put in other words says so in its ``meta``.

    Args:
        rows: generated rows, whose ``meta`` has the words that give values.
        engine: the model that is asked.
        seed: of the sampling.
        batch: rows that are asked together.
    """
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == batch:
            yield from _asked(waiting, engine, seed)
            waiting = []
    yield from _asked(waiting, engine, seed)


def _asked(rows: Sequence[Row], engine: Engine, seed: int) -> Iterator[Row]:
    requests = [
        Request(
            messages=(Message("system", PROMPT), Message("user", row.query)),
            max_tokens=LONGEST * (len(row.query) // 3 + 16),
            temperature=0.8,
            top_p=0.95,
            seed=derive_seed(seed, "paraphrase", row.id),
        )
        for row in rows
    ]
    for row, (completion,) in zip(rows, generate_all(engine, requests), strict=True):
        yield _reworded(row, completion)


def _reworded(row: Row, completion: Completion) -> Row:
    text = completion.text.strip().strip('"')
    said = row.meta.get("said", ())
    fits = (
        completion.finish == "stop"
        and 0 < len(text) <= LONGEST * len(row.query)
        and "\n" not in text
        and text != row.query
        and all(text.count(words) >= said.count(words) for words in said)
    )
    if not fits:
        return row
    return replace(
        row,
        messages=(*row.messages[:-1], Message("user", text)),
        meta={**row.meta, "paraphrased_by": "model"},
    )
