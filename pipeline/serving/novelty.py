"""A text → how much of its wording the model has never met."""

from collections.abc import Container

from pipeline.text.ngrams import ngrams

_LONG = 4  # characters; nearly every shorter n-gram is known from somewhere


def unknown_share(text: str, vocabulary: Container[str]) -> float:
    """Share of the long character n-grams of a normalised text that the linear model does not know; 0 without any."""
    long = [gram for gram in ngrams(text) if len(gram) >= _LONG]
    return sum(gram not in vocabulary for gram in long) / len(long) if long else 0.0
