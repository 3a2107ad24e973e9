"""A word typed in Latin letters comes in; the Russian or Ukrainian word comes out, and how frequent it is."""

import re
import unicodedata
from functools import lru_cache
from itertools import chain, islice
from math import log

WORDS_KNOWN = 100_000  # of Russian and of Ukrainian, the most frequent; rarer ones are names and slips
SHORT_WORDS_KNOWN = 1000  # of up to three letters: nearly anything so short means something among rarer words
RIVAL_WORDS_KNOWN = 20_000
HABIT_PRICE = 10  # how many times rarer a habit is than the usual spelling
NEARLY_PRICE = 10  # the same for a spelling that only sounds alike
_SHORT = 3
_LONGEST = 40  # letters; longer is no word, and would fill the cache
_COMMONEST = 100  # words; among them a rank says little

# The letters as they are typed by ear, then other ways with more than one sign (BGN/PCGN, passports) and of chats.
_COMMON = {
    "а": "a", "б": "b", "в": "v", "д": "d", "ж": "zh ž", "з": "z", "й": "j", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "ц": "ts tz c", "ч": "ch č 4",
    "ш": "sh š 6 w", "щ": "shch šč sch shh", "ь": "'", "ю": "yu ju iu", "я": "ya ja ia q",
}  # fmt: skip
_SPELLINGS = {
    "ru": _COMMON
    | {"г": "g", "е": "e ye je yo jo", "ё": "yo jo", "и": "i", "х": "kh h x"}
    | {"ъ": "'", "ы": "y", "э": "e"},
    "uk": _COMMON
    | {"г": "h gh", "ґ": "g", "е": "e", "є": "ye je ie", "и": "y", "і": "i", "ї": "yi ji", "х": "kh x", "'": "'"},
}
LANGUAGES = ("ru", "uk")
_ALPHABETS = {"ru": re.compile("[а-яё]+"), "uk": re.compile("[а-щьюяєіїґ']+")}

# One sign for each sound however it is written, so that spellings of all schemes meet; the longest come first.
_ALIKE = (
    ("'", ""), ("zgh", "zh"), ("shch", "W"), ("šč", "W"), ("sch", "W"), ("shh", "W"), ("zh", "Z"), ("ž", "Z"),
    ("kh", "X"), ("x", "X"), ("ts", "C"), ("tz", "C"), ("ch", "4"), ("č", "4"), ("sh", "6"), ("š", "6"), ("w", "6"),
    ("c", "C"), ("q", "ya"), ("j", "y"), ("ye", "e"),
)  # fmt: skip
_ALIKE_IN = {"ru": (*_ALIKE, ("h", "X")), "uk": (*_ALIKE, ("g", "h"))}
_NEARLY_ALIKE = (("y", "i"), ("iii", "i"), ("ii", "i"), ("ie", "e"), ("io", "e"))
# A sign may stand for another sound than the usual one.
_HABITS = (
    ("", ""), ("j", "zh"), ("z", "zh"), ("w", "v"), ("c", "s"), ("c", "k"), ("sh", "shch"), ("h", "kh"), ("x", "ks"),
    ("ii", "iy"), ("yi", "yy"),
)  # fmt: skip

_SHORT_I = re.compile("(?<=[aeiouy])y(?![aeiouy])")
_SOFT_L = re.compile("л(?=[бвгдзкмнсчш])")
_SOFT_S = re.compile("(?<=л[аио])с$")


class Lexicon:
    """The frequent words of a language by the way they are typed in Latin letters."""

    def __init__(self, language: str) -> None:
        self.spellings = {letter: ways.split() for letter, ways in _SPELLINGS[language].items()}
        self._alike = _ALIKE_IN[language]
        self._words = list(islice(filter(_ALPHABETS[language].fullmatch, _frequent(language)), WORDS_KNOWN))
        typed = str.maketrans({letter: ways[0] for letter, ways in self.spellings.items()})
        exact = _replace("\n".join(self._words).translate(typed), self._alike)
        nearly = _replace(exact, _NEARLY_ALIKE)
        self._ranks: dict[str, int] = {}
        for rank, key in chain(enumerate(exact.split("\n")), enumerate(nearly.split("\n"))):
            self._ranks.setdefault(key, rank)
        letters = {ways[0]: letter for letter, ways in reversed(self.spellings.items())}
        self._letters = {way: letter for letter, ways in self.spellings.items() for way in ways} | letters
        longest_first = sorted(self._letters, key=len, reverse=True)
        self._signs = re.compile("|".join(map(re.escape, longest_first)))
        self.rank = lru_cache(maxsize=50_000)(self._rank)

    def _rank(self, typed: str) -> int | None:
        """Look up a word in lower case, 0 is the most frequent; the less usual the spelling, the less likely."""
        found: dict[int, int] = {}
        if len(typed) > _LONGEST:
            return None
        for sign, sound in _HABITS:
            if sign in typed:
                key = _replace(typed.replace(sign, sound), self._alike)
                for form, price in ((key, 1), (_replace(key, _NEARLY_ALIKE), NEARLY_PRICE)):
                    rank = self._ranks.get(form)
                    if rank is not None:
                        found.setdefault(rank, (rank + _COMMONEST) * price * (HABIT_PRICE if sign else 1))
        return min(found, key=found.__getitem__, default=None)

    def weight(self, typed: str) -> float:
        """Say how much a word tells for the language."""
        rank = self.rank(typed)
        return 0.0 if len(typed) <= _SHORT and (rank or 0) >= SHORT_WORDS_KNOWN else weight(rank)

    def known(self, typed: str) -> str | None:
        """Return the most likely of the words that are typed so."""
        rank = self.rank(typed)
        if rank is None or (len(typed) < _SHORT and rank >= SHORT_WORDS_KNOWN):
            return None
        return self._words[rank]

    def by_letters(self, typed: str) -> str:
        """Spell a word that is not known; й follows a vowel, and most soft signs stand in a few endings."""
        word = self._signs.sub(lambda found: self._letters[found[0]], _SHORT_I.sub("j", typed))
        return _SOFT_S.sub("сь", _SOFT_L.sub("ль", word))


def _replace(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def weight(rank: int | None) -> float:
    """Say how much a word tells: Zipf's law makes the logarithm of its rank its surprise."""
    return 0.0 if rank is None else log(WORDS_KNOWN / (rank + 1))


def _frequent(language: str) -> list[str]:
    """Words of a language, the most frequent first (Speer 2022, wordfreq)."""
    from wordfreq import get_frequency_list  # a tenth of a second that most texts spare

    bins = get_frequency_list(language, "large" if language in _SPELLINGS else "small")
    get_frequency_list.cache_clear()  # it would keep a hundred megabytes
    return list(chain.from_iterable(bins))


def rival_ranks(language: str) -> dict[str, int]:
    """Words and their ranks, without the marks that hurried people leave out."""
    words = "\n".join(_frequent(language)[:RIVAL_WORDS_KNOWN])
    plain = "".join(char for char in unicodedata.normalize("NFKD", words) if not unicodedata.combining(char))
    ranks: dict[str, int] = {}
    for rank, word in enumerate(plain.replace("ł", "l").split("\n")):
        ranks.setdefault(word, rank)
    return ranks
