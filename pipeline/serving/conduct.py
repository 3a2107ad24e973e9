"""Tagged rows of a whole backlog in, the risk fields of each out, in the same order: what both engines judge by."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from pipeline.risk.duplicates import Templates
from pipeline.risk.features import INSUFFICIENT, Assessor
from pipeline.risk.history import as_of_features
from pipeline.risk.records import Records, Unfit, with_templates
from pipeline.risk.wording import joined
from pipeline.serving.customers import Customers
from pipeline.serving.job import Job
from pipeline.serving.judging import assess, risk_fields
from pipeline.serving.run_record import RiskRecord, describe_input
from pipeline.serving.tally import Tally

_BATCH = 1_000  # rows of features that are Python's at once


@dataclass(frozen=True)
class Background:
    """What is known besides the backlog."""

    latest: int  # microseconds since 1970; what is dated later has not happened
    tally: Tally = field(default_factory=Tally)  # of the history
    history: Iterable[Mapping[str, Any]] = ()  # its tagged rows, in order; read once
    customers: Customers | None = None


class Conduct:
    """What had been recorded of every row's customer before; holds about two kilobytes a row, and no text."""

    def __init__(
        self, rows: Iterable[Mapping[str, Any]], background: Background, model: Assessor, *, nobodys: int = 0
    ) -> None:
        """Read a backlog and its background.

        Args:
            rows: Tagged rows, in the order of the input; read once.
            background: History and customers.
            model: What judges.
            nobodys: Rows of the backlog that name no customer and are not among `rows`.
        """
        backlog, known = Records(background.latest), Records(background.latest)
        self._unfit: list[Unfit | None] = [backlog.add(row) for row in rows]
        besides = frozenset(backlog.digests)
        for row in background.history:
            known.add(row, besides)
        self._model = model
        self._background = background
        self._nobodys = nobodys
        self._features = _features(known, backlog, background, model)
        self._repeated = background.tally.rows_out - len(known)
        self._ignored = known.ignored + backlog.ignored
        self.levels: Counter[str] = Counter({INSUFFICIENT.level: nobodys} if nobodys else {})

    def __len__(self) -> int:
        return len(self._unfit)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Judge the rows, once: yield the risk fields of each, in order, and count the levels."""
        batches = self._features.to_batches(max_chunksize=_BATCH)
        known = (row for batch in batches for row in batch.to_pylist())
        for unfit in self._unfit:
            assessment = INSUFFICIENT if unfit else assess(next(known), self._model)
            self.levels[assessment.level] += 1
            yield risk_fields(assessment)

    def record(self, job: Job) -> RiskRecord:
        """Say for the record of the run what the rows were judged by, once all are judged."""
        tally, customers = self._background.tally, self._background.customers
        unfit = Counter(str(why) for why in self._unfit if why)
        if self._nobodys:
            unfit[str(Unfit.NO_CUSTOMER)] += self._nobodys
        ignored = self._ignored + (customers.ignored if customers else Counter())
        return RiskRecord(
            levels=dict(sorted(self.levels.items())),
            rows_without_history=dict(sorted(unfit.items())),
            ignored_values=dict(sorted(ignored.items())),
            history=describe_input(job.history) if job.history else None,
            history_rows=tally.rows_in,
            history_rows_repeated=self._repeated,
            history_rejected=dict(sorted(tally.rejected.items())),
            customers=describe_input(job.customers) if job.customers else None,
            customers_rows=customers.rows if customers else 0,
            customers_rejected=dict(Counter(str(row.reason) for row in customers.rejected)) if customers else {},
        )


def _features(known: Records, backlog: Records, background: Background, model: Assessor) -> pa.Table:
    """The features of the backlog's records, which come after the history's where moments are the same."""
    table = pa.concat_tables([known.table(), backlog.table(len(known))])
    table = with_templates(table, joined([known.wording(), backlog.wording()]), Templates())
    customers = background.customers.table if background.customers else None
    return as_of_features(table, customers, model.memory_days).slice(len(known))
