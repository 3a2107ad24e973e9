"""A customer's raw text comes in; plain text goes out, with the way back to every original character."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.text.alphabet import CYRILLIC, HIDDEN, LATIN, LETTER, MARK, NEAR_TWINS, PLAIN, TWINS, UNMISTAKABLE

Offsets = NDArray[np.int32]

_WORD = re.compile(rf"{LETTER}+(?:'{LETTER}+)*")
_UNTIDY = re.compile(
    rf"[^{PLAIN}]|^ | $|  |([^\W\d])\1{{3}}|([^\w\s])\2{{3}}|[A-Za-z]'?[Ѐ-ӿ]|[Ѐ-ӿ]'?[A-Za-z]", re.IGNORECASE
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_PLAIN = re.compile(rf"[^{PLAIN}]")
_COMPOSABLE = re.compile("[иИуУ]\u0306|[іІеЕiIeE]\u0308")
_MARKED = re.compile(rf"([^{MARK}]?)[{MARK}]+")
_HIDING_WORD = re.compile(rf"(?<!{LETTER}){LETTER}++(?:[{HIDDEN}]++{LETTER}++)+")
_HIDDEN = re.compile(rf"[{HIDDEN}]+")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2800]+")
_APOSTROPHE = re.compile(rf"(?<={LETTER})[ʼ’‘‛`´′ʹ](?={LETTER})")
_LETTER_RUN = re.compile(rf"({LETTER})\1{{3,}}", re.IGNORECASE)
_PUNCTUATION_RUN = re.compile(r"([^\w\s]|_)\1{3,}")

SHOUTING_LETTERS = 20  # fewer letters may be an abbreviation or a name
SHOUTING_SHARE = 0.6
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
    offsets = np.append(draft.starts, bounds[-1:])
    return Normalized(_lower_shouting(draft.text), offsets, draft.ends, obfuscated)


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
    # The letters of two alphabets may now form one run, hence the second shortening.
    return _shorten(restored), hiding_words + _count_disguised(draft.text, restored.text)


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
    """Three equal letters are spared: «ООО», "www" and «длинношеее» are no drawl."""
    draft = _rewrite(draft, _LETTER_RUN, lambda found: found[0][:2])
    return _rewrite(draft, _PUNCTUATION_RUN, lambda found: found[0][:3])


def _in_cyrillic(word: str) -> str:
    """Latin look-alikes inside a Cyrillic word become Cyrillic; «iPhoneом» has letters without a twin and stays."""
    latin = set(LATIN.findall(word))
    if not latin or not UNMISTAKABLE.search(word.lower()):
        return word
    near = any(ord(letter) in NEAR_TWINS for letter in latin)
    if any(ord(letter) not in TWINS and ord(letter) not in NEAR_TWINS for letter in latin):
        return word
    if near and len(CYRILLIC.findall(word)) <= len(LATIN.findall(word)):  # a brand with an ending: «TikTokом»
        return word
    return word.translate(TWINS | NEAR_TWINS)


def _count_disguised(before: str, after: str) -> int:
    """Restored words, less those with a Latin i, ï or ë alone: a keyboard without the letter is no disguise."""
    pairs = zip(_WORD.findall(before), _WORD.findall(after), strict=True)
    return sum(old != new and not set(LATIN.findall(old)) <= set("iIïÏëË") for old, new in pairs)


def _lower_shouting(text: str) -> str:
    upper = sum(map(str.isupper, text))
    if upper < SHOUTING_SHARE * SHOUTING_LETTERS:
        return text
    letters = sum(map(str.isalpha, text))
    if letters < SHOUTING_LETTERS or upper <= SHOUTING_SHARE * letters:
        return text
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
