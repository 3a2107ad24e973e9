"""Rows of a training table → padded batches of ids (or of the frozen layers' output), targets and weights."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import Dataset
from tqdm.auto import tqdm

from pipeline.labels import Labels
from pipeline.modeling.losses import Targets
from pipeline.modeling.network import Network, mean
from pipeline.text.normalize import normalize
from pipeline.text.tokens import TextEncoder, pad

Ids = npt.NDArray[np.int64]

_BATCH = 32


def encode_texts(texts: Sequence[str], encoder: TextEncoder) -> list[Ids]:
    """Normalise and cut texts exactly as the tagger does."""
    return [encoded.ids for encoded in encoder.encode([normalize(text).text for text in texts])]


def build_targets(rows: pd.DataFrame, labels: Labels) -> Targets:
    """Label columns of a table → target arrays per head, NaN where a row has no label."""
    return {
        "category": _classes(rows["category"], labels.codes["category"]),
        "categories": _members(rows["categories"], labels.codes["category"]),
        "emotion": _members(rows["emotion"], labels.codes["emotion"]),
        "signals": _members(rows["signals"], labels.codes["signals"]),
        "severity": _classes(rows["severity"].astype("Int8"), labels.codes["severity"]),
    }


def _classes(column: "pd.Series[Any]", codes: Sequence[str]) -> npt.NDArray[np.float32]:
    return np.array([np.nan if pd.isna(value) else codes.index(str(value)) for value in column], np.float32)


def _members(column: "pd.Series[Any]", codes: Sequence[str]) -> npt.NDArray[np.float32]:
    targets = np.full((len(column), len(codes)), np.nan, np.float32)
    for i, values in enumerate(column):
        if values is not None:
            targets[i] = [code in values for code in codes]
    return targets


class Examples(Dataset[dict[str, Any]]):
    """Rows as the trainer asks for them.

    `hidden` replaces the ids when lower layers are frozen; `taught` is what a teacher's layers say (tokens, hidden).
    """

    def __init__(self, ids: Sequence[Ids], targets: Targets, weights: Sequence[float]) -> None:
        self.ids = ids
        self.targets = targets
        self.weights = weights
        self.hidden: list[Tensor] | None = None
        self.taught: list[Tensor] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row: dict[str, Any] = {"input_ids": self.ids[index], "row_weights": self.weights[index]}
        row |= {head: target[index] for head, target in self.targets.items()}
        if self.hidden is not None:
            row["hidden"] = self.hidden[index]
        if self.taught is not None:
            row["taught"] = self.taught[index]
        return row


@torch.inference_mode()
def encode_frozen(
    network: Network, ids: Sequence[Ids], layer: int, pad_id: int, progress: str
) -> tuple[list[Tensor], Tensor]:
    """Read texts with the network as it stands, sorted by length.

    Returns:
        The output (tokens, hidden) of the lowest `layer` layers for each text, and the mean vectors (texts, hidden)
        after all layers.
    """
    device = next(network.parameters()).device
    hidden: list[Tensor] = [torch.empty(0)] * len(ids)
    vectors = torch.empty(len(ids), network.encoder.config.hidden_size)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in tqdm(range(0, len(order), _BATCH), desc=progress):
        chosen = order[start : start + _BATCH]
        input_ids, mask = (torch.from_numpy(array).to(device) for array in pad([ids[i] for i in chosen], pad_id))
        with torch.autocast(device.type, torch.bfloat16):
            states = network.encoder(input_ids, mask, output_hidden_states=True).hidden_states
        vectors[chosen] = mean(states[-1].float(), mask).cpu()
        for i, state in zip(chosen, states[layer].to("cpu", torch.bfloat16), strict=True):
            hidden[i] = state[: len(ids[i])].clone()
    return hidden, vectors


class Collator:
    """A list of rows → tensors with a batch dimension."""

    def __init__(self, heads: Sequence[str], pad_id: int) -> None:
        self._heads = heads
        self._pad_id = pad_id

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Pad to the longest row of the batch."""
        ids, mask = pad([row["input_ids"] for row in rows], self._pad_id)
        batch = {"attention_mask": torch.from_numpy(mask)}
        for name in {"hidden", "taught"} & rows[0].keys():
            batch[name] = torch.nn.utils.rnn.pad_sequence([row[name] for row in rows], batch_first=True)
        if "hidden" not in rows[0]:
            batch["input_ids"] = torch.from_numpy(ids)
        batch["row_weights"] = torch.tensor([row["row_weights"] for row in rows], dtype=torch.float32)
        return batch | {head: torch.from_numpy(np.stack([row[head] for row in rows])) for head in self._heads}
