"""A rule's compact notation comes in; the elements that a matcher follows come out.

`слово` is that word, `стем*` any word that begins so, `а|б*` either, `0` a number, `слово?` may be missing, `~3` is up
to three tokens of the same sentence. Case does not matter, ё equals е.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

SENTENCE_END = "."
NUMBER = "0"
OTHER = "_"
_LAST_LETTER = "\uffff"  # sorts behind every letter

# The stop of a short abbreviation ("ст. 18") ends no sentence and is no token.
_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|\d+|(?<!\b\w)(?<!\b\w\w)\.|[^\w\s.]")
_WORD = r"(?:0|[^\W\d_]+(?:['-][^\W\d_]+)*\*?)"
_ELEMENT = re.compile(rf"(?P<gap>~[1-9])|(?P<words>{_WORD}(?:\|{_WORD})*)(?P<optional>\?)?")


@dataclass(frozen=True)
class Element:
    """One place of a pattern: a gap of up to `gap` tokens, or one of `words`."""

    words: frozenset[str] = frozenset()
    optional: bool = False
    gap: int = 0


def parse(pattern: str) -> tuple[Element, ...]:
    """Read one pattern.

    Raises:
        ValueError: An element is not in the notation, or nothing is required.
    """
    elements = tuple(map(_element, pattern.split()))
    if not any(element.words and not element.optional for element in elements):
        raise ValueError(f"{pattern!r} requires no word")
    return elements


def _element(source: str) -> Element:
    found = _ELEMENT.fullmatch(source)
    if not found:
        raise ValueError(f"{source!r} is not a word, стем*, а|б, 0, слово? or ~3")
    if found["gap"]:
        return Element(gap=int(found["gap"][1:]))
    return Element(frozenset(_fold(found["words"]).split("|")), bool(found["optional"]))


def tokenize(text: str) -> list[re.Match[str]]:
    """Cut a text into words, numbers and signs, folded; offsets are those of the text."""
    return list(_TOKEN.finditer(_fold(text)))


def _fold(text: str) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter whose small form is two characters would shift the offsets
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return lowered.replace("ё", "е")


class Alphabet:
    """The tokens that some pattern can tell apart; every other token is the same to all of them."""

    def __init__(self, patterns: Iterable[tuple[Element, ...]]) -> None:
        self._words = frozenset(word for pattern in patterns for element in pattern for word in element.words)
        self._sorted = sorted(self._words)
        self._longest = max(map(len, self._words), default=0)
        self.key = lru_cache(maxsize=50_000)(self._key)

    def _key(self, word: str) -> str:
        """Name a token by the most exact word or stem that fits it."""
        if word in self._words and not word.endswith("*"):
            return word
        if word[0].isdigit():
            return NUMBER
        if word in ".!?;…":
            return SENTENCE_END
        stems = (f"{word[:length]}*" for length in range(min(len(word), self._longest), 0, -1))
        return next((stem for stem in stems if stem in self._words), OTHER)

    def keys(self, element: Element) -> frozenset[str]:
        """All keys of tokens that an element accepts: a stem also accepts longer stems and words that begin with it."""
        stems = [word[:-1] for word in element.words if word.endswith("*")]
        return element.words.union(*map(self._beginning_with, stems))

    def _beginning_with(self, stem: str) -> list[str]:
        """Find words of the rule file; they stand side by side in sorted order."""
        first = bisect_left(self._sorted, stem)
        last = bisect_left(self._sorted, stem + _LAST_LETTER, lo=first)
        return self._sorted[first:last]
