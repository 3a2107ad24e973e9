"""The files that `skarga tag` leaves beside a tagged file → what the page says of the run."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import SkargaError

_ROWS_NAMED = 10  # row numbers shown of each reason


@dataclass
class RejectedRows:
    """Rows set aside: how many for each reason code, and the numbers of the first ones."""

    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[int]] = field(default_factory=dict)


def read_run(tagged: Path) -> dict[str, Any] | None:
    """Return the run record beside `tagged`, None where there is none.

    Raises:
        SkargaError: It is there and is not a JSON object.
    """
    path = Path(f"{tagged}.run.json")
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise _broken(path) from error
    if not isinstance(record, dict):
        raise _broken(path)
    return record


def read_rejected(tagged: Path) -> RejectedRows:
    """Count the rows set aside beside `tagged`; their contents stay where they are.

    Raises:
        SkargaError: The file is there and a line of it is not a rejected row.
    """
    rejected = RejectedRows()
    path = rejected_file(tagged)
    for row in _rows(path) if path.is_file() else ():
        reason = str(row.get("reason"))
        rejected.reasons[reason] += 1
        numbers = rejected.first.setdefault(reason, [])
        if len(numbers) < _ROWS_NAMED:
            numbers.append(row["row"])
    return rejected


def rejected_file(tagged: Path) -> Path:
    """Name the file of rejected rows that belongs to `tagged`."""
    return Path(f"{tagged}.rejected.jsonl")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError as error:
                raise _broken(path) from error
            if not isinstance(row, dict) or not isinstance(row.get("row"), int) or "reason" not in row:
                raise _broken(path)
            yield row


def _broken(path: Path) -> SkargaError:
    return SkargaError(f"{path} is not what skarga tag writes", "tag the input again, or move this file away")
