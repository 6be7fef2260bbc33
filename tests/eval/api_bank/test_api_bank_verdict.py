from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.api_bank.data import Dialogue, Sample, open_library, recorded_searches, samples
from eval.api_bank.finder import Lexical
from eval.api_bank.repaired import Judge
from eval.api_bank.rouge import rouge_l, rouge_l_plan
from eval.api_bank.tools.library import Library
from eval.api_bank.verdict import judge

Rows = Callable[[str], list[dict[str, Any]]]
Key = tuple[int, str, int]

WITHOUT_DEVICE = {f"CancelTimedSwitch-level-1-{n}.jsonl" for n in range(1, 6)}
"""Dialogues about a device that the databases do not know."""


@pytest.fixture(scope="module")
def asked(dialogues: list[Dialogue]) -> dict[Key, Sample]:
    return {
        (dialogue.level, dialogue.file, sample.id): sample
        for dialogue in dialogues
        for sample in samples(dialogue)
    }


def test_the_samples_are_counted_as_officially(asked: dict[Key, Sample]) -> None:
    counts = Counter((level, sample.kind) for (level, _, _), sample in asked.items())
    assert counts == {
        (1, "api"): 399,
        (1, "reply"): 375,
        (1, "user"): 4,
        (2, "api"): 135,
        (2, "reply"): 103,
    }


def test_official_truths(
    api_bank_root: Path,
    asked: dict[Key, Sample],
    dialogues: list[Dialogue],
    library: Library,
    has_model: bool,
) -> None:
    by_words = open_library(1, api_bank_root, services=library.services, finder=Lexical)
    recorded = recorded_searches(dialogues, by_words)
    expected = {"lexical": 88, "recorded, else lexical": 95, "all-MiniLM-L6-v2": 94}
    for used in (by_words, recorded, *[library] * has_model):
        right = Counter(
            level
            for (level, _, _), sample in asked.items()
            if sample.kind == "api" and judge(sample, sample.truth.call, used).correct
        )
        assert (right[1], right[2]) == (347, expected[used.finder.name])


def test_repaired_truths(asked: dict[Key, Sample], library: Library, has_model: bool) -> None:
    repaired = Judge(library)
    for (_, file, _), sample in asked.items():
        if sample.kind == "api" and (has_model or sample.truth.name != "ToolSearcher"):
            verdict = repaired.judge(sample, sample.truth.call)
            assert verdict.correct is (None if file in WITHOUT_DEVICE else True), (file, verdict)


def test_failing_truths_pass_where_the_data_supports_them(
    api_bank_root: Path, asked: dict[Key, Sample], library: Library, has_model: bool
) -> None:
    entries = json.loads((api_bank_root / "failing_ground_truths.json").read_text())
    repaired = Judge(library)
    without_verdict = set()
    for entry in entries:
        if entry["gt_tool"] == "ToolSearcher" and not has_model:
            continue
        sample = asked[entry["level"], entry["file"], entry["sample_id"]]
        official = judge(sample, sample.truth.call, library)
        assert (official.correct, official.category) == (False, entry["error_category"])
        fair = repaired.judge(sample, sample.truth.call, official)
        if fair.correct is None:
            assert "device name does not exist" in repaired.why_not(sample)
            without_verdict.add(entry["file"])
        else:
            assert fair.correct
    assert len(entries) == 92
    assert without_verdict == WITHOUT_DEVICE


def test_wrong_answers_stay_wrong(
    rows: Rows, asked: dict[Key, Sample], library: Library, has_model: bool
) -> None:
    """Other calls and other arguments are wrong by both verdicts, but for searches."""
    repaired = Judge(library)
    kinds = {"wrong_tool", "missing_arg", "extra_arg", "no_args", "wrong_value", "bad_token"}
    count = 0
    for row in rows("cases_dev.jsonl"):
        if row["level"] == 3 or row["mutation"] not in kinds or row["correct"]:
            continue
        sample = asked[row["level"], row["file"], row["sample_id"]]
        verdict = repaired.judge(sample, row["response"])
        allowed = (False, None) if row["gt_tool"] != "ToolSearcher" else (False, None, True)
        assert verdict.correct in allowed, row
        count += 1
    assert count > 250


def test_rouge(rows: Rows) -> None:
    for row in rows("rouge_dev.jsonl"):
        assert rouge_l(row["response"], row["reference"]) == row["score"], row


def test_rouge_by_hand() -> None:
    assert rouge_l("", "a b") == 0.0
    assert rouge_l("...", "a b") is None
    assert rouge_l("a b c", "a b c") == 1.0
    assert rouge_l("a a a", "a") == 1.0  # words count once
    assert rouge_l("b a", "a b") == 0.5
    assert rouge_l_plan("AI: a b", "a b") == pytest.approx(1.0)
    assert rouge_l_plan("AI: ", "a") == 0.0


@given(st.text("ab .\n", max_size=20), st.text("ab .\n", max_size=20))
def test_rouge_is_a_share(reply: str, reference: str) -> None:
    score = rouge_l(reply, reference)
    assert score is None or 0.0 <= score <= 1.0
