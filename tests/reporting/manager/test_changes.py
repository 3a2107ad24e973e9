"""Changes with honest intervals: checked against simulation, not against themselves."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reporting.manager.changes import compare, interval, spread_of
from pipeline.reporting.manager.days import Periods


@pytest.mark.parametrize(
    ("now", "before", "verdict"), [(80, 40, "up"), (40, 80, "down"), (52, 48, "same"), (0, 0, "same"), (9, 0, "up")]
)
def test_verdicts(now: int, before: int, verdict: str) -> None:
    assert compare(now, before, 1.0).verdict == verdict


@given(st.integers(0, 2000), st.integers(0, 2000), st.floats(1, 20))
def test_a_change_lies_in_its_interval_and_backwards_it_is_inverse(now: int, before: int, spread: float) -> None:
    change, back = compare(now, before, spread), compare(before, now, spread)
    assert change.low <= change.ratio + 1e-9
    assert change.ratio <= change.high + 1e-9
    assert (1 / change.low if change.low else inf) == pytest.approx(back.high, rel=1e-6)
    assert {change.verdict, back.verdict} in ({"same"}, {"up", "down"})


def test_intervals_cover_what_they_promise() -> None:
    draws = np.random.default_rng(7)
    now, before = draws.poisson(60, 2000), draws.poisson(40, 2000)
    covered = [change.low <= 1.5 <= change.high for change in map(compare, now.tolist(), before.tolist(), [1.0] * 2000)]
    assert 0.935 <= np.mean(covered) <= 0.975
    rates = [low <= 60 <= high for low, high in (interval(count, 1.0) for count in now.tolist())]
    assert 0.935 <= np.mean(rates) <= 0.975


def test_many_figures_that_do_not_change_rarely_raise_one_alarm() -> None:
    draws = np.random.default_rng(8)
    alarms = [
        any(compare(now, before, 1.0, 40).verdict != "same" for now, before in draws.poisson(30, (40, 2)).tolist())
        for _ in range(200)
    ]
    assert np.mean(alarms) <= 0.08


def test_uneven_days_widen_the_interval(table) -> None:
    steady = [{"date": f"2026-01-{day:02d}"} for day in range(1, 29)]
    bursts = [{"date": f"2026-01-{day:02d}"} for day in (3, 17) for _ in range(14)]
    periods = Periods(14, table(*steady).day.min() + 14, table(*steady).day.max())
    calm, uneven = table(*steady), table(*bursts)
    assert spread_of(calm, calm.complaints, periods) == 1.0
    assert spread_of(uneven, uneven.complaints, periods) == pytest.approx(14.0)
    assert compare(80, 40, 14.0).verdict == "same"
