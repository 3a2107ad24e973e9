"""Tagged rows as the table that the page counts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.reporting.manager.table import Table, read_table

Row = dict[str, Any]


@pytest.fixture
def table(tagged: Callable[[list[Row]], Path], row: Callable[..., Row]) -> Callable[..., Table]:
    """Make a table of rows that differ from the usual one in the given fields."""

    def make(*changes: Row) -> Table:
        rows = [row(id=f"r{number}", **change) for number, change in enumerate(changes)]
        return read_table(tagged(rows), lambda number: None)

    return make


def places(rows) -> list[int]:
    return rows.nonzero()[0].tolist()
