"""Rows for a person to look at: severity 3, low confidence, conduct that looks like professional complaining."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.data.schema import Reason
from pipeline.reporting.manager.attention import URGENT
from pipeline.reporting.manager.columns import Rows
from pipeline.reporting.manager.table import AT_RISK, Table
from pipeline.risk.guards import GUARDS
from pipeline.risk.scorecard import BASE, CONTEXT

COUNTER_EVIDENCE = (*GUARDS, f"{CONTEXT}incident_reports")  # has no weight, and speaks for the customer
_ONLY_URGENT = ("urgent",)  # a reason for review that says nothing against the tag


@dataclass(frozen=True)
class Queue:
    """The rows that belong to it, (rows,), and the order in which to look at them."""

    rows: Rows
    order: list[int]


@dataclass(frozen=True)
class Weighing:
    """Reasons for and against a risk, the weightiest first."""

    points_to: list[Reason]
    speaks_against: list[Reason]


def urgent_queue(table: Table, closed: Rows) -> Queue:
    """Return severity 3 that nobody has decided, the newest first."""
    return _queue(table.complaints & (table.severity == URGENT) & ~closed, -table.day)


def doubtful_queue(table: Table) -> Queue:
    """Return rows whose tags a person should check, the least certain first."""
    only_urgent = np.array([value in ((), _ONLY_URGENT) for value in table.reasons.values], bool)[table.reasons.codes]
    return _queue(table.needs_review & ~only_urgent, table.confidence)


def risk_queue(table: Table) -> Queue:
    """Return the latest row of every customer at risk: `review` before `elevated`, then the highest score."""
    rows = np.logical_or.reduce([table.risk.equal(level) for level in AT_RISK])
    latest = _queue(rows, -table.day).order
    once = {table.customer[row] or str(row): row for row in reversed(latest)}
    level, score = table.risk.equal("review"), np.nan_to_num(table.risk_score)
    return Queue(rows, sorted(once.values(), key=lambda row: (not level[row], -score[row], row)))


def weigh(reasons: list[Reason]) -> Weighing:
    """Part the reasons of one row by the sign of their weight; what kept the level down comes first among the latter.

    The base is where everybody begins: it speaks neither way.
    """
    weighed = [reason for reason in reasons if reason.weight and reason.code != BASE]
    ranked = sorted(weighed, key=lambda reason: -abs(reason.weight))
    beside = [reason for reason in reasons if reason.code in COUNTER_EVIDENCE]
    return Weighing([r for r in ranked if r.weight > 0], [*beside, *(r for r in ranked if r.weight < 0)])


def _queue(rows: Rows, key: NDArray[np.generic]) -> Queue:
    places = np.flatnonzero(rows)
    return Queue(rows, places[np.argsort(key[places], kind="stable")].tolist())
