"""Features of conduct and labels → the risk model: an explainable boosting machine cut down to tables of weights."""

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline import config
from pipeline.evaluation.levels import earn_level
from pipeline.risk.features import Features
from pipeline.risk.scorecard import CONDUCT, DECIMALS, FORMAT, RiskModel, Term, Thresholds, probability

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# More of most things speaks for the risk; these speak against it.
PROTECTIVE = ("upheld", "tenure_days")
_NEVER_RAISES = ("upheld",)  # to have been found right, if only once, is held against nobody
_HELD_OUT = 0.3  # of the customers, for calibration and thresholds


def fit(features: Sequence[Features], labels: Sequence[int], params: config.Risk, origin: str) -> RiskModel:
    """Fit weights on most customers, then slope, base and thresholds on the rest.

    An explainable boosting machine (Lou, Caruana, Gehrke 2012, doi:10.1145/2339530.2339556) without interactions, and
    monotone: worse conduct never lowers the score, more counter-evidence never raises it.

    Args:
        features: One customer's conduct each, all with enough history.
        labels: 1 for professional.
        params: The block `risk` of params.yaml.
        origin: Whose conduct this is, in words.
    """
    values, true = matrix(features), np.array(labels, np.int64)
    held_out = np.random.default_rng(params.seed).random(len(true)) < _HELD_OUT
    base, terms = _tables(values[~held_out], true[~held_out], params)
    rough = _model(base, terms, Thresholds(elevated=0.0, review=1.0), params, origin)
    rest = [feature for feature, out in zip(features, held_out, strict=True) if out]
    slope, shift = _calibrate(_log_odds(rough, rest), true[held_out])
    scaled = [
        term.model_copy(update={"weights": [round(slope * weight, DECIMALS) for weight in term.weights]})
        for term in terms
    ]
    model = _model(
        round(slope * base + shift, DECIMALS), [_merged(term) for term in scaled], rough.thresholds, params, origin
    )
    scores = np.array([probability(one) for one in _log_odds(model, rest)])
    return model.model_copy(update={"thresholds": _thresholds(scores, true[held_out], params)})


def matrix(features: Sequence[Features]) -> Floats:
    """(rows, CONDUCT), NaN where unknown."""
    rows = [[getattr(one, name) for name in CONDUCT] for one in features]
    return np.array(rows, np.float64).reshape(len(rows), len(CONDUCT))


def _tables(values: Floats, true: Ints, params: config.Risk) -> tuple[float, list[Term]]:
    from interpret.glassbox import ExplainableBoostingClassifier

    booster = ExplainableBoostingClassifier(
        feature_names=list(CONDUCT),
        feature_types=["continuous"] * len(CONDUCT),
        monotone_constraints=[-1 if name in PROTECTIVE else 1 for name in CONDUCT],
        interactions=0,
        max_bins=params.bins,
        outer_bags=params.bags,
        n_jobs=1,
        random_state=params.seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that its own pictures do not show missing values
        booster.fit(values, true)
    terms = [
        # the first weight is of missing values, the last of unknown categories
        Term(feature=name, edges=list(map(float, edges[0])), weights=_allowed(name, weights[1:-1]))
        for name, edges, weights in zip(CONDUCT, booster.bins_, booster.term_scores_, strict=True)
    ]
    return float(booster.intercept_[0]), terms


def _allowed(feature: str, weights: Floats) -> list[float]:
    return list(map(float, np.minimum(weights, 0) if feature in _NEVER_RAISES else weights))


def _merged(term: Term) -> Term:
    """Drop edges at which nothing changes."""
    kept = [place for place in range(len(term.edges)) if term.weights[place] != term.weights[place + 1]]
    return Term(
        feature=term.feature,
        edges=[term.edges[place] for place in kept],
        weights=[term.weights[0], *(term.weights[place + 1] for place in kept)],
    )


def _model(base: float, terms: list[Term], thresholds: Thresholds, params: config.Risk, origin: str) -> RiskModel:
    return RiskModel(
        format=FORMAT,
        origin=origin,
        memory_days=params.memory_days,
        least_earlier=params.least_earlier,
        fault_reports=params.fault_reports,
        base=base,
        terms=terms,
        thresholds=thresholds,
    )


def _log_odds(model: RiskModel, features: Sequence[Features]) -> list[float]:
    return [model.base + sum(term.weight(one) for term in model.terms) for one in features]


def _calibrate(log_odds: Sequence[float], true: Ints) -> tuple[float, float]:
    """Slope and shift of Platt 1999."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=np.inf).fit(np.array(log_odds)[:, None], true)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _thresholds(scores: Floats, true: Ints, params: config.Risk) -> Thresholds:
    """The later of two: what a person has time for, and the floor on precision, luck allowed for."""
    review = _threshold(scores, true, params.review_share, params.review_precision)
    elevated = _threshold(scores, true, params.elevated_share, params.elevated_precision)
    return Thresholds(elevated=min(elevated, review), review=review)


def _threshold(scores: Floats, true: Ints, share: float, precision: float) -> float:
    capacity = float(np.quantile(scores, 1 - share))
    earned = earn_level(scores, true == 1, precision).confidence
    return 1.0 if earned is None else max(capacity, earned)
