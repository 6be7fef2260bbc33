"""What a ranking or collecting run works on: the parts of the split, and no test task."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.common.errors import UserError
from envs.types import Task
from training.data import DataOptions
from training.generator.compose import generated
from training.rows import write_rows
from training.searched import refuse_test, rows_of


def test_the_parts_of_the_split(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", list(generated(20, 0)))
    options = DataOptions(data=(str(tmp_path / "rows.jsonl"),), share=0.7, drop_overlap=False)
    kept_back, counts = rows_of(options, "kept-back")
    warmup, _ = rows_of(options, "warm-up")
    assert counts["used"] == {"warm-up": len(warmup), "kept back": len(kept_back)}
    assert kept_back and warmup and len(kept_back) + len(warmup) == 20
    assert not {row.id for row in kept_back} & {row.id for row in warmup}
    assert rows_of(options, "all")[0] == [*warmup, *kept_back]


def test_a_test_task_is_refused() -> None:
    refuse_test([Task("a", "Hello.", split="train"), Task("b", "Hello.", split="dev")])
    with pytest.raises(UserError, match="task 'c' is of the split 'test'"):
        refuse_test([Task("a", "Hello.", split="train"), Task("c", "Hello.", split="test")])
