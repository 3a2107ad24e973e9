"""Tagged rows, one by one → everything the manager's page counts; memory does not grow with the rows."""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pipeline.labels import NEUTRAL
from pipeline.reporting.tagged import TaggedRow

NOT_COMPLAINT = "not_complaint"
SEAM = "service_loop"
OUTCOMES = ("open", "upheld", "rejected")
REST = ""  # the counter key of values past MOST_VALUES, and of complaints without a known outcome
MOST_VALUES = 5_000
QUEUE_LENGTH = 25

Place = Literal["language", "company", "product", "channel"]
PLACES: tuple[Place, ...] = ("language", "company", "product", "channel")


@dataclass
class Counts:
    """What was seen: first of all messages, then of those that are complaints."""

    messages: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    with_history: int = 0
    needs_review: int = 0
    review_reasons: Counter[str] = field(default_factory=Counter)
    queue: list[tuple[int, float, int, TaggedRow]] = field(default_factory=list)

    complaints: int = 0
    category: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    emotions: Counter[str] = field(default_factory=Counter)
    category_emotions: Counter[tuple[str, str]] = field(default_factory=Counter)
    severity: Counter[int] = field(default_factory=Counter)
    signals: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    places: dict[Place, Counter[str]] = field(default_factory=lambda: {place: Counter() for place in PLACES})
    seams: dict[Place, Counter[str]] = field(default_factory=lambda: {place: Counter() for place in PLACES})
    days: Counter[date] = field(default_factory=Counter)
    urgent_days: Counter[date] = field(default_factory=Counter)

    def add(self, row: TaggedRow) -> None:
        """Count one row."""
        self.messages += 1
        self.languages[row.language] += 1
        _count(self.versions, row.model_version)
        self.with_history += row.complainer_risk != "insufficient_history"
        if row.needs_review:
            self.needs_review += 1
            for reason in set(row.review_reasons):
                _count(self.review_reasons, reason)
            self._enqueue(row)
        if row.category != NOT_COMPLAINT:
            self._add_complaint(row)

    def _add_complaint(self, row: TaggedRow) -> None:
        self.complaints += 1
        self.category[row.category] += 1
        self.severity[row.severity] += 1
        self.outcomes[row.outcome if row.outcome in OUTCOMES else REST] += 1
        self.categories.update({*row.categories, row.category})
        emotions = set(row.emotions) or {NEUTRAL}
        self.emotions.update(emotions)
        self.category_emotions.update((row.category, emotion) for emotion in emotions)
        self.signals.update({signal.code for signal in row.signals})
        self._add_places(row)
        self._add_day(row)

    def _add_places(self, row: TaggedRow) -> None:
        seam = SEAM in row.categories
        for place in PLACES:
            value: str | None = getattr(row, place)
            if value is not None:
                self.seams[place][_count(self.places[place], value)] += seam

    def _add_day(self, row: TaggedRow) -> None:
        day = parse_day(row.date)
        if day:
            self.days[day] += 1
            self.urgent_days[day] += row.severity == 3  # noqa: PLR2004 - the codebook's highest

    def _enqueue(self, row: TaggedRow) -> None:
        # The heap's smallest item is the least urgent; the row number breaks ties, rows themselves have no order.
        item = (row.severity, -row.category_confidence, -self.messages, row)
        keep = heapq.heappush if len(self.queue) < QUEUE_LENGTH else heapq.heappushpop
        keep(self.queue, item)

    @property
    def review_queue(self) -> list[TaggedRow]:
        """Rows for a person, most urgent first: severity, then the least certain category, then order of arrival."""
        return [item[-1] for item in sorted(self.queue, key=lambda item: item[:3], reverse=True)]


def count_rows(rows: Iterable[TaggedRow]) -> Counts:
    """Count all rows in one pass."""
    counts = Counts()
    for row in rows:
        counts.add(row)
    return counts


def parse_day(text: str | None) -> date | None:
    """Return the day of an ISO 8601 date or time; None where there is none or it cannot be read."""
    try:
        return datetime.fromisoformat(text.strip()).date() if text else None
    except ValueError:
        return None


def _count(counter: Counter[str], value: str) -> str:
    """Add one to `value`, or to `REST` when there are too many values to remember; return the key that grew."""
    key = value if value in counter or len(counter) < MOST_VALUES else REST
    counter[key] += 1
    return key
