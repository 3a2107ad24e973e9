"""A tagged file → the columns that the page counts; texts are looked at in passing and not kept."""

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.data.dates import parse_date
from pipeline.data.schema import Reason
from pipeline.labels import NEUTRAL
from pipeline.reporting.manager.campaigns import PERMUTATIONS, Sketcher
from pipeline.reporting.manager.columns import Builder, Rows, Several, Single
from pipeline.reporting.manager.identities import show_name
from pipeline.reporting.manager.wording import contradicts
from pipeline.reporting.tagged import OPTIONAL, TaggedRow, read_tagged

NOT_COMPLAINT = "not_complaint"
NO_DAY = 0  # the ordinal of no day; 1 is the first of the first year
_TOLD_EVERY = 1_000  # rows
AT_RISK = ("elevated", "review")
SINGLE = ("customer", "language", "category", "emotion", "company", "product", "channel", "outcome", "risk", "version")
SEVERAL = ("categories", "emotions", "signals", "reasons")


@dataclass(frozen=True)
class Table:
    """The rows of one tagged file; every array is (rows,) unless said otherwise."""

    ids: list[str]
    customer: Single
    language: Single
    category: Single
    emotion: Single
    company: Single
    product: Single
    channel: Single
    outcome: Single
    risk: Single
    version: Single
    categories: Several
    emotions: Several  # `neutral` where there is no other
    signals: Several
    reasons: Several
    day: NDArray[np.int32]  # proleptic ordinal, NO_DAY where none can be read
    severity: NDArray[np.int8]
    confidence: NDArray[np.float32]
    risk_score: NDArray[np.float32]  # nan without a history
    needs_review: Rows
    contradicted: Rows  # the wording says that answers differed
    has_text: Rows
    sketches: NDArray[np.uint32]  # (rows, PERMUTATIONS)
    risk_reasons: dict[int, list[Reason]] = field(default_factory=dict)  # of rows at risk
    unread_dates: int = 0  # rows with a date that is none
    absent: Counter[str] = field(default_factory=Counter)  # optional field → rows without it

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def complaints(self) -> Rows:
        """Rows that are complaints."""
        return ~self.category.equal(NOT_COMPLAINT)

    @property
    def dated(self) -> Rows:
        """Rows with a day."""
        return np.not_equal(self.day, NO_DAY)

    def between(self, first: int, last: int) -> Rows:
        """Return the rows of these days, both included."""
        return (self.day >= first) & (self.day <= last) & self.dated


class _Draft:
    """The columns while rows arrive."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.single: dict[str, Builder[str]] = {name: Builder() for name in SINGLE}
        self.several: dict[str, Builder[tuple[str, ...]]] = {name: Builder() for name in SEVERAL}
        self.day, self.severity = array("i"), array("b")
        self.confidence, self.risk_score = array("f"), array("f")
        self.needs_review, self.contradicted, self.has_text = array("b"), array("b"), array("b")
        self.sketch = Sketcher()
        self.risk_reasons: dict[int, list[Reason]] = {}
        self.unread_dates = 0
        self.absent: Counter[str] = Counter()

    def add(self, row: TaggedRow) -> None:
        if row.complainer_risk in AT_RISK:
            self.risk_reasons[len(self.ids)] = row.complainer_risk_reasons
        self.ids.append(row.id)
        self._add_values(row)
        day = day_of(row.date)
        self.unread_dates += row.date is not None and day == NO_DAY
        self.day.append(day)
        self.severity.append(row.severity)
        self.confidence.append(row.category_confidence)
        self.risk_score.append(float("nan") if row.complainer_risk_score is None else row.complainer_risk_score)
        self.needs_review.append(row.needs_review)
        self.has_text.append(row.text is not None)
        self.contradicted.append(contradicts(row.text or ""))
        self.sketch.add(row.text or "")
        self.absent.update(OPTIONAL - row.model_fields_set)

    def _add_values(self, row: TaggedRow) -> None:
        places = [show_name(place or "") for place in (row.company, row.product, row.channel)]
        tags = [row.language, row.category, row.emotion]
        texts = [row.customer_id, *tags, *places, row.outcome, row.complainer_risk, row.model_version]
        for name, value in zip(SINGLE, texts, strict=True):
            self.single[name].add(value or "")
        signals = [signal.code for signal in row.signals]
        lists = ([row.category, *row.categories], row.emotions or [NEUTRAL], signals, row.review_reasons)
        for name, members in zip(SEVERAL, lists, strict=True):
            self.several[name].add(tuple(dict.fromkeys(members)))

    def finish(self) -> Table:
        columns: dict[str, Any] = {
            **{name: Single(builder.codes, builder.values) for name, builder in self.single.items()},
            **{name: Several(builder.codes, builder.values) for name, builder in self.several.items()},
        }
        return Table(
            ids=self.ids,
            **columns,
            day=np.array(self.day, np.int32),
            severity=np.array(self.severity, np.int8),
            confidence=np.array(self.confidence, np.float32),
            risk_score=np.array(self.risk_score, np.float32),
            needs_review=np.array(self.needs_review, bool),
            contradicted=np.array(self.contradicted, bool),
            has_text=np.array(self.has_text, bool),
            sketches=self.sketch.rows.reshape(-1, PERMUTATIONS),
            risk_reasons=self.risk_reasons,
            unread_dates=self.unread_dates,
            absent=self.absent,
        )


def read_table(path: Path, advance: Callable[[int], None]) -> Table:
    """Read a tagged file in one pass; `advance` is told now and then how many rows are done.

    Raises:
        SkargaError: It is no tagged file.
    """
    draft = _Draft()
    for number, row in enumerate(read_tagged(path), start=1):
        draft.add(row)
        if number % _TOLD_EVERY == 0:
            advance(number)
    return draft.finish()


@lru_cache(maxsize=10_000)
def day_of(text: str | None) -> int:
    """Return the ordinal of the day of a date or moment, NO_DAY where there is none."""
    moment = parse_date(text) if text else None
    return date(moment.year, moment.month, moment.day).toordinal() if moment else NO_DAY
