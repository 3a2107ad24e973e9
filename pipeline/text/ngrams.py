"""A text → the character n-grams of its words, as the linear model counts them in training and in serving."""

from collections.abc import Iterator

LENGTHS = (2, 3, 4, 5)


def ngrams(text: str) -> Iterator[str]:
    """Yield every n-gram inside the words of a text, case apart; a space marks where a word begins and ends."""
    for word in text.lower().split():
        padded = f" {word} "
        for length in LENGTHS:
            for start in range(len(padded) - length + 1):
                yield padded[start : start + length]
