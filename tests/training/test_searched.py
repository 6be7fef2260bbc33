"""What a ranking or collecting run works on: the parts of the split, and no test task."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.common.errors import UserError
from envs.types import Message, Task, ToolCall, ToolSpec
from training.data import DataOptions
from training.rows import Row, write_rows
from training.searched import refuse_test, rows_of

TOOL = ToolSpec("f", "Do.", {"type": "object", "properties": {"n": {"type": "integer"}}})


def test_the_parts_of_the_split(tmp_path: Path) -> None:
    asked = [Message("user", f"Do the thing of number {n}.") for n in range(10)]
    rows = [Row(f"r{n}", (TOOL,), (m,), (ToolCall("f", {"n": n}),)) for n, m in enumerate(asked)]
    write_rows(tmp_path / "rows.jsonl", rows)
    options = DataOptions(data=(str(tmp_path / "rows.jsonl"),), share=0.7, drop_overlap=False)
    kept_back, counts = rows_of(options, "kept-back")
    warmup, _ = rows_of(options, "warm-up")
    assert counts["used"] == {"warm-up": len(warmup), "kept back": len(kept_back)}
    assert len(kept_back) == 3 and not {r.id for r in kept_back} & {r.id for r in warmup}
    assert rows_of(options, "all")[0] == [*warmup, *kept_back]


def test_a_test_task_is_refused() -> None:
    refuse_test([Task("a", "Hello.", split="train"), Task("b", "Hello.", split="dev")])
    with pytest.raises(UserError, match="task 'c' is of the split 'test'"):
        refuse_test([Task("a", "Hello.", split="train"), Task("c", "Hello.", split="test")])
