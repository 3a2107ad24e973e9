"""A row of the table → how the page names it in a list: who, when, about what, and why it is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from pipeline.data.schema import Reason
from pipeline.reporting.manager.findings import Findings
from pipeline.reporting.manager.identities import show_customer, show_id
from pipeline.reporting.manager.items import place_name
from pipeline.reporting.manager.queues import weigh
from pipeline.reporting.manager.table import NO_DAY, Table
from pipeline.reporting.words import Words, pretty
from pipeline.risk.details import translated
from pipeline.risk.phrases import Speech
from pipeline.risk.scorecard import CONTEXT
from pipeline.text.mask import mask


@dataclass(frozen=True)
class Case:
    """One row in words; what is not known is empty, `text` is masked and None unless it was asked for."""

    id: str
    row: int  # in the tagged file, from 1
    day: str
    customer: str
    category: str
    severity: int
    confidence: int  # per cent
    place: str
    reasons: list[str]
    text: str | None


@dataclass(frozen=True)
class RiskCase:
    """A customer whose conduct a person should look at, with what speaks for and against it."""

    case: Case
    level: str
    score: int | None  # per cent
    points_to: list[str]
    speaks_against: list[str]


class Cases:
    """Puts rows into words, with the texts that the page may show."""

    def __init__(self, found: Findings, words: Words, texts: Mapping[int, str]) -> None:
        self.found, self.words, self.texts = found, words, texts

    def listed(self, rows: Iterable[int]) -> list[Case]:
        """Return rows with the reasons why tags need a look."""
        return [self._case(row, [self.words.reason(code) for code in self.found.table.reasons[row]]) for row in rows]

    def calls(self, rows: Iterable[int]) -> list[Case]:
        """Return rows with the reasons to call."""
        return [self._case(row, list(self._why_call(row))) for row in rows]

    def risks(self, rows: Iterable[int]) -> list[RiskCase]:
        """Return rows at risk with their weighed reasons."""
        return [self._risk(row) for row in rows]

    def _case(self, row: int, reasons: list[str]) -> Case:
        table, words = self.found.table, self.words
        day = int(table.day[row])
        return Case(
            id=show_id(table.ids[row]),
            row=row + 1,
            day="" if day == NO_DAY else words.day(date.fromordinal(day)),
            customer=show_customer(table.customer[row]),
            category=words.label("category", table.category[row]),
            severity=int(table.severity[row]),
            confidence=round(100 * float(table.confidence[row])),
            place=_place(table, row, words),
            reasons=reasons,
            text=self.texts.get(row),
        )

    def _why_call(self, row: int) -> Iterable[str]:
        attention, words = self.found.attention, self.words
        for flag, rows in (("loyal", attention.loyal), ("spreading", attention.spreading)):
            if rows[row]:
                yield words.name("flags", flag)
        yield from (words.label("signals", code) for code in self.found.table.signals[row])

    def _risk(self, row: int) -> RiskCase:
        table = self.found.table
        weighing = weigh(table.risk_reasons.get(row, []))
        score = float(table.risk_score[row])
        return RiskCase(
            case=self._case(row, []),
            level=self.words.name("risks", table.risk[row]),
            score=None if score != score else round(100 * score),  # noqa: PLR0124 - nan is not itself
            points_to=[self._told(reason) for reason in weighing.points_to],
            speaks_against=[self._told(reason) for reason in weighing.speaks_against],
        )

    def _told(self, reason: Reason) -> str:
        try:
            return translated(reason.code.removeprefix(CONTEXT), reason.detail, cast("Speech", self.words.language))
        except ValueError:  # a risk model of somebody else's says it in its own words
            return mask(reason.detail) or pretty(reason.code)


def _place(table: Table, row: int, words: Words) -> str:
    channel = place_name("channel", table.channel[row], words)
    return " · ".join(part for part in (table.company[row], table.product[row], channel) if part)
