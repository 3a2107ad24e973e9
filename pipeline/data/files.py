"""A source's description → its raw rows, from the repository, the folder SKARGA_DATA_DIR or the hub."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import datasets

from pipeline.data.catalogue import Part, Source
from pipeline.errors import SkargaError

DATA_DIR = "SKARGA_DATA_DIR"

Row = dict[str, Any]


def raw_rows(name: str, source: Source) -> Iterator[tuple[Part, Row]]:
    """Every row of a source with the part that its file holds.

    Raises:
        SkargaError: A file is absent, or is not the one that its SHA-256 pins.
    """
    for part, rows in _parts(name, source):
        for row in rows:
            yield part, row


def _parts(name: str, source: Source) -> Iterator[tuple[Part, Iterable[Row]]]:
    if source.path:
        yield "all", _open(source.reader, sorted(map(str, Path().glob(source.path))))
        return
    folder = os.environ.get(DATA_DIR)
    if folder:
        for part, file in source.files.items():
            yield part, _open(source.reader, [str(_pinned(Path(folder) / file, source.sha256.get(file)))])
        return
    if source.hub is None:
        raise SkargaError(f"source {name!r} is not in the repository", f"name the folder that holds it: {DATA_DIR}=…")
    yield _part_of_the_hub(source), _from_hub(source)


def _open(reader: str, files: list[str]) -> Iterable[Row]:
    if not files:
        raise SkargaError("a source of configs/sources.yaml has no files", "restore data/corpus from git")
    # Streamed: the library's cache on disk would hide that a file has changed.
    stream: Iterable[Row] = datasets.load_dataset(reader, data_files=files, split="train", streaming=True)
    return stream


def _part_of_the_hub(source: Source) -> Part:
    """The part that all files of the source share: the hub may divide its rows in another way."""
    parts = set(source.files)
    return parts.pop() if len(parts) == 1 else "all"


def _from_hub(source: Source) -> Iterator[Row]:
    assert source.hub is not None
    parts = datasets.load_dataset(source.hub.id, source.hub.config, revision=source.hub.revision, streaming=True)
    for split, rows in parts.items():
        for row in rows:
            yield {"split": split, **row}


def _pinned(path: Path, expected: str | None) -> Path:
    if not path.is_file():
        raise SkargaError(f"{path}: no such file", f"set {DATA_DIR} to the folder that holds {path.name}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if expected and digest != expected:
        raise SkargaError(
            f"{path} is not the file that configs/sources.yaml pins (SHA-256 {digest[:12]}…)",
            "if the change is meant, write the new sha256 into configs/sources.yaml",
        )
    return path
