"""The rows that decide: frozen tests, or a person's own labelled file, and that the candidate has not learned them."""

import glob
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from datasets.exceptions import DatasetsError

from pipeline import paths
from pipeline.data.catalogue import TASKS, Source
from pipeline.data.duplicates import near_duplicates
from pipeline.data.files import DATA_DIR, raw_rows
from pipeline.data.sources import read_sources
from pipeline.data.table import read_table
from pipeline.errors import SkargaError
from pipeline.evaluation.tests import HELD_OUT, Tables, read_tests
from pipeline.labels import Labels
from pipeline.serving import bundle

PUBLIC = "public_tests"  # the set of configs/sources.yaml
_LEARNED = ("train", "validation")  # what the network was trained on, and what it was calibrated on
_READERS = {".csv": "csv", ".jsonl": "json", ".parquet": "parquet"}
_SHOWN = 5


def frozen_tests(labels: Labels) -> dict[str, Tables]:
    """The held-out rows, and the public tests where SKARGA_DATA_DIR names their folder; by kind, then by source.

    Raises:
        SkargaError: The split has not been made, or a source is not as its description says.
    """
    if not (paths.SPLIT / "test.parquet").is_file():
        raise SkargaError(f"{paths.SPLIT}: no held-out rows", "make them with: dvc repro split, or: dvc checkout")
    public = read_tests(PUBLIC, labels) if os.environ.get(DATA_DIR) else {}
    return {HELD_OUT: read_tests(HELD_OUT, labels), PUBLIC: public}


def own_tests(files: Sequence[Path], labels: Labels) -> Tables:
    """Labelled files: columns `text`, `language` and any of the tasks, with our codes.

    Raises:
        SkargaError: A file is missing, has no label, or an unknown one.
    """
    return {file.name: read_sources({file.name: _described(file)}, labels) for file in files}


def _described(file: Path) -> Source:
    if not file.is_file():
        raise SkargaError(f"{file}: no such file", "name a labelled file after --test")
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise SkargaError(f"{file}: not a test", f"its name must end in one of: {', '.join(_READERS)}")
    if glob.has_magic(str(file)):
        raise SkargaError(f"{file}: a name with *, ? or [ is read as a pattern", "rename the file")
    place = {"reader": reader, "path": os.path.relpath(file), "origin": "", "licence": ""}
    row = _first_row(file, Source.model_validate(place | {"language": "other"}))
    fields = {name: name for name in ("id", "language", *TASKS) if name in row}
    if "language" not in fields:
        raise SkargaError(f"{file} has no column `language`", "add it, with ru, uk, mixed or other in every row")
    if not fields.keys() & set(TASKS):
        raise SkargaError(f"{file} has no labels", f"add a column of at least one of: {', '.join(TASKS)}")
    return Source.model_validate(place | {"fields": fields})


def _first_row(file: Path, source: Source) -> Mapping[str, Any]:
    try:
        rows = [row for _, row in raw_rows(file.name, source)] if file.stat().st_size else []
    except (ValueError, DatasetsError) as error:  # a broken file is either, by its format
        raise SkargaError(f"{file} cannot be read as {source.reader}", "save it anew, in UTF-8") from error
    if not rows:
        raise SkargaError(f"{file}: no rows", "name a labelled file after --test")
    return rows[0]


def refuse_learned(tests: Mapping[str, pd.DataFrame], manifest: bundle.Manifest, similarity: float) -> None:
    """Make sure that no test row, nor a near-duplicate of one, is among those that the candidate has learned.

    Raises:
        SkargaError: One is, or data/split does not hold the rows that the candidate was trained on.
    """
    learned = pd.concat([_learned(part, manifest) for part in _LEARNED])
    known = set(learned["id"])
    for name, rows in tests.items():
        named = rows.assign(id="test " + rows["id"])
        pairs = near_duplicates(pd.concat([learned, named], ignore_index=True), similarity)
        shared = {one for pair in pairs for one, other in ((pair.first, pair.second), (pair.second, pair.first))
                  if one not in known and other in known}  # fmt: skip
        if shared:
            shown = ", ".join(sorted(identity.removeprefix("test ") for identity in shared)[:_SHOWN])
            raise SkargaError(
                f"test {name!r}: {len(shared)} of {len(rows)} rows are, nearly word for word, among those that the "
                f"candidate has learned: {shown}",
                "take them out of the test, or out of the training data, and train again",
            )


def _learned(part: str, manifest: bundle.Manifest) -> pd.DataFrame:
    file = paths.SPLIT / f"{part}.parquet"
    digest = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
    if digest is None or manifest.data.get(file.name) != digest:
        raise SkargaError(
            f"{file} is not what {manifest.version} was trained on, so that nobody can tell whether it knows the test",
            "bring data and candidate of one run together: dvc checkout, or dvc repro",
        )
    return read_table(file)


def fingerprint(rows: pd.DataFrame) -> str:
    """SHA-256 over ids, texts and labels of a test: whether two promotions were decided by the same rows."""
    return hashlib.sha256(rows[["id", "text", *TASKS]].to_json(orient="split").encode()).hexdigest()
