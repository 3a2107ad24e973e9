"""Rows → pairs of near-duplicate texts, and groups of rows that must stay together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from datasketch import MinHash, MinHashLSH, MinHashLSHEnsemble

_SHINGLE = 4
_PERMUTATIONS = 128
_MARGIN = 0.3  # MinHash misses pairs near its threshold: candidates are looked for well below the one that counts
_CUT = 100  # letters: of two longer texts, one may be the other cut short; shorter ones are contained by chance
_PARTITIONS = 8  # of the containment index, by length


@dataclass(frozen=True)
class Pair:
    """The ids of two rows that belong together."""

    first: str
    second: str


@dataclass(frozen=True)
class _Sketch:
    identity: str
    letters: int
    shingles: frozenset[bytes]
    minhash: MinHash


def near_duplicates(rows: pd.DataFrame, similarity: float) -> list[Pair]:
    """Pairs of rows whose texts say the same, up to small changes or a cut.

    Two texts are near-duplicates if their sets of 4-character shingles have a Jaccard similarity of at least
    `similarity`, or if both have over 100 letters and that share of the smaller set lies in the larger one. MinHash
    finds candidates (LSH; LSH Ensemble, doi:10.14778/2994509.2994534, for containment), the sets themselves decide.
    """
    sketches = [_sketch(identity, text) for identity, text in zip(rows["id"], rows["text"], strict=True)]
    return [*_alike(sketches, similarity), *_contained(sketches, similarity)]


def group_rows(rows: pd.DataFrame, pairs: Iterable[Pair]) -> "pd.Series[str]":
    """Give rows that must stay together one name: the smallest id among those joined by pairs and shared `group`s."""
    parent = {identity: identity for identity in rows["id"]}

    def find(identity: str) -> str:
        while parent[identity] != identity:
            parent[identity] = parent[parent[identity]]
            identity = parent[identity]
        return identity

    for pair in [*pairs, *_same_group(rows)]:
        low, high = sorted((find(pair.first), find(pair.second)))
        parent[high] = low
    return rows["id"].map(find)


def _same_group(rows: pd.DataFrame) -> list[Pair]:
    named = rows.dropna(subset=["group"]).drop_duplicates("group").set_index("group")["id"]
    return [
        Pair(identity, named[group])
        for identity, group in zip(rows["id"], rows["group"], strict=True)
        if group in named
    ]


def _alike(sketches: Sequence[_Sketch], similarity: float) -> Iterator[Pair]:
    index = MinHashLSH(threshold=max(similarity - _MARGIN, 0.1), num_perm=_PERMUTATIONS)
    for place, sketch in enumerate(sketches):
        for other in index.query(sketch.minhash):
            known = sketches[other]
            if len(sketch.shingles & known.shingles) >= similarity * len(sketch.shingles | known.shingles):
                yield Pair(sketch.identity, known.identity)
        index.insert(place, sketch.minhash)


def _contained(sketches: Sequence[_Sketch], similarity: float) -> Iterator[Pair]:
    long = [sketch for sketch in sketches if sketch.letters > _CUT]
    if not long:
        return
    index = MinHashLSHEnsemble(threshold=similarity, num_perm=_PERMUTATIONS, num_part=_PARTITIONS)
    index.index((place, sketch.minhash, len(sketch.shingles)) for place, sketch in enumerate(long))
    for place, sketch in enumerate(long):
        for other in index.query(sketch.minhash, len(sketch.shingles)):
            known = long[other].shingles
            smaller = min(len(sketch.shingles), len(known))
            if other != place and len(sketch.shingles & known) >= similarity * smaller:
                yield Pair(sketch.identity, long[other].identity)


def _sketch(identity: str, text: str) -> _Sketch:
    text = " ".join(text.lower().split())
    count = max(1, len(text) - _SHINGLE + 1)
    shingles = frozenset(text[i : i + _SHINGLE].encode("utf-8", "replace") for i in range(count))
    minhash = MinHash(num_perm=_PERMUTATIONS)
    minhash.update_batch(sorted(shingles))
    return _Sketch(identity, len(text), shingles, minhash)
