"""Fit weights, slopes, biases and thresholds on validation rows; `pipeline.serving.calibration` applies them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize

from pipeline import config
from pipeline.evaluation.levels import earn_level
from pipeline.evaluation.thresholds import best_threshold
from pipeline.labels import Labels
from pipeline.modeling.batches import build_targets
from pipeline.modeling.network import SINGLE
from pipeline.serving.calibration import Calibration, HeadCalibration, Levels, Logits

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]

# Pull of weights and slopes towards 1 and of biases towards 0, in mean log-loss per squared unit: a rare label's few
# rows must not carry it away. What a language adds to a bias is pulled more, as fewer rows speak for it.
_PRIOR = 1e-2
_LANGUAGE_PRIOR = 3e-2
_FOLDS = 10


@dataclass(frozen=True)
class HeadRows:
    """The rows that a head is calibrated on."""

    logits: Mapping[str, Floats]  # (rows, labels) per model
    true: Bools  # (rows, labels), one-hot where there is one answer
    always: Bools  # (rows, labels): answered yes whatever the probability, by a rule
    languages: Names  # (rows,)
    weights: Floats  # (rows,)

    def only(self, chosen: Bools) -> "HeadRows":
        """The rows (rows,) that are True."""
        return HeadRows(
            logits={model: part[chosen] for model, part in self.logits.items()},
            true=self.true[chosen],
            always=self.always[chosen],
            languages=self.languages[chosen],
            weights=self.weights[chosen],
        )


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
    known = choose_rows(logits, rows, labels, params.target_sources, always or {})
    heads = {head: fit_head(part, head in SINGLE, params) for head, part in known.items()}
    probabilities = {head: _probabilities(fitted, known[head]) for head, fitted in heads.items()}
    thresholds = {
        head: _thresholds(probabilities[head], part, labels.codes["category" if head == "categories" else head])
        for head, part in known.items()
        if head not in SINGLE
    }
    levels = _levels(known["category"], params)
    return Calibration(heads=heads, thresholds=thresholds, levels=levels, small_margin=params.small_margin)


def choose_rows(
    logits: Logits, rows: pd.DataFrame, labels: Labels, sources: list[str], always: Mapping[str, Bools]
) -> dict[str, HeadRows]:
    """Per head the labelled rows, of `sources` alone where these have labels for it."""
    of_sources = np.array(rows["source"].isin(sources), bool)
    languages, weights = np.array(rows["language"], object), np.array(rows["weight"], np.float64)
    known = {}
    for head, target in build_targets(rows, labels).items():
        parts = {model: logits[model][head].astype(np.float64) for model in logits}
        size = next(iter(parts.values())).shape[1]
        labelled = ~np.isnan(target.reshape(len(target), -1)).any(axis=1)
        chosen = labelled & of_sources if (labelled & of_sources).any() else labelled
        known[head] = HeadRows(
            logits={model: part[chosen] for model, part in parts.items()},
            true=(np.arange(size) == target[chosen, None]) if head in SINGLE else target[chosen] > 0,
            always=always[head][chosen] if head in always else np.zeros((chosen.sum(), size), bool),
            languages=languages[chosen],
            weights=weights[chosen],
        )
    return known


def _probabilities(fitted: HeadCalibration, rows: HeadRows) -> Floats:
    result = np.zeros(rows.true.shape)
    for language in set(rows.languages):
        chosen = rows.languages == language
        parts = {model: part[chosen] for model, part in rows.logits.items()}
        result[chosen] = fitted.probabilities(parts, language)
    return result


def _thresholds(probabilities: Floats, rows: HeadRows, codes: list[str]) -> dict[str, float]:
    columns = zip(codes, probabilities.T, rows.true.T, rows.always.T, strict=True)
    return {
        code: best_threshold(probability, true, always, rows.weights) for code, probability, true, always in columns
    }


def _levels(rows: HeadRows, params: config.Calibrate) -> Levels:
    """Judge each row by a calibration that has not seen it: on its own rows one looks better than it is."""
    probabilities = np.zeros(rows.true.shape)
    for fold in range(_FOLDS):
        held_out = np.arange(len(rows.true)) % _FOLDS == fold
        fitted = fit_head(rows.only(~held_out), one_answer=True, params=params)
        probabilities[held_out] = _probabilities(fitted, rows.only(held_out))
    correct = rows.true[np.arange(len(rows.true)), probabilities.argmax(1)]
    earned = {name: earn_level(probabilities.max(1), correct, precision) for name, precision in params.levels}
    return Levels(**earned)


def fit_head(rows: HeadRows, one_answer: bool, params: config.Calibrate) -> HeadCalibration:
    """Fit one head; `one_answer` for a softmax over labels."""
    stacked = np.stack(list(rows.logits.values()))
    models, count, labels = stacked.shape
    own = [name for name in sorted(set(rows.languages)) if (rows.languages == name).sum() >= params.min_language_rows]
    member = np.array([rows.languages == name for name in own], float).reshape(len(own), count)
    free = member @ rows.true >= params.min_label_rows  # (languages, labels) with a bias of their own
    ends = np.cumsum([models, len(own), labels])
    row_weights = rows.weights / max(rows.weights.sum(), 1e-12)

    def loss(values: Floats) -> float:
        weights, slopes, biases, offsets = np.split(values, ends)
        slope = np.exp(slopes @ member)[:, None]
        scaled = np.tensordot(np.exp(weights), stacked, 1) * slope + biases + member.T @ _spread(offsets, free)
        prior = _PRIOR * np.square(values[: ends[-1]]).sum() + _LANGUAGE_PRIOR * np.square(offsets).sum()
        return float(row_weights @ _log_loss(scaled, rows.true, one_answer) + prior / labels)

    start = np.zeros(ends[-1] + free.sum())
    best = minimize(loss, start, method="L-BFGS-B").x if count else start
    weights, slopes, biases, offsets = np.split(best, ends)
    return HeadCalibration(
        one_answer=one_answer,
        weights=dict(zip(rows.logits, np.exp(weights).round(4).tolist(), strict=True)),
        slopes=dict(zip(own, np.exp(slopes).round(4).tolist(), strict=True)),
        biases=biases.round(4).tolist(),
        language_biases=dict(zip(own, _spread(offsets, free).round(4).tolist(), strict=True)),
    )


def _spread(values: Floats, places: Bools) -> Floats:
    """Put values (places that are True,) where they belong, 0 elsewhere."""
    result = np.zeros(places.shape)
    result[places] = values
    return result


def _log_loss(scaled: Floats, true: Bools, one_answer: bool) -> Floats:
    """Log-loss (rows,); the mean over labels where several may apply."""
    if one_answer:
        result: Floats = np.logaddexp.reduce(scaled, axis=1) - scaled[true]
        return result
    several: Floats = (np.logaddexp(0, scaled) - true * scaled).mean(axis=1)
    return several
