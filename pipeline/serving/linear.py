"""Character n-grams → logits: the linear model that answers beside the network."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.serving.ngram_counts import NgramCounter

WEIGHTS = "linear.npz"
VOCABULARY = "linear.json"

Scores = npt.NDArray[np.floating[Any]]


def split_heads(scores: Scores, sizes: Mapping[str, int]) -> dict[str, Scores]:
    """Scores (…, labels of all heads side by side) → scores (…, labels) per head; `sizes` are labels by head."""
    ends = np.cumsum(list(sizes.values()))
    return dict(zip(sizes, np.split(scores, ends[:-1], axis=-1), strict=True))


@dataclass(frozen=True)
class LinearReading:
    """What the linear model says of one text."""

    logits: dict[str, Scores]  # (labels,) per head
    unknown: float  # share of the text's long n-grams that training has not seen, 0 to 1


@dataclass(frozen=True)
class LinearModel:
    """TF-IDF with logarithmic counts and unit length, then one logistic regression per label."""

    vocabulary: Mapping[str, int]  # n-gram → row of idf and weights
    idf: npt.NDArray[np.float32]  # (n-grams,)
    weights: npt.NDArray[np.float16]  # (n-grams, labels of all heads side by side)
    biases: npt.NDArray[np.float32]  # (labels of all heads,)
    sizes: Mapping[str, int]  # head → its labels, in the order of the columns

    def logits(self, text: str) -> dict[str, Scores]:
        """Logits (labels,) per head of one normalised text; without a known n-gram they are the biases."""
        return self.read(text).logits

    def read(self, text: str) -> LinearReading:
        """Judge one normalised text."""
        counts = self.counter.count(text)
        values = (1 + np.log(counts.times.astype(np.float32))) * self.idf[counts.rows]
        length = np.sqrt(np.square(values).sum())
        scores = values / max(length, 1e-12) @ self.weights[counts.rows].astype(np.float32) + self.biases
        return LinearReading(split_heads(scores, self.sizes), counts.unknown)

    @cached_property
    def counter(self) -> NgramCounter:
        """What finds the vocabulary's n-grams in a text."""
        return NgramCounter(self.vocabulary)

    def save(self, folder: Path) -> None:
        """Write `WEIGHTS` and `VOCABULARY`."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / WEIGHTS, idf=self.idf, weights=self.weights, biases=self.biases)
        content = {"sizes": dict(self.sizes), "ngrams": sorted(self.vocabulary, key=lambda gram: self.vocabulary[gram])}
        (folder / VOCABULARY).write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LinearModel":
        """Read what `save` wrote."""
        content = json.loads((folder / VOCABULARY).read_text("utf-8"))
        vocabulary = {gram: row for row, gram in enumerate(content["ngrams"])}
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            return cls(vocabulary, arrays["idf"], arrays["weights"], arrays["biases"], content["sizes"])
