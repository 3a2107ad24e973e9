"""The systems that are compared, each as answers and probabilities for the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.data.catalogue import TASKS
from pipeline.evaluation.metrics import Bools, Floats, Scored
from pipeline.labels import Labels
from pipeline.modeling.batches import build_targets
from pipeline.modeling.network import SINGLE
from pipeline.serving.calibration import Calibration, Logits
from pipeline.serving.decisions import decide
from pipeline.serving.tagger import Tagger

_FIELDS = {"categories": "categories", "emotion": "emotions", "signals": "signals"}


@dataclass(frozen=True)
class Predictions:
    """What a system says of each row: the tag's fields, and per head the probabilities (rows, labels)."""

    tags: list[dict[str, Any]]
    probabilities: dict[str, Floats]

    def only(self, places: Sequence[int]) -> "Predictions":
        """What it says of the rows in these places."""
        chosen = {task: values[list(places)] for task, values in self.probabilities.items()}
        return Predictions([self.tags[place] for place in places], chosen)

    def score(self, rows: pd.DataFrame, labels: Labels) -> dict[str, tuple[Scored, Bools]]:
        """Per task: answers against labels, and which rows (rows,) are labelled for the task."""
        targets = build_targets(rows, labels)
        return {task: self._score(task, targets[task], labels) for task in TASKS}

    def _score(self, task: str, target: npt.NDArray[Any], labels: Labels) -> tuple[Scored, Bools]:
        codes = labels.codes["category" if task == "categories" else task]
        labelled = ~np.isnan(target.reshape(len(target), -1)).any(axis=1)
        target = target[labelled]
        true = np.arange(len(codes)) == target[:, None] if task in SINGLE else target > 0
        answered = np.array([_one_hot(tag, task, codes) for tag in self.tags], bool).reshape(len(self.tags), len(codes))
        return Scored(answered[labelled], true, self.probabilities[task][labelled], task in SINGLE), labelled


def _one_hot(tag: Mapping[str, Any], task: str, codes: Sequence[str]) -> list[bool]:
    if task in SINGLE:
        return [code == str(tag[task]) for code in codes]
    values = tag[_FIELDS[task]]
    given = {value["code"] if isinstance(value, dict) else value for value in values}
    return [code in given for code in codes]


def tagger_predictions(tagger: Tagger, rows: pd.DataFrame) -> Predictions:
    """The product itself, as users call it."""
    texts = zip(rows["id"], rows["text"], strict=True)
    judged = tagger.judge([{"id": identity, "text": text} for identity, text in texts])
    probabilities: dict[str, Floats] = {task: np.stack([one.probabilities[task] for one in judged]) for task in TASKS}
    return Predictions([one.tag for one in judged], probabilities)


def baseline_predictions(
    logits: Logits, calibration: Calibration, labels: Labels, languages: Sequence[str]
) -> Predictions:
    """A baseline, calibrated on the same validation rows and decided by the same code as the product."""
    rows = [
        {model: {head: values[i] for head, values in heads.items()} for model, heads in logits.items()}
        for i in range(len(languages))
    ]
    pairs = zip(rows, languages, strict=True)
    answers = [decide(row, calibration, labels, language, set()) for row, language in pairs]
    probabilities: dict[str, Floats] = {task: np.stack([one.probabilities[task] for one in answers]) for task in TASKS}
    return Predictions([vars(answer) for answer in answers], probabilities)
