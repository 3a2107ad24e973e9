"""Labelled rows → probabilities of every label from linear models that did not see the row nor one like it."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import GroupKFold

from pipeline.labels import Labels
from pipeline.modeling.batches import build_targets
from pipeline.modeling.linear import fit_characters
from pipeline.modeling.losses import Targets
from pipeline.modeling.predict import predict_linear
from pipeline.text.normalize import normalize

FOLDS = 5
HEADS = ("category", "emotion", "signals")

Probabilities = npt.NDArray[np.float64]


def out_of_fold(rows: pd.DataFrame, groups: "pd.Series[str]", labels: Labels, seed: int) -> dict[str, Probabilities]:
    """Fit on four fifths of the groups, predict the last, five times.

    Args:
        rows: Columns of a training table; a row may lack the labels of any head.
        groups: By row; rows of one group are never on both sides.
        labels: The taxonomy.
        seed: Deals the groups out.

    Returns:
        Per head, probabilities (rows, labels); those of the category add up to 1, the others stand for themselves.
    """
    targets = build_targets(rows, labels)
    sizes = {head: len(labels.codes[head]) for head in HEADS}
    texts = np.array(rows["text"], dtype=object)
    found = {head: np.zeros((len(rows), size)) for head, size in sizes.items()}
    for train, rest in GroupKFold(FOLDS, shuffle=True, random_state=seed).split(texts, groups=groups):
        predicted = _fit_and_predict(texts[train], _part(targets, train), texts[rest], sizes)
        for head, probabilities in predicted.items():
            found[head][rest] = probabilities
    return found


def _fit_and_predict(
    known: npt.NDArray[np.object_], targets: Targets, unseen: npt.NDArray[np.object_], sizes: Mapping[str, int]
) -> dict[str, Probabilities]:
    model = fit_characters([normalize(text).text for text in known], targets, sizes)
    each = {head: 1 / (1 + np.exp(-logits)) for head, logits in predict_linear(model, list(unseen)).items()}
    total = each["category"].sum(axis=1, keepdims=True)  # one model per category, each asked apart
    return {**each, "category": each["category"] / total}


def _part(targets: Targets, chosen: npt.NDArray[np.int64]) -> Targets:
    return {head: target[chosen] for head, target in targets.items()}
