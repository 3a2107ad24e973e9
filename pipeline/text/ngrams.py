"""A text → the character n-grams of its words, as the linear model counts them in training and in serving."""

from collections.abc import Iterator

LENGTHS = (2, 3, 4, 5)


def words(text: str) -> list[str]:
    """The words of a text between white space, case apart."""
    return text.lower().split()


def word_ngrams(word: str) -> Iterator[str]:
    """Yield every n-gram inside a word; a space marks where it begins and ends."""
    padded = f" {word} "
    for length in LENGTHS:
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


def ngrams(text: str) -> Iterator[str]:
    """Yield every n-gram of every word of a text."""
    for word in words(text):
        yield from word_ngrams(word)
