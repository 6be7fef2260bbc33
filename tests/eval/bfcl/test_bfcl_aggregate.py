from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from eval.bfcl.aggregate import FORMULAS, CategoryScore, overall
from eval.bfcl.categories import SIZES
from eval.bfcl.columns import columns

EXECUTABLE = ("exec_simple", "rest", "exec_multiple", "exec_parallel", "exec_parallel_multiple")


def test_every_official_table(shared: Path) -> None:
    tables = json.loads((shared / "data" / "bfcl" / "aggregation_cases.json").read_text())
    assert tables["category_sizes"] == SIZES
    assert len(tables["cases"]) == 30
    for case in tables["cases"]:
        scores = {
            name: CategoryScore(score["accuracy"], score["total_count"])
            for name, score in case["scores"].items()
        }
        assert columns(scores) == case["official"]
        v4 = overall("v4", scores)
        assert f"{(v4.value or 0) * 100:.2f}%" == case["official"]["overall"]["Overall Acc"]
        assert v4.complete == (not set(case["missing"]) - {"live_relevance"})


@pytest.mark.parametrize("formula", FORMULAS)
def test_weights_add_up_and_the_value_is_made_of_the_parts(formula: str) -> None:
    scores = {
        name: CategoryScore(at / 40, 10 + at) for at, name in enumerate([*SIZES, *EXECUTABLE])
    }
    filled = overall(formula, scores)
    leaves = [leaf for part in filled.parts for leaf in part.leaves]
    assert math.isclose(sum(leaf.weight for leaf in leaves), 1)
    assert math.isclose(sum(part.weight for part in filled.parts), 1)
    assert filled.value is not None
    assert math.isclose(sum(leaf.weight * leaf.value for leaf in leaves), filled.value)
    assert filled.complete


def test_a_partial_run_is_told_apart() -> None:
    scores = {"simple_python": CategoryScore(1.0, 400)}
    filled = overall("v4", scores)
    assert filled.value == pytest.approx(0.1 / 4 / 3)
    assert not filled.complete
    assert len(filled.missing) == 20
    live = filled.parts[1]
    assert (live.n, live.value) == (1351, 0.0)
    assert {leaf.note for leaf in live.leaves} == {"missing"}


def test_october_2024_needs_the_executable_parts() -> None:
    scores = {name: CategoryScore(1.0, size) for name, size in SIZES.items()}
    filled = overall("v3-2024-10", scores)
    assert filled.value is None
    assert filled.note.startswith("not comparable: exec_simple, rest")
    assert filled.missing == EXECUTABLE
    scores.update((name, CategoryScore(0.0, 50)) for name in EXECUTABLE)
    assert overall("v3-2024-10", scores).value == pytest.approx((1 + 5 / 9 + 1) / 3)
    del scores["live_multiple"]
    assert overall("v3-2024-10", scores).parts[0].value == 1.0  # drops out of the pooled part
    assert overall("v3-2025", scores).parts[0].value < 1.0
