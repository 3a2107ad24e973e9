"""Texts in, MinHash signatures of their wording out: what is left when names, numbers and dates change."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

PERMUTATIONS = 64
_SHINGLE = 3  # words
_LEAST_WORDS = 12  # fewer words are anybody's: "верните деньги"
_MOST_CHARACTERS = 20_000
_MOST_WORDS = 500_000  # that are remembered with their hashes
_CHUNK = 5_000  # texts, whose shingles are held at once

_ANYTHING = "0"  # stands for every number, date, name and place
_NAME = re.compile(r"(?<=[^.!?…\n] )[A-ZА-ЯЁІЇЄҐ][\w'’-]*")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_MONTH = re.compile(
    r"(январ|феврал|март|апрел|июн|июл|август|сентябр|октябр|ноябр|декабр)(ь|я|ю|ем|ём|е|а|у)?|ма[йяюе]|маем"
    r"|(січ|лют|берез|квіт|трав|черв|лип|серп|верес|жовт|листопад|груд)(ень|ня|ні|ню|нем|ий|ого|ому|а|і)?"
)

Signatures = npt.NDArray[np.uint32]
_Hashes = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Wording:
    """Of each text: its signature (texts, PERMUTATIONS) and how many shingles stand behind it (texts,)."""

    signatures: Signatures
    sizes: npt.NDArray[np.int64]

    def take(self, places: npt.NDArray[np.int64]) -> "Wording":
        """The same texts, some of them or in another order."""
        return Wording(self.signatures[places], self.sizes[places])


def read_wording(texts: Sequence[str], owners: Sequence[str]) -> Wording:
    """Hash the three-word shingles of each text by `PERMUTATIONS` functions, and keep the least value of each.

    MinHash (Broder 1997, doi:10.1109/SEQUEN.1997.666900) by multiply-shift hashing: the share of equal places in two
    signatures estimates the Jaccard similarity of the texts' shingles. A text of fewer than 12 words is one shingle,
    which its owner is part of: only the owner can repeat it.
    """
    return joined([_read(texts[i : i + _CHUNK], owners[i : i + _CHUNK]) for i in range(0, len(texts), _CHUNK)])


def joined(parts: Sequence[Wording]) -> Wording:
    """The wording of all texts, those of the first part first."""
    nothing = Wording(np.empty((0, PERMUTATIONS), np.uint32), np.empty(0, np.int64))
    every = [nothing, *parts]
    return Wording(np.concatenate([part.signatures for part in every]), np.concatenate([part.sizes for part in every]))


def _read(texts: Sequence[str], owners: Sequence[str]) -> Wording:
    words = [_words(text) for text in texts]
    hashes, texts_of = _told_apart(words)
    lengths = np.bincount(texts_of, minlength=len(texts))
    short = lengths < _LEAST_WORDS
    if short.any():
        own = [_hash(" ".join([owner, *map(_general, found)])) for owner, found in zip(owners, words, strict=True)]
        hashes = np.concatenate([hashes[~short[texts_of]], np.repeat(np.array(own, np.uint32)[short], _SHINGLE)])
        texts_of = np.concatenate([texts_of[~short[texts_of]], np.repeat(np.flatnonzero(short), _SHINGLE)])
        order = np.argsort(texts_of, kind="stable")
        hashes, texts_of = hashes[order], texts_of[order]
    shingles = _mixed(hashes[:-2] * _ODD[0] + hashes[1:-1] * _ODD[1] + hashes[2:] * _ODD[2])
    inside = texts_of[:-2] == texts_of[2:]  # no shingle spans two texts
    sizes = np.bincount(texts_of[:-2][inside], minlength=len(texts))
    return Wording(_least(shingles[inside], np.cumsum(sizes) - sizes), sizes)


def _words(text: str) -> list[str]:
    """The words in small letters; a capital inside a sentence that is not all capitals marks a name or a place."""
    text = text[:_MOST_CHARACTERS]
    return _WORD.findall((text if text.isupper() else _NAME.sub(_ANYTHING, text)).lower())


def _told_apart(words: Sequence[Sequence[str]]) -> tuple[_Hashes, npt.NDArray[np.int64]]:
    """Hashes of all words and the text of each, without repetition: "12 января 2026" is one thing."""
    lengths = np.array([len(found) for found in words])
    hashes = np.fromiter((_KNOWN[word] for found in words for word in found), np.uint32, int(lengths.sum()))
    texts_of = np.repeat(np.arange(len(words)), lengths)
    new = np.ones(len(hashes), bool)
    new[1:] = (hashes[1:] != hashes[:-1]) | (texts_of[1:] != texts_of[:-1])
    return hashes[new], texts_of[new]


class _Vocabulary(dict[str, int]):
    """Words and their hashes, kept as long as they are not too many."""

    def __missing__(self, word: str) -> int:
        if len(self) == _MOST_WORDS:
            self.clear()
        self[word] = found = _hash(_general(word))
        return found


def _general(word: str) -> str:
    return _ANYTHING if word[0].isdigit() or _MONTH.fullmatch(word) else word


def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace"))


def _least(shingles: _Hashes, first: npt.NDArray[np.int64]) -> Signatures:
    """The least value of every function over each run of shingles that begins at a place of `first`."""
    signatures = np.empty((len(first), PERMUTATIONS), np.uint32)
    for place, (factor, shift) in enumerate(zip(_FACTORS, _SHIFTS, strict=True)):
        signatures[:, place] = np.minimum.reduceat(shingles * factor + shift, first)
    return signatures


def _mixed(hashes: _Hashes) -> _Hashes:
    """Spread what differs in few bits over all of them (the finalizer of MurmurHash3)."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


_KNOWN = _Vocabulary()
_random = np.random.default_rng(13)  # the functions: the same in every run, on every machine
_ODD = _random.integers(0, 2**31, 3, np.uint32) * 2 + 1
_FACTORS = _random.integers(0, 2**31, PERMUTATIONS, np.uint32) * 2 + 1
_SHIFTS = _random.integers(0, 2**32, PERMUTATIONS, np.uint32)
