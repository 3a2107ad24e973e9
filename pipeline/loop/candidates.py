"""A tagged file of any length → the rows of each language and category that the model doubts most, in flat memory."""

import heapq
from collections import Counter
from collections.abc import Container, Hashable, Iterable
from dataclasses import dataclass, field

from pipeline.data.annotations import fingerprint
from pipeline.loop.ranking import quotas
from pipeline.reporting.tagged import TaggedRow

_DEPTH = 4  # candidates per place in the queue: they are read again, and the better judged quarter stays
_URGENT = 3
_RISKY = {"elevated", "review"}

Stratum = tuple[str, str]


@dataclass
class Candidates:
    """Rows by language and category, and what is to be said of the rest."""

    rows: list[TaggedRow] = field(default_factory=list)
    counts: Counter[Hashable] = field(default_factory=Counter)  # stratum → rows of the file
    without_text: int = 0
    reviewed: int = 0  # rows whose text people have labelled already
    versions: Counter[str] = field(default_factory=Counter)


def stratum_of(row: TaggedRow) -> Stratum:
    """Rows of one language and category share a quota."""
    return row.language, row.category


def risk_of(row: TaggedRow) -> float:
    """How much harm a wrong tag may do: 1 for what is urgent, half of it for a risky complainer."""
    return 1.0 if row.severity == _URGENT else 0.5 if row.complainer_risk in _RISKY else 0.0


def gather(tagged: Iterable[TaggedRow], places: int, reviewed: Container[str]) -> Candidates:
    """Keep the likeliest rows for a queue of `places` rows, by what the file itself says of them.

    Args:
        tagged: The rows, of any number.
        places: The length of the queue.
        reviewed: Fingerprints of texts that people have labelled already.
    """
    found = Candidates()
    heaps: dict[Stratum, list[tuple[float, int, TaggedRow]]] = {}
    for number, row in enumerate(tagged):
        found.versions[row.model_version] += 1
        if row.text is None:
            found.without_text += 1
        elif fingerprint(row.text) in reviewed:
            found.reviewed += 1
        else:
            found.counts[stratum_of(row)] += 1
            heap = heaps.setdefault(stratum_of(row), [])
            entry = (_doubt(row), -number, row)  # the number decides ties, so that rows are never compared
            (heapq.heappush if len(heap) < _DEPTH * places else heapq.heappushpop)(heap, entry)
    for stratum, quota in quotas(found.counts, _DEPTH * places).items():
        found.rows += [row for _, _, row in heapq.nlargest(quota, heaps[stratum])]  # type: ignore[index]
    return found


def _doubt(row: TaggedRow) -> float:
    return 1 - row.category_confidence + risk_of(row) / 4 + ("out_of_distribution" in row.review_reasons) / 4
