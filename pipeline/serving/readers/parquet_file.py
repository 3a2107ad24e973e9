"""A .parquet file in, raw rows of plain Python values out, batch by batch."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import SkargaError
from pipeline.serving.readers.opening import check_growth
from pipeline.serving.readers.source import check_columns
from pipeline.serving.readers.values import row_of_values
from pipeline.serving.records import MAX_ROW_BYTES, Columns, RawRow, Rejected, RejectReason

BATCH_ROWS = 1_000
BATCH_BYTES = 64 * 2**20  # of texts that repeat: a file of 1 KB can hold a thousand times the same 8 MB


class ParquetFile:
    """Rows of a Parquet file; dates become ISO text, decimals text, so that nothing is rounded."""

    encoding = "utf-8"
    delimiter: str | None = None

    def __init__(self, path: Path, columns: Columns) -> None:
        try:
            self._file = _open(path)
        except (pa.ArrowInvalid, OSError) as error:
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
        at_once = max(BATCH_BYTES // max(map(_longest, batch.columns), default=1), 1)
        for start in range(0, batch.num_rows, at_once):
            for values in _values(batch.slice(start, at_once)):
                self._read += 1
                yield _row(self._read, values)


def _open(path: Path) -> pq.ParquetFile:
    """Open a file so that a text that repeats is held once, until its rows are looked at."""
    metadata = pq.read_metadata(path)
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    check_growth(path, sum(group.total_byte_size for group in groups))
    columns = map(metadata.schema.column, range(len(metadata.schema)))
    return pq.ParquetFile(path, read_dictionary=[each.path for each in columns if each.physical_type == "BYTE_ARRAY"])


def _longest(column: pa.Array) -> int:
    """Return the bytes of the longest text that a column repeats, 1 if there is none."""
    if pa.types.is_dictionary(column.type):
        return pc.max(pc.binary_length(column.dictionary)).as_py() or 1
    nested = pa.types.is_struct(column.type) or pa.types.is_list(column.type)
    inner = column.flatten() if nested else []
    return max(map(_longest, inner if isinstance(inner, list) else [inner]), default=1)


def rows_of_batch(batch: pa.RecordBatch, numbers: Iterable[int]) -> list[RawRow | Rejected]:
    """Return the rows of a batch that somebody else has read, under the given numbers."""
    return [_row(number, fields) for number, fields in zip(numbers, _values(batch), strict=True)]


def _values(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Return the batch as dicts; where its text is not UTF-8, as bytes to be looked at one by one."""
    batch = _retyped(batch, _as_python_has_it)
    try:
        rows: list[dict[str, Any]] = batch.to_pylist()
    except UnicodeDecodeError:
        rows = _retyped(batch, _undecoded).to_pylist()
    return rows


def _retyped(batch: pa.RecordBatch, retype: Callable[[pa.DataType], pa.DataType]) -> pa.RecordBatch:
    schema = pa.schema([field.with_type(retype(field.type)) for field in batch.schema])
    return batch if schema.equals(batch.schema) else batch.cast(schema, safe=False)


def _as_python_has_it(kind: pa.DataType) -> pa.DataType:
    """Python's own dates hold no nanoseconds, for which pyarrow would ask for pandas."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    return kind


def _undecoded(kind: pa.DataType) -> pa.DataType:
    return pa.binary() if pa.types.is_string(kind) else pa.large_binary() if pa.types.is_large_string(kind) else kind


def _row(number: int, values: dict[str, Any]) -> RawRow | Rejected:
    try:
        return row_of_values(number, values)
    except UnicodeDecodeError:
        raw = repr(values).encode("utf-8", errors="backslashreplace")[:MAX_ROW_BYTES].decode("utf-8", errors="ignore")
        return Rejected(number, RejectReason.BAD_ENCODING, "not UTF-8 text", raw, len(raw))
