"""The columns over time: the right unit, no lost complaint, nothing outside of the drawing."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reporting.timeline import HEIGHT, MOST_COLUMNS, WIDTH, draw_timeline

START = date(2026, 1, 5)  # a Monday


@pytest.mark.parametrize(("span", "unit"), [(0, "day"), (20, "day"), (150, "week"), (900, "month"), (9000, "year")])
def test_the_unit_follows_the_span(span: int, unit: str) -> None:
    timeline = draw_timeline({START: 1, START + timedelta(span): 1}, {})
    assert timeline
    assert timeline.unit == unit


def test_weeks_begin_on_monday_and_empty_ones_are_shown() -> None:
    timeline = draw_timeline({START + timedelta(2): 3, START + timedelta(62): 1}, {START + timedelta(2): 2})
    assert timeline
    assert [column.count for column in timeline.columns] == [3, 0, 0, 0, 0, 0, 0, 0, 1]
    assert timeline.columns[0].start == START
    assert timeline.columns[0].urgent == 2


def test_no_dates_give_no_chart() -> None:
    assert draw_timeline({}, {}) is None


@given(st.dictionaries(st.dates(), st.integers(1, 5000), min_size=1, max_size=20))
def test_every_complaint_is_drawn_or_counted_as_earlier(days: dict[date, int]) -> None:
    timeline = draw_timeline(days, Counter(days))
    assert timeline
    assert sum(column.count for column in timeline.columns) + timeline.earlier == sum(days.values())
    assert 1 <= len(timeline.columns) <= MOST_COLUMNS
    starts = [column.start for column in timeline.columns]
    assert starts == sorted(set(starts))
    for column in timeline.columns:
        assert 0 <= column.urgent_height <= column.height < HEIGHT
        assert column.x + column.width <= WIDTH
    assert all(0 < tick.y < HEIGHT for tick in timeline.ticks)
