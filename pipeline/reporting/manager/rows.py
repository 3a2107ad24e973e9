"""The table and what was found in it → the rows that the page carries, small enough to be opened at once."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.reporting.manager.columns import Rows, Several, Single
from pipeline.reporting.manager.identities import show_customer, show_id
from pipeline.reporting.manager.measures import COMPLAINT
from pipeline.reporting.manager.table import Table
from pipeline.reporting.tagged import read_raw
from pipeline.text.mask import mask

MOST_ROWS = 150_000
MOST_TEXTS = 5_000
_LONGEST_TEXT = 600  # characters; the whole text stays in the tagged file
_EPOCH = date(1970, 1, 1).toordinal()
_NO_DAY = -(10**6)  # what the browser takes for no day
_NO_SCORE = -1


@dataclass(frozen=True)
class Shipped:
    """`data` is what the browser unpacks; `rows` and `texts` of how many are in it."""

    data: str
    rows: int
    texts: int


def ship(table: Table, flags: Mapping[str, Rows], first: Sequence[int], texts: Mapping[int, str]) -> Shipped:
    """Pack rows, `first` ones first, then those with a flag, then the latest, up to MOST_ROWS; all in file order.

    Args:
        table: The rows.
        flags: What the page's numbers are looked up by, name → rows.
        first: Rows that the page itself names.
        texts: Row → its masked text, empty where texts are not shown.
    """
    chosen = np.sort(_rank(table, flags, first)[:MOST_ROWS])
    packed = {
        "row": (chosen + 1).tolist(),
        "id": [show_id(table.ids[row]) for row in chosen.tolist()],
        "day": np.where(table.dated, table.day - _EPOCH, _NO_DAY)[chosen].tolist(),
        "severity": table.severity[chosen].tolist(),
        "confidence": np.round(100 * table.confidence[chosen]).astype(int).tolist(),
        "score": np.nan_to_num(np.round(100 * table.risk_score[chosen]), nan=_NO_SCORE).astype(int).tolist(),
        "columns": _columns(table, chosen, flags),
        "texts": {str(place): texts[row] for place, row in enumerate(chosen.tolist()) if row in texts},
    }
    raw = json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    data = base64.b64encode(gzip.compress(raw, 9, mtime=0)).decode("ascii")
    return Shipped(data, len(chosen), len(packed["texts"]))


def rank_texts(table: Table, flags: Mapping[str, Rows], first: Sequence[int]) -> set[int]:
    """Return the rows whose texts the page carries, up to MOST_TEXTS."""
    ranked = _rank(table, flags, first)
    return set(ranked[table.has_text[ranked]][:MOST_TEXTS].tolist())


def read_texts(tagged: Path, rows: set[int]) -> dict[int, str]:
    """Read the texts of these rows again, masked, then cut: half a phone number is not recognised as one."""
    return {row: _cut(mask(text)) for row, text in _texts(tagged) if row in rows}


def _texts(tagged: Path) -> Iterator[tuple[int, str]]:
    for row, raw in enumerate(read_raw(tagged)):
        if raw.get("text") is not None:
            yield row, str(raw["text"])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT].rstrip()} …"


def _rank(table: Table, flags: Mapping[str, Rows], first: Sequence[int]) -> NDArray[np.int64]:
    named, flagged = np.zeros(len(table), bool), np.zeros(len(table), bool)
    named[list(first)] = True
    for name, rows in flags.items():
        if name != COMPLAINT:
            flagged |= rows
    return np.lexsort((-table.day, ~flagged, ~named))


def _columns(table: Table, chosen: NDArray[np.int64], flags: Mapping[str, Rows]) -> dict[str, object]:
    single = {
        "language": table.language, "category": table.category, "company": table.company,
        "product": table.product, "channel": table.channel, "outcome": table.outcome, "risk": table.risk,
    }  # fmt: skip
    several = {
        "categories": table.categories, "emotions": table.emotions,
        "signals": table.signals, "reasons": table.reasons,
    }  # fmt: skip
    columns: dict[str, Single | Several] = {**single, **several}
    packed: dict[str, object] = {name: _pack(column.codes[chosen], column.values) for name, column in columns.items()}
    packed["customer"] = _pack(table.customer.codes[chosen], table.customer.values, show_customer)
    packed["flags"] = _flags(chosen, flags)
    return packed


def _pack(
    codes: NDArray[np.int32], values: Sequence[Any], show: Callable[[Any], Any] = lambda value: value
) -> dict[str, object]:
    used, places = np.unique(codes, return_inverse=True)
    return {"codes": places.tolist(), "values": [show(values[code]) for code in used.tolist()]}


def _flags(chosen: NDArray[np.int64], flags: Mapping[str, Rows]) -> dict[str, object]:
    """Number the sets of flags that rows have, as the other columns of several values are numbered."""
    names = list(flags)
    if not names:
        return {"codes": [0] * len(chosen), "values": [[]]}
    table = np.stack([flags[name][chosen] for name in names], axis=1)
    sets, places = np.unique(table, axis=0, return_inverse=True)
    return {"codes": places.reshape(-1).tolist(), "values": [[names[i] for i in np.flatnonzero(row)] for row in sets]}
