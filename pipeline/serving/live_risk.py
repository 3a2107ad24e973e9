"""Tagged lines of a stream in, the same lines with their risk out: each is judged by what has come before it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.risk.features import Assessor
from pipeline.risk.live import LiveHistory
from pipeline.risk.records import Records
from pipeline.serving.checks import Checker
from pipeline.serving.customers import Customers, read_customers
from pipeline.serving.history_file import HistoryFile, KeepsTags
from pipeline.serving.judging import assess, risk_fields, tomorrow
from pipeline.serving.readers import stem
from pipeline.serving.records import Columns, Rejected, Row
from pipeline.serving.tagger import Tagger
from pipeline.serving.tagging import tagged

_BATCH = 1_000  # rows of history that are tagged at once


@dataclass
class SetAside:
    """Rows of the files that could not be used: how many there were, how many are not used and why."""

    rows: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share of rows not used, 0 for no file."""
        return self.reasons.total() / self.rows if self.rows else 0.0


class LiveRisk:
    """A risk model with a history that every judged line joins."""

    def __init__(self, model: Assessor, history: LiveHistory) -> None:
        self._model = model
        self._history = history

    def judge(self, records: list[dict[str, Any]]) -> None:
        """Give tagged records their risk, in place; one without a date is taken to have come now."""
        latest = tomorrow()
        now = datetime.now(UTC).isoformat()
        batch = Records(latest)
        fit = [record for record in records if batch.add(record | {"date": record.get("date") or now}) is None]
        rows = self._history.add(batch.table(), batch.wording()) if fit else []
        for record, row in zip(fit, rows, strict=True):
            record.update(risk_fields(assess(row, self._model)))


def load_live_risk(
    tagger: Tagger, columns: Columns, history: Path | None, customers: Path | None
) -> tuple[LiveRisk | None, dict[str, SetAside]]:
    """Read and tag the history of a stream.

    Returns:
        What judges its lines, None where the bundle has no risk model; and by file what was set aside.

    Raises:
        SkargaError: A file cannot be read.
    """
    if tagger.risk is None:
        return None, {}
    latest = tomorrow()
    records, aside = Records(latest), {"history": SetAside(), "customers": SetAside()}
    if history:
        for row in _history(history, columns, tagger, latest, aside["history"]):
            records.add(row)
    known = read_customers(customers, columns, latest) if customers else None
    if known:
        aside["customers"] = SetAside(known.rows, Counter(str(row.reason) for row in known.rejected))
    live = LiveHistory(records.table(), records.wording(), _table(known), tagger.risk.memory_days)
    return LiveRisk(tagger.risk, live), aside


def _table(known: Customers | None) -> Any:  # noqa: ANN401 - pyarrow has no types
    return known.table if known else None


def _history(path: Path, columns: Columns, tagger: Tagger, latest: int, aside: SetAside) -> Iterator[dict[str, Any]]:
    checker, tags = Checker(columns, stem(path)), KeepsTags(tagger)
    with closing(HistoryFile(path, columns, latest)) as source:
        items = map(checker.check, source)
        while batch := list(islice(items, _BATCH)):
            aside.rows += len(batch)
            aside.reasons.update(str(item.reason) for item in batch if isinstance(item, Rejected))
            yield from tagged([item for item in batch if isinstance(item, Row)], tags)
