"""Whom to call today: urgent cases, loyal customers about to leave, stories about to spread; each by a stated rule."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.reporting.manager.columns import Rows
from pipeline.reporting.manager.contacts import Contacts
from pipeline.reporting.manager.days import Periods
from pipeline.reporting.manager.earlier import Customer
from pipeline.reporting.manager.seams import Seams
from pipeline.reporting.manager.table import NO_DAY, Table

LOYAL_DAYS = 365  # since the first contact, of a customer who was helped and came back
LOYAL_SINCE_DAYS = 730  # as a customer
LOYAL_ORDERS = 10
PUBLIC_CHANNELS = ("review", "social")
_AUDIENCE = ("publicity_threat", "warns_others")
_CHARGED = ("anger", "disgust", "surprise")
_STRIKING = ("safety_privacy", "deception")
URGENT = 3


@dataclass(frozen=True)
class Attention:
    """Rows by reason, (rows,): `urgent`, `loyal`, `spreading` of the latest period and not closed; `calls` by rank."""

    urgent: Rows
    loyal: Rows
    spreading: Rows
    calls: list[int]


def find_attention(
    table: Table, contacts: Contacts, seams: Seams, customers: Mapping[str, Customer], periods: Periods | None
) -> Attention:
    """Apply the rules to complaints that nobody has decided, of the latest period where days are known."""
    waiting = table.complaints & ~table.outcome.equal("upheld") & ~table.outcome.equal("rejected")
    recent = waiting & (table.between(periods.first_now, periods.last) if periods else np.ones(len(table), bool))
    urgent = recent & (table.severity == URGENT)
    loyal = recent & _is_loyal(table, contacts, customers) & _may_leave(table, seams)
    spreading = recent & _may_spread(table)
    return Attention(urgent, loyal, spreading, _rank(table, urgent, loyal, spreading))


def _is_loyal(table: Table, contacts: Contacts, customers: Mapping[str, Customer]) -> Rows:
    """Return rows of customers of long standing, or who were helped before and have stayed over a year."""
    stayed = contacts.helped_before & (contacts.first_seen != NO_DAY)
    stayed &= table.day - contacts.first_seen >= LOYAL_DAYS
    known = [customers.get(name) for name in table.customer.values]
    since = np.array([who.since if who else NO_DAY for who in known], np.int32)[table.customer.codes]
    orders = np.array([who.orders if who else 0 for who in known])[table.customer.codes]
    last = int(table.day.max(initial=NO_DAY))
    moment = np.where(table.dated, table.day, last)
    standing = (since != NO_DAY) & (moment - since >= LOYAL_SINCE_DAYS)
    return np.asarray(stayed | standing | (orders >= LOYAL_ORDERS), bool)


def _may_leave(table: Table, seams: Seams) -> Rows:
    return np.asarray(table.signals.holding("churn_threat") | seams.any | (table.severity == URGENT), bool)


def _may_spread(table: Table) -> Rows:
    """Return rows with an audience, strong feeling, and something unusual or grave to tell."""
    audience = table.signals.holding_any(_AUDIENCE) | _in_channels(table, PUBLIC_CHANNELS)
    striking = (table.severity == URGENT) | table.categories.holding_any(_STRIKING)
    striking |= table.reasons.holding("out_of_distribution")
    return np.asarray(audience & table.emotions.holding_any(_CHARGED) & striking, bool)


def _in_channels(table: Table, channels: tuple[str, ...]) -> Rows:
    public: Rows = np.array([value in channels for value in table.channel.values], bool)[table.channel.codes]
    return public


def _rank(table: Table, urgent: Rows, loyal: Rows, spreading: Rows) -> list[int]:
    """Order rows by urgency, then the number of reasons, then the newest; one row a customer."""
    rows = np.flatnonzero(urgent | loyal | spreading)
    reasons = urgent.astype(int) + loyal + spreading
    keys: tuple[NDArray[np.generic], ...] = (rows, -table.day[rows], -reasons[rows], ~urgent[rows])
    seen: set[int] = set()
    ranked = []
    for row in rows[np.lexsort(keys)].tolist():
        customer = int(table.customer.codes[row])
        if customer not in seen or not table.customer[row]:
            ranked.append(row)
        seen.add(customer)
    return ranked
