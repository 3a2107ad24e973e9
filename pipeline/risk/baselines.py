"""What one would try first, on the same features: counting complaints, counting words, boosting without constraints."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.risk.features import Features
from pipeline.risk.fit import matrix

Floats = npt.NDArray[np.float64]


def baseline_scores(training: pa.Table, conduct: pa.Table, seed: int) -> dict[str, Floats]:
    """Scores (customers,) of each baseline for `conduct`; boosting learns from `training`."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    booster = HistGradientBoostingClassifier(max_iter=120, learning_rate=0.05, max_leaf_nodes=12, random_state=seed)
    booster.fit(matrix(_features(training)), np.asarray(training["label"]))
    return {
        "complaints": np.asarray(conduct["earlier_complaints"], np.float64),
        "keywords": np.asarray(conduct["demands"], np.float64) + np.asarray(conduct["threats"], np.float64),
        "boosting": booster.predict_proba(matrix(_features(conduct)))[:, 1],
    }


def _features(conduct: pa.Table) -> Sequence[Features]:
    return [Features.of(row) for row in conduct.to_pylist()]
