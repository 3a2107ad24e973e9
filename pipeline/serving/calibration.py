"""Logits → probabilities that can be trusted, and the thresholds that turn them into answers."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

Floats = npt.NDArray[np.float64]
COMMON = "common"  # the slope of languages that had too few rows for one of their own


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HeadCalibration(_Closed):
    """Vector scaling: logits times a slope (inverse temperature) per language, plus a bias per label.

    Guo et al. 2017 (arXiv:1706.04599), with one slope for all labels because validation rows are few.
    """

    one_answer: bool  # softmax over labels; otherwise each label is a yes or no of its own
    slopes: dict[str, float]
    biases: list[float]

    def probabilities(self, logits: npt.NDArray[np.floating], language: str) -> Floats:
        """Logits (…, labels) → probabilities of the same shape."""
        slope = self.slopes.get(language, self.slopes[COMMON])
        scaled = logits.astype(np.float64) * slope + self.biases
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

    def probabilities(self, logits: Mapping[str, npt.NDArray[np.floating]], language: str) -> dict[str, Floats]:
        """Logits per head → probabilities per head."""
        return {head: fitted.probabilities(logits[head], language) for head, fitted in self.heads.items()}

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        """Read calibration.json."""
        return cls.model_validate_json(path.read_bytes())
