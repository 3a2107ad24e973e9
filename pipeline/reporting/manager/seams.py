"""What falls between processes: complaints of a dead end, of writing again, of answers that differ."""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline.reporting.manager.columns import Rows
from pipeline.reporting.manager.contacts import Contacts
from pipeline.reporting.manager.table import Table

LOOP = "service_loop"
KINDS = ("loop", "repeated", "contradictory")
_MOST_PAIRS = 8
_EXAMPLES = 3


@dataclass(frozen=True)
class Seams:
    """Which complaints show a seam, by kind and by any of them; (rows,)."""

    kinds: dict[str, Rows]
    any: Rows
    pairs: list[tuple[str, str]]  # categories most often named together in them, the commonest first
    typical: list[int]  # rows


def find_seams(table: Table, contacts: Contacts) -> Seams:
    """Find the seams and what is typical of them.

    A typical message is the one whose category is surest, of each of the commonest pairs of categories.
    """
    complaints = table.complaints
    kinds = {
        "loop": complaints & table.categories.holding(LOOP),
        "repeated": contacts.repeated,
        "contradictory": complaints & (table.contradicted | contacts.decided_both_ways),
    }
    rows = np.logical_or.reduce(list(kinds.values()))
    pairs = _pairs(table, rows)
    return Seams(kinds, rows, pairs, _typical(table, rows, pairs))


def _pairs(table: Table, rows: Rows) -> list[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for members, count in zip(table.categories.values, table.categories.tally(rows).tolist(), strict=True):
        for pair in combinations(sorted(members), 2):
            counts[pair] += count
    ranked = sorted((+counts).items(), key=lambda item: (-item[1], item[0]))
    return [pair for pair, _ in ranked[:_MOST_PAIRS]]


def _typical(table: Table, rows: Rows, pairs: list[tuple[str, str]]) -> list[int]:
    chosen: list[int] = []
    for pair in pairs:
        candidates = np.flatnonzero(rows & table.has_text & table.categories.holding(*pair))
        surest = candidates[np.argsort(-table.confidence[candidates], kind="stable")]
        chosen += [row for row in surest.tolist() if row not in chosen][:1]
    return chosen[:_EXAMPLES]
