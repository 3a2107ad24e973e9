"""A binary stream in, its lines out, each bounded in size: a line without an end cannot fill the memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.serving.records import MAX_ROW_BYTES

HEAD_BYTES = 64 * 1024  # how much of an oversized line is kept


@dataclass(frozen=True)
class Line:
    """One line with its line end; of an oversized one only the head."""

    data: bytes
    offset: int  # of its first byte in the (decompressed) file
    size: int  # bytes in the file

    @property
    def oversized(self) -> bool:
        """Say whether the line was longer than a row may be."""
        return self.size > MAX_ROW_BYTES


def read_lines(stream: BinaryIO, offset: int = 0) -> Iterator[Line]:
    """Yield the lines of a stream that stands at `offset`."""
    while data := stream.readline(MAX_ROW_BYTES + 1):
        size = len(data)
        if size > MAX_ROW_BYTES:
            size += _skip_line(stream, data)
            data = data[:HEAD_BYTES]
        yield Line(data, offset, size)
        offset += size


def _skip_line(stream: BinaryIO, read: bytes) -> int:
    """Read on to the end of the line and return how many bytes that took."""
    skipped = 0
    while read and not read.endswith(b"\n"):
        read = stream.readline(HEAD_BYTES)
        skipped += len(read)
    return skipped
