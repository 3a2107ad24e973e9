"""A path in, a bounded stream of its bytes out, decompressed where the name ends in .gz."""

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.errors import SkargaError

MAX_RATIO = 500  # gzip and zip reach 1,032 on zeros; real text stays under 20
FREE_BYTES = 256 * 2**20  # up to here even a tiny file may expand
BUFFER_BYTES = 2**18


class OpenFile:
    """An input being read, which knows how far it has come."""

    def __init__(self, path: Path) -> None:
        self._size = path.stat().st_size
        self._raw = path.open("rb", buffering=BUFFER_BYTES)
        self.stream: BinaryIO = self._raw
        if path.suffix.lower() == ".gz":
            unpacked = io.BufferedReader(_Unpacked(path, self._raw, self._size), BUFFER_BYTES)
            self.stream = cast("BinaryIO", unpacked)

    def share_read(self) -> float:
        """Tell how much of the file has been read, from 0 to 1."""
        return self._raw.tell() / self._size if self._size else 1.0

    def close(self) -> None:
        """Let go of the file."""
        self.stream.close()
        self._raw.close()


def read_head(path: Path, size: int) -> bytes:
    """Return the first `size` bytes of the (decompressed) file."""
    file = OpenFile(path)
    try:
        return file.stream.read(size)
    finally:
        file.close()


def check_growth(path: Path, unpacked: int) -> None:
    """Make sure, before anything is unpacked, that a file does not grow out of all proportion.

    Raises:
        SkargaError: Its own directory says that it does.
    """
    if unpacked > _most_bytes(path.stat().st_size):
        raise _grows_too_much(path)


def _most_bytes(size: int) -> int:
    return max(FREE_BYTES, size * MAX_RATIO)


def _grows_too_much(path: Path) -> SkargaError:
    remedy = "if you trust it, unpack it yourself, or save it as .csv or .jsonl"
    return SkargaError(f"{path}: grows more than {MAX_RATIO}-fold when unpacked", remedy)


class _Unpacked(io.RawIOBase):
    """The contents of a gzip file, refused when they grow out of all proportion."""

    def __init__(self, path: Path, raw: BinaryIO, size: int) -> None:
        self._path = path
        self._gzip = gzip.GzipFile(fileobj=raw, mode="rb")
        self._left = _most_bytes(size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._gzip.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SkargaError(f"{self._path}: damaged or cut short", "copy or download the file again") from error
        self._left -= len(data)
        if self._left < 0:
            raise _grows_too_much(self._path)
        buffer[: len(data)] = data
        return len(data)
