"""A changed taxonomy and rows labelled by the old one → how many rows each new category would get."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.labels import Labels, load_labels
from pipeline.reporting.tagged import read_tagged


@dataclass(frozen=True)
class Preview:
    """Rows by category: `moved` from an old code to a new one, `unmatched` where nothing or too much replaces it."""

    moved: Counter[tuple[str, str]] = field(default_factory=Counter)  # (old code, new code) → rows
    unmatched: Counter[str] = field(default_factory=Counter)


def preview_files(new_labels: Path, tagged: Path | None) -> Iterator[str]:
    """Yield what the training table, and a tagged file beside it, would become.

    Raises:
        SkargaError: The taxonomy is wrong, or a table cannot be read.
    """
    labels = load_labels(new_labels)
    yield f"training rows ({paths.COMPLAINTS}):"
    yield from describe(preview(_training_counts(), labels), labels)
    if tagged:
        yield f"tagged rows ({tagged}):"
        yield from describe(preview(Counter(row.category for row in read_tagged(tagged)), labels), labels)


def _training_counts() -> Counter[str]:
    if not paths.COMPLAINTS.is_file():
        raise SkargaError(f"{paths.COMPLAINTS}: no such file", "make it with: dvc repro prepare")
    column = pq.read_table(paths.COMPLAINTS, columns=["category"])["category"]
    return Counter(code for code in column.to_pylist() if code is not None)


def preview(counts: Mapping[str, int], labels: Labels) -> Preview:
    """Carry rows, counted by their old category, over into the categories of `labels`."""
    result = Preview()
    for old, rows in counts.items():
        successors = labels.successors(old)
        if len(successors) == 1:
            result.moved[old, successors[0]] += rows
        else:
            result.unmatched[old] += rows
    return result


def describe(result: Preview, labels: Labels) -> Iterator[str]:
    """Yield a line for each new category, then one for each old code whose rows must be labelled again."""
    width = max(map(len, labels.category))
    for new in labels.category:
        origins = {old: rows for (old, to), rows in result.moved.items() if to == new}
        taken = [f"{old} {rows:,}" for old, rows in origins.items() if old != new]
        note = f"  from {', '.join(taken)}" if taken else "" if origins else "  new: no rows yet, label some"
        yield f"{new:{width}} {sum(origins.values()):>8,}{note}"
    for old, rows in result.unmatched.items():
        successors = labels.successors(old)
        why = f"split into {', '.join(successors)}" if successors else "nothing `replaces` it"
        yield f"{old}: {rows:,} rows to be labelled again, {why}"
