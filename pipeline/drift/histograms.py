"""Values of one measure → counts in bins that the reference fixes: a quantile sketch of numbers, a list of codes."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from pipeline.drift.measures import Value, Vectors
from pipeline.drift.statistics import Counts

_QUANTILES = np.linspace(0, 1, 21)[:-1]  # every twentieth; the smallest value too, which may be that of nearly all rows
_MOST_CODES = 20  # the rarer ones are counted together
_KINDS = 12  # of wording
_ROUNDS = 30  # of k-means; it has settled long before
_SEED = 13
_DECIMALS = 6


class Histogram(BaseModel):
    """The reference of one measure: `edges` between the bins of numbers, or `codes`; `counts` has a bin more."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    edges: list[float] | None = None
    mean: float | None = None  # of the numbers
    codes: list[str] | None = None
    counts: list[int]

    @classmethod
    def of(cls, values: Sequence[Value], ordered: bool) -> "Histogram":
        """Lay the bins by the values themselves, and count them."""
        if ordered:
            numbers = np.array(values, np.float64)
            edges = np.unique(np.quantile(numbers, _QUANTILES)).tolist()
            draft = cls(edges=edges, mean=round(float(numbers.mean()), _DECIMALS), counts=[])
        else:
            draft = cls(codes=[str(code) for code, _ in Counter(values).most_common(_MOST_CODES)], counts=[])
        return draft.model_copy(update={"counts": draft.count(values).tolist()})

    def count(self, values: Sequence[Value]) -> Counts:
        """Counts (bins,) of values; codes that the reference has not seen are in the last bin."""
        if self.edges is not None:
            bins = np.searchsorted(self.edges, np.array(values, np.float64), side="left")
            return np.bincount(bins, minlength=len(self.edges) + 1)
        codes = self.codes or []
        places = {code: place for place, code in enumerate(codes)}
        return np.bincount([places.get(str(value), len(codes)) for value in values], minlength=len(codes) + 1)


def find_kinds(vectors: Vectors) -> Vectors:
    """Centers (kinds, scores) of vectors (rows, scores) that lie together: k-means (Lloyd 1982) from random rows."""
    random = np.random.default_rng(_SEED)
    centers = vectors[random.choice(len(vectors), min(_KINDS, len(vectors)), replace=False)]
    for _ in range(_ROUNDS):
        kinds = _nearest(vectors, centers)
        members = [vectors[kinds == kind] for kind in range(len(centers))]
        centers = np.array(
            [part.mean(axis=0) if len(part) else old for part, old in zip(members, centers, strict=True)]
        )
    return centers


def name_kinds(vectors: Vectors, centers: Vectors) -> list[Value]:
    """The kind of each vector, as a code."""
    return [f"kind {kind + 1}" for kind in _nearest(vectors, centers)] if len(vectors) else []


def _nearest(vectors: Vectors, centers: Vectors) -> Counts:
    distances = np.square(centers).sum(axis=1) - 2 * vectors @ centers.T
    nearest: Counts = distances.argmin(axis=1)
    return nearest
