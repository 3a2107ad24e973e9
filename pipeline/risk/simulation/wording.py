"""Complaints → which message each sends, and which of them say the same: own copies, and templates of a gang."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from pipeline.risk.simulation.customers import Customers
from pipeline.risk.simulation.messages import STYLES, Messages
from pipeline.risk.simulation.worlds import ORDINARY, World

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_TEMPLATES = 3  # of a gang
_FROM_TEMPLATE = 0.7  # share of a gang's complaints that fill one in
_RECOGNISED = 0.92  # share of copies that the search for near-duplicates finds
_MISTAKEN = 0.002  # share of messages that it takes for a copy of somebody else's


@dataclass(frozen=True)
class Wording:
    """What complaints say; `template` is an array (complaints,)."""

    messages: Ints  # (languages, complaints): number of the message, were it written in each language
    template: Ints  # equal where the search for near-duplicates finds the same wording


def draw_wording(world: World, customers: Customers, who: Ints, messages: Messages, random: Generator) -> Wording:
    """Choose messages; `who` (complaints,) are customers, all complaints of one in a row and in order of time."""
    count = len(who)
    style, professional = _manner(world, customers, who, random)
    languages = list(world.languages)
    chosen = np.stack([messages.choose(language, style, professional, random) for language in languages])
    source = _gang_sources(customers, who, len(languages), random)
    copies = random.random(count) < customers.copies[who]
    copies[np.flatnonzero(np.diff(who, prepend=-1))] = False  # nobody copies before they have written
    earlier = np.maximum.accumulate(np.where(copies, 0, np.arange(count)))
    source = source[earlier]
    alone = random.random(count) >= _RECOGNISED
    template = np.where(alone, np.arange(count), source)
    mistaken = random.random(count) < _MISTAKEN
    template[mistaken] = template[random.integers(count, size=int(mistaken.sum()))] if count else 0
    return Wording(chosen[:, source], template)


def _manner(world: World, customers: Customers, who: Ints, random: Generator) -> tuple[Ints, Bools]:
    """Style and intent of each message: of the writer's kind, or of ordinary people, as pure as they are."""
    names = list(world.behaviours)
    kind = np.where(random.random(len(who)) < customers.purity[who], customers.behaviour[who], names.index(ORDINARY))
    behaviours = list(world.behaviours.values())
    bounds = np.cumsum([[behaviour.styles.get(name, 0.0) for name in STYLES] for behaviour in behaviours], axis=1)
    style = (random.random(len(who))[:, None] > bounds[kind] / bounds[kind][:, -1:]).sum(axis=1)
    professional = np.array([behaviour.professional_texts for behaviour in behaviours])[kind]
    return style, random.random(len(who)) < professional


def _gang_sources(customers: Customers, who: Ints, languages: int, random: Generator) -> Ints:
    """The complaint (complaints,) whose message each sends: for most of a gang's, the first of its template."""
    gang, language = customers.gang[who], customers.language[who]
    source = np.arange(len(who))
    filled = np.flatnonzero((gang >= 0) & (random.random(len(who)) < _FROM_TEMPLATE))
    key = (gang[filled] * _TEMPLATES + random.integers(_TEMPLATES, size=len(filled))) * languages + language[filled]
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    source[filled] = filled[first][place]
    return source
