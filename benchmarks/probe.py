"""A logistic regression on the mean vectors of the untrained encoder: what an idea is worth in minutes, not days."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.metrics import accuracy_score, average_precision_score, f1_score

from pipeline import paths
from pipeline.labels import load_labels
from pipeline.modeling.batches import Ids, encode_frozen
from pipeline.modeling.linear import fit_columns
from pipeline.modeling.losses import Targets
from pipeline.modeling.network import Network, head_sizes
from pipeline.text.tokens import TextEncoder

_PENALTY = 0.01
_FEWEST = 8  # positives among the validation rows, from which on a label is counted

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]


def read(ids: Sequence[Ids], encoder: TextEncoder) -> Floats:
    """Word pieces of each text → mean vectors (texts, hidden)."""
    network = Network.from_encoder(paths.ENCODER, head_sizes(load_labels(paths.LABELS))).eval()
    vectors: Floats = encode_frozen(network, ids, 0, encoder.pad_id, "encoder")[1].numpy()
    return vectors


def standardised(train: Floats, validation: Floats) -> tuple[Floats, Floats]:
    """Bring each of the training rows' features to mean 0 and deviation 1, and the validation rows' with them."""
    center, spread = train.mean(axis=0), train.std(axis=0)
    return (train - center) / spread, (validation - center) / spread


def fit(train: Floats, targets: Targets, task: str, validation: Floats) -> Floats:
    """Logits (validation rows, labels) of a model fitted on standardised vectors (rows, hidden)."""
    columns = fit_columns(train, targets, {task: len(load_labels(paths.LABELS).codes[task])}, _PENALTY)
    logits: Floats = validation @ columns.weights + columns.biases
    return logits


def category_scores(target: Floats, logits: Floats) -> tuple[float, float]:
    """Accuracy and macro-F1 of logits (rows, categories)."""
    answers = logits.argmax(axis=1)
    macro_f1 = f1_score(target, answers, average="macro", zero_division=0)
    return float(accuracy_score(target, answers)), float(macro_f1)


def average_precision(target: Floats, logits: Floats) -> float:
    """Mean average precision of logits (rows, labels), over the labels with enough rows."""
    enough = target.sum(axis=0) >= _FEWEST
    return float(average_precision_score(target[:, enough], logits[:, enough], average="macro"))
