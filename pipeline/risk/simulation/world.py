"""A world and messages → tables: complaints as a company would keep them, its customers, and the truth about them."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.random import Generator

from pipeline.risk.simulation.companies import (
    CATEGORIES,
    CLAIMS,
    CUSTOMERS,
    OUTCOME,
    Company,
    draw_companies,
    draw_incidents,
)
from pipeline.risk.simulation.complaints import OUTCOMES, Complaints, draw_complaints
from pipeline.risk.simulation.customers import Customers, draw_customers
from pipeline.risk.simulation.messages import Messages
from pipeline.risk.simulation.wording import Wording, draw_wording
from pipeline.risk.simulation.worlds import World

Bools = npt.NDArray[np.bool_]

_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True)
class Simulated:
    """Tables of one world.

    complaints: id, customer_id, company, product, date, order_amount, claimed_amount, paid_amount, outcome, language,
        category (null: what the message says), message (row of `messages`), message_ru, message_uk, … (what it would be
        in that language), template (equal: the same wording).
    customers: customer_id, since (date), orders, spend; null where the company keeps no records of customers.
    truth: customer_id, behaviour, label (1: professional), company, unrecorded (what the company keeps no record of).
    messages: the corpus rows that complaints point into.
    """

    complaints: pa.Table
    customers: pa.Table
    truth: pa.Table
    messages: pa.Table

    def save(self, folder: Path) -> None:
        """Write a parquet file per table."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in vars(self).items():
            pq.write_table(table, folder / f"{name}.parquet")

    @classmethod
    def load(cls, folder: Path) -> "Simulated":
        """Read what `save` wrote."""
        return cls(**{name: pq.read_table(folder / f"{name}.parquet") for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class _Drawn:
    """What the tables are made of."""

    world: World
    companies: list[Company]
    customers: Customers
    complaints: Complaints
    wording: Wording

    @property
    def names(self) -> npt.NDArray[np.object_]:
        return np.array([f"customer-{number}" for number in range(len(self.customers))], object)

    @property
    def midnight(self) -> int:
        """When the world begins, in microseconds since 1970."""
        return int(datetime.combine(self.world.first_day, time(), UTC).timestamp() * 1e6)

    def keeps_no(self, what: str) -> Bools:
        """Whether each customer's company (customers,) lacks these records."""
        return np.array([company.unrecorded == what for company in self.companies])[self.customers.company]


def simulate(world: World, messages: Messages, seed: int) -> Simulated:
    """Draw a world; the same seed gives the same tables."""
    random = np.random.default_rng(seed)
    companies = draw_companies(world, random)
    customers = draw_customers(world, world.customers, random)
    complaints = draw_complaints(world, companies, draw_incidents(world, random), customers, random)
    wording = draw_wording(world, customers, complaints.customer, messages, random)
    drawn = _Drawn(world, companies, customers, complaints, wording)
    return Simulated(_complaints(drawn), _customers(drawn, random), _truth(drawn), messages.table())


def _complaints(drawn: _Drawn) -> pa.Table:
    complaints, who = drawn.complaints, drawn.complaints.customer
    moment = drawn.midnight + (complaints.day * _DAY).astype(np.int64)
    no_claims = drawn.keeps_no(CLAIMS)[who]
    outcome = np.array(OUTCOMES, object)[complaints.outcome]
    languages, spoken = list(drawn.world.languages), drawn.customers.language[who]
    category = np.array(CATEGORIES, object)[complaints.category]
    return pa.table(
        {
            "id": [f"complaint-{number}" for number in range(len(complaints))],
            "customer_id": drawn.names[who],
            "company": _company(drawn)[who],
            "product": [f"product-{number}" for number in complaints.product],
            "date": pa.array(moment, pa.timestamp("us")),
            "order_amount": complaints.order,
            "claimed_amount": _known(complaints.claimed, no_claims),
            "paid_amount": _known(complaints.paid, no_claims),
            "outcome": pa.array(outcome, pa.string(), mask=drawn.keeps_no(OUTCOME)[who]),
            "language": np.array(languages, object)[spoken],
            "category": pa.array(category, pa.string(), mask=complaints.category < 0),
            "message": drawn.wording.messages[spoken, np.arange(len(complaints))],
            **{f"message_{name}": drawn.wording.messages[place] for place, name in enumerate(languages)},
            "template": drawn.wording.template,
        }
    )


def _customers(drawn: _Drawn, random: Generator) -> pa.Table:
    customers, unknown = drawn.customers, drawn.keeps_no(CUSTOMERS)
    prices = np.array([company.price for company in drawn.companies])[customers.company]
    mean = np.exp(drawn.world.companies.price_spread**2 / 2)  # of a lognormal variable with the median 1
    spend = prices * mean * customers.orders * random.lognormal(0, 0.3, len(customers))
    moment = drawn.midnight + (customers.since * _DAY).astype(np.int64)
    return pa.table(
        {
            "customer_id": drawn.names,
            "since": pa.array(moment, pa.timestamp("us"), mask=unknown),
            "orders": pa.array(customers.orders, pa.int64(), mask=unknown),
            "spend": pa.array(spend.round(2), pa.float64(), mask=unknown),
        }
    )


def _truth(drawn: _Drawn) -> pa.Table:
    kind, behaviours = drawn.customers.behaviour, drawn.world.behaviours
    unrecorded = np.array([company.unrecorded for company in drawn.companies], object)
    return pa.table(
        {
            "customer_id": drawn.names,
            "behaviour": np.array(list(behaviours), object)[kind],
            "label": np.array([int(behaviour.professional) for behaviour in behaviours.values()])[kind],
            "company": _company(drawn),
            "unrecorded": unrecorded[drawn.customers.company],
        }
    )


def _company(drawn: _Drawn) -> npt.NDArray[np.object_]:
    """The name of each customer's company (customers,)."""
    return np.array([company.name for company in drawn.companies], object)[drawn.customers.company]


def _known(amounts: npt.NDArray[np.float64], hidden: Bools) -> pa.Array:
    return pa.array(amounts, pa.float64(), mask=hidden | np.isnan(amounts))
