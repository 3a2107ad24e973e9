"""Texts → groups of near-identical ones sent by several customers, in time linear in the texts."""

import re
from array import array
from collections import defaultdict
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pipeline.reporting.manager.columns import Rows, Single

PERMUTATIONS = 24
_BANDS = 8  # of three: texts with half their shingles in common meet in some band with 66 %, with 80 % almost surely
_SHINGLE = 3  # words
_FEWEST_WORDS = 8  # shorter texts are alike by chance
_ALIKE = 0.6  # share of equal minima, an estimate of the Jaccard similarity of the shingles
FEWEST_CUSTOMERS = 3

_WORD = re.compile(r"[^\W\d_]+")
_RANDOM = np.random.default_rng(20260214)
_FACTORS = _RANDOM.integers(1, 2**32, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
_TERMS = _RANDOM.integers(0, 2**32, PERMUTATIONS, dtype=np.uint64)
_NONE = np.zeros(PERMUTATIONS, np.uint32)  # of a text too short to compare


@dataclass(frozen=True)
class Campaign:
    """Rows that share their wording; `rows` in the order of the file."""

    rows: NDArray[np.int64]
    customers: int


class _Numbers(dict[str, int]):
    """Word → its hash, remembered."""

    def __missing__(self, word: str) -> int:
        number = self[word] = crc32(word.encode("utf-8", "replace"))
        return number


class Sketcher:
    """MinHash of the words of each text (Broder, doi:10.1109/SEQUEN.1997.666900); numbers are left out."""

    def __init__(self) -> None:
        self._words = _Numbers()
        self._rows = array("I")

    def add(self, text: str) -> None:
        """Sketch the text of the next row."""
        self._rows.frombytes(self._sketch(text).tobytes())

    @property
    def rows(self) -> NDArray[np.uint32]:
        """All sketches one after another."""
        return np.array(self._rows, np.uint32)

    def _sketch(self, text: str) -> NDArray[np.uint32]:
        words = _WORD.findall(text.lower())
        if len(words) < _FEWEST_WORDS:
            return _NONE
        numbers = np.fromiter(map(self._words.__getitem__, words), np.uint64, len(words))
        count = len(words) - _SHINGLE + 1
        shingles = np.zeros(count, np.uint64)
        for place in range(_SHINGLE):
            shingles = (shingles * np.uint64(1_000_003) + numbers[place : place + count]) % np.uint64(2**32)
        hashes: NDArray[np.uint64] = (shingles[:, None] * _FACTORS + _TERMS) >> np.uint64(32)
        return np.asarray(hashes.min(axis=0), np.uint32)


def find_campaigns(sketches: NDArray[np.uint32], customer: Single, rows: Rows) -> list[Campaign]:
    """Group the texts of `rows` that are alike and keep groups of at least FEWEST_CUSTOMERS, the largest first.

    Rows without a customer count as one customer all together: one person may have sent them.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for row, leader in _leaders(sketches, np.flatnonzero(rows & sketches.any(axis=1))).items():
        groups[leader].append(row)
    campaigns = []
    for members in groups.values():
        customers = len(set(customer.codes[members].tolist()))
        if customers >= FEWEST_CUSTOMERS:
            campaigns.append(Campaign(np.array(sorted(members)), customers))
    return sorted(campaigns, key=lambda campaign: (-campaign.customers, -len(campaign.rows), campaign.rows[0]))


def _leaders(sketches: NDArray[np.uint32], rows: NDArray[np.int64]) -> dict[int, int]:
    """Give each row the first row it is like: compared with one row a band only, so that the cost stays linear."""
    buckets: dict[tuple[int, bytes], int] = {}
    leaders: dict[int, int] = {}
    width = PERMUTATIONS // _BANDS
    for row in rows.tolist():
        sketch = sketches[row]
        keys = [(band, sketch[band * width : (band + 1) * width].tobytes()) for band in range(_BANDS)]
        known = {buckets[key] for key in keys if key in buckets}
        alike = (first for first in sorted(known) if (sketches[first] == sketch).mean() >= _ALIKE)
        leader = next(alike, row)
        leaders[row] = leader
        for key in keys:
            buckets.setdefault(key, leader)
    return leaders
