"""What every reader offers, whatever the format of its file."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from pipeline.errors import SkargaError
from pipeline.serving.records import Columns, RawRow, Rejected
from pipeline.text.mask import mask

LOOKED_AT = 200  # characters of a name


class Source(Protocol):
    """A file that can be read once, from its first data row to its last."""

    encoding: str
    delimiter: str | None

    def __iter__(self) -> Iterator[RawRow | Rejected]:
        """Yield the data rows in the file's order."""
        ...

    def share_read(self) -> float:
        """Tell how much of the file has been read, from 0 to 1."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def check_columns(path: Path, names: Iterable[str], columns: Columns) -> None:
    """Make sure that the file has the text column, and every other column that the user named.

    Raises:
        SkargaError: One is missing (the error names the nearest), or a name stands twice.
    """
    names = list(names)
    for name, times in Counter(names).most_common(1):
        if times > 1:
            problem = f"{path}: {times} columns are called {_shown(name)!r}"
            raise SkargaError(problem, "give each column a name of its own")
    expected = {"text": columns.text} | {ours: theirs for theirs, ours in columns.renames.items()}
    for ours, theirs in expected.items():
        if theirs in names:
            continue
        option = f"--{ours.removesuffix('_id')}-column"
        close = difflib.get_close_matches(theirs, map(_shown, names), n=1, cutoff=0.5)
        use = f"did you mean {close[0]!r}? use {option} {close[0]}" if close else f"name the right one with {option}"
        raise SkargaError(f"{path}: no column {theirs!r}; its columns are: {_listed(names)}", use)


def _shown(name: str, longest: int = 30) -> str:
    """Mask and clip a name: in a file without a header it is a customer's words."""
    masked = mask(name[:LOOKED_AT])
    return masked if len(masked) <= longest else f"{masked[:longest]}…"


def _listed(names: list[str], most: int = 20) -> str:
    shown = ", ".join(map(_shown, names[:most]))
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
