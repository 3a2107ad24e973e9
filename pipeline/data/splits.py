"""One table of rows → train, validation and test, so that no near-duplicate or customer stands on both sides."""

import hashlib
from collections.abc import Collection, Sequence

import pandas as pd

from pipeline.data.duplicates import Pair, group_rows, near_duplicates

ONLY_TRAIN = "only_train"
_HELD_OUT = ("validation", "test")


def assign_splits(
    rows: pd.DataFrame, seed: int, test_share: float, validation_share: float, similarity: float
) -> "pd.Series[str]":
    """Name the split of every row: train, validation, test, or leaked (no model may see it).

    Leaked are near-duplicates of an official test row, and rows of the part `only_train` that are near-duplicates of
    any row that tests or validates. A row's split is a function of its group and the seed alone: rows that are added
    later move no other row between splits, unless they join its group; rows of `only_train` move none at all.
    """
    pairs = near_duplicates(rows, similarity)
    only_train = rows["part"] == ONLY_TRAIN
    drawn = _draw(rows[~only_train], pairs, seed=seed, test_share=test_share, validation_share=validation_share)
    held_out = set(drawn.index[drawn.isin(_HELD_OUT)])
    leaked = _joined(rows, held_out, pairs)
    splits = [
        drawn[identity] if not only else "leaked" if identity in leaked else "train"
        for identity, only in zip(rows["id"], only_train, strict=True)
    ]
    return pd.Series(splits, index=rows.index, dtype=str)


def _draw(
    rows: pd.DataFrame, pairs: Sequence[Pair], *, seed: int, test_share: float, validation_share: float
) -> "pd.Series[str]":
    """Splits by id, a group at a time."""
    known = set(rows["id"])
    groups = group_rows(rows, [pair for pair in pairs if pair.first in known and pair.second in known])
    official = set(groups[rows["part"] == "test"])
    splits = [
        _split(group, part, official, seed=seed, test_share=test_share, validation_share=validation_share)
        for group, part in zip(groups, rows["part"], strict=True)
    ]
    return pd.Series(splits, index=pd.Index(rows["id"]), dtype=str)


def _joined(rows: pd.DataFrame, chosen: Collection[str], pairs: Sequence[Pair]) -> set[str]:
    """Ids of rows that are a near-duplicate of a chosen one, or a message of the same customer."""
    customers = set(rows["group"][rows["id"].isin(chosen)].dropna())
    return (
        {pair.first for pair in pairs if pair.second in chosen}
        | {pair.second for pair in pairs if pair.first in chosen}
        | set(rows["id"][rows["group"].isin(customers)])
    )


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
