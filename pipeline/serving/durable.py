"""Bytes in, files that survive a power cut out: written aside, forced to the disk, then renamed into place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written_whole(path: Path, scratch: Path | None = None) -> Iterator[BinaryIO]:
    """Open `path` for writing so that it appears complete or not at all.

    Args:
        path: Where the file appears when the block ends without an error.
        scratch: Where it is written until then; must be on the same file system.
    """
    scratch = scratch or path.with_name(f"{path.name}.tmp")
    with scratch.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    publish(scratch, path)


def publish(finished: Path, path: Path) -> None:
    """Rename a finished file into its place, replacing what stood there."""
    finished.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Force the folder's entries to the disk, without which a rename may be forgotten."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
