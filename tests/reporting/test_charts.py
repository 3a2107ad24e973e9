"""Bars and shaded tables: lengths stay on the track, nothing is left out unsaid."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reporting.charts import FEWEST, draw_bars, rates, shade, shares_of, top_shares
from pipeline.reporting.counts import REST
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


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 500), max_size=8), st.integers(0, 500))
def test_bars_stay_on_their_tracks(counts: dict[str, int], more: int) -> None:
    total = sum(counts.values()) + more
    wide = {code: min(total, count + 1) for code, count in counts.items()}
    chart = draw_bars(shares_of(counts, total), str, shares_of(wide, total))
    assert [bar.share.count for bar in chart.bars] == sorted(counts.values(), reverse=True)
    for bar in chart.bars:
        assert 0 <= bar.low <= bar.length + 1e-9
        assert bar.length <= bar.high + 1e-9
        assert max(bar.length, bar.high, bar.wide_length) <= 100 + 1e-9


def test_the_largest_share_comes_first_and_ties_by_name() -> None:
    assert list(shares_of(Counter(b=1, a=1, c=5), 7)) == ["c", "a", "b"]


def test_values_without_a_bar_are_counted() -> None:
    shares, hidden = top_shares(Counter({"a": 5, "b": 3, "c": 2, REST: 4}), 2)
    assert list(shares) == ["a", "b"]
    assert hidden == 6
    assert shares["a"].total == 14


def test_rates_need_enough_rows_and_stand_highest_first() -> None:
    whole = Counter(few=FEWEST - 1, many=20, some=FEWEST)
    assert list(rates(Counter(few=2, many=3, some=2, never=0), whole, 5)) == ["some", "many"]


def test_a_table_is_shaded_by_its_rows() -> None:
    counts = Counter({("a", "x"): 9, ("a", "y"): 1, ("b", "y"): 1})
    table = dict(shade(counts, ["a", "b"], ["x", "y"]))
    assert [cell.count for cell in table["a"]] == [9, 1]
    assert [cell.level for cell in table["a"]] == [5, 1]
    assert [cell.level for cell in table["b"]] == [0, 5]
