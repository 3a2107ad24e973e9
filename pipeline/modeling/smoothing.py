"""A network that loses less in 8 bits: the same function, with the outliers of its activations moved into weights.

SmoothQuant (Xiao et al. 2023, arXiv:2211.10438). In 8 bits the largest value that a layer reads sets the step for all
others, and in encoders a few channels are ten times as large as the rest.
"""

from collections.abc import Iterable
from functools import partial
from typing import TypeGuard

import torch
from torch import Tensor, nn

from pipeline.modeling.batches import Ids
from pipeline.modeling.network import Network

_SHARE = 0.75  # of an outlier that the weights take over; chosen on validation rows (docs/speed.md)
_LEAST = 1e-3  # a channel that is never used keeps its weights finite


class _Smoothed(nn.Module):
    """A linear layer that reads every channel at a size of its own."""

    inverse: Tensor

    def __init__(self, linear: nn.Linear, largest: Tensor) -> None:
        super().__init__()
        weights = linear.weight.abs().amax(0).clamp(min=_LEAST)
        sizes = largest.clamp(min=_LEAST) ** _SHARE / weights ** (1 - _SHARE)
        linear.weight.mul_(sizes)
        self._linear = linear
        self.register_buffer("inverse", 1 / sizes)

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self._linear(inputs * self.inverse)
        return outputs


@torch.no_grad()
def smooth(network: Network, texts: Iterable[Ids]) -> None:
    """Change the encoder's feed-forward layers in place; what the network answers stays the same.

    Args:
        network: A trained network, which is to be exported and not trained any more.
        texts: Ids (tokens,) of typical texts, by which the size of activations is judged.
    """
    linears = {name: layer for name, layer in network.encoder.named_modules() if _feeds_forward(layer)}
    largest = _largest_inputs(network, linears, texts)
    for name, layer in linears.items():
        parent, _, own_name = name.rpartition(".")
        setattr(network.encoder.get_submodule(parent), own_name, _Smoothed(layer, largest[name]))


def _feeds_forward(layer: nn.Module) -> TypeGuard[nn.Linear]:
    """Whether a layer widens or narrows. Those of attention do neither, and three of them share one input in 8 bits."""
    return isinstance(layer, nn.Linear) and layer.in_features != layer.out_features


def _largest_inputs(network: Network, linears: dict[str, nn.Linear], texts: Iterable[Ids]) -> dict[str, Tensor]:
    """(inputs,) of each layer: the largest size of every channel."""
    largest = {name: torch.zeros(layer.in_features) for name, layer in linears.items()}

    def look(name: str, _: nn.Module, inputs: tuple[Tensor]) -> None:
        largest[name] = torch.maximum(largest[name], inputs[0].abs().flatten(0, -2).amax(0))

    hooks = [layer.register_forward_pre_hook(partial(look, name)) for name, layer in linears.items()]
    for ids in texts:
        network.tokens(torch.from_numpy(ids)[None], torch.ones(1, len(ids), dtype=torch.long))
    for hook in hooks:
        hook.remove()
    return largest
