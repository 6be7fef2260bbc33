"""Rows in two parts that share no question, such as the paper's 90 % and 10 % (section 5.1).

Rows of one question or one conversation stay together: a later turn has the earlier ones in it.
Which part a question falls in depends on its words and the seed alone, so more data, or the same
data in another order, moves nothing that was there (but for questions that new rows tie together).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

from envs.common.errors import UserError
from training.overlap import MIN_WORDS, normalised
from training.rows import Row

By = Literal["query", "tools"]
"""What stays together: rows of one question, or rows with the same names of tools."""


def split(
    rows: Iterable[Row], share: float, *, seed: int = 0, by: By = "query"
) -> tuple[list[Row], list[Row]]:
    """The rows in two parts, each in the order of `rows`.

    Questions are the same if their words are; those of fewer than four words ("Yes, please") tie no
    conversations together.

    Args:
        rows: any.
        share: of the first part, in [0, 1]; kept on average, not to the row.
        seed: another one gives other parts.
        by: what stays together.

    Raises:
        UserError: `share` is not in [0, 1].
    """
    if not 0 <= share <= 1:
        raise UserError(f"a share of {share}: 0 to 1 is needed")
    rows = list(rows)
    keys = [_tools_key(row) for row in rows] if by == "tools" else _query_keys(rows)
    parts: tuple[list[Row], list[Row]] = ([], [])
    for row, key in zip(rows, keys, strict=True):
        parts[_place(key, seed) >= share].append(row)
    return parts


def _place(key: str, seed: int) -> float:
    """Where a key lies in [0, 1), by its hash."""
    digest = hashlib.sha256(f"{seed}\0{key}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _tools_key(row: Row) -> str:
    return "\0".join(sorted(tool.name for tool in row.tools))


def _query_keys(rows: Sequence[Row]) -> list[str]:
    """For each row the name of its group: the first, by order of texts, of the group's openings."""
    above: dict[str, str] = {}

    def group(text: str) -> str:
        above.setdefault(text, text)
        while above[text] != text:
            above[text] = above[above[text]]
            text = above[text]
        return text

    openings = []
    for row in rows:
        said = [normalised(m.content) for m in row.messages if m.role == "user"] or [""]
        openings.append(_opening(said))
        first = group(openings[-1])
        if len(said[-1].split()) >= MIN_WORDS:
            last = group(said[-1])
            above[max(first, last)] = min(first, last)
    return [group(opening) for opening in openings]


def _opening(said: Sequence[str]) -> str:
    """What tells a conversation apart: its first words, "Hi" alone being too few."""
    opening = said[0]
    for text in said[1:]:
        if len(opening.split()) >= MIN_WORDS:
            break
        opening = f"{opening} {text}"
    return opening
