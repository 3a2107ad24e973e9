"""Losses of the heads: labels that a row does not have cost nothing, rare labels weigh more."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.modeling.network import SINGLE

Targets = dict[
    str, npt.NDArray[np.float32]
]  # per head: (rows,) class numbers or (rows, labels) of 0/1; NaN: not labelled

# What a head's mistake counts beside one in the primary category; heads of several answers add up over their labels.
_SHARES = {"category": 1.0, "categories": 0.3, "emotion": 1.0, "signals": 0.5, "severity": 0.5}
_MOST_POSITIVE = 10.0  # a label seen once in a thousand rows must not drown the others


class HeadLosses(nn.Module):
    """Sum over heads of the mean loss of the rows labelled for that head, each head by its share.

    The mean is over all labelled training rows, of which a batch is a sample: a row counts the same whether it comes
    among many that have no label for the head, or among none.
    """

    def __init__(self, targets: Targets, sizes: Mapping[str, int], power: float, row_weights: Tensor) -> None:
        super().__init__()
        self._labelled_share: dict[str, float] = {}
        for head, size in sizes.items():
            weights = _class_weights if head in SINGLE else _positive_weights
            self.register_buffer(head, torch.from_numpy(weights(targets[head], size, power)))
            labelled = _labelled(torch.from_numpy(targets[head]), head)
            self._labelled_share[head] = float(row_weights[labelled].sum()) / max(len(labelled), 1)

    def forward(self, logits: Mapping[str, Tensor], targets: Mapping[str, Tensor], row_weights: Tensor) -> Tensor:
        """Logits (batch, labels) and targets per head, row weights (batch,) → a scalar."""
        losses = [_SHARES[head] * self._head(head, logits[head], targets[head], row_weights) for head in logits]
        return torch.stack(losses).sum()

    def _head(self, head: str, logits: Tensor, target: Tensor, row_weights: Tensor) -> Tensor:
        labelled = _labelled(target, head)
        if not labelled.any() or not self._labelled_share[head]:
            return logits.sum() * 0.0
        weights = self.get_buffer(head)
        if head in SINGLE:
            each = functional.cross_entropy(logits[labelled], target[labelled].long(), weight=weights, reduction="none")
        else:
            each = functional.binary_cross_entropy_with_logits(
                logits[labelled], target[labelled], pos_weight=weights, reduction="none"
            ).sum(dim=1)
        return (each * row_weights[labelled]).sum() / (len(target) * self._labelled_share[head])


def _labelled(target: Tensor, head: str) -> Tensor:
    return ~target.isnan() if head in SINGLE else ~target.isnan().any(dim=1)


def _class_weights(target: npt.NDArray[np.float32], size: int, power: float) -> npt.NDArray[np.float32]:
    counts = np.bincount(target[~np.isnan(target)].astype(int), minlength=size)
    weights = (counts.sum() / np.maximum(counts, 1)) ** power
    weights /= max((weights * counts).sum() / max(counts.sum(), 1), 1e-9)  # a row weighs 1 on average
    rounded: npt.NDArray[np.float32] = weights.astype(np.float32)
    return rounded


def _positive_weights(target: npt.NDArray[np.float32], size: int, power: float) -> npt.NDArray[np.float32]:
    rows = target[~np.isnan(target).any(axis=1)]
    positive = rows.sum(axis=0) if len(rows) else np.zeros(size)
    ratio = (len(rows) - positive) / np.maximum(positive, 1)
    weights: npt.NDArray[np.float32] = np.clip(ratio**power, 1.0, _MOST_POSITIVE).astype(np.float32)
    return weights
