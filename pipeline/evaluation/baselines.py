"""What a user would try first: linear models on character n-grams, and on the untrained encoder's vectors."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm.auto import tqdm

from pipeline.modeling.losses import Targets
from pipeline.modeling.network import SINGLE

Features = Sequence[str] | npt.NDArray[np.floating[Any]]


class LinearBaseline:
    """One logistic regression per label over shared features; speaks in logits per head as the network does."""

    def __init__(self, features: Pipeline, penalty: float) -> None:
        self._features = features
        self._penalty = penalty
        self._models: dict[str, list[LogisticRegression | None]] = {}

    @classmethod
    def on_characters(cls) -> "LinearBaseline":
        """TF-IDF of character 2- to 5-grams within words."""
        return cls(
            make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)), 10.0
        )

    @classmethod
    def on_vectors(cls) -> "LinearBaseline":
        """The frozen encoder's mean vectors (rows, hidden), standardised."""
        return cls(make_pipeline(StandardScaler()), 0.01)

    def fit(self, features: Features, targets: Targets, sizes: Mapping[str, int]) -> "LinearBaseline":
        """Fit every label of every head on the rows that are labelled for it."""
        matrix = self._features.fit_transform(features)
        jobs = [(head, i) for head, size in sizes.items() for i in range(size)]
        for head, i in tqdm(jobs, desc="baseline"):
            self._models.setdefault(head, []).append(self._fit_label(matrix, targets[head], i, head in SINGLE))
        return self

    def _fit_label(self, matrix: Any, target: npt.NDArray[Any], i: int, single: bool) -> LogisticRegression | None:  # noqa: ANN401
        labelled = ~np.isnan(target.reshape(len(target), -1)).any(axis=1)
        answers = target[labelled] == i if single else target[labelled, i] > 0
        if not answers.any() or answers.all():
            return None
        model = LogisticRegression(C=self._penalty, class_weight="balanced", solver="liblinear", max_iter=300)
        return model.fit(matrix[labelled], answers)

    def logits(self, features: Features) -> dict[str, npt.NDArray[np.float64]]:
        """Logits (rows, labels) per head; a label never seen in training gets a logit far below all others."""
        matrix = self._features.transform(features)
        rows = matrix.shape[0]
        return {
            head: np.stack(
                [np.full(rows, -10.0) if model is None else model.decision_function(matrix) for model in models], axis=1
            )
            for head, models in self._models.items()
        }
