"""Three equal parts, from easy to hard."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from envs.types import Message, ToolCall, ToolSpec
from training.curriculum import CRITERIA, PARTS, difficulty, parts_of
from training.rows import Row


def row(n: int, tools: int, calls: int, length: int = 1) -> Row:
    specs = tuple(ToolSpec(f"tool{i}", "d" * length) for i in range(tools))
    return Row(f"r{n:03}", specs, (Message("user", "q"),), (ToolCall("tool0"),) * calls)


shapes = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 5)), min_size=1, max_size=40)


def own_tools(n: int, tools: int, calls: int) -> Row:
    """A row over tools that no other row has."""
    made = row(n, tools, calls)
    return replace(made, tools=tuple(replace(t, name=f"{t.name}_{n:03}") for t in made.tools))


@given(shapes)
def test_parts_are_equal_and_ordered(sizes: list[tuple[int, int]]) -> None:
    rows = [own_tools(n, *size) for n, size in enumerate(sizes)]
    parts, hard = parts_of(rows), difficulty(rows)
    counts = [parts.count(part) for part in range(len(PARTS))]
    assert max(counts) - min(counts) <= 1
    for part in (0, 1):
        easier = [h for h, p in zip(hard, parts, strict=True) if p == part]
        harder = [h for h, p in zip(hard, parts, strict=True) if p == part + 1]
        assert not easier or not harder or max(easier) <= min(harder)
    assert all(0 <= h <= 1 for h in hard)


@given(shapes)
def test_rows_over_one_list_of_tools_stay_together(sizes: list[tuple[int, int]]) -> None:
    rows = [row(n, *size) for n, size in enumerate(sizes)]
    parts = parts_of(rows)
    for count in {len(r.tools) for r in rows}:
        assert len({p for r, p in zip(rows, parts, strict=True) if len(r.tools) == count}) == 1


@given(shapes, st.randoms())
def test_order_of_rows_does_not_matter(sizes: list[tuple[int, int]], random) -> None:
    rows = [row(n, *size) for n, size in enumerate(sizes)]
    by_id = {r.id: part for r, part in zip(rows, parts_of(rows), strict=True)}
    random.shuffle(rows)
    assert {r.id: part for r, part in zip(rows, parts_of(rows), strict=True)} == by_id


def test_each_criterion_counts() -> None:
    assert len(CRITERIA) == 3
    easy, *harder = [row(0, 1, 0), row(1, 5, 0), row(2, 1, 3), row(3, 1, 0, length=300)]
    rows = [easy, *harder]
    lowest = difficulty(rows)[0]
    assert all(lowest < each for each in difficulty(rows)[1:])
    # All three together are hardest.
    rows.append(row(4, 6, 4, length=400))
    assert max(difficulty(rows)) == difficulty(rows)[-1]
