"""A world → its customers: what each of them is like, how long and how much they have bought."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from pipeline.risk.simulation.worlds import ORDINARY, Behaviour, World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

YEAR = 365.0
_SPREAD = 10.0  # of a person's own habits around the mean of their kind: the sum of a beta distribution's parameters
_PURE = 12.0  # the same for `purity`


@dataclass(frozen=True)
class Customers:
    """Habits and circumstances, each an array (customers,)."""

    behaviour: Ints  # index into `World.behaviours`
    company: Ints
    language: Ints  # index into `World.languages`
    gang: Ints  # who share templates; -1: nobody
    since: Floats  # day of the world on which they came; negative: before it begins
    orders: Ints
    complaints_per_order: Floats
    justified: Floats
    claims: Floats
    claim_ratio: Floats
    insists: Floats
    reopens: Floats
    copies: Floats
    hurry: Floats
    purity: Floats

    def __len__(self) -> int:
        return len(self.behaviour)


def draw_customers(world: World, count: int, random: Generator) -> Customers:
    """Customers whose habits lie between those of their kind and those of ordinary people."""
    behaviours = list(world.behaviours.values())
    kind = random.choice(len(behaviours), count, p=[behaviour.share for behaviour in behaviours])
    pure = _beta(_of(behaviours, kind, lambda one: one.purity), _PURE, random)
    ordinary = world.behaviours[ORDINARY]

    def mixed(habit: Callable[[Behaviour], float]) -> Floats:
        result: Floats = pure * _of(behaviours, kind, habit) + (1 - pure) * habit(ordinary)
        return result

    company, gang = _companies(world, behaviours, kind, random)
    years = random.exponential(_of(behaviours, kind, lambda one: one.years))
    since = world.days - years * YEAR
    orders = 1 + random.poisson(random.gamma(2.0, mixed(lambda one: one.orders_per_year) * years / 2.0))
    return Customers(
        behaviour=kind,
        company=company,
        language=random.choice(len(world.languages), count, p=list(world.languages.values())),
        gang=gang,
        since=since,
        orders=orders,
        complaints_per_order=_beta(mixed(lambda one: one.complaints_per_order), _SPREAD, random),
        justified=_beta(mixed(lambda one: one.justified), _SPREAD, random),
        claims=_beta(mixed(lambda one: one.claims), _SPREAD, random),
        claim_ratio=mixed(lambda one: one.claim_ratio) * random.lognormal(0, 0.4, count),
        insists=_beta(mixed(lambda one: one.insists), _SPREAD, random),
        reopens=_beta(mixed(lambda one: one.reopens), _SPREAD, random),
        copies=_beta(mixed(lambda one: one.copies), _SPREAD, random),
        hurry=mixed(lambda one: one.hurry),
        purity=pure,
    )


def _of(behaviours: list[Behaviour], kind: Ints, habit: Callable[[Behaviour], float]) -> Floats:
    return np.array([habit(behaviour) for behaviour in behaviours], float)[kind]


def _beta(mean: Floats, spread: float, random: Generator) -> Floats:
    inside = np.clip(mean, 1e-3, 1 - 1e-3)
    return random.beta(inside * spread, (1 - inside) * spread)


def _companies(world: World, behaviours: list[Behaviour], kind: Ints, random: Generator) -> tuple[Ints, Ints]:
    """The company and the gang of each; a gang has one company."""
    company = random.integers(world.companies.count, size=len(kind))
    gang = np.full(len(kind), -1)
    first = 0
    for number, behaviour in enumerate(behaviours):
        if behaviour.gang:
            members = np.flatnonzero(kind == number)
            gang[members] = first + np.arange(len(members)) // behaviour.gang
            company[members] = random.integers(world.companies.count, size=len(members) + 1)[gang[members] - first]
            first = int(gang.max()) + 1
    return company, gang
