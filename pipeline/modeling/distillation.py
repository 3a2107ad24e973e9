"""A network of fewer layers learns where a trained one puts each word piece, beside the labels.

Labels say little of a text; the vectors of its pieces say all that the teacher made of it (Sun et al. 2019,
arXiv:1908.09355; Jiao et al. 2020, arXiv:1909.10351).
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from pipeline.errors import SkargaError
from pipeline.modeling.batches import Ids, encode_frozen
from pipeline.modeling.network import Network, layers
from pipeline.text.tokens import TextEncoder

_SHARE = 10.0  # of the distance in the loss; all heads together begin at about as much


def teach(teacher: Path, ids: Sequence[Ids], encoder: TextEncoder, device: torch.device) -> list[Tensor]:
    """Let a trained network, in a folder that `Network.save` wrote, read the texts that a student will learn from.

    Returns:
        Its vectors (tokens, hidden) for each text.

    Raises:
        SkargaError: It reads other word pieces.
    """
    if not encoder.has_pieces_of(TextEncoder.load(teacher)):
        raise SkargaError(f"{teacher} reads other word pieces than models/encoder", "train both on one base encoder")
    network = Network.load(teacher).to(device)
    return encode_frozen(network, ids, len(layers(network.encoder)), encoder.pad_id, "asking the teacher")[0]


def distance(tokens: Tensor, taught: Tensor, attention_mask: Tensor) -> Tensor:
    """How far vectors (batch, tokens, hidden) are from the teacher's: squared, in lengths of the teacher's, a mean."""
    taught = taught.float()
    apart = (tokens.float() - taught).square().sum(-1) / taught.square().sum(-1).clamp(min=1e-6)
    return _SHARE * (apart * attention_mask).sum() / attention_mask.sum()
