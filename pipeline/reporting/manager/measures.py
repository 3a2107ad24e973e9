"""A set of rows → its number, share and change, each with its interval, and where to look the rows up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.reporting.manager.changes import Change, compare, spread_of
from pipeline.reporting.manager.columns import Rows
from pipeline.reporting.manager.days import Periods
from pipeline.reporting.manager.table import Table
from pipeline.reporting.shares import Share, share

FEWEST = 5  # complaints below which a rate says next to nothing
HEADLINES = 4  # figures at the top of the page, compared together
COMPLAINT = "complaint"  # the flag of the rows that charts count

Where = Mapping[str, str | list[str]]  # field → the value it holds, or all the values; how the browser finds the rows


@dataclass(frozen=True)
class Line:
    """One line of a bar chart; the marks are per cent of its track."""

    code: str
    name: str
    share: Share
    change: Change | None  # None where periods cannot be compared
    where: Where
    length: float = 0.0
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Chart:
    """Lines in order; `others` counts rows of values that have no line of their own."""

    lines: list[Line]
    others: int = 0


@dataclass(frozen=True)
class Item:
    """What a line is to be made of."""

    code: str
    name: str
    rows: Rows
    where: Where


class Measures:
    """Measures sets of complaints, all by the same periods."""

    def __init__(self, table: Table, periods: Periods | None) -> None:
        self.table, self.periods = table, periods
        self.complaints = table.complaints
        self.spread = spread_of(table, self.complaints, periods) if periods else 1.0

    def change(self, rows: Rows, looked_at: int = HEADLINES) -> Change | None:
        """Compare the rows of the latest period with those of the one before."""
        if self.periods is None:
            return None
        now = rows & self.table.between(self.periods.first_now, self.periods.last)
        before = rows & self.table.between(self.periods.first_before, self.periods.last_before)
        return compare(int(now.sum()), int(before.sum()), self.spread, looked_at)

    def chart(self, items: Sequence[Item], totals: Mapping[str, int] | None = None, changes: bool = True) -> Chart:
        """Draw a line for each item: its share of all complaints, or of what `totals` has for its code."""
        whole = int(self.complaints.sum())
        counts = [int(item.rows.sum()) for item in items]
        shares = [share(n, totals[item.code] if totals else whole) for n, item in zip(counts, items, strict=True)]
        scale = 100 / (max((part.high for part in shares if part.count), default=0.0) or 1.0)
        moves = [self.change(item.rows, len(items)) if changes else None for item in items]
        return Chart([_line(*parts, scale) for parts in zip(items, shares, moves, strict=True)])


def _line(item: Item, part: Share, change: Change | None, scale: float) -> Line:
    low = scale * part.low if part.count else 0.0
    marks = (scale * part.value, low, min(100.0, scale * part.high))
    return Line(item.code, item.name, part, change, item.where, *marks)


def counted(**where: str | list[str]) -> dict[str, str | list[str]]:
    """Say where to find complaints; `flags` adds to the flag that all complaints have."""
    flags = where.pop("flags", [])
    return {**where, "flags": [COMPLAINT, *([flags] if isinstance(flags, str) else flags)]}


def during(first: int, last: int) -> dict[str, str]:
    """Say where to find the rows of these days."""
    return {"from": date.fromordinal(first).isoformat(), "to": date.fromordinal(last).isoformat()}
