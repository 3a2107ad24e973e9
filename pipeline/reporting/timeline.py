"""Complaints per day → columns per day, week, month or year, whichever the page has room for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month", "year"]

WIDTH, HEIGHT = 720, 190
LEFT, BOTTOM, TOP = 40, 26, 8  # room for the axis numbers and the dates
MOST_COLUMNS = 60
_LABELS = 8  # dates under the axis before they touch each other


@dataclass(frozen=True)
class Column:
    """One bin; `x`, `width` and the heights are in units of the drawing."""

    start: date
    count: int
    urgent: int
    x: float
    width: float
    height: float
    urgent_height: float
    labelled: bool


@dataclass(frozen=True)
class Tick:
    """A number on the axis and how high it stands."""

    count: int
    y: float


@dataclass(frozen=True)
class Timeline:
    """The chart; `earlier` counts complaints before its first column."""

    unit: Unit
    columns: list[Column]
    ticks: list[Tick]
    earlier: int
    baseline: int = HEIGHT - BOTTOM


def draw_timeline(days: Mapping[date, int], urgent: Mapping[date, int]) -> Timeline | None:
    """Lay out the columns, empty bins included; None without any date."""
    if not days:
        return None
    unit = _unit(min(days), max(days))
    counts, urgent_counts = _bin(days, unit), _bin(urgent, unit)
    starts = _starts(min(counts), max(counts), unit)
    tallest = _round_up(max(counts[start] for start in starts))
    every = -(-len(starts) // _LABELS)
    step, room = (WIDTH - LEFT) / len(starts), HEIGHT - BOTTOM - TOP
    columns = [
        Column(
            start=start,
            count=counts[start],
            urgent=urgent_counts[start],
            x=LEFT + step * index + step * 0.1,
            width=step * 0.8,
            height=room * counts[start] / tallest,
            urgent_height=room * urgent_counts[start] / tallest,
            labelled=index % every == 0 and (index == 0 or index <= len(starts) - every / 2),
        )
        for index, start in enumerate(starts)
    ]
    ticks = [Tick(count, HEIGHT - BOTTOM - room * count / tallest) for count in (0, tallest // 2, tallest)]
    return Timeline(unit, columns, ticks, sum(counts.values()) - sum(column.count for column in columns))


def _unit(first: date, last: date) -> Unit:
    span = (last - first).days
    if span < MOST_COLUMNS // 2:
        return "day"
    if span < MOST_COLUMNS * 7 - 7:
        return "week"
    return "month" if span < MOST_COLUMNS * 30 else "year"


def _bin(days: Mapping[date, int], unit: Unit) -> Counter[date]:
    bins: Counter[date] = Counter()
    for day, count in days.items():
        bins[_start(day, unit)] += count
    return bins


def _start(day: date, unit: Unit) -> date:
    if unit == "week":
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _starts(first: date, last: date, unit: Unit) -> list[date]:
    """Return the bins from the last one backwards, oldest first, as many as there is room for."""
    starts = [last]
    while starts[-1] > first and len(starts) < MOST_COLUMNS:
        starts.append(_start(starts[-1] - timedelta(days=1), unit))
    return starts[::-1]


def _round_up(count: int) -> int:
    """Return a round even number not below `count`, so that half of it is a whole tick."""
    size = 10 ** max(0, len(str(count)) - 1)
    return (
        next(top * size for top in (1, 2, 4, 6, 8, 10) if top * size >= count and top * size % 2 == 0)
        if count > 1
        else 2
    )
