"""A world → its companies: what they sell, what they record, and the incidents that hit many of their customers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from pipeline.risk.simulation.worlds import World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CATEGORIES = (
    "staff_conduct", "waiting_time", "delivery", "product_quality", "price_billing", "deception", "refund_warranty",
    "service_loop", "contract_terms", "digital_access", "safety_privacy", "other",
)  # fmt: skip
OUTCOME, CLAIMS, CUSTOMERS = "outcome", "claims", "customers"


@dataclass(frozen=True)
class Company:
    """A seller; everything about its customers stays with it."""

    name: str
    price: float  # median amount of an order
    unrecorded: str  # what it keeps no record of: OUTCOME, CLAIMS, CUSTOMERS or nothing


@dataclass(frozen=True)
class Incident:
    """One fault that many customers of a company meet within days."""

    company: int
    day: int  # of the world, from 0
    product: int
    category: str


def draw_companies(world: World, random: Generator) -> list[Company]:
    """Companies with prices of their own; a share of them keeps no record of outcomes, of claims or of customers."""
    count = world.companies.count
    missing = world.unrecorded
    shares = [missing.outcome, missing.claims, missing.customers]
    unrecorded = random.choice([OUTCOME, CLAIMS, CUSTOMERS, ""], count, p=[*shares, 1 - sum(shares)])
    prices = world.companies.price * random.lognormal(0, 1, count)
    return [
        Company(f"company-{number}", float(price), str(what))
        for number, (price, what) in enumerate(zip(prices, unrecorded, strict=True))
    ]


def draw_incidents(world: World, random: Generator) -> list[Incident]:
    """The same number of incidents for every company, at any time."""
    return [
        Incident(
            company=company,
            day=int(random.integers(world.days)),
            product=int(random.integers(world.companies.products)),
            category=str(random.choice(CATEGORIES)),
        )
        for company in range(world.companies.count)
        for _ in range(world.companies.incidents)
    ]
