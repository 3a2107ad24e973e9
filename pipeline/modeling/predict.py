"""Texts and a trained model, network or linear → logits per head for all of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from tqdm.auto import tqdm

from pipeline.modeling.batches import Ids
from pipeline.modeling.network import Network
from pipeline.serving.linear import LinearModel
from pipeline.text.normalize import normalize
from pipeline.text.tokens import pad

_BATCH = 32


@torch.inference_mode()
def predict_logits(network: Network, ids: Sequence[Ids], pad_id: int) -> dict[str, npt.NDArray[np.float32]]:
    """Logits (texts, labels) per head, in the order of the texts."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    batches = []
    for start in tqdm(range(0, len(order), _BATCH), desc="validation logits"):
        input_ids, mask = map(torch.from_numpy, pad([ids[i] for i in order[start : start + _BATCH]], pad_id))
        batches.append(network(input_ids, mask))
    back = np.argsort(order)
    return {head: torch.cat([batch[head] for batch in batches]).numpy()[back] for head in batches[0]}


def predict_linear(model: LinearModel, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
    """Logits (texts, labels) per head of the linear model."""
    rows = [model.logits(normalize(text).text) for text in texts]
    return {head: np.stack([row[head] for row in rows]) for head in model.sizes}
