from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import Share, percent, span, wilson


def test_wilson_agrees_with_published_values() -> None:
    # Newcombe (1998), table I: 81 of 263 and 15 of 148, Wilson score method.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_in_range(share: tuple[int, int]) -> None:
    hits, n = share
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12 and hits / n - 1e-12 <= high <= 1
    mirrored = wilson(n - hits, n)
    assert mirrored == pytest.approx((1 - high, 1 - low))


def test_nothing_has_no_share() -> None:
    assert Share(0, 0).value is None and Share(0, 0).interval is None
    assert percent(None) == "–" and span(None) == "–"
    with pytest.raises(ValueError, match="no share"):
        wilson(1, 0)
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


def test_shares_read_well() -> None:
    share = Share(5, 12)
    assert percent(share.value, 1) == "41.7"
    assert span(share.interval) == "19–68"
