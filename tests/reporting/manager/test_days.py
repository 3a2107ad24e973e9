"""Strays, periods and the columns of time charts."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reporting.manager.days import (
    MOST_BINS,
    bins_of,
    choose_periods,
    count_bins,
    find_strays,
    usable_units,
    usual_unit,
)
from pipeline.reporting.manager.table import NO_DAY

START = date(2026, 1, 1).toordinal()
UNITS = ("day", "week", "month", "quarter", "year")
DAYS = st.lists(st.integers(1, date.max.toordinal()), min_size=1, max_size=40)


def days(*ordinals: int) -> np.ndarray:
    return np.array(ordinals, np.int32)


def test_a_few_days_a_year_apart_are_strays() -> None:
    many = list(range(START, START + 365))
    found = find_strays(days(date(1970, 1, 1).toordinal(), *many, date(2099, 12, 31).toordinal(), NO_DAY))
    assert found.nonzero()[0].tolist() == [0, 366]


def test_ten_years_and_a_handful_of_rows_have_no_strays() -> None:
    assert not find_strays(np.arange(START - 3650, START, 30, dtype=np.int32)).any()
    assert not find_strays(days(START, START + 1000)).any()
    assert not find_strays(days()).any()


@pytest.mark.parametrize(
    ("span", "each", "length"),
    [(180, 3, 28), (60, 1, 28), (400, 0.2, 91), (3650, 0.01, 364), (40, 1, 14), (14, 1, 7), (13, 9, None)],
)
def test_periods_are_whole_weeks_and_hold_enough(span: int, each: float, length: int | None) -> None:
    every = START + np.floor(np.arange(0, span, 1 / each)).astype(np.int32)
    every[-1] = START + span - 1
    periods = choose_periods(every)
    assert (periods.days if periods else None) == length
    if periods:
        assert (periods.last, periods.first_now) == (START + span - 1, START + span - length)
        assert (periods.first_before, periods.last_before) == (START + span - 2 * length, START + span - length - 1)


def test_no_dates_no_periods() -> None:
    assert choose_periods(days(NO_DAY, NO_DAY)) is None


@given(DAYS, st.sampled_from(UNITS))
def test_every_day_has_one_bin_or_is_earlier_than_all(ordinals: list[int], unit: str) -> None:
    some = days(*ordinals)
    bins = bins_of(some, unit)
    assert len(bins) <= MOST_BINS
    assert all(one.last + 1 == other.first for one, other in pairwise(bins))
    assert all(part.first <= part.last for part in bins)
    assert sum(count_bins(some, bins)) == sum(ordinal >= bins[0].first for ordinal in ordinals)


def test_bins_of_quarters_and_their_partial_ends() -> None:
    bins = bins_of(days(date(2025, 11, 15).toordinal(), date(2026, 3, 31).toordinal()), "quarter")
    assert [date.fromordinal(part.first).isoformat() for part in bins] == ["2025-10-01", "2026-01-01"]
    assert [part.partial for part in bins] == [True, False]


@pytest.mark.parametrize(
    ("span", "units", "usual"),
    [
        (1, ["day"], "day"),
        (30, ["day", "week"], "day"),
        (180, ["week", "month", "quarter"], "week"),
        (3650, ["month", "quarter", "year"], "quarter"),
        (40_000, ["year"], "year"),
    ],
)
def test_units_suit_the_span(span: int, units: list[str], usual: str) -> None:
    some = days(START, START + span - 1)
    found = usable_units(some)
    assert set(units) <= set(found)
    assert usual_unit(some, found) == usual
