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

_MOST_POSITIVE = 10.0  # a label seen once in a thousand rows must not drown the others


class HeadLosses(nn.Module):
    """Sum over heads of the weighted mean loss of the rows labelled for that head."""

    def __init__(self, targets: Targets, sizes: Mapping[str, int], power: float) -> None:
        super().__init__()
        for head, size in sizes.items():
            weights = _class_weights if head in SINGLE else _positive_weights
            self.register_buffer(head, torch.from_numpy(weights(targets[head], size, power)))

    def forward(self, logits: Mapping[str, Tensor], targets: Mapping[str, Tensor], row_weights: Tensor) -> Tensor:
        """Logits (batch, labels) and targets per head, row weights (batch,) → a scalar."""
        losses = [self._head(head, logits[head], targets[head], row_weights) for head in logits]
        return torch.stack(losses).sum()

    def _head(self, head: str, logits: Tensor, target: Tensor, row_weights: Tensor) -> Tensor:
        labelled = ~target.isnan() if head in SINGLE else ~target.isnan().any(dim=1)
        if not labelled.any():
            return logits.sum() * 0.0
        logits, target, row_weights = logits[labelled], target[labelled], row_weights[labelled]
        weights = self.get_buffer(head)
        if head in SINGLE:
            each = functional.cross_entropy(logits, target.long(), weight=weights, reduction="none")
        else:
            each = functional.binary_cross_entropy_with_logits(
                logits, target, pos_weight=weights, reduction="none"
            ).mean(dim=1)
        return (each * row_weights).sum() / row_weights.sum()


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
