"""Records and lines of JSON, one made from the other: the form of finished parts, rejected rows and streams."""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

SURROGATE = re.compile("[\ud800-\udfff]")


def encode_line(record: Mapping[str, Any]) -> bytes:
    r"""Write a record as one line of UTF-8; half a surrogate pair, which UTF-8 cannot hold, stays as `\udXXX`."""
    try:
        return json.dumps(record, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(record, allow_nan=False).encode() + b"\n"


def line_of(record: Mapping[str, Any]) -> str:
    """Write a record as the text of one line, without the line's end."""
    return encode_line(record).decode().rstrip("\n")


def read_records(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Read the records of files that hold a record a line, one file after another."""
    for path in paths:
        with path.open("rb") as lines:
            yield from map(json.loads, lines)


def join_files(paths: Iterable[Path], target: BinaryIO) -> None:
    """Put the lines of files one after another."""
    for path in paths:
        with path.open("rb") as lines:
            shutil.copyfileobj(lines, target)


def encodable(text: str) -> str:
    """Replace halves of surrogate pairs by U+FFFD one to one, so that offsets stay and any encoder takes the text."""
    return SURROGATE.sub("\ufffd", text)
