"""Two systems on the same rows → how much worse the second is, with an interval from a paired bootstrap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation.metrics import (
    BINS,
    INTERVAL,
    Floats,
    Scored,
    confidence_and_truth,
    confidence_bins,
    draws,
    macro_f1s,
)

Statistic = Callable[[Scored, Floats], Floats]  # rows, their weights (samples, rows) → a figure (samples,)


@dataclass(frozen=True)
class Loss:
    """A figure before and after, and how much worse `after` is: `low` and `high` bound it at 95 %."""

    before: float | None  # None: there is nothing to compare with
    after: float
    value: float  # positive: worse
    low: float
    high: float


def draw_with_the_rows(rows: int, samples: int, seed: int) -> Floats:
    """Weights (1 + samples, rows): the rows as they are, then bootstrap samples of them."""
    return np.vstack([np.ones(rows), draws(rows, samples, seed)])


def accuracies(scored: Scored, weights: Floats) -> Floats:
    """Share of rows whose whole answer is right."""
    right = (scored.answered == scored.true).all(axis=1)
    shares: Floats = weights @ right / weights.sum(axis=1)
    return shares


def calibration_errors(scored: Scored, weights: Floats) -> Floats:
    """Expected calibration error over ten bins (Naeini et al. 2015)."""
    confidence, correct = confidence_and_truth(scored)
    rows = len(scored.true)
    surplus = np.zeros((rows, BINS))  # confidence over truth, by row and bin
    owners = np.repeat(np.arange(rows), len(confidence) // max(rows, 1))
    np.add.at(surplus, (owners, confidence_bins(confidence)), confidence - correct)
    errors: Floats = np.abs(weights @ surplus).sum(axis=1) / weights.sum(axis=1) * rows / max(len(confidence), 1)
    return errors


def paired_loss(statistic: Statistic, before: Scored, after: Scored, weights: Floats, *, less_is_better: bool) -> Loss:
    """Compare one figure on the same rows; `weights` come from `draw_with_the_rows`."""
    values = statistic(before, weights), statistic(after, weights)
    return loss_of(*values, less_is_better=less_is_better)


def loss_of(before: Floats, after: Floats, *, less_is_better: bool) -> Loss:
    """A figure (1 + samples,) before and after, of which the first entry is that of the rows as they are."""
    differences = after - before if less_is_better else before - after
    low, high = np.quantile(differences[1:], INTERVAL)
    return Loss(float(before[0]), float(after[0]), float(differences[0]), float(low), float(high))


def drops(before: Scored, after: Scored, weights: Floats) -> Floats:
    """What a change of the texts costs in macro-F1 (samples,)."""
    lost: Floats = macro_f1s(before, weights) - macro_f1s(after, weights)
    return lost


def language_gaps(parts: Sequence[Scored], weights: Sequence[Floats]) -> Floats:
    """Distance in accuracy (samples,) between the best and the worst of several languages, a part for each."""
    by_language = np.stack([accuracies(*part) for part in zip(parts, weights, strict=True)])
    gaps: Floats = by_language.max(axis=0) - by_language.min(axis=0)
    return gaps
