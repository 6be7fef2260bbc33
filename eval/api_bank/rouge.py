"""ROUGE-L of a reply as the official evaluation computes it.

It is the summary-level score of distinct words: each sentence of the reference is matched with
every sentence of the reply by a longest common subsequence, and all words matched anywhere are put
into one set. A word counts once. Case counts, and nothing is stemmed.
"""

from __future__ import annotations

from collections.abc import Sequence


def rouge_l(reply: str, reference: str) -> float | None:
    """The F score, rounded to four places; ``None`` where the official code has none.

    That is for a reply or a reference of full stops only. An empty reply scores 0.
    """
    if not reply:
        return 0.0
    return rouge_l_exact(reply, reference, 4)


def rouge_l_plan(reply: str, reference: str) -> float | None:
    """The F score as level 3 has it: the reply without names of speakers, and not rounded."""
    reply = reply.replace("User:", "").replace("AI:", "").strip()
    return rouge_l_exact(reply, reference) if reply else 0.0


def rouge_l_exact(reply: str, reference: str, places: int | None = None) -> float | None:
    """The F score, rounded where asked; ``None`` where there is none."""
    mine, theirs = _sentences(reply), _sentences(reference)
    if not mine or not theirs:
        return None
    found: set[str] = set()
    for wanted in theirs:
        for given in mine:
            found |= _common(wanted, given)
    in_reply = len({word for sentence in mine for word in sentence})
    in_reference = len({word for sentence in theirs for word in sentence})
    precision, recall = len(found) / in_reply, len(found) / in_reference
    score = 2 * precision * recall / (precision + recall + 1e-8)
    return score if places is None else round(score, places)


def _sentences(text: str) -> list[list[str]]:
    return [" ".join(part.split()).split(" ") for part in text.split(".") if part]


def _common(reference: Sequence[str], reply: Sequence[str]) -> set[str]:
    """Words of one longest common subsequence; which one matters, as words count once."""
    lengths = [[0] * (len(reply) + 1)]
    for wanted in reference:
        above = lengths[-1]
        row = [0]
        for column, given in enumerate(reply):
            same = wanted == given
            row.append(above[column] + 1 if same else max(above[column + 1], row[column]))
        lengths.append(row)
    words: set[str] = set()
    i, j = len(reference), len(reply)
    while i and j:
        if reference[i - 1] == reply[j - 1]:
            words.add(reference[i - 1])
            i, j = i - 1, j - 1
        elif lengths[i - 1][j] > lengths[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return words
