"""What single choices of the default recipe are worth: each undone or changed alone, judged on validation rows.

`python -m benchmarks.ablations`, after `make run`; three or four minutes a line. No test row is looked at.
"""

import copy
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
from sklearn.metrics import average_precision_score, f1_score
from tabulate import tabulate
from torch.nn import functional

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
FEWEST = 8  # positives among the validation rows, from which on a label is counted

Rows = Mapping[str, pd.DataFrame]
smoothed_loss = partial(functional.cross_entropy, label_smoothing=SMOOTHING)


@dataclass(frozen=True)
class Choice:
    """One change of the recipe."""

    params: Mapping[str, Any] = field(default_factory=dict)
    tasks: Sequence[str] = HEADS_IN_ORDER  # that are trained
    around: Callable[[], AbstractContextManager[Any]] = nullcontext


CHOICES = {
    **{f"the recipe, seed {seed}": Choice({"seed": seed}) for seed in SEEDS},
    "every row weighs the same": Choice({"class_weight_power": 0.0}),
    "classes weigh inversely to their frequency": Choice({"class_weight_power": 1.0}),
    "label smoothing": Choice(around=lambda: patch("pipeline.modeling.losses.functional.cross_entropy", smoothed_loss)),
    "an encoder for the category alone": Choice(tasks=("category", "categories")),
    "an encoder for emotions alone": Choice(tasks=("emotion",)),
}


def main() -> None:
    """Print a line per choice, and one for the mean of the seeds' weights."""
    rows = {part: read_table(paths.SPLIT / f"{part}.parquet") for part in ("train", "validation")}
    lines, networks = [], {}
    for name, choice in CHOICES.items():
        networks[name] = _trained(rows, choice)
        lines.append([name, *_scores(networks[name], rows["validation"], choice.tasks)])
        print(lines[-1], flush=True)
    averaged = _mean([networks[f"the recipe, seed {seed}"] for seed in SEEDS])
    lines.append(["the mean of the three networks' weights", *_scores(averaged, rows["validation"], HEADS_IN_ORDER)])
    head = ["", "category accuracy", "macro-F1", "emotion AP", "signals AP"]
    print(tabulate(lines, head, tablefmt="github", floatfmt=".3f", missingval="–"))


def _trained(rows: Rows, choice: Choice) -> Network:
    params = config.load_params().train.model_copy(update=dict(choice.params))
    silent: dict[str, Any] = {task: None for task in HEADS_IN_ORDER if task not in choice.tasks}
    with tempfile.TemporaryDirectory() as work, choice.around():
        known = {part: table.assign(**silent) for part, table in rows.items()}
        network, _ = train(known, paths.ENCODER, load_labels(paths.LABELS), params, Path(work))
    return network


def _scores(network: Network, validation: pd.DataFrame, tasks: Sequence[str]) -> list[float | None]:
    """Accuracy and macro-F1 of the category, average precision of emotions and of signals."""
    encoder = TextEncoder.load(paths.ENCODER, config.load_params().train.max_tokens)
    logits = predict_logits(network, encode_texts(validation["text"].tolist(), encoder), encoder.pad_id)
    targets = build_targets(validation, load_labels(paths.LABELS))
    scores = {}
    if "category" in tasks:
        labelled = ~np.isnan(targets["category"])
        true, answers = targets["category"][labelled], logits["category"][labelled].argmax(1)
        scores["accuracy"] = float((answers == true).mean())
        scores["macro_f1"] = float(f1_score(true, answers, average="macro", zero_division=0))
    for task in ("emotion", "signals"):
        if task in tasks:
            labelled = ~np.isnan(targets[task]).any(axis=1)
            counted = targets[task][labelled].sum(axis=0) >= FEWEST
            true, said = (values[labelled][:, counted] for values in (targets[task], logits[task]))
            scores[task] = float(average_precision_score(true, said))
    return [scores.get(figure) for figure in ("accuracy", "macro_f1", "emotion", "signals")]


def _mean(networks: Sequence[Network]) -> Network:
    """A network whose weights are the mean of others' (Wortsman et al. 2022, arXiv:2203.05482)."""
    states = [network.state_dict() for network in networks]
    averaged = copy.deepcopy(networks[0])
    averaged.load_state_dict({name: torch.stack([one[name] for one in states]).mean(0) for name in states[0]})
    return averaged


if __name__ == "__main__":
    main()
