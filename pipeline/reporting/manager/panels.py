"""Findings → the charts of the page: bars, the shaded table, and what changes over time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from pipeline.reporting.charts import Cell, shade
from pipeline.reporting.manager import items, vega
from pipeline.reporting.manager.changes import interval
from pipeline.reporting.manager.days import Bin, bins_of, count_bins, usable_units, usual_unit
from pipeline.reporting.manager.findings import SEAM, Findings
from pipeline.reporting.manager.measures import FEWEST, Chart, Line, Where, counted, during
from pipeline.reporting.manager.outcomes import OpenCases
from pipeline.reporting.shares import share
from pipeline.reporting.words import Words


@dataclass(frozen=True)
class HeatCell:
    """A number of the shaded table and where to look it up."""

    cell: Cell
    where: Where


@dataclass(frozen=True)
class Moment:
    """One column of a time chart as a line of its table."""

    name: str
    count: int
    urgent: int
    low: float
    high: float
    partial: bool
    where: Where


@dataclass(frozen=True)
class Timeline:
    """The columns by each unit that suits the span, `usual` first to be seen; `earlier` rows have no column."""

    usual: str
    moments: Mapping[str, list[Moment]]
    specs: Mapping[str, dict[str, Any]]
    earlier: int


def place_charts(found: Findings, words: Words) -> dict[str, Chart]:
    """Draw complaints by company, product, channel and language, where these are known."""
    charts = {}
    for place in items.PLACES:
        total = items.column(found.table, place).count(found.measures.complaints).total()
        shown = items.places(found, place, words)
        lines = found.measures.chart(shown, dict.fromkeys((item.code for item in shown), total)).lines
        charts[place] = Chart(lines, total - sum(line.share.count for line in lines))
    return {place: chart for place, chart in charts.items() if chart.lines}


def seam_charts(found: Findings, words: Words) -> dict[str, Chart]:
    """Draw the share of each place's complaints that show a seam, the highest first."""
    charts = {}
    for place in ("product", "channel", "company"):
        whole = items.column(found.table, place).count(found.measures.complaints)
        common = [item for item in items.seam_places(found, place, words) if whole[item.code] >= FEWEST]
        chart = found.measures.chart(common, whole)
        charts[place] = Chart(sorted(chart.lines, key=lambda line: -line.share.value))
    return {place: chart for place, chart in charts.items() if chart.lines}


def heat_table(found: Findings, rows: list[Line], columns: list[Line]) -> list[tuple[Line, list[HeatCell]]]:
    """Cross main reasons with emotions; shaded by the share of the row."""
    table, complaints = found.table, found.measures.complaints
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        felt = table.emotions.count(complaints & table.category.equal(row.code))
        counts.update({(row.code, emotion): count for emotion, count in felt.items()})
    shaded = shade(counts, [row.code for row in rows], [line.code for line in columns])
    return [
        (row, [
            HeatCell(cell, counted(category=row.code, emotions=line.code))
            for cell, line in zip(cells, columns, strict=True)
        ])
        for row, (_, cells) in zip(rows, shaded, strict=True)
    ]  # fmt: skip


def draw_timeline(found: Findings, words: Words) -> Timeline | None:
    """Draw complaints over time by severity; None without any date."""
    table, complaints = found.table, found.measures.complaints
    days = table.day[complaints & table.dated]
    if not len(days):
        return None
    units = usable_units(days)
    bins = {unit: bins_of(days, unit) for unit in units}
    counts = {unit: _severities(found, bins[unit]) for unit in units}
    moments = {unit: _moments(found, bins[unit], counts[unit], unit, words) for unit in units}
    specs = {unit: _timeline_spec(moments[unit], counts[unit], unit, words) for unit in units}
    usual = usual_unit(days, units)
    return Timeline(usual, moments, specs, len(days) - sum(moment.count for moment in moments[usual]))


def draw_seam_trend(found: Findings, words: Words) -> dict[str, Any] | None:
    """Draw the share of complaints with a seam over time; None where there are fewer than two columns."""
    table, complaints = found.table, found.measures.complaints
    days = table.day[complaints & table.dated]
    if not len(days) or not found.seams.any.any():
        return None
    unit = usual_unit(days, usable_units(days))
    bins = bins_of(days, unit)
    parts = zip(bins, count_bins(table.day[found.seams.any], bins), count_bins(days, bins), strict=True)
    values = [
        {
            "label": bin_name(part, unit, words), "share": (s := share(seams, whole)).value,
            "low": s.low, "high": s.high,
            "tip": f"{bin_name(part, unit, words)}: {words.number(seams)} / {words.number(whole)}, {words.percent(s)}",
            "where": counted(**during(part.first, part.last), flags=SEAM),
        }
        for part, seams, whole in parts if whole
    ]  # fmt: skip
    title = words.say("seam_axis")
    return vega.share_chart(values, words.say(f"unit_{unit}"), title) if len(values) > 1 else None


def draw_waiting(open_cases: OpenCases, words: Words) -> dict[str, Any]:
    """Draw how long open complaints have waited."""
    values = [
        {
            "label": (name := f"{bar.least}–{bar.most}" if bar.most is not None else f"{bar.least}+"),
            "count": bar.count, "where": bar.where, "tip": f"{name} {words.say('days')}: {words.number(bar.count)}",
        }
        for bar in open_cases.bars
    ]  # fmt: skip
    return vega.bars_chart(values, words.say("waiting_axis"), words.say("count"))


def bin_name(part: Bin, unit: str, words: Words) -> str:
    """Name a column: the day, the day a week begins, a month, a quarter or a year."""
    day = date.fromordinal(part.first)
    match unit:
        case "year":
            return str(day.year)
        case "quarter":
            return f"{words.say('quarter', number=(day.month + 2) // 3)} {day.year}"
        case "month":
            return f"{day:%m.%Y}"
        case _:
            return words.day(day) if words.language == "en" else f"{day:%d.%m.%y}"


def _severities(found: Findings, bins: list[Bin]) -> dict[str, list[int]]:
    table, complaints = found.table, found.measures.complaints
    return {str(level): count_bins(table.day[complaints & (table.severity == level)], bins) for level in (1, 2, 3)}


def _moments(found: Findings, bins: list[Bin], counts: dict[str, list[int]], unit: str, words: Words) -> list[Moment]:
    totals = np.sum(list(counts.values()), axis=0).tolist()
    return [
        Moment(
            bin_name(part, unit, words), total, urgent, *interval(total, found.measures.spread), part.partial,
            counted(**during(part.first, part.last)),
        )
        for part, total, urgent in zip(bins, totals, counts["3"], strict=True)
    ]  # fmt: skip


def _timeline_spec(moments: list[Moment], counts: dict[str, list[int]], unit: str, words: Words) -> dict[str, Any]:
    names = {level: words.label("severity", level) for level in counts}
    values = [
        {
            "label": moment.name, "severity": level, "name": names[level], "count": counts[level][place],
            "low": moment.low, "high": moment.high, "partial": moment.partial, "where": moment.where,
            "tip": _tip(moment, names[level], counts[level][place], words),
        }
        for place, moment in enumerate(moments) for level in counts
    ]  # fmt: skip
    return vega.columns_chart(values, names, words.say(f"unit_{unit}"), words.say("count"))


def _tip(moment: Moment, name: str, count: int, words: Words) -> str:
    text = words.say("tip", when=moment.name, total=words.number(moment.count), name=name, count=words.number(count))
    return f"{text} {words.say('partial')}" if moment.partial else text
