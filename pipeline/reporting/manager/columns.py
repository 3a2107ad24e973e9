"""Values of one field, row by row → a number for each row and the distinct values: small, and quick to count."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.bool_]  # which rows of the table, (rows,)
Value = TypeVar("Value", bound=str | tuple[str, ...])


@dataclass(frozen=True)
class Column(Generic[Value]):
    """`values[codes[row]]` is what the row holds."""

    codes: NDArray[np.int32]  # (rows,)
    values: Sequence[Value]

    def __getitem__(self, row: int) -> Value:
        return self.values[int(self.codes[row])]

    def tally(self, rows: Rows | None = None) -> NDArray[np.int64]:
        """Return how many of the rows hold each value, in the order of `values`."""
        codes = self.codes if rows is None else self.codes[rows]
        return np.bincount(codes, minlength=len(self.values))


class Single(Column[str]):
    """A field with one value a row; the empty text stands for none."""

    def count(self, rows: Rows | None = None) -> Counter[str]:
        """Count the values that are there."""
        pairs = zip(self.values, self.tally(rows).tolist(), strict=True)
        return Counter({value: count for value, count in pairs if count and value})

    def equal(self, value: str) -> Rows:
        """Return the rows that hold the value."""
        return np.equal(self.codes, self.values.index(value) if value in self.values else -1)


class Several(Column[tuple[str, ...]]):
    """A field with several values a row, such as `categories`: what is numbered is the whole set."""

    def count(self, rows: Rows | None = None) -> Counter[str]:
        """Count every value of every row, each once a row."""
        counts: Counter[str] = Counter()
        for members, count in zip(self.values, self.tally(rows).tolist(), strict=True):
            for member in members:
                counts[member] += count
        return +counts

    def holding(self, *members: str) -> Rows:
        """Return the rows that hold all of `members`."""
        wanted = set(members)
        return np.array([wanted <= set(value) for value in self.values], dtype=bool)[self.codes]

    def holding_any(self, members: Iterable[str]) -> Rows:
        """Return the rows that hold at least one of `members`."""
        wanted = set(members)
        return np.array([not wanted.isdisjoint(value) for value in self.values], dtype=bool)[self.codes]


class Builder(Generic[Value]):
    """Takes the values of one field in the order of the rows."""

    def __init__(self) -> None:
        self._codes = array("i")
        self._index: dict[Value, int] = {}

    def add(self, value: Value) -> None:
        """Note the value of the next row."""
        self._codes.append(self._index.setdefault(value, len(self._index)))

    @property
    def codes(self) -> NDArray[np.int32]:
        """The number of each row's value."""
        return np.frombuffer(self._codes, dtype=np.int32) if self._codes else np.zeros(0, np.int32)

    @property
    def values(self) -> list[Value]:
        """The distinct values, in the order of their numbers."""
        return list(self._index)
