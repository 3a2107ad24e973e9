"""A text typed in Latin letters comes in; the Russian or Ukrainian that it stands for goes out, letter by letter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.text.alphabet import CYRILLIC, LATIN, LETTER
from pipeline.text.latin_words import LANGUAGES, Lexicon, rival_ranks, weight

NATIVE_SHARE = 0.55  # of a text's letters must stand in words of the language
NATIVE_LEAD = 1.1  # times as much must these words tell as they would in any other language
LETTERS_NEEDED = 7  # in such words; fewer may be a coincidence
CYRILLIC_SHARE = 0.1  # of the letters; with more, the customer has the keyboard
_LETTERS_JUDGED = 3000  # more tell no more
_RIVALS = ("en", "de", "pl", "cs", "sk", "sh", "ro")  # what else may be meant; "sh" is Croatian and its kin

_LETTERS = "A-Za-zČčŠšŽž"
_WORD = re.compile(rf"(?<![\w'@/.:])(?:[46]?[{_LETTERS}][{_LETTERS}46']*+)(?![\w@/]|[.:]\w)")
_ANY_WORD = re.compile(rf"(?<![\w'@/.:])(?:[46]?{LETTER}(?:{LETTER}|[46'])*+)(?![\w@/]|[.:]\w)")
_FOREIGN = re.compile("[a-z][A-Z]|^[A-Z]{3,4}$|^..?$")  # iPhone, USB, Wi, unless they are known words


@dataclass(frozen=True)
class Restored:
    """Text in Cyrillic; character i of it stands for `first[i]` to `last[i]`, inclusive, of the original."""

    text: str
    first: list[int]
    last: list[int]


class _Restorer:
    """Both lexicons and the rivals' words."""

    def __init__(self) -> None:
        self._lexicons = {language: Lexicon(language) for language in LANGUAGES}
        self._rivals = {language: rival_ranks(language) for language in _RIVALS}

    def language(self, words: list[str]) -> str | None:
        """Name the language whose frequent words these are, None if it is neither Russian nor Ukrainian."""
        scores = {name: sum(map(lexicon.weight, words)) for name, lexicon in self._lexicons.items()}
        best = max(scores, key=scores.__getitem__)
        lexicon = self._lexicons[best]
        native = sum(len(word) for word in words if lexicon.weight(word))
        if native < max(LETTERS_NEEDED, NATIVE_SHARE * sum(map(len, words))):
            return None
        rivals = (sum(weight(ranks.get(word)) for word in words) for ranks in self._rivals.values())
        return best if scores[best] > NATIVE_LEAD * max(rivals) else None

    def word(self, typed: str, language: str) -> str:
        """Restore a word; what is neither known nor likely to be native stays."""
        lower = typed.lower()
        lexicon, other = (self._lexicons[name] for name in sorted(LANGUAGES, key=lambda name: name != language))
        known = lexicon.known(lower) or other.known(lower)
        if known:
            return _in_case_of(typed, known)
        foreign = lower in self._rivals["en"] or _FOREIGN.search(typed)
        return typed if foreign else _in_case_of(typed, lexicon.by_letters(lower))

    def letters(self, typed: str, word: str, language: str) -> Iterator[tuple[int, int]]:
        """Find for each letter of a word the first and the last sign that it was typed with."""
        place, final = 0, len(typed) - 1
        spellings = self._lexicons[language].spellings
        for number, letter in enumerate(word):
            ways = spellings.get(letter, ())
            length = max(
                (len(way) for way in ways if typed.startswith(way, place)), default=0 if letter in "ьъ'" else 1
            )
            first = min(place, final) if length else max(place - 1, 0)
            place += length
            yield first, final if number == len(word) - 1 else max(first, min(place, final + 1) - 1)


def restore(text: str) -> Restored | None:
    """Undo romanisation; None when the text is not Russian or Ukrainian in Latin letters.

    Whether it is tells the share of letters in words that are frequent in Russian or Ukrainian, provided that they
    are not more at home in English, German, Polish, Czech, Croatian or Romanian. All schemes meet in one key for
    each sound, so that customers may mix them. Words that are not known are spelt sign by sign; links, addresses,
    brands with inner capitals and English words among them stay.
    """
    if not _in_latin(text):
        return None
    judged = [found[0].lower() for found in _ANY_WORD.finditer(text[:_LETTERS_JUDGED])]
    if sum(map(len, judged)) < LETTERS_NEEDED:
        return None
    restorer = _restorer()
    language = restorer.language(judged)
    return _restored(text, restorer, language) if language else None


def _restored(text: str, restorer: _Restorer, language: str) -> Restored:
    pieces: list[str] = []
    first: list[int] = []
    last: list[int] = []
    done = 0
    for found in _WORD.finditer(text):
        start, typed = found.start(), found[0]
        word = restorer.word(typed, language)
        if not CYRILLIC.search(word):
            continue
        pieces += text[done:start], word
        first += range(done, start)
        last += range(done, start)
        for begin, end in restorer.letters(typed.lower(), word.lower(), language):
            first.append(start + begin)
            last.append(start + end)
        done = found.end()
    rest = range(done, len(text))
    return Restored("".join(pieces) + text[done:], [*first, *rest], [*last, *rest])


def _in_latin(text: str) -> bool:
    latin, cyrillic = len(LATIN.findall(text)), len(CYRILLIC.findall(text))
    return latin >= LETTERS_NEEDED and cyrillic <= CYRILLIC_SHARE * (latin + cyrillic)


def _in_case_of(typed: str, word: str) -> str:
    if typed.isupper() and len(word) > 1:
        return word.upper()
    return word.capitalize() if typed[0].isupper() else word


@cache
def _restorer() -> _Restorer:
    return _Restorer()
