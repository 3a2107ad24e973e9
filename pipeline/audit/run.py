"""The training table → the audit's sheet; the filled sheet → files of labels."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipeline import paths
from pipeline.audit.corrections import Applied, apply
from pipeline.audit.findings import find
from pipeline.audit.predictions import out_of_fold
from pipeline.audit.sheet import read_decisions, write_sheet
from pipeline.audit.summary import summarize
from pipeline.config import load_params
from pipeline.data.catalogue import load_catalogue
from pipeline.data.duplicates import group_rows, near_duplicates
from pipeline.data.sources import read_sources
from pipeline.data.table import read_table
from pipeline.errors import SkargaError
from pipeline.labels import load_labels


def audit(sources: str | None, output: Path) -> Iterator[str]:
    """Write the sheet of likely label errors; yield what to tell the person.

    Args:
        sources: A set or sources of sources.yaml; else the table that `prepare` made.
        output: The CSV file.

    Raises:
        SkargaError: There is no table, a source is wrong, or no row has a label to audit.
    """
    labels, params = load_labels(paths.LABELS), load_params().split
    rows = _training_rows(sources)
    groups = group_rows(rows, near_duplicates(rows, params.duplicate_similarity))
    probabilities = out_of_fold(rows, groups, labels, params.seed)
    findings = find(rows, groups, probabilities, labels)
    write_sheet(findings, rows, output)
    yield from summarize(findings, rows, probabilities, labels)
    yield f"{len(findings):,} findings → {output}; fill in `decision` (keep, accept or a code of your own), then:"
    yield f"skarga audit --apply {output}" + (f" --source {sources}" if sources else "")


def apply_sheet(sheet: Path, sources: str | None) -> Iterator[str]:
    """Write the decisions of a sheet into files of labels; yield what to tell the person.

    Raises:
        SkargaError: The sheet or a decision is wrong, or the table lacks a row.
    """
    rows, catalogue, labels = _training_rows(sources), load_catalogue(paths.SOURCES), load_labels(paths.LABELS)
    for applied in apply(read_decisions(sheet), rows, catalogue, labels, paths.CORRECTIONS):
        yield from _told(applied)


def _training_rows(sources: str | None) -> pd.DataFrame:
    if sources:
        rows = read_sources(load_catalogue(paths.SOURCES).choose(sources), load_labels(paths.LABELS))
    elif paths.COMPLAINTS.is_file():
        rows = read_table(paths.COMPLAINTS)
    else:
        raise SkargaError(f"{paths.COMPLAINTS}: no such file", "run `dvc repro prepare`, or name --source corpus")
    # Tests are read as they are: whoever mends them with a model's help measures that model.
    return rows[rows["part"] != "test"].reset_index(drop=True)


def _told(applied: Applied) -> Iterator[str]:
    merged = applied.merged
    yield f"{applied.source}: {merged.changed} labels changed in {applied.path}, {merged.already} were so already"
    if merged.conflicts:
        yield (
            f"{applied.source}: {len(merged.conflicts)} left as they are, for their label is no longer the one "
            f"audited: {', '.join(merged.conflicts)}; run `dvc repro prepare`, then audit again"
        )
    if merged.changed and not applied.named:
        yield f"add to the source {applied.source!r} in {paths.SOURCES}:  labels: {applied.path}"
