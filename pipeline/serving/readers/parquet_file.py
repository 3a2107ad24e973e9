"""A .parquet file in, raw rows of plain Python values out, batch by batch."""

import datetime
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import SkargaError
from pipeline.serving.readers.source import check_columns
from pipeline.serving.records import Columns, RawRow, Rejected, RejectReason

BATCH_ROWS = 1_000


class ParquetFile:
    """Rows of a Parquet file; dates become ISO text, decimals text, so that nothing is rounded."""

    encoding = "utf-8"
    delimiter: str | None = None

    def __init__(self, path: Path, columns: Columns) -> None:
        try:
            self._file = pq.ParquetFile(path)
        except pa.ArrowInvalid as error:
            raise SkargaError(f"{path}: not a Parquet file, or a damaged one", "write or copy it again") from error
        self._path = path
        self._read = 0
        with ExitStack() as on_error:
            on_error.callback(self._file.close)
            check_columns(path, self._file.schema_arrow.names, columns)
            on_error.pop_all()

    def __iter__(self) -> Iterator[RawRow | Rejected]:
        """Yield the rows in the file's order."""
        try:
            for batch in self._file.iter_batches(BATCH_ROWS):
                yield from self._rows(batch)
        except (pa.ArrowException, OSError) as error:
            raise SkargaError(f"{self._path}: cannot be read to its end", "write or copy the file again") from error

    def share_read(self) -> float:
        """Tell how much of the file has been read, from 0 to 1."""
        rows: int = self._file.metadata.num_rows
        return self._read / rows if rows else 1.0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _rows(self, batch: pa.RecordBatch) -> Iterator[RawRow | Rejected]:
        size = batch.nbytes // max(batch.num_rows, 1)
        for fields in _values(batch):
            self._read += 1
            yield _row(self._read, fields, size)


def rows_of_batch(batch: pa.RecordBatch, numbers: Iterable[int]) -> list[RawRow | Rejected]:
    """Return the rows of a batch that somebody else has read, under the given numbers."""
    size = batch.nbytes // max(batch.num_rows, 1)
    return [_row(number, fields, size) for number, fields in zip(numbers, _values(batch), strict=True)]


def _values(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Return the batch as dicts; where its text is not UTF-8, as bytes to be looked at one by one."""
    batch = _retyped(batch, _in_microseconds)
    try:
        rows: list[dict[str, Any]] = batch.to_pylist()
    except UnicodeDecodeError:
        rows = _retyped(batch, _undecoded).to_pylist()
    return rows


def _retyped(batch: pa.RecordBatch, retype: Callable[[pa.DataType], pa.DataType]) -> pa.RecordBatch:
    schema = pa.schema([field.with_type(retype(field.type)) for field in batch.schema])
    return batch if schema.equals(batch.schema) else batch.cast(schema, safe=False)


def _in_microseconds(kind: pa.DataType) -> pa.DataType:
    """Python's own dates hold no nanoseconds; without this, pyarrow would ask for pandas."""
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    return kind


def _undecoded(kind: pa.DataType) -> pa.DataType:
    return pa.binary() if pa.types.is_string(kind) else pa.large_binary() if pa.types.is_large_string(kind) else kind


def _row(number: int, fields: dict[str, Any], size: int) -> RawRow | Rejected:
    try:
        return RawRow(number, {name: plain(value) for name, value in fields.items()}, size)
    except UnicodeDecodeError:
        data = repr(fields).encode("utf-8", errors="backslashreplace")
        return Rejected(number, RejectReason.BAD_ENCODING, "not UTF-8 text", data.decode("utf-8"), size)


def plain(value: Any) -> Any:  # noqa: ANN401 - a cell may hold anything
    """Turn a cell's value into what JSON can hold without loss.

    Raises:
        UnicodeDecodeError: Bytes that are not UTF-8 text.
    """
    plain_value: Any
    match value:
        case None | bool() | int() | str():
            plain_value = value
        case float():
            plain_value = value if math.isfinite(value) else None if math.isnan(value) else str(value)
        case bytes():
            plain_value = value.decode("utf-8")
        case datetime.date() | datetime.time():  # datetime is a date
            plain_value = value.isoformat()
        case dict():
            plain_value = {str(name): plain(item) for name, item in value.items()}
        case list() | tuple():
            plain_value = [plain(item) for item in value]
        case _:  # decimals, durations
            plain_value = str(value)
    return plain_value
