"""Fit weights, slopes, biases and thresholds on validation rows; `pipeline.serving.calibration` applies them."""

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
from pipeline.serving.calibration import Calibration, HeadCalibration, Logits, Review

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]

# Pull of weights and slopes towards 1 and of biases towards 0, in mean log-loss per squared unit: a rare label's few
# rows must not carry it away.
_PRIOR = 1e-2
_GRID = np.round(np.arange(0.1, 0.91, 0.05), 2)
DEFAULT_THRESHOLD = 0.5


def calibrate(
    logits: Logits,
    rows: pd.DataFrame,
    labels: Labels,
    params: config.Calibrate,
    always: Mapping[str, Bools] | None = None,
) -> Calibration:
    """Calibrate every head on validation rows.

    Args:
        logits: (rows, labels) per model and head; several models are blended.
        rows: The validation table.
        labels: The taxonomy.
        params: The block `calibrate` of params.yaml.
        always: (rows, labels) per head: what is answered yes whatever the probability, by a rule.
    """
    targets = build_targets(rows, labels)
    languages = np.array(rows["language"])
    by_head = {head: {model: logits[model][head] for model in logits} for head in targets}
    heads = {
        head: fit_head(by_head[head], targets[head], languages, head in SINGLE, params.min_language_rows)
        for head in targets
    }
    probabilities = {head: _probabilities(fitted, by_head[head], languages) for head, fitted in heads.items()}
    codes = {"categories": labels.codes["category"], **{head: labels.codes[head] for head in ("emotion", "signals")}}
    thresholds = {
        head: _thresholds(probabilities[head], targets[head], names, (always or {}).get(head), params.min_label_rows)
        for head, names in codes.items()
    }
    review = _review(probabilities["category"], targets["category"], params)
    return Calibration(heads=heads, thresholds=thresholds, review=review)


def _probabilities(fitted: HeadCalibration, logits: Mapping[str, Floats], languages: Names) -> Floats:
    result = np.zeros_like(next(iter(logits.values())), dtype=np.float64)
    for language in set(languages):
        chosen = languages == language
        result[chosen] = fitted.probabilities({model: part[chosen] for model, part in logits.items()}, language)
    return result


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
    logits: Mapping[str, Floats], target: Floats, languages: Names, one_answer: bool, min_language_rows: int
) -> HeadCalibration:
    """Fit one head.

    Args:
        logits: (rows, labels) per model.
        target: (rows,) class numbers for one answer, else (rows, labels) of 0/1; NaN where not labelled.
        languages: (rows,) the language of each row.
        one_answer: Softmax head.
        min_language_rows: A language with fewer labelled rows gets no slope of its own.
    """
    labelled = ~np.isnan(target.reshape(len(target), -1)).any(axis=1)
    stacked = np.stack([part[labelled].astype(np.float64) for part in logits.values()])
    models, rows, labels = stacked.shape
    language = languages[labelled]
    own = [name for name in sorted(set(language)) if (language == name).sum() >= min_language_rows]
    member = np.array([language == name for name in own]).reshape(len(own), rows)

    def loss(values: Floats) -> float:
        weights, slopes, biases = np.split(values, [models, models + len(own)])
        scaled = np.tensordot(np.exp(weights), stacked, 1) * np.exp(slopes @ member)[:, None] + biases
        prior: float = _PRIOR * np.square(values).sum() / labels
        return _log_loss(scaled, target[labelled], one_answer) + prior

    start = np.zeros(models + len(own) + labels)
    best = minimize(loss, start, method="L-BFGS-B").x if rows else start
    weights, slopes, biases = np.split(best, [models, models + len(own)])
    return HeadCalibration(
        one_answer=one_answer,
        weights=dict(zip(logits, np.exp(weights).round(4).tolist(), strict=True)),
        slopes=dict(zip(own, np.exp(slopes).round(4).tolist(), strict=True)),
        biases=biases.round(4).tolist(),
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
