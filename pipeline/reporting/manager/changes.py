"""Counts of two equally long periods → the change with its interval, and whether chance explains it."""

from dataclasses import dataclass
from math import inf
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.reporting.manager.days import Periods
from pipeline.reporting.manager.table import Table
from pipeline.reporting.shares import wilson

Verdict = Literal["up", "down", "same"]

_ERROR = 0.05


@dataclass(frozen=True)
class Change:
    """`ratio` is now / before, with its 95 % interval; `verdict` allows for all the changes looked at together."""

    now: int
    before: int
    low: float
    high: float
    verdict: Verdict

    @property
    def ratio(self) -> float:
        """How many times as many; infinite where there were none before, 1 where there are none at all."""
        return self.now / self.before if self.before else (inf if self.now else 1.0)


def compare(now: int, before: int, spread: float, looked_at: int = 1) -> Change:
    """Compare two counts from equally long periods.

    Given their sum, `now` is binomial with half the sum expected (the exact conditional comparison of two Poisson
    rates); `spread` (1 = Poisson) is how many times more than chance alone days differ, and divides the amount of
    data. The verdict is Bonferroni's: the interval at 1 - 5 % / `looked_at` must leave out "no change".
    """
    low, high = _ratios(now, before, spread, _ERROR)
    strict_low, strict_high = _ratios(now, before, spread, _ERROR / looked_at)
    verdict: Verdict = "up" if strict_low > 1 else "down" if strict_high < 1 else "same"
    return Change(now, before, low, high, verdict)


def interval(count: int, spread: float) -> tuple[float, float]:
    """Return the 95 % interval of the rate behind one count (score interval of a Poisson mean)."""
    z = _normal(_ERROR)
    middle, half = count + spread * z * z / 2, z * float(np.sqrt(spread * count + (spread * z) ** 2 / 4))
    return max(0.0, middle - half), middle + half


def spread_of(table: Table, rows: NDArray[np.bool_], periods: Periods) -> float:
    """Return how unevenly complaints arrive: Pearson's dispersion of daily counts around each period's mean, or 1."""
    total, degrees = 0.0, 0
    for first, last in ((periods.first_before, periods.last_before), (periods.first_now, periods.last)):
        days = table.day[rows & table.between(first, last)]
        counts = np.bincount(days - first, minlength=periods.days) if len(days) else np.zeros(periods.days)
        if counts.mean() > 0:
            total += float(((counts - counts.mean()) ** 2).sum() / counts.mean())
            degrees += periods.days - 1
    return max(1.0, total / degrees) if degrees else 1.0


def _ratios(now: int, before: int, spread: float, error: float) -> tuple[float, float]:
    low, high = wilson(now / spread, (now + before) / spread, _normal(error))
    return low / (1 - low) if now else 0.0, high / (1 - high) if before else inf


def _normal(error: float) -> float:
    return NormalDist().inv_cdf(1 - error / 2)
