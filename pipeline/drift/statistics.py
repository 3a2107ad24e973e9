"""Counts of before and of now, bin by bin → how much moved, and how often chance alone moves that much."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]

_DRAWS = 9_999  # of the permutation test: its smallest p-value is 1 in 10,000
_SEED = 13
_EQUAL = 1e-9  # statistics nearer than this are the same one, up to rounding


def moved(before: Counts, now: Counts, ordered: bool) -> npt.NDArray[np.float64]:
    """The share of rows (…,) that would have to change bins to undo the difference between counts (…, bins).

    Total variation for codes; for ordered bins the two-sample Kolmogorov-Smirnov distance, which is never larger.
    """
    difference = now / now.sum(axis=-1, keepdims=True) - before / before.sum(axis=-1, keepdims=True)
    if ordered:
        largest: npt.NDArray[np.float64] = np.abs(difference.cumsum(axis=-1)).max(axis=-1)
        return largest
    total: npt.NDArray[np.float64] = np.abs(difference).sum(axis=-1) / 2
    return total


def chance(before: Counts, now: Counts, ordered: bool) -> float:
    """The p-value of `moved`: how often a random division of all rows into two samples of these sizes moves as much.

    A permutation test on the pooled histogram (Monte Carlo, Phipson and Smyth 2010, doi:10.2202/1544-6115.1585): it
    keeps its level for any number of rows, for ties and for empty bins.
    """
    pooled = before + now
    draws = np.random.default_rng(_SEED).multivariate_hypergeometric(pooled, int(now.sum()), size=_DRAWS)
    as_much = moved(pooled - draws, draws, ordered) >= moved(before, now, ordered) - _EQUAL
    return float((1 + as_much.sum()) / (1 + _DRAWS))


def holm(chances: Sequence[float]) -> list[float]:
    """p-values → p-values corrected for their number, valid together whatever their dependence (Holm 1979)."""
    order = np.argsort(chances, kind="stable")
    corrected = np.empty(len(chances))
    steps = np.array(chances)[order] * np.arange(len(chances), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1) if len(chances) else steps
    return [float(value) for value in corrected]
