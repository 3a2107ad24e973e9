"""One table of rows → train, validation and test, so that no near-duplicate or customer stands on both sides."""

import hashlib

import pandas as pd
from datasketch import MinHash, MinHashLSH

_SHINGLE = 4
_PERMUTATIONS = 128
_MARGIN = 0.3  # MinHash misses pairs near its threshold: candidates are looked for well below the one that counts


def assign_splits(
    rows: pd.DataFrame, seed: int, test_share: float, validation_share: float, similarity: float
) -> "pd.Series[str]":
    """Name the split of every row: train, validation, test, or leaked (a near-duplicate of an official test row).

    A row's split is a function of its group and the seed alone: rows that are added later move no other row between
    splits, unless they join its group.
    """
    groups = group_rows(rows, similarity)
    official = set(groups[rows["part"] == "test"])
    splits = [
        _split(group, part, official, seed=seed, test_share=test_share, validation_share=validation_share)
        for group, part in zip(groups, rows["part"], strict=True)
    ]
    return pd.Series(splits, index=rows.index, dtype=str)


def _split(group: str, part: str, official: set[str], *, seed: int, test_share: float, validation_share: float) -> str:
    if part == "test":
        return "test"
    if group in official:
        return "leaked"
    draw = int.from_bytes(hashlib.sha256(f"{seed}:{group}".encode()).digest()[:8]) / 2**64
    if part == "train":  # the source has a test part of its own
        return "validation" if draw < validation_share else "train"
    if draw < test_share:
        return "test"
    return "validation" if draw < test_share + validation_share else "train"


def group_rows(rows: pd.DataFrame, similarity: float) -> "pd.Series[str]":
    """Give rows that must stay together one name: the smallest id among near-duplicates and shared `group`s."""
    parent = {identity: identity for identity in rows["id"]}

    def find(identity: str) -> str:
        while parent[identity] != identity:
            parent[identity] = parent[parent[identity]]
            identity = parent[identity]
        return identity

    for first, second in [*_near_duplicates(rows, similarity), *_same_group(rows)]:
        low, high = sorted((find(first), find(second)))
        parent[high] = low
    return rows["id"].map(find)


def _near_duplicates(rows: pd.DataFrame, similarity: float) -> list[tuple[str, str]]:
    """Pairs whose shingles are at least so similar (Jaccard): MinHash finds candidates, the sets themselves decide."""
    index = MinHashLSH(threshold=max(similarity - _MARGIN, 0.1), num_perm=_PERMUTATIONS)
    known: dict[str, frozenset[bytes]] = {}
    pairs = []
    for identity, text in zip(rows["id"], rows["text"], strict=True):
        shingles = _shingles(text)
        sketch = MinHash(num_perm=_PERMUTATIONS)
        sketch.update_batch(sorted(shingles))
        candidates = index.query(sketch)
        pairs += [(identity, other) for other in candidates if _jaccard(shingles, known[other]) >= similarity]
        known[identity] = shingles
        index.insert(identity, sketch)
    return pairs


def _jaccard(first: frozenset[bytes], second: frozenset[bytes]) -> float:
    return len(first & second) / len(first | second)


def _shingles(text: str) -> frozenset[bytes]:
    text = " ".join(text.lower().split())
    count = max(1, len(text) - _SHINGLE + 1)
    return frozenset(text[i : i + _SHINGLE].encode("utf-8", "replace") for i in range(count))


def _same_group(rows: pd.DataFrame) -> list[tuple[str, str]]:
    named = rows.dropna(subset=["group"]).drop_duplicates("group").set_index("group")["id"]
    return [
        (identity, named[group]) for identity, group in zip(rows["id"], rows["group"], strict=True) if group in named
    ]
