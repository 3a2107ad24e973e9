"""Findings → the three answers at the top of the page: what got worse, where customers fall through, whom to call."""

from dataclasses import dataclass

from pipeline.reporting.manager import items
from pipeline.reporting.manager.changes import Change
from pipeline.reporting.manager.findings import SEAM, Findings
from pipeline.reporting.manager.measures import Chart, Line, Where, counted, during
from pipeline.reporting.shares import Share, share
from pipeline.reporting.words import Words

_MOST_WORSE = 5
CALLS = 7


@dataclass(frozen=True)
class Worse:
    """The change of all complaints, and what grew beyond chance, the surest growth first."""

    total: Change
    now: Where
    before: Where
    lines: list[Line]
    looked_at: int


@dataclass(frozen=True)
class Gaps:
    """How many complaints show a seam, whether they grow, and where they gather."""

    share: Share
    change: Change | None
    where: Where
    places: list[Line]  # with a share of seams above that of all complaints, beyond chance
    pairs: list[Line]


def what_got_worse(found: Findings, words: Words) -> Worse | None:
    """Return what grew from one period to the next; None where the dates do not cover two periods."""
    periods, measures = found.measures.periods, found.measures
    total = measures.change(measures.complaints)
    if periods is None or total is None:
        return None
    chart = measures.chart(items.unwelcome(found, words))
    worse = [line for line in chart.lines if line.change and line.change.verdict == "up"]
    worse.sort(key=lambda line: -(line.change.low if line.change else 0))
    now, before = during(periods.first_now, periods.last), during(periods.first_before, periods.last_before)
    lines = [Line(**{**vars(line), "where": {**line.where, **now}}) for line in worse[:_MOST_WORSE]]
    return Worse(total, counted(**now), counted(**before), lines, len(chart.lines))


def where_they_fall(found: Findings, charts: dict[str, Chart], pairs: Chart) -> Gaps:
    """Return where seams gather: places whose whole interval lies above the share of all complaints."""
    whole = share(int(found.seams.any.sum()), int(found.measures.complaints.sum()))
    above = [line for chart in charts.values() for line in chart.lines if line.share.low > whole.value]
    above.sort(key=lambda line: -line.share.count)
    change = found.measures.change(found.seams.any)
    return Gaps(whole, change, counted(flags=SEAM), above[:3], pairs.lines[:2])
