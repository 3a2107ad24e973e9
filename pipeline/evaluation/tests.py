"""A test's name → its rows by source: what the split has kept back, or the official tests of named sources."""

import pandas as pd

from pipeline import paths
from pipeline.data.catalogue import load_catalogue
from pipeline.data.sources import read_sources
from pipeline.data.table import read_table
from pipeline.labels import Labels

HELD_OUT = "held_out"  # what the split has kept back of sources without a test of their own

Tables = dict[str, pd.DataFrame]


def read_tests(names: str, labels: Labels) -> Tables:
    """Test rows by source: `HELD_OUT`, or the test parts of a set or source of configs/sources.yaml."""
    if names == HELD_OUT:
        rows = read_table(paths.SPLIT / "test.parquet")
        rows = rows[rows["part"] != "test"]  # official tests are measured by name, not as a part of training
    else:
        rows = read_sources(load_catalogue(paths.SOURCES).choose(names), labels)
        rows = rows[rows["part"] == "test"]
    return {str(source): table.reset_index(drop=True) for source, table in rows.groupby("source", sort=False)}
