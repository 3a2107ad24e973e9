"""Wilson's interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reporting.shares import share


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 29, 0.0061, 0.1718), (0, 0, 0.0, 1.0)],
)
def test_wilson_intervals(count: int, total: int, low: float, high: float) -> None:
    part = share(count, total)
    assert (part.low, part.high) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_lies_in_its_interval(count: int, more: int) -> None:
    part = share(count, count + more)
    assert 0 <= part.low <= part.value <= part.high <= 1
