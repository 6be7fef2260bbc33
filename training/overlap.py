"""Whether training data has a benchmark's questions in it.

A user's message overlaps a benchmark's if their words are the same, if their word 3-grams have a
Jaccard similarity of at least 0.5, or if it has at least 80 % of the benchmark's 3-grams in it.
Messages of fewer than four words ("Yes, please") say nothing about where they are from and are not
compared; nor is it told that a longer message has one of fewer than eight words in it, such as
"Can you tell me the current date?", which stock phrases make up. Paraphrases are not found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from envs.common.errors import UserError
from training.rows import Row

NEAR = 0.5
"""Least Jaccard similarity of word 3-grams of a near match."""
CONTAINED = 0.8
"""Least share of a benchmark text's 3-grams in the other text."""
MIN_WORDS = 4
"""Shorter texts are not compared."""
CONTAINED_WORDS = 8
"""Shorter texts of a benchmark may stand in others by chance."""
GRAM = 3

Kind = Literal["exact", "near", "contained"]
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Text:
    """A text of a benchmark."""

    label: str
    """Where it is from."""
    text: str


@dataclass(frozen=True)
class Pair:
    """A row and the benchmark text that it overlaps most."""

    row: str
    """Id of the row."""
    label: str
    """Of the text."""
    kind: Kind
    jaccard: float
    """Of their word 3-grams, in [0, 1]."""


@dataclass(frozen=True)
class Overlap:
    """What rows and a benchmark's texts have in common."""

    rows: int
    texts: int
    """Distinct texts of the benchmark that were compared."""
    pairs: tuple[Pair, ...]
    """One for each row that overlaps."""
    highest: float = 0.0
    """Highest Jaccard similarity below a match of any kind."""

    def count(self, kind: Kind) -> int:
        """Rows that overlap in this way."""
        return sum(pair.kind == kind for pair in self.pairs)

    @property
    def exact(self) -> int:
        """Rows with the same words."""
        return self.count("exact")

    @property
    def near(self) -> int:
        """Rows with similar words."""
        return self.count("near")

    @property
    def contained(self) -> int:
        """Rows that contain a text and are longer."""
        return self.count("contained")

    @property
    def ids(self) -> frozenset[str]:
        """The rows that overlap."""
        return frozenset(pair.row for pair in self.pairs)

    def summary(self, most: int = 5) -> str:
        """A few lines: counts, and the first pairs."""
        lines = [
            f"{len(self.pairs)} of {self.rows} rows overlap {self.texts} texts: "
            f"{self.exact} exact, {self.near} near, {self.contained} contained; "
            f"highest similarity of the others {self.highest:.2f}"
        ]
        lines += [f"  {p.row}: {p.kind} {p.jaccard:.2f} {p.label}" for p in self.pairs[:most]]
        if len(self.pairs) > most:
            lines.append(f"  and {len(self.pairs) - most} more")
        return "\n".join(lines)


def find_overlap(
    rows: Iterable[Row], texts: Iterable[Text], *, near: float = NEAR, contained: float = CONTAINED
) -> Overlap:
    """Compare every user message of the rows with a benchmark's texts."""
    index = _Index(texts)
    found: dict[str, _Match | None] = {}
    pairs: list[Pair] = []
    highest, total = 0.0, 0
    for row in rows:
        total += 1
        best: _Match | None = None
        for said in dict.fromkeys(m.content for m in row.messages if m.role == "user"):
            if said not in found:
                found[said] = index.match(said, near, contained)
            match = found[said]
            if match is not None and (best is None or match.rank > best.rank):
                best = match
        if best is None:
            continue
        if best.kind is None:
            highest = max(highest, best.jaccard)
        else:
            pairs.append(Pair(row.id, best.label, best.kind, best.jaccard))
    return Overlap(total, len(index), tuple(pairs), highest)


def without(rows: Iterable[Row], overlap: Overlap) -> list[Row]:
    """The rows that do not overlap."""
    ids = overlap.ids
    return [row for row in rows if row.id not in ids]


# --- the texts of benchmarks


def bfcl_texts(root: Path | None = None) -> Iterator[Text]:
    """The user messages of all of BFCL v4: questions, multi-turn and memory conversations.

    Args:
        root: the official package's folder; fetched if need be by default.

    Raises:
        UserError: it cannot be had, or is broken.
    """
    from envs.common.assets import locate
    from eval.bfcl import data
    from eval.bfcl.agentic import data as agentic
    from eval.bfcl.categories import AGENTIC, MEMORY, MULTI_TURN, SINGLE_TURN
    from eval.bfcl.multi_turn import data as multi_turn

    root = locate("bfcl-eval") if root is None else root
    for category in SINGLE_TURN:
        for entry in data.load(root, category):
            yield from (Text(entry.id, m.content) for m in entry.messages if m.role == "user")
    for category in MULTI_TURN:
        for conversation in multi_turn.load(root, category):
            yield from (Text(conversation.id, said) for said in conversation.turns if said)
    for category in AGENTIC:
        for question in agentic.load(root, category):
            yield from (Text(question.id, said) for said in question.turns)
        if category in MEMORY:
            for chain in agentic.load_prerequisites(root, category).values():
                yield from (Text(entry.id, said) for entry in chain for said in entry.turns)


def api_bank_texts(folder: Path) -> Iterator[Text]:
    """The user's lines of API-Bank: levels 1 and 2, and the requirements of level 3 if there.

    Args:
        folder: the official data or a checkout, as for ``--data``.

    Raises:
        UserError: it is not there, or broken.
    """
    from eval.api_bank.data import find_plans, find_root, load, load_plans

    root = find_root(folder)
    dialogues = [*load(root, 1), *load(root, 2)]
    if (plans := find_plans(root)) is not None:
        dialogues += load_plans(plans)
    for dialogue in dialogues:
        for line in dialogue.lines:
            if line.role == "User":
                yield Text(dialogue.file, line.text)


def file_texts(path: Path) -> Iterator[Text]:
    """The texts of any file: the user messages of a data set's rows, or the lines of a ``.txt``.

    Raises:
        UserError: it cannot be read.
    """
    if path.suffix == ".txt":
        try:
            with open(path, encoding="utf-8", errors="replace") as lines:
                for number, line in enumerate(lines, 1):
                    yield Text(f"{path.name}:{number}", line)
        except OSError as error:
            raise UserError(f"{path}: {error.strerror or error}") from None
        return
    from training.readers import read

    for row in read(path):
        yield from (Text(row.id, m.content) for m in row.messages if m.role == "user")


# --- comparing


def words_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORDS.findall(text.lower())


def normalised(text: str) -> str:
    """A text without case, marks and extra white space."""
    return " ".join(words_of(text))


def grams_of(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """The word 3-grams of a text."""
    return frozenset(zip(*(words[n:] for n in range(GRAM)), strict=False))


@dataclass(frozen=True)
class _Match:
    label: str
    kind: Kind | None
    """``None`` for the most similar text where nothing overlaps."""
    jaccard: float

    @property
    def rank(self) -> tuple[bool, float]:
        return (self.kind is not None, self.jaccard)


class Grams:
    """Texts by their word 3-grams; they may grow while they are asked."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._with: dict[tuple[str, ...], list[int]] = {}

    def add(self, words: Sequence[str]) -> int:
        """Take the words of a text in; its place, from 0."""
        grams = grams_of(words)
        place = len(self._sizes)
        self._sizes.append(len(grams))
        for gram in grams:
            self._with.setdefault(gram, []).append(place)
        return place

    def similar(self, words: Sequence[str]) -> Iterator[tuple[int, float, float]]:
        """Each text with a 3-gram of these words: place, Jaccard similarity, share of it found."""
        grams = grams_of(words)
        shared: Counter[int] = Counter()
        for gram in grams:
            shared.update(self._with.get(gram, ()))
        for place, common in shared.items():
            size = self._sizes[place]
            yield place, common / (len(grams) + size - common), common / size


class _Index:
    """The texts of a benchmark, each once."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._grams = Grams()
        self._place: dict[str, int] = {}
        self._labels: list[str] = []
        self._long: list[bool] = []
        for text in texts:
            words = words_of(text.text)
            key = " ".join(words)
            if len(words) >= MIN_WORDS and key not in self._place:
                self._place[key] = self._grams.add(words)
                self._labels.append(text.label)
                self._long.append(len(words) >= CONTAINED_WORDS)

    def __len__(self) -> int:
        return len(self._labels)

    def match(self, text: str, near: float, contained: float) -> _Match | None:
        """The text that overlaps most, else the most similar one, if any is similar at all."""
        words = words_of(text)
        if len(words) < MIN_WORDS:
            return None
        if (same := self._place.get(" ".join(words))) is not None:
            return _Match(self._labels[same], "exact", 1.0)
        best: _Match | None = None
        for place, jaccard, share in self._grams.similar(words):
            kind: Kind | None = None
            if jaccard >= near:
                kind = "near"
            elif share >= contained and self._long[place]:
                kind = "contained"
            match = _Match(self._labels[place], kind, jaccard)
            if best is None or match.rank > best.rank:
                best = match
        return best
