"""Which rows have a benchmark's questions in them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.common.errors import UserError
from envs.types import Message
from training.overlap import (
    CONTAINED_WORDS,
    MIN_WORDS,
    Text,
    api_bank_texts,
    bfcl_texts,
    file_texts,
    find_overlap,
    grams_of,
    normalised,
    without,
    words_of,
)
from training.readers import read
from training.rows import Row, write_rows

BENCH = [
    Text("a", "Find the area of a triangle with a base of 10 units and height of 5 units."),
    Text("b", "Yes, please"),
    Text("c", "Can you tell me the date?"),
]


def row(*said: str, id: str = "r") -> Row:
    return Row(id, (), tuple(Message("user", text) for text in said))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("find the AREA of a triangle, with a base of 10 units and height of 5 units", "exact"),
        ("Find the area of a triangle with a base of 12 units and height of 5 units.", "near"),
        (
            "First tell me who you are and what you do for a living, then say hello to all of my "
            "friends. Find the area of a triangle with a base of 10 units and height of 5 units.",
            "contained",
        ),
        ("Yes, please!", None),  # too short to tell
        ("Can you tell me the date? And then the weather for all of next week", None),
        ("Find the area of a circle", None),
    ],
)
def test_kinds(said: str, kind: str | None) -> None:
    found = find_overlap([row(said)], BENCH)
    assert [pair.kind for pair in found.pairs] == ([kind] if kind else [])
    assert found.texts == 2  # of the three, one is too short
    if kind:
        assert found.pairs[0].label == "a" and found.highest == 0
        assert (found.exact, found.near, found.contained) == (
            kind == "exact",
            kind == "near",
            kind == "contained",
        )


def test_half_of_the_grams_are_enough_and_the_best_text_is_named() -> None:
    texts = [Text("half", "a b c d e f"), Text("more", "a b c d x"), Text("less", "d x y z w q")]
    (pair,) = find_overlap([row("a b c d")], texts[:1]).pairs
    assert (pair.kind, pair.jaccard) == ("near", 0.5)
    for order in (texts, texts[::-1]):
        (pair,) = find_overlap([row("a b c d")], order).pairs
        assert pair.label == "more" and pair.jaccard == pytest.approx(2 / 3)


def test_any_message_of_the_user_counts() -> None:
    rows = [row("Hello", BENCH[0].text, "Thanks", id="x"), row("Something else entirely", id="y")]
    found = find_overlap(rows, BENCH)
    assert found.ids == {"x"} and without(rows, found) == rows[1:]
    assert found.summary().splitlines() == [
        "1 of 2 rows overlap 2 texts: 1 exact, 0 near, 0 contained; highest similarity of the "
        "others 0.00",
        "  x: exact 1.00 a",
    ]


WORDS = st.lists(st.sampled_from(["red", "green", "blue", "one"]), max_size=12).map(" ".join)


@given(st.lists(WORDS, max_size=6), WORDS)
def test_the_index_finds_what_a_plain_comparison_finds(texts: list[str], said: str) -> None:
    found = find_overlap([row(said)], [Text(str(n), text) for n, text in enumerate(texts)])
    mine, expected = grams_of(words_of(said)), False
    for text in texts:
        words, other = words_of(text), grams_of(words_of(text))
        if len(words) < MIN_WORDS or len(words_of(said)) < MIN_WORDS:
            continue
        long = len(words) >= CONTAINED_WORDS
        expected |= normalised(said) == normalised(text)
        expected |= len(mine & other) >= 0.5 * len(mine | other)
        expected |= long and len(mine & other) >= 0.8 * len(other)
    assert bool(found.pairs) == expected


def test_files_of_texts_and_rows(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text(f"{BENCH[0].text}\nSecond line\n")
    write_rows(tmp_path / "rows.jsonl", [row(BENCH[0].text)])
    for name in ("texts.txt", "rows.jsonl"):
        assert find_overlap([row(BENCH[0].text)], file_texts(tmp_path / name)).exact == 1
    with pytest.raises(UserError, match="No such file"):
        list(file_texts(tmp_path / "none.txt"))
    with pytest.raises(UserError, match="no folder"):
        list(api_bank_texts(tmp_path))


def test_all_of_bfcl_is_known(bfcl_root: Path) -> None:
    texts = list(bfcl_texts(bfcl_root))
    categories = {text.label.rpartition("_")[0] for text in texts}
    for name in ("simple_java", "live_irrelevance", "multi_turn_miss_func", "web_search_base"):
        assert name in categories
    assert any("prereq" in text.label for text in texts)
    asked = random.Random(0).sample([t for t in texts if len(words_of(t.text)) >= MIN_WORDS], 50)
    assert find_overlap([row(text.text, id=text.label) for text in asked], texts).exact == 50


@pytest.mark.slow
def test_prepared_rows_keep_away(shared: Path, bfcl_root: Path) -> None:
    rows = list(read(shared / "data" / "train" / "train.jsonl"))
    found = find_overlap([row(r.query, id=r.id) for r in rows], bfcl_texts(bfcl_root))
    assert found.pairs == () and 0.465 <= found.highest < 0.475
    assert find_overlap(rows, bfcl_texts(bfcl_root)).pairs == ()
    assert find_overlap(rows, api_bank_texts(shared / "data" / "api_bank")).pairs == ()
