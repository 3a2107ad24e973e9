"""Customers and incidents → complaints: when, about what, how much is claimed, what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from pipeline.risk.simulation.companies import CATEGORIES, Company, Incident
from pipeline.risk.simulation.customers import Customers
from pipeline.risk.simulation.worlds import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UPHELD, REJECTED, OPEN = 0, 1, 2
OUTCOMES = ("upheld", "rejected", "open")
_OPEN = 0.04  # share of complaints that nobody has decided
_DECIDED_IN = 10  # days; younger ones are open
_JOINED_WITHIN = 6  # days after an incident
_COMES_BACK = (2, 20)  # days after which an upheld complaint is reopened
_FROM_MESSAGE = -1  # the category is what the message complains about


@dataclass(frozen=True)
class Complaints:
    """Complaints, each field an array (complaints,), sorted by customer and time."""

    customer: Ints
    day: Floats  # of the world
    product: Ints
    category: Ints  # index into CATEGORIES, or -1: what the message says
    incident: Bools
    justified: Bools
    order: Floats
    claimed: Floats  # NaN: no claim
    paid: Floats  # NaN: nothing
    outcome: Ints  # index into OUTCOMES

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: Ints) -> "Complaints":
        """The complaints of these numbers."""
        return Complaints(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def draw_complaints(
    world: World, companies: Sequence[Company], incidents: Sequence[Incident], customers: Customers, random: Generator
) -> Complaints:
    """Complaints of everybody's own, of incidents, and of those who come back."""
    own = _own(world, customers, random)
    shared = _shared(world, incidents, customers, random)
    prices = np.array([company.price for company in companies])
    first = _settle(world, customers, prices, _join(own, shared), random)
    return _in_order(_join(first, _reopened(world, customers, prices, first, random)))


def _own(world: World, customers: Customers, random: Generator) -> Complaints:
    """Complaints about single orders; those in a hurry crowd towards the end."""
    start = np.maximum(customers.since, 0)
    inside = (world.days - start) / (world.days - customers.since)
    count = random.binomial(random.binomial(customers.orders, inside), customers.complaints_per_order)
    who = np.repeat(np.arange(len(customers)), count)
    moment = random.random(len(who)) ** (1 / (1 + 2 * customers.hurry[who]))
    day = start[who] + moment * (world.days - start[who])
    product = random.integers(world.companies.products, size=len(who))
    return _unsettled(who, day, product, np.full(len(who), _FROM_MESSAGE), np.zeros(len(who), bool))


def _shared(world: World, incidents: Sequence[Incident], customers: Customers, random: Generator) -> Complaints:
    """Complaints about incidents: a share of the company's customers within days."""
    parts = [_unsettled(*(np.zeros(0, kind) for kind in (int, float, int, int, bool)))]
    for incident in incidents:
        there = np.flatnonzero((customers.company == incident.company) & (customers.since < incident.day))
        who = there[random.random(len(there)) < world.companies.incident_share]
        day = incident.day + random.random(len(who)) * _JOINED_WITHIN
        soon = day < world.days
        category = np.full(len(who), CATEGORIES.index(incident.category))
        every = _unsettled(who, day, np.full(len(who), incident.product), category, np.ones(len(who), bool))
        parts.append(every.take(np.flatnonzero(soon)))
    return _join(*parts)


def _unsettled(who: Ints, day: Floats, product: Ints, category: Ints, incident: Bools) -> Complaints:
    nothing = np.full(len(who), np.nan)
    undecided = np.full(len(who), OPEN)
    return Complaints(who, day, product, category, incident, incident, nothing, nothing, nothing, undecided)


def _settle(
    world: World, customers: Customers, prices: Floats, complaints: Complaints, random: Generator
) -> Complaints:
    """Decide who is right, what is claimed, what the company says and pays."""
    who, count = complaints.customer, len(complaints)
    order = prices[customers.company[who]] * random.lognormal(0, world.companies.price_spread, count)
    justified = complaints.incident | (random.random(count) < customers.justified[who])
    asks = random.random(count) < customers.claims[who]
    claimed = np.where(asks, order * customers.claim_ratio[who] * random.lognormal(0, 0.5, count), np.nan)
    upheld = random.random(count) < np.where(
        justified, 1 - world.companies.blames_customer, world.companies.blames_itself
    )
    still_open = (complaints.day > world.days - _DECIDED_IN) | (random.random(count) < _OPEN)
    outcome = np.where(still_open, OPEN, np.where(upheld, UPHELD, REJECTED))
    gives_in = (outcome == REJECTED) & (random.random(count) < customers.insists[who])
    share = np.where(outcome == UPHELD, 1 - 0.4 * random.random(count), 0.2 + 0.4 * random.random(count))
    asked = np.where(asks, claimed, 0.2 * order)  # without a claim: a voucher, a fifth of the order
    receives = gives_in | ((outcome == UPHELD) & (asks | (random.random(count) < 0.1)))  # noqa: PLR2004 - an assumption
    paid = np.where(receives, share * asked, np.nan)
    return replace(
        complaints,
        justified=justified,
        order=order.round(2),
        claimed=claimed.round(2),
        paid=paid.round(2),
        outcome=outcome,
    )


def _reopened(world: World, customers: Customers, prices: Floats, first: Complaints, random: Generator) -> Complaints:
    """Complaints that come back after they were upheld, about the same product and reason."""
    back = (first.outcome == UPHELD) & (random.random(len(first)) < customers.reopens[first.customer])
    later = first.take(np.flatnonzero(back))
    later = replace(later, day=later.day + random.uniform(*_COMES_BACK, len(later)))
    later = later.take(np.flatnonzero(later.day < world.days))
    return _settle(world, customers, prices, replace(later, incident=np.zeros(len(later), bool)), random)


def _join(*parts: Complaints) -> Complaints:
    return Complaints(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Complaints)}
    )


def _in_order(complaints: Complaints) -> Complaints:
    return complaints.take(np.lexsort((complaints.day, complaints.customer)))
