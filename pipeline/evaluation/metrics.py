"""Answers and true labels of one task → figures: F1 with bootstrap intervals, calibration error, coverage and risk."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Figures = dict[str, float | int]

BINS = 10
_COMMON = 20  # positives from which on a label's F1 is more than luck
COVERAGE = 0.7
INTERVAL = (0.025, 0.975)  # the quantiles that bound 95 %


@dataclass(frozen=True)
class Scored:
    """One task on one slice of rows, all arrays (rows, labels).

    For a task with one answer `answered` and `true` are one-hot; `probabilities` may be None when a system gives none.
    """

    answered: Bools
    true: Bools
    probabilities: Floats | None
    one_answer: bool

    def only(self, rows: Bools) -> "Scored":
        """The slice of the rows (rows,) that are True."""
        probabilities = None if self.probabilities is None else self.probabilities[rows]
        return Scored(self.answered[rows], self.true[rows], probabilities, self.one_answer)


def figures(scored: Scored, samples: int, seed: int) -> Figures:
    """All figures of one task; `_low` and `_high` bound the macro-F1's 95 % bootstrap interval."""
    low, high = _bootstrap(scored, samples, seed)
    result: Figures = {
        "n": len(scored.true),
        "accuracy": (scored.answered == scored.true).all(axis=1).mean(),
        "macro_f1": macro_f1(scored.answered, scored.true),
        "macro_f1_low": low,
        "macro_f1_high": high,
    }
    if not scored.one_answer:
        common = scored.true.sum(axis=0) >= _COMMON
        result["micro_f1"] = _micro_f1(scored.answered, scored.true)
        result["macro_f1_common"] = macro_f1(scored.answered[:, common], scored.true[:, common])
    if scored.probabilities is not None:
        result["ece"] = calibration_error(*confidence_and_truth(scored))
        result["coverage_70_accuracy"] = accuracy_at(*row_confidence(scored), COVERAGE)
    known = {name: value for name, value in result.items() if not np.isnan(value)}
    return {name: value if isinstance(value, int) else round(float(value), 4) for name, value in known.items()}


def macro_f1(answered: Bools, true: Bools) -> float:
    """Mean F1 over the labels that occur among the true or the answered ones; NaN when none does."""
    return float(macro_f1s(Scored(answered, true, None, one_answer=False), np.ones((1, len(true))))[0])


def _f1_per_label(answered: Bools, true: Bools, weights: Floats) -> Floats:
    """F1 (samples, labels) of rows (rows, labels) counted with weights (samples, rows)."""
    hits = weights @ (answered & true)
    wrong = weights @ (answered & ~true)
    missed = weights @ (~answered & true)
    return _f1(hits, wrong, missed)


def _micro_f1(answered: Bools, true: Bools) -> float:
    hits, wrong, missed = (answered & true).sum(), (answered & ~true).sum(), (~answered & true).sum()
    return float(_f1(hits, wrong, missed))


def _f1(hits: Floats, wrong: Floats, missed: Floats) -> Floats:
    return 2 * hits / np.maximum(2 * hits + wrong + missed, 1)


def draws(rows: int, samples: int, seed: int) -> Floats:
    """How often each row is drawn in each sample (samples, rows) of the bootstrap (Efron 1979)."""
    return np.random.default_rng(seed).multinomial(rows, np.full(rows, 1 / rows), size=samples).astype(float)


def macro_f1s(scored: Scored, weights: Floats) -> Floats:
    """Macro-F1 (samples,) of rows that count as `weights` (samples, rows) say; NaN where no label occurs."""
    known = (scored.answered | scored.true).any(axis=0)
    if not known.any():
        return np.full(len(weights), np.nan)
    scores: Floats = _f1_per_label(scored.answered[:, known], scored.true[:, known], weights).mean(axis=1)
    return scores


def _bootstrap(scored: Scored, samples: int, seed: int) -> tuple[float, float]:
    """Percentile bootstrap of macro-F1 over rows."""
    if not len(scored.true):
        return float("nan"), float("nan")
    low, high = np.quantile(macro_f1s(scored, draws(len(scored.true), samples, seed)), INTERVAL)
    return float(low), float(high)


def confidence_and_truth(scored: Scored) -> tuple[Floats, Bools]:
    """What is checked for calibration: the answer's probability, or every label's own where several may apply."""
    assert scored.probabilities is not None
    if not scored.one_answer:
        return scored.probabilities.ravel(), scored.true.ravel()
    best = scored.probabilities.argmax(axis=1)
    rows = np.arange(len(best))
    return scored.probabilities[rows, best], scored.true[rows, best]


def row_confidence(scored: Scored) -> tuple[Floats, Bools]:
    """How sure a row's whole answer is (rows,), and whether all of it is right (rows,).

    Where several labels may apply, they are taken as independent: the answer is as sure as the product of its parts.
    """
    assert scored.probabilities is not None
    if scored.one_answer:
        return confidence_and_truth(scored)
    parts = np.where(scored.answered, scored.probabilities, 1 - scored.probabilities)
    return parts.prod(axis=1), (scored.answered == scored.true).all(axis=1)


def reliability(confidence: Floats, correct: Bools) -> list[tuple[float, float, int]]:
    """Mean confidence, share of truth and count of each of ten equal bins that is not empty."""
    bins = confidence_bins(confidence)
    return [
        (float(confidence[bins == i].mean()), float(correct[bins == i].mean()), int((bins == i).sum()))
        for i in range(BINS)
        if (bins == i).any()
    ]


def confidence_bins(confidence: Floats) -> npt.NDArray[np.int64]:
    """The number of the bin, from 0, that each confidence falls into."""
    return np.minimum((confidence * BINS).astype(np.int64), BINS - 1)


def calibration_error(confidence: Floats, correct: Bools) -> float:
    """Expected calibration error over ten bins (Naeini et al. 2015)."""
    if not len(confidence):
        return float("nan")
    return sum(abs(mean - truth) * count for mean, truth, count in reliability(confidence, correct)) / len(confidence)


def accuracy_at(confidence: Floats, correct: Bools, coverage: float) -> float:
    """Accuracy among the share `coverage` of rows that are answered most confidently."""
    keep = max(1, round(len(confidence) * coverage))
    return float(correct[np.argsort(-confidence, kind="stable")[:keep]].mean()) if len(confidence) else float("nan")


def coverage_risk(confidence: Floats, correct: Bools) -> list[tuple[float, float]]:
    """Coverage and the error rate at it, at every twentieth of the rows."""
    return [
        (share, 1 - accuracy_at(confidence, correct, share)) for share in np.linspace(0.05, 1, 20).round(2).tolist()
    ]
