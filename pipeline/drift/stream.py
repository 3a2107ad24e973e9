"""A tagged file → a random sample of its rows in flat memory, and what is to be said of the whole file."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from pipeline.data.dates import parse_date
from pipeline.reporting.tagged import TaggedRow

ROWS = 10_000  # a share is known to a percentage point from that many: more would only take longer
_SEED = 13


@dataclass
class Stream:
    """At most `ROWS` rows, and facts about all that were read."""

    sample: list[TaggedRow] = field(default_factory=list)
    rows: int = 0
    versions: Counter[str] = field(default_factory=Counter)  # of the model, by rows
    first: date | None = None
    last: date | None = None


def draw_rows(rows: Iterable[TaggedRow], most: int = ROWS) -> Stream:
    """Read all rows and keep at most `most`, each with the same chance (reservoir sampling, Vitter 1985)."""
    random = np.random.default_rng(_SEED)
    stream = Stream()
    for row in rows:
        stream.rows += 1
        stream.versions[row.model_version] += 1
        _widen(stream, row.date)
        if len(stream.sample) < most:
            stream.sample.append(row)
        elif (place := int(random.integers(stream.rows))) < most:
            stream.sample[place] = row
    return stream


def _widen(stream: Stream, text: str | None) -> None:
    moment = parse_date(text) if text else None
    if moment is None:
        return
    day = moment.date() if isinstance(moment, datetime) else moment
    stream.first = min(stream.first or day, day)
    stream.last = max(stream.last or day, day)
