"""A .csv file in (comma, semicolon or tab; quoted line breaks), raw rows out; a damaged row harms no other."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import SkargaError
from pipeline.serving.readers.encoding import SAMPLE_BYTES, guess_encoding
from pipeline.serving.readers.jsonl_file import oversized, undecodable
from pipeline.serving.readers.lines import Line, read_lines
from pipeline.serving.readers.opening import OpenFile, read_head
from pipeline.serving.readers.source import check_columns
from pipeline.serving.records import MAX_FIELDS, MAX_ROW_BYTES, Columns, CsvLayout, RawRow, Rejected, RejectReason

DELIMITERS = ",;\t"
BROKEN_QUOTES = "a quote is opened and not closed, or closed in the middle of a cell"
REREAD_BYTES = 64 * 2**20  # per file: enough for any honest damage, and a hostile file cannot make us read for ever


@dataclass(frozen=True)
class Record:
    """The cells of one CSV record with the bytes that they were read from."""

    cells: list[str]
    data: bytes


class CsvFile(OpenFile):
    """Rows of a CSV file; empty lines between rows hold no row."""

    def __init__(self, path: Path, columns: Columns) -> None:
        csv.field_size_limit(MAX_ROW_BYTES)  # the standard 128 KB would refuse a long message
        head = read_head(path, SAMPLE_BYTES)
        self.encoding = guess_encoding(path, head)
        delimiter = guess_delimiter(head.decode(self.encoding, errors="replace"), columns.text)
        self.delimiter: str | None = delimiter
        super().__init__(path)
        self._records = Records(read_lines(self.stream), self.encoding, delimiter)
        with ExitStack() as on_error:
            on_error.callback(self.close)
            self._layout = CsvLayout(column_names(path, next(self._records, None)), delimiter)
            if self._layout.columns:
                check_columns(path, self._layout.columns, columns)
            on_error.pop_all()
        self._records.width = len(self._layout.columns)

    def __iter__(self) -> Iterator[RawRow | Rejected]:
        """Yield the rows in the file's order."""
        for number, record in enumerate(self._records, start=1):
            yield read_record(number, record, self.encoding, self._layout)


class Records(Iterator[Record | Line]):
    """Splits lines into records; a line that begins no readable record comes out as it is."""

    width = 0  # the number of columns, once the header is known

    def __init__(self, lines: Iterator[Line], encoding: str, delimiter: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self._delimiter = delimiter
        self._again: deque[Line] = deque()  # lines swallowed by an open quote, to be read again
        self._reread_left = REREAD_BYTES

    def __next__(self) -> Record | Line:
        taken: list[Line] = []
        reader = csv.reader(self._texts(taken), delimiter=self._delimiter, strict=True)
        try:
            while not (cells := next(reader)):
                taken.clear()
        except csv.Error:
            return self._broken(taken)
        if self.width and len(taken) > 1 and len(cells) != self.width:
            return self._broken(taken)
        return Record(cells, b"".join(line.data for line in taken))

    def _texts(self, taken: list[Line]) -> Iterator[str]:
        """Hand lines to the parser one by one, noting which ones it took."""
        size = 0
        while line := self._again.popleft() if self._again else next(self._lines, None):
            taken.append(line)
            size += line.size
            if size > MAX_ROW_BYTES:
                raise csv.Error("row too large")
            # Bytes that are no text survive as lone surrogates, so that the rest of the row keeps its shape.
            yield line.data.decode(self._encoding, errors="surrogateescape")

    def _broken(self, taken: list[Line]) -> Line:
        """Give up the first line alone and read the others again, where an open quote swallowed them."""
        size = sum(line.size for line in taken)
        self._reread_left -= size
        if self._reread_left < 0:
            return Line(b"".join(line.data for line in taken), taken[0].offset, size)
        self._again.extendleft(reversed(taken[1:]))
        return taken[0]


def guess_delimiter(head: str, text_column: str) -> str:
    """Choose the delimiter that splits the header into most columns, one of them the text's if possible."""

    def fit(delimiter: str) -> tuple[bool, int]:
        header = next(csv.reader(io.StringIO(head.lstrip(), newline=""), delimiter=delimiter), [])
        return text_column in [name.strip() for name in header], len(header)

    return max(DELIMITERS, key=fit)


def column_names(path: Path, header: Record | Line | None) -> tuple[str, ...]:
    """Return what the first record calls the columns; nothing where there is none.

    Raises:
        SkargaError: It is no header.
    """
    if header is None:
        return ()
    if isinstance(header, Line) or len(header.cells) > MAX_FIELDS or not all(map(_encodable, header.cells)):
        raise SkargaError(f"{path}: its first line is not a CSV header", "see that the first line names the columns")
    return tuple(name.strip() or f"column_{place}" for place, name in enumerate(header.cells, start=1))


def _encodable(name: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def read_record(number: int, record: Record | Line, encoding: str, layout: CsvLayout) -> RawRow | Rejected:
    """Match the cells of record `number` with the columns."""
    data = record.data.rstrip(b"\r\n")
    if isinstance(record, Line) and record.oversized:
        return replace(oversized(number, record), layout=layout)
    try:
        raw = data.decode(encoding)
    except UnicodeDecodeError:
        return replace(undecodable(number, data, encoding), layout=layout)
    if isinstance(record, Line):
        return Rejected(number, RejectReason.BAD_QUOTES, BROKEN_QUOTES, raw, len(data), layout=layout)
    return match_cells(number, record.cells, raw, layout)


def match_cells(number: int, cells: list[str], raw: str, layout: CsvLayout) -> RawRow | Rejected:
    """Give the cells of row `number` the names of their columns."""
    size = len(raw)
    if len(cells) != len(layout.columns):
        detail = f"{len(cells)} cells, but {len(layout.columns)} columns"
        return Rejected(number, RejectReason.WRONG_COLUMN_COUNT, detail, raw, size, layout=layout)
    return RawRow(number, dict(zip(layout.columns, cells, strict=True)), size, raw=raw, layout=layout)
