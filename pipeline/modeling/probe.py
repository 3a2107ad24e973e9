"""Heads fitted on the untrained encoder's vectors, so that fine-tuning does not begin by undoing random heads.

Linear probing, then fine-tuning: Kumar et al. 2022 (arXiv:2202.10054).
"""

from collections.abc import Callable

import torch
from torch import Tensor

from pipeline.modeling.losses import HeadLosses
from pipeline.modeling.network import Network

_PENALTY = 0.1
_STEPS = 100


def fit_heads(
    network: Network, losses: HeadLosses, vectors: Tensor, targets: dict[str, Tensor], row_weights: Tensor
) -> None:
    """Replace the heads' weights by the best linear ones on mean vectors (rows, hidden)."""
    center, spread = vectors.mean(0), vectors.std(0).clamp(min=1e-6)
    standard = (vectors - center) / spread
    heads = {name: torch.zeros(head.out_features, vectors.shape[1] + 1) for name, head in network.heads.items()}
    _minimize(heads, lambda: _loss(heads, losses, standard, targets, row_weights))
    with torch.no_grad():
        for name, head in network.heads.items():
            weight = heads[name][:, 1:] / spread  # the standardisation is folded into the layer
            head.weight.copy_(weight)
            head.bias.copy_(heads[name][:, 0] - weight @ center)


def _loss(
    heads: dict[str, Tensor], losses: HeadLosses, vectors: Tensor, targets: dict[str, Tensor], row_weights: Tensor
) -> Tensor:
    logits = {name: vectors @ head[:, 1:].T + head[:, 0] for name, head in heads.items()}
    penalty = torch.stack([head[:, 1:].square().sum() for head in heads.values()]).sum()
    value: Tensor = losses(logits, targets, row_weights) + _PENALTY * penalty
    return value


def _minimize(parameters: dict[str, Tensor], loss: Callable[[], Tensor]) -> None:
    """Minimise in place by L-BFGS over the whole data at once."""
    for parameter in parameters.values():
        parameter.requires_grad_()
    optimizer = torch.optim.LBFGS(list(parameters.values()), max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    for parameter in parameters.values():
        parameter.requires_grad_(False)
