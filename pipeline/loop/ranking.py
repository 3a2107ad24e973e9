"""What is doubtful about each row → the rows that a person should look at, spread over languages and categories."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Doubts:
    """What speaks for looking at each row, arrays (rows,) from 0 to 1."""

    uncertainty: Floats
    disagreement: Floats
    novelty: Floats
    risk: Floats


@dataclass(frozen=True)
class Weights:
    """How much each doubt counts; `python benchmarks/review_queue.py` measures what the first two bring together."""

    uncertainty: float = 1.0
    disagreement: float = 1.0
    novelty: float = 0.25
    risk: float = 0.25


def priority(doubts: Doubts, weights: Weights) -> Floats:
    """The weighted sum of the doubts (rows,)."""
    total: Floats = np.sum([getattr(weights, name) * value for name, value in vars(doubts).items()], axis=0)
    return total


def margin_doubt(probabilities: Floats) -> Floats:
    """1 minus the lead of the likeliest label over the next; probabilities (…, labels)."""
    ranked = np.sort(probabilities, axis=-1)
    doubt: Floats = 1 - (ranked[..., -1] - ranked[..., -2])
    return doubt


def disagreement(first: Floats, second: Floats) -> Floats:
    """Jensen-Shannon divergence in bits, 0 to 1, of two models' probabilities (…, labels).

    For two models it is the committee's disagreement of McCallum and Nigam 1998.
    """
    middle = (first + second) / 2
    divergence: Floats = (_divergence(first, middle) + _divergence(second, middle)) / 2
    return divergence


def _divergence(one: Floats, other: Floats) -> Floats:
    ratio = np.log2(np.maximum(one, 1e-12) / np.maximum(other, 1e-12))
    bits: Floats = (one * ratio).sum(axis=-1)
    return bits


def quotas(counts: Mapping[Hashable, int], rows: int) -> dict[Hashable, int]:
    """How many of `rows` go to each stratum: by the square root of its size, so that rare ones get more than a share.

    Places are dealt out one by one (Webster's method); no stratum gets more rows than it has.
    """
    places: Counter[Hashable] = Counter()
    for _ in range(min(rows, sum(counts.values()))):
        unfilled = [stratum for stratum, count in counts.items() if places[stratum] < count]
        places[max(unfilled, key=lambda stratum: counts[stratum] ** 0.5 / (places[stratum] + 0.5))] += 1
    return dict(places)


def choose(
    order: Sequence[int],
    strata: Sequence[Hashable],
    places: Mapping[Hashable, int],
    alike: Mapping[int, set[int]],
    rows: int,
) -> list[int]:
    """Take rows in the order given, as many of each stratum as it has places, none like one taken before.

    Places that a stratum could not fill go to the next rows in the order, whatever their stratum.
    """
    left, chosen, waiting = Counter(places), list[int](), list[int]()
    taken: set[int] = set()
    for row in order:
        if alike.get(row, set()) & taken:
            continue
        if left[strata[row]] > 0 and len(chosen) < rows:
            left[strata[row]] -= 1
            chosen.append(row)
            taken.add(row)
        else:
            waiting.append(row)
    for row in waiting:
        if len(chosen) >= rows:
            break
        if not alike.get(row, set()) & taken:
            chosen.append(row)
            taken.add(row)
    rank = {row: place for place, row in enumerate(order)}
    return sorted(chosen, key=lambda row: rank[row])
