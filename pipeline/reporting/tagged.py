"""A tagged file (csv, csv.gz, jsonl, jsonl.gz, parquet) → its rows one by one, checked, in flat memory."""

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.data.schema import Probability, Reason, Risk, Signal, Tag
from pipeline.errors import SkargaError, nearest
from pipeline.serving.cells import unescape

_CSV_LISTS = ("categories", "emotions", "signals", "complainer_risk_reasons", "review_reasons")
_CSV_NUMBERS = ("severity", "category_confidence", "emotion_confidence", "complainer_risk_score")
_LONGEST_CELL = 2**27  # characters; Python's own limit of 131,072 is shorter than some messages

Raw = dict[str, Any]


# What the page can do without; an earlier model may not have written it.
OPTIONAL = frozenset({"signals", "complainer_risk", "emotion_confidence", "review_reasons", "model_version"})


class TaggedRow(Tag):
    """A row of a tagged file: the tag, and what the complaint itself said of when, where and how it ended."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    emotion_confidence: Probability = 0.0
    signals: list[Signal] = Field(default_factory=list)
    complainer_risk: Risk = "insufficient_history"
    complainer_risk_score: Probability | None = None
    complainer_risk_reasons: list[Reason] = Field(default_factory=list)
    review_reasons: list[str] = Field(default_factory=list)
    truncated: bool = False
    model_version: str = ""

    text: str | None = None
    customer_id: str | None = None
    date: str | None = None
    channel: str | None = None
    company: str | None = None
    product: str | None = None
    outcome: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, raw: Raw) -> Raw:
        return {name: value for name, value in raw.items() if value is not None or name not in OPTIONAL}

    @field_validator("text", "customer_id", "date", "channel", "company", "product", "outcome", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> str | None:
        return None if value is None or not str(value).strip() else str(value)


def read_tagged(path: Path) -> Iterator[TaggedRow]:
    """Yield the rows of a tagged file in order.

    Raises:
        SkargaError: The file is missing, has an unknown ending, cannot be read, or a row is not a tagged row.
    """
    for number, raw in enumerate(read_raw(path), start=1):
        try:
            yield TaggedRow.model_validate(raw)
        except ValidationError as error:
            raise _refused(path, number, raw, error) from error


def read_raw(path: Path) -> Iterator[Raw]:
    """Yield the rows of a file in order, as they are.

    Raises:
        SkargaError: The file is missing, has an unknown ending or cannot be read.
    """
    reader = next((read for ending, read in _READERS.items() if path.name.lower().endswith(ending)), None)
    if reader is None:
        raise SkargaError(f"{path}: not a tagged file", f"its name must end in one of: {', '.join(_READERS)}")
    try:
        yield from reader(path)
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", _MAKE_ONE) from error
    except (ValueError, EOFError, OSError, csv.Error, pa.ArrowException) as error:
        raise SkargaError(f"{path} cannot be read: {error}", _MAKE_ONE) from error


_MAKE_ONE = "make a tagged file with: skarga tag INPUT -o OUTPUT"


def _refused(path: Path, number: int, raw: Raw, error: ValidationError) -> SkargaError:
    first = error.errors(include_input=False)[0]
    field = ".".join(map(str, first["loc"]))
    problem = f"{path}, row {number}: field {field!r}: {first['msg'].lower()}"
    close = nearest(field, raw) if first["type"] == "missing" and raw else ""
    return SkargaError(problem, f"{_MAKE_ONE}; {close}" if close.startswith("did") else _MAKE_ONE)


def _read_jsonl(path: Path) -> Iterator[Raw]:
    with path.open(encoding="utf-8") as lines:
        yield from _parse_lines(lines)


def _read_jsonl_gz(path: Path) -> Iterator[Raw]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from _parse_lines(lines)


def _parse_lines(lines: Iterator[str]) -> Iterator[Raw]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except ValueError as error:
            raise ValueError(f"line {number} is not JSON") from error
        if not isinstance(raw, dict):
            raise ValueError(f"line {number} is not a JSON object")
        yield raw


def _read_csv(path: Path) -> Iterator[Raw]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from _parse_cells(lines)


def _read_csv_gz(path: Path) -> Iterator[Raw]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
        yield from _parse_cells(lines)


def _parse_cells(lines: Iterator[str]) -> Iterator[Raw]:
    csv.field_size_limit(_LONGEST_CELL)
    for cells in csv.DictReader(lines):
        yield {name: _from_cell(name, cell) for name, cell in cells.items() if name and cell is not None}


def _from_cell(name: str, cell: str) -> Any:  # noqa: ANN401 - what JSON holds
    if name in _CSV_LISTS or name in _CSV_NUMBERS:
        return json.loads(cell) if cell else None
    return unescape(cell)


def _read_parquet(path: Path) -> Iterator[Raw]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=2_000):
            yield from batch.to_pylist()


_READERS: dict[str, Callable[[Path], Iterator[Raw]]] = {
    ".csv": _read_csv,
    ".csv.gz": _read_csv_gz,
    ".jsonl": _read_jsonl,
    ".jsonl.gz": _read_jsonl_gz,
    ".parquet": _read_parquet,
}
