"""What single choices of the default recipe are worth: each undone or changed alone, judged on validation rows.

`python -m benchmarks.ablations`, after `make run`; three or four minutes a line. No test row is looked at.
"""

import copy
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import torch
from tabulate import tabulate
from torch.nn import functional

from benchmarks import probe
from pipeline import config, paths
from pipeline.data.table import read_table
from pipeline.labels import load_labels
from pipeline.modeling.batches import build_targets, encode_texts
from pipeline.modeling.network import Network
from pipeline.modeling.predict import predict_logits
from pipeline.modeling.trainer import HEADS_IN_ORDER, train
from pipeline.text.tokens import TextEncoder

SEEDS = (13, 14, 15)
SMOOTHING = 0.1
FIGURES = ("category accuracy", "macro-F1", "emotion AP", "signals AP")

Rows = Mapping[str, pd.DataFrame]
smoothed_loss = partial(functional.cross_entropy, label_smoothing=SMOOTHING)


@dataclass(frozen=True)
class Choice:
    """One change of the recipe."""

    params: Mapping[str, Any] = field(default_factory=dict)
    layers: int | None = None  # of the encoder, counted from below; None: all
    tasks: Sequence[str] = HEADS_IN_ORDER  # that are trained
    around: Callable[[], AbstractContextManager[Any]] = nullcontext


CHOICES = {
    **{f"the recipe, seed {seed}": Choice({"seed": seed}) for seed in SEEDS},
    "the last step's weights, at a falling rate": Choice({"averaging": False}),
    "every row weighs the same": Choice({"class_weight_power": 0.0}),
    "classes weigh inversely to their frequency": Choice({"class_weight_power": 1.0}),
    "128 word pieces of a text at most": Choice({"max_tokens": 128}),
    "six layers, two of them frozen": Choice({"frozen_layers": 2}, layers=6),
    "three layers, none frozen": Choice({"frozen_layers": 0}, layers=3),
    "label smoothing": Choice(around=lambda: patch("pipeline.modeling.losses.functional.cross_entropy", smoothed_loss)),
    "an encoder for the category alone": Choice(tasks=("category", "categories")),
    "an encoder for emotions alone": Choice(tasks=("emotion",)),
}


def main() -> None:
    """Print a line per choice, and one for the mean of the seeds' weights."""
    rows = {part: read_table(paths.SPLIT / f"{part}.parquet") for part in ("train", "validation")}
    lines, networks = [], {}
    for name, choice in CHOICES.items():
        params = config.load_params().train.model_copy(update=dict(choice.params))
        networks[name] = _trained(rows, choice, params)
        lines.append([name, *judge(networks[name], rows["validation"], choice.tasks, params.max_tokens)])
        print(lines[-1], flush=True)
    averaged = _mean([networks[f"the recipe, seed {seed}"] for seed in SEEDS])
    lines.append(["the mean of the three networks' weights", *judge(averaged, rows["validation"])])
    print(tabulate(lines, ["", *FIGURES], tablefmt="github", floatfmt=".3f", missingval="–"))


def _trained(rows: Rows, choice: Choice, params: config.Train) -> Network:
    silent: dict[str, Any] = {task: None for task in HEADS_IN_ORDER if task not in choice.tasks}
    known = {part: table.assign(**silent) for part, table in rows.items()}
    with tempfile.TemporaryDirectory() as work, choice.around():
        encoder = _lower_layers(choice.layers, Path(work) / "encoder") if choice.layers else paths.ENCODER
        network, _ = train(known, encoder, load_labels(paths.LABELS), params, Path(work))
    return network


def _lower_layers(count: int, folder: Path) -> Path:
    """Write the encoder with its lowest layers alone; transformers leaves out the weights of those not asked for."""
    shutil.copytree(paths.ENCODER, folder)
    configuration = json.loads((folder / "config.json").read_text("utf-8")) | {"num_hidden_layers": count}
    (folder / "config.json").write_text(json.dumps(configuration), "utf-8")
    return folder


def judge(
    network: Network, validation: pd.DataFrame, tasks: Sequence[str] = HEADS_IN_ORDER, max_tokens: int | None = None
) -> list[float | None]:
    """`FIGURES`: accuracy and macro-F1, average precision of emotions and of signals; None: not trained."""
    encoder = TextEncoder.load(paths.ENCODER, max_tokens or config.load_params().train.max_tokens)
    logits = predict_logits(network, encode_texts(validation["text"].tolist(), encoder), encoder.pad_id)
    targets = build_targets(validation, load_labels(paths.LABELS))
    scores = {}
    if "category" in tasks:
        labelled = ~np.isnan(targets["category"])
        said = logits["category"][labelled]
        scores["accuracy"], scores["macro_f1"] = probe.category_scores(targets["category"][labelled], said)
    for task in ("emotion", "signals"):
        if task in tasks:
            labelled = ~np.isnan(targets[task]).any(axis=1)
            scores[task] = probe.average_precision(targets[task][labelled], logits[task][labelled])
    return [scores.get(figure) for figure in ("accuracy", "macro_f1", "emotion", "signals")]


def _mean(networks: Sequence[Network]) -> Network:
    """A network whose weights are the mean of others' (Wortsman et al. 2022, arXiv:2203.05482)."""
    states = [network.state_dict() for network in networks]
    averaged = copy.deepcopy(networks[0])
    averaged.load_state_dict({name: torch.stack([one[name] for one in states]).mean(0) for name in states[0]})
    return averaged


if __name__ == "__main__":
    main()
