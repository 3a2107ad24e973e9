"""A .jsonl or .jsonl.gz file in, raw rows out; a broken line becomes a rejected row, never an exception."""

import itertools
import json
import math
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.serving.readers.encoding import SAMPLE_BYTES, guess_encoding
from pipeline.serving.readers.lines import Line, read_lines
from pipeline.serving.readers.opening import OpenFile, read_head
from pipeline.serving.readers.source import check_columns
from pipeline.serving.records import MAX_ROW_BYTES, Columns, RawRow, Rejected, RejectReason

MAX_DEPTH = 100  # of lists and objects in one another: what is read must also be writable without exhausting the stack
PROBED_ROWS = 100  # how many rows may lack the text before the column's name must be wrong


class JsonlFile(OpenFile):
    """Rows of a JSON Lines file, plain or gzipped; lines of white space alone hold no row."""

    delimiter: str | None = None

    def __init__(self, path: Path, columns: Columns) -> None:
        self.encoding = guess_encoding(path, read_head(path, SAMPLE_BYTES))
        super().__init__(path)
        rows = self._rows(self.stream)
        with ExitStack() as on_error:
            on_error.callback(self.close)
            probe = list(itertools.islice(rows, PROBED_ROWS))
            names = dict.fromkeys(name for row in probe if isinstance(row, RawRow) for name in row.fields)
            if names:
                check_columns(path, names, columns)
            on_error.pop_all()
        self._iterator = itertools.chain(probe, rows)

    def __iter__(self) -> Iterator[RawRow | Rejected]:
        """Yield the rows in the file's order."""
        return self._iterator

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
        return Rejected(number, RejectReason.EMPTY_LINE, "the line is empty", text, size)
    try:
        fields = json.loads(text, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_constant)
        if text.count("[") + text.count("{") > MAX_DEPTH and _deeper(fields, MAX_DEPTH):
            raise RecursionError
    except RecursionError:
        return Rejected(number, RejectReason.BAD_JSON, "nested too deeply", text, size)
    except json.JSONDecodeError as error:
        return Rejected(number, RejectReason.BAD_JSON, f"{error.msg} at character {error.pos + 1}", text, size)
    except ValueError as error:
        return Rejected(number, RejectReason.BAD_JSON, _plain(error), text, size)
    if not isinstance(fields, dict):
        return Rejected(number, RejectReason.NOT_AN_OBJECT, f"a JSON object is needed, not {_kind(fields)}", text, size)
    return RawRow(number, fields, size, raw=text)


def oversized(number: int, line: Line) -> Rejected:
    """Set aside a line too long to be held; it can be found in the input by its offset."""
    detail = f"{line.size} bytes from byte {line.offset} on, {MAX_ROW_BYTES} are allowed; `raw` is its head"
    head = line.data.decode("utf-8", errors="replace")
    return Rejected(number, RejectReason.ROW_TOO_LARGE, detail, head, len(line.data), raw_bytes=line.data)


def undecodable(number: int, data: bytes, encoding: str) -> Rejected:
    """Set aside bytes that are no text, keeping them as they are."""
    name = encoding.removesuffix("-sig").upper()
    shown = data.decode("utf-8", errors="replace")
    return Rejected(number, RejectReason.BAD_ENCODING, f"not {name} text", shown, len(data), raw_bytes=data)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):  # the last value would silently win
        raise ValueError("a field occurs twice")
    return fields


def _deeper(value: Any, levels: int) -> bool:  # noqa: ANN401 - what JSON holds
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_deeper(item, levels - 1) for item in items if isinstance(item, dict | list))


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
