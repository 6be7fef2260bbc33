"""Which rows are in which update."""

from hypothesis import given
from hypothesis import strategies as st

from training.examples import Example
from training.plan import plan_updates

examples = st.lists(
    st.builds(
        Example,
        prompt_ids=st.just((1,)),
        answer_ids=st.just((2,)),
        part=st.integers(0, 2),
        group=st.sampled_from(["", "a", "b", "c", "d"]),
    ),
    min_size=1,
    max_size=60,
)


@given(examples, st.integers(1, 9), st.integers(1, 3), st.integers(0, 5))
def test_every_row_once_an_epoch_and_parts_in_order(
    rows: list[Example], size: int, epochs: int, seed: int
) -> None:
    updates = plan_updates(rows, size, epochs=epochs, seed=seed)
    seen = [n for update in updates for n in update.rows]
    assert sorted(seen) == sorted(list(range(len(rows))) * epochs)
    assert [u.part for u in updates] == sorted(u.part for u in updates)
    for update in updates:
        assert 0 < len(update.rows) <= size
        assert {rows[n].part for n in update.rows} == {update.part}
    assert updates == plan_updates(rows, size, epochs=epochs, seed=seed)


@given(examples, st.integers(1, 9))
def test_groups_are_not_divided_without_need(rows: list[Example], size: int) -> None:
    updates = plan_updates(rows, size)
    for part in {row.part for row in rows}:
        for group in {row.group for row in rows} - {""}:
            own = {n for n, row in enumerate(rows) if (row.part, row.group) == (part, group)}
            if 0 < len(own) <= size:
                homes = [u for u in updates if own & set(u.rows)]
                assert len(homes) == 1


def test_seeds_and_epochs_shuffle() -> None:
    rows = [Example((1,), (2,)) for _ in range(50)]
    first = [u.rows for u in plan_updates(rows, 5, epochs=2, seed=0)]
    assert first[:10] != first[10:]
    assert first != [u.rows for u in plan_updates(rows, 5, epochs=2, seed=1)]
