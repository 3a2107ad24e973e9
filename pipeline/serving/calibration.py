"""Logits of one or more models → probabilities that can be trusted, and the thresholds that turn them into answers."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from pipeline.data.schema import Automation

Floats = npt.NDArray[np.floating]
Logits = Mapping[str, Mapping[str, Floats]]  # model → head → logits

NETWORK = "network"
LINEAR = "linear"


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HeadCalibration(_Closed):
    """Vector scaling of a weighted sum of the models' logits: a bias per label, and what a language adds to it.

    Guo et al. 2017 (arXiv:1706.04599), with one weight for all labels because validation rows are few; several models
    are stacked by it (Wolpert 1992).
    """

    one_answer: bool  # softmax over labels; otherwise each label is a yes or no of its own
    weights: dict[str, float]  # per model
    slopes: dict[str, float]  # per language that had enough validation rows; 1 for any other
    biases: list[float]
    language_biases: dict[str, list[float]]  # added for these languages; 0 for labels of too few rows there

    def probabilities(self, logits: Mapping[str, Floats], language: str) -> Floats:
        """Logits (…, labels) per model → probabilities (…, labels)."""
        parts = [weight * logits[model].astype(np.float64) for model, weight in self.weights.items()]
        scaled = np.sum(parts, axis=0) * self.slopes.get(language, 1.0) + self._bias(language)
        if not self.one_answer:
            likely: Floats = 1 / (1 + np.exp(-np.clip(scaled, -500, 500)))
            return likely
        powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
        return shares

    def alone(self, model: str, logits: Floats, language: str) -> Floats:
        """The probabilities (…, labels) that one model's logits would give if it had the weight of all."""
        only = self.model_copy(update={"weights": {model: sum(self.weights.values())}})
        return only.probabilities({model: logits}, language)

    def _bias(self, language: str) -> Floats:
        common: Floats = np.array(self.biases)
        return common + np.array(self.language_biases[language]) if language in self.language_biases else common


class Level(_Closed):
    """What a level of automation promises of a category, and what it kept on validation rows."""

    promised: float  # precision, which the lower bound of that on validation rows reaches
    confidence: float | None  # from which on; None if none earned the promise
    coverage: float  # share of the validation rows that are as confident
    precision: float | None  # among them
    rows: int  # of the validation data

    def holds(self, confidence: float) -> bool:
        """Whether an answer of this confidence is covered by the promise."""
        return self.confidence is not None and confidence >= self.confidence


class Levels(_Closed):
    """The levels of automation above `suggest`, which promises nothing."""

    preselect: Level
    automatic: Level

    def of(self, confidence: float) -> Automation:
        """The highest level that a confidence earns."""
        if not self.preselect.holds(confidence):
            return "suggest"
        return "automatic" if self.automatic.holds(confidence) else "preselect"


class Calibration(_Closed):
    """All that was learned from validation data."""

    heads: dict[str, HeadCalibration]
    thresholds: dict[str, dict[str, float]]  # per head of several answers, per label
    levels: Levels
    small_margin: float  # the two best categories nearer than this are a tie
    most_unknown: float = 1.0  # a text with a greater share of unknown n-grams is out of distribution; 1: none is

    def probabilities(self, logits: Logits, language: str) -> dict[str, Floats]:
        """Logits per model and head → probabilities per head."""
        return {
            head: fitted.probabilities({model: logits[model][head] for model in fitted.weights}, language)
            for head, fitted in self.heads.items()
        }

    def alone(self, head: str, logits: Mapping[str, Floats], language: str) -> dict[str, Floats]:
        """Logits per model of one head → the probabilities that each model gives alone."""
        fitted = self.heads[head]
        return {model: fitted.alone(model, logits[model], language) for model in fitted.weights}

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        """Read calibration.json."""
        return cls.model_validate_json(path.read_bytes())
