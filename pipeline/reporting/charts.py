"""Counts → a shaded table, as plain records without markup."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A number of a shaded table; `level` from 0 (none) to 5 (most of its row)."""

    count: int
    level: int


def shade(
    counts: Counter[tuple[str, str]], rows: Sequence[str], columns: Sequence[str]
) -> list[tuple[str, list[Cell]]]:
    """Lay out a table of counts, shaded by the share of its row."""
    table = []
    for row in rows:
        numbers = [counts[row, column] for column in columns]
        total = sum(numbers) or 1
        table.append((row, [Cell(number, _level(number / total)) for number in numbers]))
    return table


def _level(value: float) -> int:
    return 0 if value == 0 else min(5, 1 + int(value * 7))
