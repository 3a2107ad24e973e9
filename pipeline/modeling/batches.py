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
from pipeline.modeling.network import Network
from pipeline.text.normalize import normalize
from pipeline.text.tokens import TextEncoder, pad

Ids = npt.NDArray[np.int64]


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
        "severity": _classes(rows["severity"], labels.codes["severity"]),
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
    """Rows as the trainer asks for them; `hidden` replaces the ids when lower layers are frozen."""

    def __init__(self, ids: Sequence[Ids], targets: Targets, weights: Sequence[float]) -> None:
        self._ids = ids
        self._targets = targets
        self._weights = weights
        self._hidden: list[Tensor] | None = None

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row: dict[str, Any] = {"input_ids": self._ids[index], "row_weights": self._weights[index]}
        row |= {head: target[index] for head, target in self._targets.items()}
        if self._hidden is not None:
            row["hidden"] = self._hidden[index]
        return row

    def freeze(self, network: Network, frozen_layers: int, batch_size: int, pad_id: int) -> None:
        """Compute the output of the lowest `frozen_layers` layers once, in bfloat16, for all epochs."""
        self._hidden = frozen_hidden(network, self._ids, frozen_layers, batch_size, pad_id)


@torch.inference_mode()
def frozen_hidden(
    network: Network, ids: Sequence[Ids], layer: int, batch_size: int, pad_id: int, progress: str = "frozen layers"
) -> list[Tensor]:
    """Hidden states (tokens, hidden) of every text after `layer` layers; texts are taken sorted by length."""
    device = next(network.parameters()).device
    hidden: list[Tensor] = [torch.empty(0)] * len(ids)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for start in tqdm(range(0, len(order), batch_size), desc=progress):
        chosen = order[start : start + batch_size]
        input_ids, mask = (torch.from_numpy(array).to(device) for array in pad([ids[i] for i in chosen], pad_id))
        with torch.autocast(device.type, torch.bfloat16):
            states = network.encoder(input_ids, mask, output_hidden_states=True).hidden_states[layer]
        for i, state in zip(chosen, states.to("cpu", torch.bfloat16), strict=True):
            hidden[i] = state[: len(ids[i])].clone()
    return hidden


class Collator:
    """A list of rows → tensors with a batch dimension."""

    def __init__(self, heads: Sequence[str], pad_id: int) -> None:
        self._heads = heads
        self._pad_id = pad_id

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Pad to the longest row of the batch."""
        ids, mask = pad([row["input_ids"] for row in rows], self._pad_id)
        batch = {"attention_mask": torch.from_numpy(mask)}
        if "hidden" in rows[0]:
            batch["hidden"] = torch.nn.utils.rnn.pad_sequence([row["hidden"] for row in rows], batch_first=True)
        else:
            batch["input_ids"] = torch.from_numpy(ids)
        batch["row_weights"] = torch.tensor([row["row_weights"] for row in rows], dtype=torch.float32)
        return batch | {head: torch.from_numpy(np.stack([row[head] for row in rows])) for head in self._heads}
