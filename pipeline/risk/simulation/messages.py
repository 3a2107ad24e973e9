"""The written corpus as what simulated customers send: messages by language, by what they do and by intent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.random import Generator

from pipeline.risk.simulation.worlds import Style

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

STYLES: tuple[Style, ...] = get_args(Style)
_FEWEST = 3  # a pool with fewer messages of the wanted intent takes those of the other intent too
_CORPUS_ID = "corpus-"  # what the source's name puts before an id in the split tables
_LAW = {"legalese", "legal_threat", "ultimatum"}
_HEAT = {"anger", "disgust"}


@dataclass(frozen=True)
class Messages:
    """Messages in a fixed order, and pools of their numbers."""

    rows: Sequence[Mapping[str, Any]]  # rows of the corpus
    pools: Mapping[tuple[str, str, bool], Ints] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pools", _pools(self.rows))

    @classmethod
    def read(cls, corpus: Path, splits: Sequence[Path]) -> "Messages":
        """Complaints of the corpus that stand in the given split tables, in the order of their ids."""
        chosen = {name for path in splits for name in pq.read_table(path, columns=["id"])["id"].to_pylist()}
        lines = (line for path in sorted(corpus.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
        rows = [row for row in map(json.loads, lines) if f"{_CORPUS_ID}{row['id']}" in chosen]
        return cls(sorted((row for row in rows if row["intent"] != "none"), key=lambda row: row["id"]))

    def choose(self, language: str, style: Ints, professional: Bools, random: Generator) -> Ints:
        """Draw a message (rows,) in a language for each complaint.

        Args:
            language: Its code.
            style: (rows,) numbers of styles, see `STYLES`.
            professional: (rows,) whether it is taken from those written with the intent `professional`.
            random: Draws.
        """
        result = np.zeros(len(style), np.int64)
        for number, what in enumerate(STYLES):
            for intent in (False, True):
                chosen = (style == number) & (professional == intent)
                pool = self.pools[language, what, intent]
                result[chosen] = pool[random.integers(len(pool), size=int(chosen.sum()))]
        return result

    def table(self) -> pa.Table:
        """Id, text, language and labels, in the order that complaints point into."""
        columns = {"id": "id", "text": "text", "language": "lang", "category": "category", "intent": "intent"}
        lists = {"emotions": "emotions", "signals": "signals"}
        return pa.table({name: [row[source] for row in self.rows] for name, source in (columns | lists).items()})


def style_of(row: Mapping[str, Any]) -> str:
    """What a message does, from its labels."""
    signals = set(row["signals"])
    if signals & _LAW:
        return "legal"
    if "compensation_demand" in signals:
        return "demanding"
    if "no_specifics" in signals:
        return "vague"
    return "angry" if signals & {"insult"} or _HEAT & set(row["emotions"]) else "plain"


def _pools(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, bool], Ints]:
    keys = [(row["lang"], style_of(row), row["intent"] == "professional") for row in rows]
    pools: dict[tuple[str, str, bool], Ints] = {}
    for language in sorted({language for language, _, _ in keys}):
        spoken = [number for number, key in enumerate(keys) if key[0] == language]
        for style in STYLES:
            doing = [number for number in spoken if keys[number][1] == style]
            for intent in (False, True):
                meant = [number for number in doing if keys[number][2] == intent]
                pools[language, style, intent] = np.array(meant if len(meant) >= _FEWEST else doing or spoken, np.int64)
    return pools
