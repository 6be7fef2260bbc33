"""The replay buffer."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.common.errors import UserError
from envs.types import Message, ToolCall, ToolSpec
from training.replay import ReplayBuffer, perplexity
from training.rows import Row


def row(n: int, calls: bool = True) -> Row:
    call = (ToolCall("f", {"n": n}),) if calls else ()
    return Row(f"row-{n:02}", (ToolSpec("f"),), (Message("user", f"query {n}"),), call)


def test_perplexity_is_equation_4() -> None:
    assert perplexity([math.log(0.5)] * 3) == pytest.approx(2.0)
    chances = [0.9, 0.2, 0.7]
    assert perplexity(list(map(math.log, chances))) == pytest.approx(math.prod(chances) ** (-1 / 3))
    assert perplexity([0.0]) == 1.0
    assert perplexity([-1e6]) == math.inf
    with pytest.raises(ValueError, match="without tokens"):
        perplexity([])


@given(
    st.lists(st.tuples(st.floats(1, 100), st.booleans()), min_size=1, max_size=40),
    st.floats(0.01, 1),
)
def test_the_hardest_of_each_kind(found: list[tuple[float, bool]], alpha: float) -> None:
    rows = [row(n, calls) for n, (_, calls) in enumerate(found)]
    complexity = {r.id: h for r, (h, _) in zip(rows, found, strict=True)}
    buffer = ReplayBuffer.of(rows).refreshed(complexity, round=1)
    chosen = buffer.hardest(alpha)
    values = [complexity[r.id] for r in chosen]
    assert values == sorted(values, reverse=True)
    for calls in (True, False):
        own = [r for r in rows if bool(r.answer) == calls]
        taken = {r.id for r in chosen if bool(r.answer) == calls}
        assert len(taken) == math.ceil(alpha * len(own))
        left = [complexity[r.id] for r in own if r.id not in taken]
        assert not left or not taken or max(left) <= min(complexity[i] for i in taken)
    assert len(buffer.hardest(alpha, stratified=False)) == math.ceil(alpha * len(rows))


def test_only_measured_rows_are_chosen_and_rounds_are_kept() -> None:
    buffer = ReplayBuffer.of([row(0), row(1), row(2)]).refreshed({"row-01": 3.0}, round=1)
    assert [r.id for r in buffer.hardest(1.0)] == ["row-01"]
    again = buffer.refreshed({"row-02": 9.0, "row-01": 2.0}, round=2)
    assert [(e.complexity, e.round) for e in again] == [(None, None), (2.0, 2), (9.0, 2)]
    with pytest.raises(ValueError, match="alpha"):
        buffer.hardest(0)


def test_saved_and_loaded(tmp_path: Path) -> None:
    buffer = ReplayBuffer.of([row(0), row(1, calls=False)]).refreshed({"row-00": 1.5}, round=3)
    buffer.save(tmp_path / "buffer.jsonl")
    assert ReplayBuffer.load(tmp_path / "buffer.jsonl") == buffer
    (tmp_path / "bad.jsonl").write_text('{"row": 3}\n')
    with pytest.raises(UserError, match=r"bad\.jsonl:1: row: an object is needed"):
        ReplayBuffer.load(tmp_path / "bad.jsonl")
