"""A path in, the reader that its ending asks for out."""

from collections.abc import Callable
from pathlib import Path

from pipeline.errors import SkargaError
from pipeline.serving.readers.csv_file import CsvFile
from pipeline.serving.readers.jsonl_file import JsonlFile
from pipeline.serving.readers.parquet_file import ParquetFile
from pipeline.serving.readers.source import Source
from pipeline.serving.readers.xlsx_file import XlsxFile
from pipeline.serving.records import Columns

READERS: dict[str, Callable[[Path, Columns], Source]] = {
    ".csv": CsvFile,
    ".csv.gz": CsvFile,
    ".jsonl": JsonlFile,
    ".jsonl.gz": JsonlFile,
    ".parquet": ParquetFile,
    ".xlsx": XlsxFile,
}


def ending(path: Path) -> str:
    """Return the part of the name that says the format, in lower case: `.csv`, `.jsonl.gz`."""
    name = path.name.lower()
    return next((known for known in READERS if name.endswith(known)), path.suffix.lower())


def stem(path: Path) -> str:
    """Return the name without its format, for ids of rows that have none."""
    return path.name[: len(path.name) - len(ending(path))]


def open_source(path: Path, columns: Columns) -> Source:
    """Open a file of complaints.

    Raises:
        SkargaError: It is not there, not a file, of an unknown format, or lacks a named column.
    """
    if not path.exists():
        raise SkargaError(f"{path}: no such file", "check the path")
    if not path.is_file():
        raise SkargaError(f"{path}: not a file", "name a single file")
    reader = READERS.get(ending(path))
    if reader is None:
        raise SkargaError(f"{path}: unknown format {ending(path)!r}", f"formats: {', '.join(READERS)}")
    if path.stat().st_size == 0 and ending(path) in {".parquet", ".xlsx"}:
        return JsonlFile(path, columns)  # nothing can be read from it, as nothing is there
    return reader(path, columns)
