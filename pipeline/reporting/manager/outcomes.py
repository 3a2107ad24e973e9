"""How long the open complaints have waited."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from pipeline.reporting.manager.measures import Where, counted, during
from pipeline.reporting.manager.table import Table

_AGES = ((0, 3), (4, 7), (8, 14), (15, 30), (31, 90), (91, None))  # days, ends included
_LONG_AGO = date.min.toordinal()


@dataclass(frozen=True)
class Waiting:
    """One bar of the chart: open complaints that have waited from `least` days to `most`, None without end."""

    least: int
    most: int | None
    count: int
    where: Where


@dataclass(frozen=True)
class OpenCases:
    """Open complaints with a date; ages are days up to the last day of the file."""

    bars: list[Waiting]
    median: int
    undated: int


def measure_open(table: Table) -> OpenCases | None:
    """Return how long the open complaints have waited; None where none is open or none has a date."""
    rows = table.complaints & table.outcome.equal("open")
    dated = rows & table.dated
    if not dated.any():
        return None
    last = int(table.day.max())
    bars = []
    for least, most in _AGES:
        first = _LONG_AGO if most is None else last - most
        count = int((dated & table.between(first, last - least)).sum())
        bars.append(Waiting(least, most, count, counted(outcome="open", **during(first, last - least))))
    return OpenCases(bars, int(np.median(last - table.day[dated])), int((rows & ~dated).sum()))
