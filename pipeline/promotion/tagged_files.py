"""Two tagged files of the same rows → what changed for whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SkargaError
from pipeline.promotion.changes import FIELDS, Changes
from pipeline.reporting.tagged import TaggedRow, read_tagged


@dataclass(frozen=True)
class FileChanges:
    """The changes, which models made the tags, and the rows that stand in one file only."""

    changes: Changes
    models: tuple[list[str], list[str]]  # of the old file, of the new one
    only_old: int
    only_new: int

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        old, new = self.models
        ends = {"old_models": old, "new_models": new, "only_old": self.only_old, "only_new": self.only_new}
        return ends | self.changes.record()

    def lines(self) -> Iterator[str]:
        """Say it to a person."""
        old, new = self.models
        yield f"{', '.join(old)} → {', '.join(new)}, {self.changes.rows.total():,} rows that both have tagged"
        if self.only_old or self.only_new:
            yield f"rows in one file only: {self.only_old:,} in the old, {self.only_new:,} in the new"
        yield ""
        yield from self.changes.lines()


def compare_files(old: Path, new: Path) -> FileChanges:
    """Join two tagged files by id; texts are neither kept nor shown.

    Raises:
        SkargaError: A file is no tagged file, has an id twice, or the two have no id in common.
    """
    before = _by_id(old)
    changes = Changes()
    models: set[str] = set()
    seen: set[str] = set()
    only_new = 0
    for row in read_tagged(new):
        _once(new, row.id, seen)
        models.add(row.model_version)
        if row.id in before:
            changes.add(before[row.id], _kept(row))
        else:
            only_new += 1
    if not changes.rows:
        raise SkargaError(f"{old} and {new} have no id in common", "tag the same file with both models")
    return FileChanges(
        changes,
        (sorted({row["model_version"] for row in before.values()}), sorted(models)),
        len(before) - changes.rows.total(),
        only_new,
    )


def _by_id(path: Path) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for row in read_tagged(path):
        _once(path, row.id, seen)
        rows[row.id] = _kept(row)
    return rows


def _kept(row: TaggedRow) -> dict[str, Any]:
    return row.model_dump(include={"id", "language", "model_version", *FIELDS})


def _once(path: Path, identity: str, seen: set[str]) -> None:
    if identity in seen:
        raise SkargaError(f"{path}: id {identity!r} stands twice", "give each row an id of its own, and tag again")
    seen.add(identity)
