"""Rejected rows to lines of OUTPUT.rejected.jsonl, and such lines, corrected by a person, back to raw rows."""

import base64
import csv
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from pipeline.errors import SkargaError
from pipeline.serving.readers.csv_file import BROKEN_QUOTES, match_cells
from pipeline.serving.readers.jsonl_file import parse_object
from pipeline.serving.readers.lines import Line, read_lines
from pipeline.serving.readers.opening import OpenFile
from pipeline.serving.records import CsvLayout, RawRow, Rejected, RejectReason


@dataclass(frozen=True)
class RejectedLine:
    """One line of a rejected file."""

    row: int
    id: str
    reason: RejectReason
    detail: str
    raw: str
    raw_base64: str | None = None  # the bytes, where `raw` does not show them all faithfully
    columns: tuple[str, ...] | None = None  # of a CSV file
    delimiter: str | None = None


def rejected_line(rejected: Rejected) -> dict[str, Any]:
    """Return what is kept of a rejected row: where it stood, why, and its raw content."""
    layout = rejected.layout
    line = RejectedLine(
        row=rejected.number,
        id=rejected.id or "",
        reason=rejected.reason,
        detail=rejected.detail,
        raw=rejected.raw,
        raw_base64=None if rejected.raw_bytes is None else base64.b64encode(rejected.raw_bytes).decode(),
        columns=layout.columns if layout else None,
        delimiter=layout.delimiter if layout else None,
    )
    return {name: value for name, value in vars(line).items() if value is not None}


def parse_rejected(data: bytes) -> RejectedLine:
    """Read one line of a rejected file.

    Raises:
        ValueError: It is not such a line.
    """
    record = json.loads(data)
    if not isinstance(record, dict) or not record.keys() <= {field.name for field in fields(RejectedLine)}:
        raise ValueError("not the fields of a rejected line")
    if not isinstance(record.get("row"), int) or not all(isinstance(record.get(name), str) for name in ("id", "raw")):
        raise ValueError("row, id or raw is missing")
    columns = record.get("columns")
    detail = str(record.get("detail", ""))
    own = {
        "reason": RejectReason(str(record.get("reason"))),
        "detail": detail,
        "columns": tuple(columns) if columns else None,
    }
    return RejectedLine(**record | own)


class RejectedFile(OpenFile):
    """Rows of a rejected file, read again from their `raw`, under their old numbers and ids."""

    encoding = "utf-8"
    delimiter: str | None = None

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise SkargaError(f"{path}: no such file", "name the OUTPUT.rejected.jsonl of an earlier run")
        self._path = path
        super().__init__(path)

    def __iter__(self) -> Iterator[RawRow | Rejected]:
        """Yield the rows in the file's order."""
        for place, line in zip(itertools.count(1), read_lines(self.stream)):
            if line.data.strip():
                yield reread(self._parse(place, line))

    def _parse(self, place: int, line: Line) -> RejectedLine:
        try:
            return parse_rejected(line.data)
        except (ValueError, TypeError) as error:
            problem = f"{self._path}: line {place} is no line of a rejected file"
            raise SkargaError(problem, "change nothing but the value of `raw`, and keep it a JSON string") from error


def reread(line: RejectedLine) -> RawRow | Rejected:
    """Read a row anew from its raw content; one that cannot be and was not corrected is rejected as before."""
    data = base64.b64decode(line.raw_base64) if line.raw_base64 else b""
    if data and data.decode("utf-8", errors="replace") == line.raw:
        layout = CsvLayout(line.columns, line.delimiter or ",") if line.columns else None
        return Rejected(line.row, line.reason, line.detail, line.raw, len(data), data, layout, line.id)
    item = _reread_cells(line, line.columns) if line.columns else parse_object(line.row, line.raw, len(line.raw))
    return replace(item, made_id=line.id) if isinstance(item, RawRow) else replace(item, id=line.id)


def _reread_cells(line: RejectedLine, columns: tuple[str, ...]) -> RawRow | Rejected:
    layout = CsvLayout(columns, line.delimiter or ",")
    try:
        cells = next(csv.reader([line.raw], delimiter=layout.delimiter, strict=True), [])
    except csv.Error:
        return Rejected(line.row, RejectReason.BAD_QUOTES, BROKEN_QUOTES, line.raw, len(line.raw), layout=layout)
    return match_cells(line.row, cells, line.raw, layout)
