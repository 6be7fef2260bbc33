from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bfcl.agentic.verdict import judge_agentic


def test_recorded_verdicts(shared: Path) -> None:
    rows = (shared / "data" / "bfcl" / "agentic_cases.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, rows):
        verdict = judge_agentic(row["result"], row["possible_answer"])
        assert verdict[:2] == (row["valid"], row["error_type"]), row
        assert bool(verdict.message) is not verdict.valid
    assert len(rows) == 704


@pytest.mark.parametrize(
    ("message", "answer", "valid"),
    [
        ("{'answer': 'Paris', 'context': '...'}", "Paris", True),
        ("It is in new york.", "New York", True),
        ("It is in New-York.", "New York", False),
        ("1.5", "15", True),
        ("costs $5 today", "$5", False),
        ("O'Neil", 'O"Neil', True),
        ("comparison", "Paris", False),
    ],
)
def test_an_answer_is_words_of_the_message(message: str, answer: str, valid: bool) -> None:
    assert judge_agentic([[message]], ["nothing", answer]).valid is valid


CALL = [{"search": '{"query": "Paris"}'}]


@pytest.mark.parametrize(
    ("steps", "error_type"),
    [
        ([CALL, "Paris"], None),
        (["Paris", CALL], None),
        (["Paris", [{"search": "no JSON"}]], "agentic:answer_not_found"),
        (["search(query='Paris')"], None),
        ([CALL], "agentic:no_last_message"),
        (["Paris", ""], "agentic:no_last_message"),
        (["Paris", []], "agentic:no_last_message"),
        ([None], "agentic:no_last_message"),
        ([["Paris"]], None),
        ([[{"Paris": 1}]], None),
    ],
)
def test_function_calling_steps(steps: list[Any], error_type: str | None) -> None:
    assert judge_agentic([steps], ["Paris"], "fc").error_type == error_type


@pytest.mark.parametrize("result", [None, "Paris", {}, [], [["Paris"], ["Paris"]]])
def test_other_shapes_are_failures_of_the_inference(result: object) -> None:
    verdict = judge_agentic(result, ["Paris"])
    assert verdict[:2] == (False, "agentic:inference_error")
    assert verdict.message.startswith("Expected one turn of steps, got ")


def test_a_turn_that_has_no_steps_crashes_the_official_checker() -> None:
    assert judge_agentic([5], ["Paris"]).valid is None


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        "[" * 100_000,
        "f(" * 50_000,
        "[f(x=9**9**9)]",
        "[f(x=" + "9" * 100_000 + ")]",
        "[__import__('os').system('false')]",
        "\0",
        "\ud800",
    ],
)
def test_hostile_texts_get_a_verdict(text: str) -> None:
    verdict = judge_agentic([[text]], ["Paris"])
    assert verdict.valid is False
    assert len(verdict.message) < 1000


@given(st.lists(st.text()), st.lists(st.text(), min_size=1))
def test_any_text_gets_a_verdict(steps: list[str], answers: list[str]) -> None:
    assert judge_agentic([steps], answers).valid in (True, False)
