"""Labelled rows → linear models, a logistic regression per label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from tqdm.auto import tqdm

from pipeline.modeling.losses import Targets
from pipeline.modeling.network import SINGLE
from pipeline.serving.linear import LinearModel
from pipeline.text.ngrams import ngrams

Matrix = Any  # (rows, features), dense or sparse

_PENALTY = 10.0  # sklearn's C, for TF-IDF rows of unit length
_MIN_ROWS = 2  # an n-gram of one row alone teaches nothing
_MOST_NGRAMS = 40_000  # the most frequent ones: twice as many would double the file and gain nothing on validation rows
_NEVER = -10.0  # logit of a label that training has not seen


@dataclass(frozen=True)
class Columns:
    """Weights (features, labels of all heads) and biases (labels of all heads)."""

    weights: npt.NDArray[np.float64]
    biases: npt.NDArray[np.float64]


def fit_characters(texts: Sequence[str], targets: Targets, sizes: Mapping[str, int]) -> LinearModel:
    """Fit the linear model on normalised texts."""
    vectorizer = TfidfVectorizer(
        analyzer=ngrams, min_df=_MIN_ROWS, max_features=_MOST_NGRAMS, sublinear_tf=True, dtype=np.float32
    )
    columns = fit_columns(vectorizer.fit_transform(texts), targets, sizes, _PENALTY)
    return LinearModel(
        vocabulary={gram: int(row) for gram, row in vectorizer.vocabulary_.items()},
        idf=vectorizer.idf_.astype(np.float32),
        weights=columns.weights.astype(np.float16),
        biases=columns.biases.astype(np.float32),
        sizes=dict(sizes),
    )


def fit_columns(matrix: Matrix, targets: Targets, sizes: Mapping[str, int], penalty: float) -> Columns:
    """Fit every label of every head on the rows that are labelled for it.

    Args:
        matrix: (rows, features).
        targets: Per head, as `pipeline.modeling.batches.build_targets` makes them.
        sizes: Labels per head.
        penalty: Inverse strength of the L2 penalty.
    """
    jobs = [(head, i) for head, size in sizes.items() for i in range(size)]
    fitted = [_fit_label(matrix, targets[head], i, head, penalty) for head, i in tqdm(jobs, desc="linear model")]
    return Columns(np.stack([weights for weights, _ in fitted], axis=1), np.array([bias for _, bias in fitted]))


def _fit_label(
    matrix: Matrix, target: npt.NDArray[np.float32], i: int, head: str, penalty: float
) -> tuple[npt.NDArray[np.float64], float]:
    labelled = ~np.isnan(target.reshape(len(target), -1)).any(axis=1)
    answers = target[labelled] == i if head in SINGLE else target[labelled, i] > 0
    if not answers.any() or answers.all():
        return np.zeros(matrix.shape[1]), -_NEVER if answers.any() else _NEVER
    model = LogisticRegression(C=penalty, class_weight="balanced", solver="liblinear", max_iter=300, random_state=0)
    model.fit(matrix[labelled], answers)
    return model.coef_[0], float(model.intercept_[0])
