"""Days of complaints → the columns of a time chart, and the two equal periods that are compared."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pipeline.reporting.manager.table import NO_DAY

Days = NDArray[np.int32]

_GAP = 366  # days without a complaint, beyond which a few rows are typing errors in the year
_FEW = 0.01  # of the dated rows
_FEWEST = 30  # complaints in both periods together, below which a longer period is taken
_LENGTHS = (28, 91, 364, 14, 7)  # days, whole weeks: weekdays weigh the same in both periods
MOST_BINS = 130
_UNITS = ("day", "week", "month", "quarter", "year")
_LAST_DAY = date.max.toordinal()
_READABLE = 45  # columns that a laptop shows without crowding


@dataclass(frozen=True)
class Periods:
    """The period up to the last day and the equally long one before it; ordinals, ends included."""

    days: int
    first_now: int
    last: int

    @property
    def first_before(self) -> int:
        """The first day of the earlier period."""
        return self.first_now - self.days

    @property
    def last_before(self) -> int:
        """The last day of the earlier period."""
        return self.first_now - 1


@dataclass(frozen=True)
class Bin:
    """One column of a time chart; `partial` where the data cover only a part of it."""

    first: int
    last: int
    partial: bool


def find_strays(days: Days) -> NDArray[np.bool_]:
    """Mark the days at either end that stand more than a year apart from the others and are fewer than 1 %.

    1970-01-01 and 2099-12-31 are what systems write for no date: they would stretch every chart.
    """
    known = np.sort(days[days != NO_DAY])
    if not len(known):
        return np.zeros(len(days), bool)
    limit = _FEW * len(known)
    gaps = np.flatnonzero(np.diff(known) > _GAP)
    low = max((known[gap + 1] for gap in gaps if gap + 1 < limit), default=known[0])
    high = min((known[gap] for gap in gaps if len(known) - gap - 1 < limit), default=known[-1])
    stray: NDArray[np.bool_] = (days != NO_DAY) & ((days < low) | (days > high))
    return stray


def choose_periods(days: Days) -> Periods | None:
    """Take four weeks; longer where these hold too few rows, less where the file is shorter; None under 14 days."""
    known = days[days != NO_DAY]
    if not len(known):
        return None
    last, span = int(known.max()), int(known.max() - known.min()) + 1
    fitting = [length for length in _LENGTHS if 2 * length <= span]
    enough = (length for length in fitting if (known > last - 2 * length).sum() >= _FEWEST)
    length = next(enough, max(fitting, default=0))
    return Periods(length, last - length + 1, last) if length else None


def bins_of(days: Days, unit: str) -> list[Bin]:
    """Return every bin from the first day to the last, empty ones too; at most MOST_BINS, the latest."""
    known = days[days != NO_DAY]
    first, last = int(known.min()), int(known.max())
    starts = [_start(last, unit)]
    while starts[-1] > first and len(starts) < MOST_BINS:
        starts.append(_start(starts[-1] - 1, unit))
    pairs = [(start, _end(start, unit)) for start in reversed(starts)]
    return [Bin(start, end, partial=start < first or end > last) for start, end in pairs]


def usable_units(days: Days) -> list[str]:
    """Return the units that give more than one column and at most MOST_BINS; `day` or `year` where none does."""
    known = days[days != NO_DAY]
    span = int(known.max() - known.min()) + 1
    lengths = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
    fitting = [unit for unit in _UNITS if 1 < span / lengths[unit] <= MOST_BINS]
    return fitting or ["day" if span <= MOST_BINS else "year"]


def usual_unit(days: Days, units: list[str]) -> str:
    """Return the first of the units whose columns are easily told apart."""
    return next((unit for unit in units if len(bins_of(days, unit)) <= _READABLE), units[-1])


def count_bins(days: Days, bins: list[Bin]) -> list[int]:
    """Count the days in every bin."""
    edges = [part.first for part in bins] + [bins[-1].last + 1]
    counts: list[int] = np.histogram(days[days != NO_DAY], bins=np.array(edges))[0].tolist()
    return counts


def _start(ordinal: int, unit: str) -> int:
    day = date.fromordinal(ordinal)
    match unit:
        case "day":
            return ordinal
        case "week":
            return max(1, ordinal - day.weekday())
        case "month":
            return day.replace(day=1).toordinal()
        case "quarter":
            return day.replace(month=day.month - (day.month - 1) % 3, day=1).toordinal()
        case _:
            return day.replace(month=1, day=1).toordinal()


def _end(start: int, unit: str) -> int:
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[unit]
    after = start + longest
    return _start(after, unit) - 1 if after <= _LAST_DAY else _LAST_DAY
