"""A text → which n-grams of a vocabulary it holds, how often, and how much of its wording the vocabulary lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.text.ngrams import word_ngrams, words

_LONG = 4  # characters; nearly every shorter n-gram is known from somewhere
_REMEMBERED_WORDS = 50_000  # words repeat, and cutting one up costs far more than finding it again
_REMEMBERED_LENGTH = 40  # characters; a longer word is a rare one, and would take room from many


@dataclass(frozen=True)
class NgramCounts:
    """What is known of a text's n-grams."""

    rows: npt.NDArray[np.int64]  # (known,) numbers of the vocabulary, rising
    times: npt.NDArray[np.int64]  # (known,) how often each occurs
    unknown: float  # share of the long n-grams that are not in the vocabulary, 0 to 1; 0 without any


@dataclass(frozen=True)
class _Word:
    rows: npt.NDArray[np.int64]  # with repetitions
    long: int
    unknown: int  # of the long ones


class NgramCounter:
    """Counts n-grams word by word, and remembers the words."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        self._remembered = lru_cache(maxsize=_REMEMBERED_WORDS)(self._cut)

    def count(self, text: str) -> NgramCounts:
        """Count the n-grams of a normalised text."""
        parts = [self._remembered(word) if len(word) <= _REMEMBERED_LENGTH else self._cut(word) for word in words(text)]
        long = sum(part.long for part in parts)
        rows, times = np.unique(np.concatenate([part.rows for part in parts] or [_NONE]), return_counts=True)
        return NgramCounts(rows, times, sum(part.unknown for part in parts) / long if long else 0.0)

    def _cut(self, word: str) -> _Word:
        grams = list(word_ngrams(word))
        known = [self._vocabulary[gram] for gram in grams if gram in self._vocabulary]
        long = [gram for gram in grams if len(gram) >= _LONG]
        return _Word(np.array(known, np.int64), len(long), sum(gram not in self._vocabulary for gram in long))


_NONE = np.array([], np.int64)
