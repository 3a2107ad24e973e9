"""Batches of raw lines in, as Spark's text reader cuts files into blocks; the items of the local engine out."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from pipeline.serving.readers.csv_file import Records, column_names, read_record
from pipeline.serving.readers.jsonl_file import parse_line
from pipeline.serving.readers.lines import HEAD_BYTES, Line
from pipeline.serving.records import MAX_ROW_BYTES, CsvLayout, RawRow, Rejected
from pipeline.serving.spark.inputs import InputPart, path_of

Block = tuple[str, int]  # path of a file, offset at which Spark began to read


@dataclass(frozen=True)
class Extent:
    """How many rows and how many bytes of a file there are: in a block, or before it."""

    rows: int
    bytes: int

    def __add__(self, other: "Extent") -> "Extent":
        return Extent(self.rows + other.rows, self.bytes + other.bytes)


NOTHING = Extent(0, 0)


def blocks(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Block, Iterator[bytes]]]:
    """Part the lines of a partition by the block that they stand in; each line without its end."""
    lines = (
        ((file, start), line)
        for batch in batches
        for line, file, start in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    for (uri, start), group in itertools.groupby(lines, key=lambda pair: pair[0]):
        yield (path_of(uri), start), (line for _, line in group)


class Lines(Iterator[Line]):
    """Gives lines their ends back and their places in the file; of an oversized one keeps the head."""

    def __init__(self, data: Iterable[bytes], offset: int) -> None:
        self._data = iter(data)
        self.offset = offset  # of the next line

    def __next__(self) -> Line:
        content = next(self._data)
        size = len(content) + 1
        line = Line(content + b"\n" if size <= MAX_ROW_BYTES else content[:HEAD_BYTES], self.offset, size)
        self.offset += size
        return line


def measure(
    batches: Iterable[pa.RecordBatch], parts: Mapping[str, InputPart], *, multiline: bool
) -> Iterator[pa.RecordBatch]:
    """Count the rows and the bytes of each block."""
    for (path, start), data in blocks(batches):
        lines = Lines(data, 0)
        rows = sum(1 for _ in read_rows(lines, parts[path], 0, multiline=multiline))
        yield pa.RecordBatch.from_pydict({"path": [path], "start": [start], "rows": [rows], "bytes": [lines.offset]})


def read_rows(
    lines: Iterator[Line], part: InputPart, rows_before: int, *, multiline: bool
) -> Iterator[RawRow | Rejected]:
    """Read lines as the rows of a file, numbered on from those before; a CSV file is read from its beginning."""
    return _records(lines, part) if multiline else _objects(lines, part, rows_before)


def _objects(lines: Iterator[Line], part: InputPart, rows_before: int) -> Iterator[RawRow | Rejected]:
    filled = (line for line in lines if line.data.strip())
    for number, line in enumerate(filled, start=rows_before + 1):
        yield parse_line(number, line, part.encoding)


def _records(lines: Iterator[Line], part: InputPart) -> Iterator[RawRow | Rejected]:
    csv.field_size_limit(MAX_ROW_BYTES)  # the standard 128 KB would refuse a long message
    delimiter = part.delimiter or ","
    records = Records(lines, part.encoding, delimiter)
    layout = CsvLayout(column_names(part.path, next(records, None)), delimiter)
    records.width = len(layout.columns)
    for number, record in enumerate(records, start=1):
        yield read_record(number, record, part.encoding, layout)
