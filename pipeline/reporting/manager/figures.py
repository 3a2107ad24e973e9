"""Findings in a language → the tiles and charts that the page's template names."""

from dataclasses import dataclass
from typing import Any

from pipeline.reporting.manager import items, panels
from pipeline.reporting.manager.answers import what_got_worse, where_they_fall
from pipeline.reporting.manager.changes import Change
from pipeline.reporting.manager.columns import Rows
from pipeline.reporting.manager.contacts import AGAIN_WITHIN
from pipeline.reporting.manager.findings import SEAM, Findings
from pipeline.reporting.manager.measures import FEWEST, Where, counted
from pipeline.reporting.manager.outcomes import measure_open
from pipeline.reporting.shares import Share, share
from pipeline.reporting.words import Words


@dataclass(frozen=True)
class Tile:
    """A figure at the top: its name, its share and of what, its change, and where to look it up."""

    name: str
    share: Share
    whole: str
    change: Change | None
    where: Where


def tiles(found: Findings, words: Words) -> list[Tile]:
    """Return the four figures at the top."""
    complaints, severe = found.measures.complaints, items.severities(found, words)[0]
    messages, total = len(found.table), int(complaints.sum())
    review: Where = {"flags": ["review"]}
    figures: list[tuple[str, Rows, int, str, Where]] = [
        (words.say("complaints"), complaints, messages, "of_messages", counted()),
        (words.say("urgent"), severe.rows, total, "of_complaints", severe.where),
        (words.say("seams_tile"), found.seams.any, total, "of_complaints", counted(flags=SEAM)),
        (words.say("review_tile"), found.table.needs_review, messages, "of_messages", review),
    ]
    return [
        Tile(name, share(int(rows.sum()), whole), words.say(of), found.measures.change(rows), where)
        for name, rows, whole, of, where in figures
    ]


def bar_charts(found: Findings, words: Words) -> dict[str, Any]:
    """Return the bars of what complaints are about, felt how, how grave, and how they ended."""
    measures = found.measures
    topics = measures.chart(items.categories(found, words))
    emotions = measures.chart(items.emotions(found, words))
    ended = found.table.outcome.count(measures.complaints)
    return {
        "worse": what_got_worse(found, words),
        "topics": topics,
        "severity": measures.chart(items.severities(found, words)),
        "emotions": emotions,
        "heat": panels.heat_table(found, topics.lines, emotions.lines),
        "signals": measures.chart(items.signals(found, words)),
        "places": panels.place_charts(found, words),
        # The newest are open, whatever happens: their change would mislead.
        "outcomes": measures.chart(items.outcomes(found, words), changes=False),
        "decided": share(ended["upheld"], ended["upheld"] + ended["rejected"]),
    }


def seam_charts(found: Findings, words: Words) -> dict[str, Any]:
    """Return where seams gather."""
    places, pairs = panels.seam_charts(found, words), items.seam_pairs(found, words)
    seams = int(found.seams.any.sum())
    pair_chart = found.measures.chart(pairs, dict.fromkeys((pair.code for pair in pairs), seams))
    return {
        "gaps": where_they_fall(found, places, pair_chart),
        "seam_kinds": found.measures.chart(items.seam_kinds(found, words)),
        "seam_places": places,
        "seam_pairs": pair_chart,
        "fewest": FEWEST,
        "again_within": AGAIN_WITHIN,
    }


def time_charts(found: Findings, words: Words) -> dict[str, Any]:
    """Return what is drawn in the browser, as `charts` by the id of its place, and the tables beside it."""
    timeline, trend = panels.draw_timeline(found, words), panels.draw_seam_trend(found, words)
    open_cases = measure_open(found.table)
    specs = {f"timeline-{unit}": spec for unit, spec in timeline.specs.items()} if timeline else {}
    specs |= {"seam-trend": trend} if trend else {}
    specs |= {"waiting": panels.draw_waiting(open_cases, words)} if open_cases else {}
    return {
        "timeline": timeline,
        "seam_trend": trend,
        "open_cases": open_cases,
        "charts": specs,
        "undated": int((found.measures.complaints & ~found.table.dated).sum()),
    }
