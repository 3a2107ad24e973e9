"""The labelled table on disk: parquet with one schema, whatever sources it came from."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

_CODES = pa.list_(pa.string())
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "text": pa.string(),
        "language": pa.string(),
        "source": pa.string(),
        "part": pa.string(),
        "group": pa.string(),
        "weight": pa.float32(),
        "category": pa.string(),
        "categories": _CODES,
        "emotion": _CODES,
        "signals": _CODES,
        "severity": pa.int8(),
    }
)


def write_table(rows: pd.DataFrame, path: Path) -> None:
    """Write rows with the columns of `SCHEMA`; the same rows always give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pandas(rows, schema=SCHEMA, preserve_index=False).replace_schema_metadata(), path)


def read_table(path: Path) -> pd.DataFrame:
    """Read what `write_table` wrote; missing labels are None or NaN."""
    rows: pd.DataFrame = pq.read_table(path, schema=SCHEMA).to_pandas()
    return rows
