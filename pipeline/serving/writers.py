"""Finished parts (JSON lines of tagged rows) in, OUTPUT in the format of its name out; memory holds one part."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data.schema import Tag
from pipeline.errors import SkargaError
from pipeline.serving.cells import cell
from pipeline.serving.fields import FieldKinds
from pipeline.serving.json_lines import encodable, join_files, read_records
from pipeline.serving.readers import ending

SIGNAL = pa.struct([("code", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("text", pa.string())])
REASON = pa.struct([("code", pa.string()), ("weight", pa.float64()), ("detail", pa.string())])
SPECIAL_TYPES = {
    "category_confidence": pa.float64(),
    "emotion_confidence": pa.float64(),
    "complainer_risk_score": pa.float64(),
    "severity": pa.int64(),
    "needs_review": pa.bool_(),
    "truncated": pa.bool_(),
    "categories": pa.list_(pa.string()),
    "emotions": pa.list_(pa.string()),
    "review_reasons": pa.list_(pa.string()),
    "signals": pa.list_(SIGNAL),
    "complainer_risk_reasons": pa.list_(REASON),
}
TAG_TYPES = {name: SPECIAL_TYPES.get(name, pa.string()) for name in Tag.model_fields}

Writer = Callable[[list[Path], BinaryIO, FieldKinds, bool], None]


def writer_for(output: Path) -> Writer:
    """Return the writer that the ending of a name asks for.

    Raises:
        SkargaError: No format has this ending.
    """
    writer = WRITERS.get(ending(output))
    if ending(output) == ".xlsx":
        raise SkargaError(f"{output}: .xlsx is read, not written", "write .csv, which a spreadsheet opens")
    if writer is None:
        raise SkargaError(f"{output}: unknown format {ending(output)!r}", f"formats: {', '.join(WRITERS)}")
    return writer


def write_jsonl(parts: list[Path], file: BinaryIO, kinds: FieldKinds, csv_safe: bool) -> None:  # noqa: ARG001
    """Put the parts one after another."""
    join_files(parts, file)


def packed(write: Writer) -> Writer:
    """Write the same, compressed; no name and no time inside, so that bytes repeat."""

    def write_packed(parts: list[Path], file: BinaryIO, kinds: FieldKinds, csv_safe: bool) -> None:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as archive:
            write(parts, archive, kinds, csv_safe)  # type: ignore[arg-type]

    return write_packed


def write_csv(parts: list[Path], file: BinaryIO, kinds: FieldKinds, csv_safe: bool) -> None:
    """Write a header and the rows, in UTF-8 with CRLF, as RFC 4180 says."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    table = csv.writer(text)
    table.writerow([cell(name, safe=csv_safe) for name in kinds])
    table.writerows([cell(row.get(name), safe=csv_safe) for name in kinds] for row in read_records(parts))
    text.detach()  # flushes, and leaves the file open to whoever opened it


def write_parquet(parts: list[Path], file: BinaryIO, kinds: FieldKinds, csv_safe: bool) -> None:  # noqa: ARG001
    """Write a row group per part; a carried field has one type throughout (see `column_type`)."""
    schema = schema_of(kinds)
    with pq.ParquetWriter(file, schema) as table:
        for part in parts:
            rows = list(read_records([part]))
            columns = [column(name, kind, rows) for name, kind in zip(kinds, schema.types, strict=True)]
            table.write_table(pa.Table.from_arrays(columns, schema=schema))


def schema_of(kinds: FieldKinds) -> pa.Schema:
    """Return the typed columns of the fields of a run."""
    return pa.schema([(encodable(name), TAG_TYPES.get(name) or column_type(kinds[name])) for name in kinds])


def column_type(kinds: Iterable[str]) -> pa.DataType:
    """Choose the type of a carried field from all the kinds that occur in it.

    Numbers are numbers where every value is one and none would be rounded; every mixture, lists and objects are text:
    strings as they are, all else as JSON. So a column never changes type half-way and no value is lost.
    """
    present = set(kinds) - {"null"}
    if present == {"bool"}:
        return pa.bool_()
    if present and present <= {"int", "long"}:
        return pa.int64()
    if present and present <= {"int", "float"}:
        return pa.float64()
    return pa.string()


def column(name: str, kind: pa.DataType, rows: Sequence[Mapping[str, Any]]) -> pa.Array:
    """Return the values that rows have of one field as a column."""
    values = [row.get(name) for row in rows]
    if kind == pa.string():
        values = [None if value is None else _text(value) for value in values]
    elif name == "signals":
        values = [[signal | {"text": encodable(signal["text"])} for signal in row["signals"]] for row in rows]
    return pa.array(values, type=kind)


def _text(value: Any) -> str:  # noqa: ANN401 - a field may hold anything
    return encodable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


WRITERS: dict[str, Writer] = {
    ".csv": write_csv,
    ".csv.gz": packed(write_csv),
    ".jsonl": write_jsonl,
    ".jsonl.gz": packed(write_jsonl),
    ".parquet": write_parquet,
}
