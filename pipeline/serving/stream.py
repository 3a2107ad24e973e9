"""Lines of JSON in, one line of JSON out for each, in the same order, as soon as no more input is waiting."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from pipeline.serving.checks import Checker
from pipeline.serving.json_lines import encode_line
from pipeline.serving.quarantine import rejected_line
from pipeline.serving.readers.jsonl_file import parse_line
from pipeline.serving.readers.lines import HEAD_BYTES, Line
from pipeline.serving.records import MAX_ROW_BYTES, Columns, Rejected, Row
from pipeline.serving.tagger import Tagger
from pipeline.serving.tagging import tagged

CHUNK_BYTES = 64 * 1024  # what a pipe holds


class Chunks(Protocol):
    """A binary stream that can be asked for whatever is there, such as `sys.stdin.buffer`."""

    def read1(self, size: int, /) -> bytes:
        """Return up to `size` bytes, waiting only when there is none; nothing at the end."""
        ...


class Judge(Protocol):
    """What gives tagged records their risk by what has come before: `pipeline.serving.live_risk.LiveRisk`."""

    def judge(self, records: list[dict[str, Any]]) -> None:
        """Judge records in their order."""
        ...


@dataclass(frozen=True)
class StreamCounts:
    """What went through a stream."""

    rows_in: int
    rows_rejected: int

    @property
    def rejected_share(self) -> float:
        """Rejected rows among all rows, 0 for an empty stream."""
        return self.rows_rejected / self.rows_in if self.rows_in else 0.0


def tag_stream(
    source: Chunks, target: BinaryIO, tagger: Tagger, columns: Columns, batch_rows: int, *, risk: Judge | None = None
) -> StreamCounts:
    """Answer every line of `source` with one line on `target`, flushed whenever `source` has no more to give at once.

    A line that cannot be tagged is answered with `row`, `error`, `detail` and `raw`, and does not disturb the others.
    """
    checker = Checker(columns, "stdin")
    count = bad = 0
    for lines in waiting_lines(source):
        for start in range(0, len(lines), batch_rows):
            batch = lines[start : start + batch_rows]
            items = [
                checker.check(parse_line(number, line, "utf-8-sig")) for number, line in enumerate(batch, count + 1)
            ]
            target.writelines(map(encode_line, _answers(items, tagger, risk)))
            target.flush()
            count += len(items)
            bad += sum(isinstance(item, Rejected) for item in items)
    return StreamCounts(count, bad)


def waiting_lines(source: Chunks) -> Iterator[list[Line]]:
    """Yield the complete lines that are there; wait only when there is none."""
    buffer = LineBuffer()
    while chunk := source.read1(CHUNK_BYTES):
        if lines := buffer.feed(chunk):
            yield lines
    if last := buffer.rest():
        yield [last]


class LineBuffer:
    """Puts lines together from chunks that end anywhere; of an oversized line it keeps the head only."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._size = 0
        self._offset = 0

    def feed(self, chunk: bytes) -> list[Line]:
        """Add a chunk and return the lines that it completes."""
        *ends, rest = chunk.split(b"\n")
        lines = []
        for end in ends:
            self._hold(end + b"\n")
            lines.append(self._take())
        self._hold(rest)
        return lines

    def rest(self) -> Line | None:
        """Return the last line, which has no line end."""
        return self._take() if self._size else None

    def _hold(self, data: bytes) -> None:
        self._size += len(data)
        if self._size <= MAX_ROW_BYTES:
            self._data += data
        else:
            del self._data[HEAD_BYTES:]

    def _take(self) -> Line:
        line = Line(bytes(self._data), self._offset, self._size)
        self._offset += self._size
        self._data.clear()
        self._size = 0
        return line


def _answers(items: list[Row | Rejected], tagger: Tagger, risk: Judge | None) -> list[dict[str, Any]]:
    found = tagged([item for item in items if isinstance(item, Row)], tagger)
    if risk:
        risk.judge(found)
    records = iter(found)
    return [_error(item) if isinstance(item, Rejected) else next(records) for item in items]


def _error(rejected: Rejected) -> dict[str, Any]:
    line = rejected_line(rejected)
    return {"row": line.pop("row"), "id": line.pop("id"), "error": line.pop("reason"), **line}
