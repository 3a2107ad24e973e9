"""Tagged rows → whose history a person may want to look at, the likeliest first, with reasons and counter-evidence."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.data.schema import Reason
from pipeline.reporting.counts import parse_day
from pipeline.reporting.tagged import TaggedRow
from pipeline.reporting.words import Words
from pipeline.risk.details import translated
from pipeline.risk.guards import GUARDS
from pipeline.risk.phrases import Speech
from pipeline.risk.scorecard import BASE, CONTEXT, UNKNOWN

MOST = 20
_LEVELS = ("review", "elevated")  # in the order of the queue


@dataclass(frozen=True)
class RiskRow:
    """One complaint of the queue, in words."""

    id: str
    day: str
    category: str
    level: str
    score: int  # per cent
    reasons: list[str]  # what speaks for looking, the weightiest first
    counter_evidence: list[str]  # what speaks for the customer


def risk_queue(rows: Iterable[TaggedRow], words: Words, most: int = MOST) -> list[RiskRow]:
    """Rank the rows at `review` and `elevated`, in flat memory.

    Args:
        rows: Of a tagged file.
        words: The page's language.
        most: How many rows, at most.
    """
    alerted = (row for row in rows if row.complainer_risk in _LEVELS)
    first = heapq.nsmallest(most, alerted, key=_place)
    return [_in_words(row, words) for row in first]


def _place(row: TaggedRow) -> tuple[int, float]:
    return _LEVELS.index(row.complainer_risk), -(row.complainer_risk_score or 0)


def _in_words(row: TaggedRow, words: Words) -> RiskRow:
    day, reasons = parse_day(row.date), row.complainer_risk_reasons
    weighed = [one for one in reasons if one.weight and one.code != BASE]
    beside = [one for one in reasons if one.code in GUARDS or one.code == f"{CONTEXT}incident_reports"]
    return RiskRow(
        id=row.id,
        day=words.day(day) if day else "–",
        category=words.label("category", row.category),
        level=words.name("risk_levels", row.complainer_risk),
        score=round(100 * (row.complainer_risk_score or 0)),
        reasons=[_said(one, words.language) for one in weighed if one.weight > 0],
        counter_evidence=[_said(one, words.language) for one in [*beside, *weighed] if one.weight <= 0],
    )


def _said(reason: Reason, speech: Speech) -> str:
    return translated(reason.code.removeprefix(CONTEXT).removeprefix(UNKNOWN), reason.detail, speech)
