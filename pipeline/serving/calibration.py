"""Logits of one or more models → probabilities that can be trusted, and the thresholds that turn them into answers."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

Floats = npt.NDArray[np.floating]
Logits = Mapping[str, Mapping[str, Floats]]  # model → head → logits

NETWORK = "network"
LINEAR = "linear"


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HeadCalibration(_Closed):
    """Vector scaling of a weighted sum of the models' logits, with a bias per label and a slope per language.

    Guo et al. 2017 (arXiv:1706.04599), with one weight for all labels because validation rows are few; several models
    are stacked by it (Wolpert 1992).
    """

    one_answer: bool  # softmax over labels; otherwise each label is a yes or no of its own
    weights: dict[str, float]  # per model
    slopes: dict[str, float]  # per language that had enough validation rows; 1 for any other
    biases: list[float]

    def probabilities(self, logits: Mapping[str, Floats], language: str) -> Floats:
        """Logits (…, labels) per model → probabilities (…, labels)."""
        parts = [weight * logits[model].astype(np.float64) for model, weight in self.weights.items()]
        scaled = np.sum(parts, axis=0) * self.slopes.get(language, 1.0) + np.array(self.biases)
        if not self.one_answer:
            likely: Floats = 1 / (1 + np.exp(-np.clip(scaled, -500, 500)))
            return likely
        powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
        return shares


class Review(_Closed):
    """When a person should look at a row's category."""

    confidence: float  # below it the validation rows above were right less often than `calibrate.review_precision`
    margin: float  # the two best categories nearer than this are a tie


class Calibration(_Closed):
    """All that was learned from validation data."""

    heads: dict[str, HeadCalibration]
    thresholds: dict[str, dict[str, float]]  # per head of several answers, per label
    review: Review

    def probabilities(self, logits: Logits, language: str) -> dict[str, Floats]:
        """Logits per model and head → probabilities per head."""
        return {
            head: fitted.probabilities({model: logits[model][head] for model in fitted.weights}, language)
            for head, fitted in self.heads.items()
        }

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        """Read calibration.json."""
        return cls.model_validate_json(path.read_bytes())
