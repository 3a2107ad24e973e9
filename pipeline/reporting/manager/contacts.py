"""Complaints in order of customer, matter and day → who had to write again, and who was told both yes and no."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reporting.manager.columns import Rows, Single
from pipeline.reporting.manager.earlier import Contact
from pipeline.reporting.manager.table import NO_DAY, Table

AGAIN_WITHIN = 30  # days after which a new complaint about the same thing is a new matter

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Contacts:
    """What earlier contacts say of each row of the table, (rows,)."""

    repeated: Rows  # the customer had complained of the same thing within AGAIN_WITHIN days before
    decided_both_ways: Rows  # within one matter, one complaint was upheld and another rejected
    first_seen: NDArray[np.int32]  # the customer's first contact, NO_DAY where unknown
    helped_before: Rows  # an earlier complaint of the customer was upheld


def trace_contacts(table: Table, history: Sequence[Contact]) -> Contacts:
    """Follow every customer through the table and the history before it.

    The same thing is the same product of the same company; without a product, the same category.
    """
    complaints = table.complaints
    customers = _numbers([*_texts(table.customer), *(contact.customer for contact in history)])
    matters = _numbers([*_matters(table), *((c.company, c.product or f"#{c.category}") for c in history)])
    days = np.concatenate([table.day, np.array([contact.day for contact in history], np.int32)])
    outcomes = np.array([*_texts(table.outcome), *(contact.outcome for contact in history)])
    known = np.array([*_texts(table.customer), *(contact.customer for contact in history)]) != ""
    usable = known & (days != NO_DAY) & np.concatenate([complaints, np.ones(len(history), bool)])
    order = np.flatnonzero(usable)
    repeated, both_ways = _within_matters(order, customers, matters, days, outcomes)
    first_seen, helped = _by_customer(order, customers, days, outcomes)
    rows = len(table)
    return Contacts(repeated[:rows], both_ways[:rows], first_seen[:rows], helped[:rows])


def _within_matters(
    order: Numbers, customers: Numbers, matters: Numbers, days: NDArray[np.int32], outcomes: NDArray[np.str_]
) -> tuple[Rows, Rows]:
    repeated, both_ways = np.zeros(len(days), bool), np.zeros(len(days), bool)
    order = order[np.lexsort((order, days[order], matters[order], customers[order]))]
    same = (customers[order][1:] == customers[order][:-1]) & (matters[order][1:] == matters[order][:-1])
    again = same & (np.diff(days[order]) <= AGAIN_WITHIN)
    repeated[order[1:][again]] = True
    chain = np.concatenate([[0], np.cumsum(~again)]) if len(order) else np.zeros(0, int)
    upheld, rejected = (np.bincount(chain, weights=outcomes[order] == name) for name in ("upheld", "rejected"))
    both_ways[order] = ((upheld > 0) & (rejected > 0))[chain]
    return repeated, both_ways


def _by_customer(
    order: Numbers, customers: Numbers, days: NDArray[np.int32], outcomes: NDArray[np.str_]
) -> tuple[NDArray[np.int32], Rows]:
    first_seen, helped = np.full(len(days), NO_DAY, np.int32), np.zeros(len(days), bool)
    order = order[np.lexsort((order, days[order], customers[order]))]
    starts = np.concatenate([[True], np.diff(customers[order]) != 0]) if len(order) else np.zeros(0, bool)
    group = np.cumsum(starts) - 1
    first_seen[order] = days[order][starts][group]
    upheld = (outcomes[order] == "upheld").astype(int)
    before = np.cumsum(upheld) - upheld  # of everybody sorted before; less those of earlier customers
    helped[order] = before - before[starts][group] > 0
    return first_seen, helped


def _texts(column: Single) -> list[str]:
    return [column.values[code] for code in column.codes.tolist()]


def _matters(table: Table) -> list[tuple[str, str]]:
    categories = _texts(table.category)
    pairs = zip(_texts(table.company), _texts(table.product), categories, strict=True)
    return [(company, product or f"#{category}") for company, product, category in pairs]


def _numbers(values: Sequence[object]) -> Numbers:
    index: dict[object, int] = {}
    return np.array([index.setdefault(value, len(index)) for value in values], np.int64)
