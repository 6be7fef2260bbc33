"""Preference pairs as ids, out of what `training.collect` writes.

Ids are taken as they are: what was sampled is what is trained on, and nothing is appended. Pairs
that cannot be used are counted by name; nothing is dropped silently.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from envs.common.errors import UserError
from envs.common.runs import read_jsonl
from training.examples import Example

PAIRS = "pairs.jsonl"
_SIDES = ("prompt", "chosen", "rejected")
_SIGNS = {"calls": 1, "no calls": -1, None: 0}
_ROUNDING = 1e-9
_LOOKED_AT = 50
"""How many pairs tell whether ids and texts belong together."""


@dataclass(frozen=True)
class PairExample(Example):
    """Two continuations of one prompt; `answer_ids` is the one to be preferred.

    Neither carries an end token unless the answer ended with it.
    """

    rejected_ids: tuple[int, ...] = ()
    prefers: str | None = "unknown"
    """Of a step with a call and one without: ``calls`` or ``no calls``, whichever is chosen;
    ``None``: both have one, or neither; ``unknown``: its line does not say."""
    opens: str | None = "unknown"
    """With what the chosen side opens its turn, in the same words; ``None``: the two part later."""

    @property
    def longest(self) -> int:
        """Tokens of the prompt with the longer step."""
        return len(self.prompt_ids) + max(len(self.answer_ids), len(self.rejected_ids))

    def __len__(self) -> int:
        """Tokens of both rows, the prompt twice: what a trainer of whole rows reads."""
        return 2 * len(self.prompt_ids) + len(self.answer_ids) + len(self.rejected_ids)


@dataclass(frozen=True)
class Pairs:
    """What is trained on, and what became of the rest."""

    examples: tuple[PairExample, ...]
    counts: dict[str, int]
    """Pairs read, left out by reason, and used."""

    @property
    def hash(self) -> str:
        """SHA-256 over the ids, in their order."""
        digest = hashlib.sha256()
        for pair in self.examples:
            ids = [pair.prompt_ids, pair.answer_ids, pair.rejected_ids]
            digest.update(json.dumps([pair.id, ids]).encode())
        return digest.hexdigest()

    def drawn(self, most: int | None, seed: int) -> Pairs:
        """At most so many of them, in the order they stand in."""
        if most is None or most >= len(self.examples):
            return self
        chosen = sorted(random.Random(seed).sample(range(len(self.examples)), most))
        counts = {**self.counts, "not drawn": len(self.examples) - most, "used": most}
        return Pairs(tuple(self.examples[n] for n in chosen), counts)

    def balanced(self, seed: int, *, sft_weight: float = 0.0) -> Pairs:
        """Pairs that pull towards calling and towards not calling alike; others are all kept.

        The preference pulls with the pairs that prefer a call to none, or the reverse, each by 1;
        the likelihood of the chosen steps with all whose chosen step opens a turn, whatever the
        rejected one does, each by its weight. Of the side that pulls more, pairs are drawn.

        Args:
            seed: of the draw.
            sft_weight: of the likelihood.

        Raises:
            UserError: nothing is left, or a pair does not say.
        """
        pulls = [_pull(pair, sft_weight) for pair in self.examples]
        sides = [[n for n, pull in enumerate(pulls) if sign * pull > 0] for sign in (1, -1)]
        least, draw = min(sum(abs(pulls[n]) for n in side) for side in sides), random.Random(seed)
        chosen = [n for n, pull in enumerate(pulls) if not pull]
        for side in sides:
            left = least + _ROUNDING
            for n in draw.sample(side, len(side)):
                if (pull := abs(pulls[n])) <= left:
                    left -= pull
                    chosen.append(n)
        if not chosen:
            most = "calls" if sides[0] else "no calls"
            raise UserError(
                f"--balance: all {len(self.examples)} pairs prefer {most}, none the reverse; "
                "search more tasks (--alpha of training.collect)"
            )
        left_out = len(self.examples) - len(chosen)
        counts = {**self.counts, "left out to balance": left_out, "used": len(chosen)}
        return Pairs(tuple(self.examples[n] for n in sorted(chosen)), counts)

    @property
    def lengths(self) -> dict[str, float]:
        """How long the two sides are: what a policy may learn in place of what is right."""
        gaps = [len(pair.answer_ids) - len(pair.rejected_ids) for pair in self.examples]
        return {
            "chosen tokens": round(fmean(len(p.answer_ids) for p in self.examples), 2),
            "rejected tokens": round(fmean(len(p.rejected_ids) for p in self.examples), 2),
            "gap": round(fmean(gaps), 2),
            "chosen longer": round(fmean(gap > 0 for gap in gaps), 4),
            "rejected longer": round(fmean(gap < 0 for gap in gaps), 4),
        }


def load_pairs(paths: Sequence[Path], tokenizer: Any, max_length: int) -> Pairs:
    """The pairs of files and of folders of `training.collect`.

    Args:
        paths: at least one.
        tokenizer: of the model that is trained; has to be that of the model that searched.
        max_length: longest prompt with a step, in tokens.

    Raises:
        UserError: no such file, a line that is no pair, ids of another tokenizer, or nothing left.
    """
    if not paths:
        raise UserError("--pairs: run folders of training.collect, or files like its pairs.jsonl")
    found: list[PairExample] = []
    counts = Counter(dict.fromkeys(("read", "repeated", "the same step", "too long"), 0))
    seen: dict[tuple[tuple[int, ...], ...], str] = {}
    names: set[str] = set()
    shortest: int | None = None
    check = _Spelling(tokenizer)
    for pair, row in _read(paths):
        check(pair, row)
        counts["read"] += 1
        ids = (pair.prompt_ids, pair.answer_ids, pair.rejected_ids)
        shortest = pair.longest if shortest is None else min(shortest, pair.longest)
        if pair.answer_ids == pair.rejected_ids:
            counts["the same step"] += 1
        elif ids in seen:
            counts["repeated"] += 1
        elif pair.longest > max_length:
            counts["too long"] += 1
        else:
            found.append(_named(pair, names))
        seen[ids] = pair.id
    where = " ".join(map(str, paths))
    if not counts["read"]:
        raise UserError(f"--pairs {where}: there is no pair in it")
    if not found:
        why = ", ".join(f"{name} {n}" for name, n in counts.items() if n and name != "read")
        raise UserError(
            f"--pairs {where}: no pair is left of {counts['read']}: {why} (--max-length "
            f"{max_length}; the shortest has {shortest} tokens)"
        )
    return Pairs(tuple(found), {**counts, "used": len(found)})


def _pull(pair: PairExample, sft_weight: float) -> float:
    """By how much training on a pair pulls towards calling (below 0: towards not calling)."""
    pull = 0.0
    for name, weight in (("prefers", 1.0), ("opens", sft_weight)):
        if weight:
            leaning = getattr(pair, name)
            if leaning not in _SIGNS:
                raise UserError(
                    f"--balance: pair {pair.id} does not say what it {name!r}, as the lines of "
                    f"{PAIRS} of training.collect do"
                )
            pull += weight * _SIGNS[leaning]
    return pull


def _read(paths: Sequence[Path]) -> Iterator[tuple[PairExample, Mapping[str, Any]]]:
    for path in paths:
        file = path / PAIRS if path.is_dir() else path
        if not file.is_file():
            hint = " (is this a finished run of training.collect?)" if path.is_dir() else ""
            raise UserError(f"--pairs {path}: there is no {file.name}{hint}")
        for number, row in read_jsonl(file):
            yield _pair(row, f"{file}:{number}"), row


def _pair(row: Mapping[str, Any], where: str) -> PairExample:
    """A line of ``pairs.jsonl``, or one with the ids alone as ``trl.jsonl`` has them."""
    prompt, chosen, rejected = (_ids(row, side, where) for side in _SIDES)
    task = str(row.get("task", ""))
    group = f"{row['tree']}/{task}" if "tree" in row else json.dumps(prompt)
    leanings = {name: row.get(name, "unknown") for name in ("prefers", "opens")}
    for name, value in leanings.items():
        if value is not None and value not in ("calls", "no calls", "unknown"):
            raise UserError(f"{where}: {name}: {value!r} is not 'calls', 'no calls' or null")
    return PairExample(
        prompt,
        chosen,
        group=hashlib.sha256(group.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        id=str(row.get("id", where)),
        rejected_ids=rejected,
        **leanings,
    )


def _ids(row: Mapping[str, Any], side: str, where: str) -> tuple[int, ...]:
    name = f"{side}_ids"
    if name in row:
        ids = row[name]
    else:
        name, value = f"{side}.ids", row.get(side)
        ids = value.get("ids") if isinstance(value, Mapping) else None
    if not isinstance(ids, list) or not all(type(i) is int and i >= 0 for i in ids):
        raise UserError(f"{where}: {name}: a list of token ids is needed; text alone is not enough")
    if not ids:
        raise UserError(
            f"{where}: {name} is empty: the engine that searched gave no token ids; collect with a "
            "local model"
        )
    return tuple(ids)


def _named(pair: PairExample, names: set[str]) -> PairExample:
    """The pair under a name of its own: nodes may give several, and runs may repeat theirs."""
    tries = (f"{pair.id}#{n}" for n in itertools.count(2))
    name = pair.id
    while name in names:
        name = next(tries)
    names.add(name)
    return replace(pair, id=name)


class _Spelling:
    """Whether ids spell the texts that were recorded with them."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known = len(tokenizer)
        self._looked = self._wrong = 0

    def __call__(self, pair: PairExample, row: Mapping[str, Any]) -> None:
        """Look at a pair.

        Raises:
            UserError: the ids are another tokenizer's.
        """
        highest = max(*pair.prompt_ids, *pair.answer_ids, *pair.rejected_ids)
        if highest >= self._known:
            raise UserError(
                f"pair {pair.id}: id {highest} is none of this model's {self._known:,} tokens; the "
                "pairs were collected with another tokenizer"
            )
        if self._looked == _LOOKED_AT:
            return
        for ids, side in ((pair.answer_ids, "chosen"), (pair.rejected_ids, "rejected")):
            if (text := _text(row, side)) is not None:
                self._looked += 1
                self._wrong += not self._spells(ids, text)
        # Not all have to: a step may end within a letter.
        if self._looked >= 2 and self._wrong * 2 > self._looked:
            raise UserError(
                f"pair {pair.id}: its ids do not spell its text; the pairs were collected with "
                "another tokenizer"
            )

    def _spells(self, ids: Sequence[int], text: str) -> bool:
        decoded: str = self._tokenizer.decode(
            list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return decoded.strip() == text.strip()


def _text(row: Mapping[str, Any], side: str) -> str | None:
    value = row.get(side)
    text = row.get(f"{side}_text", value.get("text") if isinstance(value, Mapping) else None)
    return text if isinstance(text, str) else None
