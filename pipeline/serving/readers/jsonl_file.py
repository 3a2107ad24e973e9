"""A .jsonl or .jsonl.gz file in, raw rows out; a broken line becomes a rejected row, never an exception."""

import itertools
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.serving.readers.encoding import SAMPLE_BYTES, guess_encoding
from pipeline.serving.readers.lines import Line, read_lines
from pipeline.serving.readers.opening import OpenFile, read_head
from pipeline.serving.readers.source import check_columns
from pipeline.serving.records import MAX_ROW_BYTES, Columns, Fault, RawRow, Rejected

PROBED_ROWS = 100  # how many rows may lack the text before the column's name must be wrong


class JsonlFile:
    """Rows of a JSON Lines file, plain or gzipped; lines of white space alone hold no row."""

    delimiter: str | None = None

    def __init__(self, path: Path, columns: Columns) -> None:
        self.encoding = guess_encoding(path, read_head(path, SAMPLE_BYTES))
        self._file = OpenFile(path)
        rows = self._rows(self._file.stream)
        probe = list(itertools.islice(rows, PROBED_ROWS))
        names = dict.fromkeys(name for row in probe if isinstance(row, RawRow) for name in row.fields)
        if names:
            check_columns(path, names, columns)
        self._iterator = itertools.chain(probe, rows)

    def __iter__(self) -> Iterator[RawRow | Rejected]:
        """Yield the rows in the file's order."""
        return self._iterator

    def share_read(self) -> float:
        """Tell how much of the file has been read, from 0 to 1."""
        return self._file.share_read()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _rows(self, stream: BinaryIO) -> Iterator[RawRow | Rejected]:
        number = 0
        for line in read_lines(stream):
            if line.data.strip():
                number += 1
                yield parse_line(number, line, self.encoding)


def parse_line(number: int, line: Line, encoding: str = "utf-8") -> RawRow | Rejected:
    """Read one line of JSON as row `number`."""
    if line.oversized:
        return oversized(number, line)
    data = line.data.rstrip(b"\r\n")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return undecodable(number, data, encoding)
    return parse_object(number, text, len(data))


def parse_object(number: int, text: str, size: int) -> RawRow | Rejected:
    """Read the text of one JSON object as row `number`."""
    if not text.strip():
        return Rejected(number, Fault.EMPTY_LINE, "the line is empty", text, size)
    try:
        fields = json.loads(text, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_constant)
    except RecursionError:
        return Rejected(number, Fault.BAD_JSON, "nested too deeply", text, size)
    except json.JSONDecodeError as error:
        return Rejected(number, Fault.BAD_JSON, f"{error.msg} at character {error.pos + 1}", text, size)
    except ValueError as error:
        return Rejected(number, Fault.BAD_JSON, _plain(error), text, size)
    if not isinstance(fields, dict):
        return Rejected(number, Fault.NOT_AN_OBJECT, f"a JSON object is needed, not {_kind(fields)}", text, size)
    return RawRow(number, fields, size, raw=text)


def oversized(number: int, line: Line) -> Rejected:
    """Set aside a line too long to be held; it can be found in the input by its offset."""
    detail = f"{line.size} bytes from byte {line.offset} on, {MAX_ROW_BYTES} are allowed; `raw` is its head"
    head = line.data.decode("utf-8", errors="replace")
    return Rejected(number, Fault.ROW_TOO_LARGE, detail, head, len(line.data), raw_bytes=line.data)


def undecodable(number: int, data: bytes, encoding: str) -> Rejected:
    """Set aside bytes that are no text, keeping them as they are."""
    name = encoding.removesuffix("-sig").upper()
    shown = data.decode("utf-8", errors="replace")
    return Rejected(number, Fault.BAD_ENCODING, f"not {name} text", shown, len(data), raw_bytes=data)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):  # the last value would silently win
        raise ValueError("a field occurs twice")
    return fields


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _constant(name: str) -> str | None:
    """Read what JSON lacks but pandas and Python write: NaN is an absent value."""
    return None if name == "NaN" else name


def _plain(error: ValueError) -> str:
    return "a number has too many digits" if "digits" in str(error) else str(error)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
