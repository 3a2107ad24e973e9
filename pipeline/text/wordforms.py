"""A word comes in; how far its letters speak for Russian, Ukrainian or Russian in Ukrainian spelling comes out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LENGTHS = range(1, 6)
EDGE = "_"  # where a word begins and ends
STEPS = 10  # the table holds whole tenths
_IMPOSSIBLE = 6.0  # log-odds against a language whose alphabet lacks a letter of the word
_RUSSIAN_LETTER = re.compile("[ыэёъ]")
UKRAINIAN_LETTER = re.compile("[іїєґ]|[бпвмфркдтзнсл]'[яюєї]")


@dataclass(frozen=True)
class Foreignness:
    """Natural log-odds (above 0: foreign) that a word is foreign to a Russian and to a Ukrainian text."""

    to_russian: float
    to_ukrainian: float


class WordForms:
    """Weights of character n-grams: those of a multinomial logistic regression, with Russian at 0."""

    def __init__(self, table: str) -> None:
        """Read lines of `n-gram ukrainian surzhyk`; raises ValueError for any other line."""
        self._weights: dict[str, tuple[int, int]] = {}
        for line in table.splitlines():
            ngram, ukrainian, surzhyk = line.split()
            self._weights[ngram] = int(ukrainian), int(surzhyk)

    def foreignness(self, word: str) -> Foreignness:
        """Judge a word in lower case."""
        found = [self._weights[ngram] for ngram in set(ngrams(word)) if ngram in self._weights]
        russian = 0.0
        ukrainian, surzhyk = (sum(column) / STEPS for column in zip(*found, strict=True)) if found else (0.0, 0.0)
        if UKRAINIAN_LETTER.search(word):
            russian = min(russian, max(ukrainian, surzhyk) - _IMPOSSIBLE)
        if _RUSSIAN_LETTER.search(word):
            ukrainian, surzhyk = min(ukrainian, -_IMPOSSIBLE), min(surzhyk, -_IMPOSSIBLE)
        return Foreignness(max(ukrainian, surzhyk) - russian, max(russian, surzhyk) - ukrainian)


def ngrams(word: str) -> Iterator[str]:
    """Yield the n-grams of a word with its edges, and the whole word."""
    padded = f"{EDGE}{word}{EDGE}"
    for length in LENGTHS:
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]
    if len(padded) > LENGTHS[-1]:
        yield padded
