"""What a user would try first on the untrained encoder: linear models on its vectors."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.modeling.linear import fit_columns
from pipeline.modeling.losses import Targets
from pipeline.serving.linear import split_heads

Vectors = npt.NDArray[np.floating[Any]]

_PENALTY = 0.01


class FrozenBaseline:
    """Logistic regressions on the standardised mean vectors of the encoder as it was before training."""

    def __init__(self, vectors: Vectors, targets: Targets, sizes: Mapping[str, int]) -> None:
        self._center = vectors.mean(axis=0)
        self._spread = vectors.std(axis=0) + 1e-9
        self._sizes = sizes
        self._columns = fit_columns(self._standard(vectors), targets, sizes, _PENALTY)

    def logits(self, vectors: Vectors) -> dict[str, Vectors]:
        """Vectors (rows, hidden) → logits (rows, labels) per head."""
        scores = self._standard(vectors) @ self._columns.weights + self._columns.biases
        return split_heads(scores, self._sizes)

    def _standard(self, vectors: Vectors) -> Vectors:
        standard: Vectors = (vectors - self._center) / self._spread
        return standard
