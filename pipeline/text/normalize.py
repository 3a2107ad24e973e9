"""A customer's raw text comes in; plain text goes out, with the way back to every original character."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.text.alphabet import CYRILLIC, HIDDEN, LATIN, LETTER, MARK, NEAR_TWINS, PLAIN, TWINS, UNMISTAKABLE
from pipeline.text.romanised import restore

Offsets = NDArray[np.int32]

_WORD = re.compile(rf"{LETTER}+(?:'{LETTER}+)*")
_UNTIDY = re.compile(
    rf"[^{PLAIN}]|^ | $|  |([^\W\d])\1{{2}}|([^\w\s])\2{{3}}|[A-Za-z]'?[Ѐ-ӿ]|[Ѐ-ӿ]'?[A-Za-z]", re.IGNORECASE
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_PLAIN = re.compile(rf"[^{PLAIN}]")
_COMPOSABLE = re.compile("[иИуУ]\u0306|[іІеЕiIeE]\u0308")
_MARKED = re.compile(rf"([^{MARK}]?)[{MARK}]+")
_HIDING_WORD = re.compile(rf"(?<!{LETTER}){LETTER}++(?:[{HIDDEN}]++{LETTER}++)+")
_HIDDEN = re.compile(rf"[{HIDDEN}]+")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2800]+")
_APOSTROPHE = re.compile(rf"(?<={LETTER})[ʼ’‘‛`´′ʹ](?={LETTER})")
_SHORT_DISGUISE = re.compile(r"(?<![\w'@.-])[aceiopxyëïABCEHIKMOPTXYËÏ][aceiopxyëï]?(?![\w'@-]|\.\w)")
_LONE_LETTER = re.compile("(?<=[Ѐ-ӿ,] )[acioy](?= [Ѐ-ӿ0-9«])")  # the words а с і о у
_LETTER_RUN = re.compile(rf"({LETTER})\1{{2,}}", re.IGNORECASE)
_PUNCTUATION_RUN = re.compile(r"([^\w\s]|_)\1{3,}")
_SENTENCE_START = re.compile(rf"(?:^|(?<=[.!?…] ))[^\w\s]*{LETTER}")
_ALL_TWINS = TWINS | NEAR_TWINS

SHOUTING_LETTERS = 20  # fewer letters may be an abbreviation or a name
SHOUTING_SHARE = 0.6
_ABBREVIATED = 3  # equal letters in a row, at most, that an abbreviation has
OBFUSCATED_WORDS = 2
OBFUSCATED_SHARE = 0.2


@dataclass(frozen=True)
class Normalized:
    """Plain text; `offsets[i]` is where its character i begins in the original, `ends[i]` where it ends.

    `offsets` has one element more than `text`: the original's length.
    """

    text: str
    offsets: Offsets
    ends: Offsets
    obfuscated: bool

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` (not empty) stands in the original text; the end is exclusive."""
        return int(self.offsets[start]), int(self.ends[end - 1])


@dataclass(frozen=True)
class _Draft:
    """Text on its way: character i came from original[starts[i]:ends[i]]."""

    text: str
    starts: Offsets
    ends: Offsets


def normalize(text: str) -> Normalized:
    """Undo disguises, stray characters, shouting and drawn-out letters; clean text comes back as it is."""
    bounds = np.arange(len(text) + 1, dtype=np.int32)
    draft, disguised = _Draft(text, bounds[:-1], bounds[1:]), 0
    if _UNTIDY.search(text):
        draft, disguised = _tidy(draft)
    words = len(_WORD.findall(draft.text)) if disguised else 0
    obfuscated = disguised >= OBFUSCATED_WORDS or disguised > OBFUSCATED_SHARE * words
    draft = _in_own_letters(draft)
    if _shouts(draft.text):
        draft = _shorten(_Draft(_in_sentence_case(draft.text), draft.starts, draft.ends))
    draft = _rewrite(draft, _LONE_LETTER, lambda found: found[0].translate(TWINS))
    offsets = np.append(draft.starts, bounds[-1:])
    return Normalized(draft.text, offsets, draft.ends, obfuscated)


def _tidy(draft: _Draft) -> tuple[_Draft, int]:
    """Return the tidy draft and the number of words that were disguised.

    The order matters: no step may leave anything that an earlier one would still change.
    """
    draft = _rewrite(draft, _SURROGATE, lambda _: "\ufffd")
    draft = _rewrite(draft, _NOT_PLAIN, _compatible)
    draft = _rewrite(draft, _COMPOSABLE, lambda found: unicodedata.normalize("NFC", found[0]))
    draft = _rewrite(draft, _MARKED, lambda found: found[1])
    hiding_words = len(_HIDING_WORD.findall(draft.text))
    draft = _rewrite(draft, _HIDDEN, lambda _: "")
    draft = _strip(_rewrite(draft, _SPACE, lambda _: " "))
    draft = _shorten(_rewrite(draft, _APOSTROPHE, lambda _: "'"))
    restored = _rewrite(draft, _WORD, lambda found: _in_cyrillic(found[0]))
    disguised = _count_disguised(draft.text, restored.text)
    if disguised:  # then "He", "y" and "co" are too, but "HP" is a brand
        restored = _rewrite(restored, _SHORT_DISGUISE, lambda found: found[0].translate(TWINS))
    # The letters of two alphabets may now form one run, hence the second shortening.
    return _shorten(restored), hiding_words + disguised


def _in_own_letters(draft: _Draft) -> _Draft:
    """Undo romanisation, which is a lack of keys and no disguise."""
    restored = restore(draft.text)
    if restored is None:
        return draft
    return _shorten(_Draft(restored.text, draft.starts[restored.first], draft.ends[restored.last]))


def _rewrite(draft: _Draft, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> _Draft:
    """Replace each match; a longer match's surplus belongs to the last character that stands for it."""
    pieces: list[str] = []
    first: list[int] = []  # for each new character, the first and the last old one that it stands for
    last: list[int] = []
    done = 0
    for found in pattern.finditer(draft.text):
        new, (start, end) = replace(found), found.span()
        if new == found[0]:
            continue
        pieces += draft.text[done:start], new
        first += range(done, start)
        last += range(done, start)
        for i in range(start, start + len(new)):
            first.append(min(i, end - 1))
            last.append(min(i, end - 1))
        if new:
            last[-1] = end - 1
        done = end
    if done == 0:
        return draft
    rest = range(done, len(draft.text))
    starts, ends = draft.starts[[*first, *rest]], draft.ends[[*last, *rest]]
    return _Draft("".join(pieces) + draft.text[done:], starts, ends)


def _compatible(found: re.Match[str]) -> str:
    """Full-width, circled and mathematical letters and digits as plain ones; signs such as № stay."""
    plain = unicodedata.normalize("NFKC", found[0])
    fancy = unicodedata.category(found[0])[0] in "LN" or "\uff01" <= found[0] <= "\uff5e" or "Ⓐ" <= found[0] <= "ⓩ"
    return plain if fancy and len(plain) <= 3 else found[0]  # noqa: PLR2004 - a ligature of more is a phrase


def _strip(draft: _Draft) -> _Draft:
    start = len(draft.text) - len(draft.text.lstrip(" "))
    end = max(start, len(draft.text.rstrip(" ")))
    return _Draft(draft.text[start:end], draft.starts[start:end], draft.ends[start:end])


def _shorten(draft: _Draft) -> _Draft:
    draft = _rewrite(draft, _LETTER_RUN, _undrawn)
    return _rewrite(draft, _PUNCTUATION_RUN, lambda found: found[0][:3])


def _undrawn(found: re.Match[str]) -> str:
    """A run inside a Cyrillic word is one letter drawn out; «ООО», «СССР», "www", "VIII" and "cool" are none."""
    run, text = found[0], found.string
    around = text[max(0, found.start() - 1) : found.start()] + text[found.end() : found.end() + 1]
    neighbours = "".join(filter(str.isalpha, around))
    abbreviation = len(run) == _ABBREVIATED and run.isupper() and neighbours.isupper()
    if neighbours and CYRILLIC.search(run + neighbours) and not abbreviation:
        return run[0]
    return run if len(run) == _ABBREVIATED else run[:2]


def _in_cyrillic(word: str) -> str:
    """Latin look-alikes inside a Cyrillic word become Cyrillic; «iPhoneом» has letters without a twin and stays."""
    latin = set(LATIN.findall(word))
    if not latin or not CYRILLIC.search(word):
        return word
    if all(ord(letter) in TWINS for letter in latin):
        return word.translate(TWINS)
    if not UNMISTAKABLE.search(word.lower()) or any(ord(letter) not in _ALL_TWINS for letter in latin):
        return word
    if len(CYRILLIC.findall(word)) <= len(LATIN.findall(word)):  # a brand with an ending: «TikTokом»
        return word
    return word.translate(_ALL_TWINS)


def _count_disguised(before: str, after: str) -> int:
    """Restored words, less those with a Latin i, ï or ë alone: a keyboard without the letter is no disguise."""
    pairs = zip(_WORD.findall(before), _WORD.findall(after), strict=True)
    return sum(old != new and not set(LATIN.findall(old)) <= set("iIïÏëË") for old, new in pairs)


def _shouts(text: str) -> bool:
    upper = sum(map(str.isupper, text))
    if upper < SHOUTING_SHARE * SHOUTING_LETTERS:
        return False
    letters = sum(map(str.isalpha, text))
    return letters >= SHOUTING_LETTERS and upper > SHOUTING_SHARE * letters


def _in_sentence_case(text: str) -> str:
    """Of the same length: what the network knows best begins its sentences with a capital."""
    lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return _SENTENCE_START.sub(lambda found: up if len(up := found[0].upper()) == len(found[0]) else found[0], lower)
