"""Fit slopes, biases and thresholds on validation rows; the result is applied by `pipeline.serving.calibration`."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from sklearn.metrics import f1_score

from pipeline import config
from pipeline.labels import Labels
from pipeline.modeling.batches import build_targets
from pipeline.modeling.network import SINGLE
from pipeline.serving.calibration import COMMON, Calibration, HeadCalibration, Review

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
_PRIOR = 1e-2  # pull of slopes towards 1 and biases towards 0, in mean log-loss per squared unit: rare labels stay put
_GRID = np.round(np.arange(0.1, 0.91, 0.05), 2)
DEFAULT_THRESHOLD = 0.5


def calibrate(
    logits: Mapping[str, Floats],
    rows: pd.DataFrame,
    labels: Labels,
    params: config.Calibrate,
    always: Mapping[str, Bools] | None = None,
) -> Calibration:
    """Calibrate every head on validation rows.

    Args:
        logits: (rows, labels) per head.
        rows: The validation table.
        labels: The taxonomy.
        params: The block `calibrate` of params.yaml.
        always: (rows, labels) per head: what is answered yes whatever the probability, by a rule.
    """
    targets = build_targets(rows, labels)
    languages = rows["language"].tolist()
    heads = {
        head: fit_head(logits[head], targets[head], languages, head in SINGLE, params.min_language_rows)
        for head in logits
    }
    probabilities: dict[str, Floats] = {
        head: np.stack([fitted.probabilities(row, name) for row, name in zip(logits[head], languages, strict=True)])
        for head, fitted in heads.items()
    }
    codes = {"categories": labels.codes["category"], **{head: labels.codes[head] for head in ("emotion", "signals")}}
    thresholds = {
        head: _thresholds(probabilities[head], targets[head], names, (always or {}).get(head), params.min_label_rows)
        for head, names in codes.items()
    }
    return Calibration(
        heads=heads, thresholds=thresholds, review=_review(probabilities["category"], targets["category"], params)
    )


def _thresholds(
    probabilities: Floats, target: Floats, codes: Sequence[str], always: Bools | None, min_rows: int
) -> dict[str, float]:
    labelled = ~np.isnan(target).any(axis=1)
    always = np.zeros(probabilities.shape, bool) if always is None else always
    return {
        code: best_threshold(probabilities[labelled, i], target[labelled, i], always[labelled, i], min_rows)
        for i, code in enumerate(codes)
    }


def _review(probabilities: Floats, target: Floats, params: config.Calibrate) -> Review:
    labelled = ~np.isnan(target)
    correct = probabilities[labelled].argmax(1) == target[labelled]
    confidence = review_confidence(probabilities[labelled].max(1), correct, params.review_precision)
    return Review(confidence=round(confidence, 4), margin=params.small_margin)


def fit_head(
    logits: Floats, target: Floats, languages: Sequence[str], one_answer: bool, min_language_rows: int
) -> HeadCalibration:
    """Fit one head.

    Args:
        logits: (rows, labels).
        target: (rows,) class numbers for one answer, else (rows, labels) of 0/1; NaN where not labelled.
        languages: Language of each row.
        one_answer: Softmax head.
        min_language_rows: A language with fewer labelled rows gets no slope of its own.
    """
    labelled = ~np.isnan(target.reshape(len(target), -1)).any(axis=1)
    logits, target = logits[labelled].astype(np.float64), target[labelled]
    language = np.asarray(languages)[labelled]
    labels = logits.shape[1]
    if not len(logits):
        return HeadCalibration(one_answer=one_answer, slopes={COMMON: 1.0}, biases=[0.0] * labels)
    own = [name for name in sorted(set(language)) if (language == name).sum() >= min_language_rows]
    slot = np.array([own.index(name) if name in own else len(own) for name in language])

    def loss(values: Floats) -> float:
        slopes, biases = np.exp(values[: len(own) + 1]), values[len(own) + 1 :]
        scaled = logits * slopes[slot][:, None] + biases
        prior: float = _PRIOR * np.square(values).sum() / labels
        return _log_loss(scaled, target, one_answer) + prior

    best = minimize(loss, np.zeros(len(own) + 1 + labels), method="L-BFGS-B").x
    slopes = np.exp(best[: len(own) + 1])
    # Where every language has a slope of its own, no row speaks for the common one: it takes their mean.
    common = slopes[-1] if (slot == len(own)).any() else slopes[:-1].mean()
    named = {name: round(float(slope), 4) for name, slope in zip(own, slopes, strict=False)}
    return HeadCalibration(
        one_answer=one_answer,
        slopes={**named, COMMON: round(float(common), 4)},
        biases=[round(float(bias), 4) for bias in best[len(own) + 1 :]],
    )


def _log_loss(scaled: Floats, target: Floats, one_answer: bool) -> float:
    if one_answer:
        log_total = np.logaddexp.reduce(scaled, axis=1)
        return float((log_total - scaled[np.arange(len(scaled)), target.astype(int)]).mean())
    return float((np.logaddexp(0, scaled) - target * scaled).mean())


def best_threshold(probabilities: Floats, target: Floats, always: Bools, min_rows: int) -> float:
    """The threshold with the best F1 of one label, among rows (rows,) of which some are `always` answered yes."""
    if target.sum() < min_rows:
        return DEFAULT_THRESHOLD
    scores = [f1_score(target, (probabilities >= cut) | always, zero_division=0) for cut in _GRID]
    # Among equals the middle one: the edges of a plateau are luck.
    best = np.flatnonzero(np.isclose(scores, max(scores)))
    return float(_GRID[best[len(best) // 2]])


def review_confidence(confidence: Floats, correct: Bools, precision: float) -> float:
    """The lowest confidence from which on answers are right at least `precision` of the time; 1.0 if there is none."""
    order = np.argsort(-confidence, kind="stable")
    running = np.cumsum(correct[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(running >= precision)
    return float(confidence[order][reached[-1]]) if len(reached) else 1.0
