"""A frame of tagged records in, a folder of part files out, written and counted by Spark itself."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StringType, StructField, StructType

from pipeline.serving.cells import cell
from pipeline.serving.fields import FieldKinds
from pipeline.serving.readers import open_source
from pipeline.serving.records import Columns
from pipeline.serving.spark.arrow import MapBatches, map_batches
from pipeline.serving.spark.inputs import pattern_of
from pipeline.serving.writers import column, schema_of

# Every cell is quoted, and a quote is doubled, so that any text comes back as it was.
CSV: dict[str, Any] = {
    "header": True,
    "quoteAll": True,
    "escape": '"',
    "ignoreLeadingWhiteSpace": False,
    "ignoreTrailingWhiteSpace": False,
}


def write(records: DataFrame, folder: Path, form: str, kinds: FieldKinds, *, csv_safe: bool) -> None:
    """Write `records` (`place`, `record` as a JSON line) in the columns `kinds`, in the format of an ending."""
    compression = {"compression": "gzip"} if form.endswith(".gz") else {}
    lines = records.select("record")
    if form == ".parquet":
        schema = schema_of(kinds)
        map_batches(lines, _to_columns(kinds, schema), from_arrow_schema(schema)).write.parquet(str(folder))
    elif form.startswith(".csv"):
        names = [cell(name, safe=csv_safe) for name in kinds]
        schema = StructType([StructField(name, StringType()) for name in names])
        map_batches(lines, _to_cells(kinds, csv_safe), schema).write.csv(str(folder), **CSV, **compression)
    else:
        lines.write.text(str(folder), lineSep="\n", **compression)
        rename_parts(folder, ".txt", ".jsonl")


def count(spark: SparkSession, folder: Path, form: str) -> int:
    """Count the rows that lie in a folder."""
    if form.startswith(".csv"):
        # Spark's own reader of rows over several lines takes any path for a pattern, however it is written.
        paths = [(str(path),) for path in folder.glob("part-*")]
        return sum(
            row.rows
            for row in map_batches(spark.createDataFrame(paths, "path string"), _count_csv, "rows long").collect()
        )
    pattern = pattern_of(folder)
    frame = spark.read.parquet(pattern) if form == ".parquet" else spark.read.text(pattern, lineSep="\n")
    rows: int = frame.count()
    return rows


def _count_csv(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = []
        for path in batch.column(0).to_pylist():
            with closing(open_source(Path(path), Columns())) as source:
                rows.append(sum(1 for _ in source))
        yield pa.RecordBatch.from_pydict({"rows": pa.array(rows, pa.int64())})


def rename_parts(folder: Path, old: str, new: str) -> None:
    """Give part files the ending that says what they hold; Spark's check sums of the old names go."""
    for path in folder.glob(f"part-*{old}*"):
        path.with_name(f".{path.name}.crc").unlink(missing_ok=True)
        path.rename(path.with_name(path.name.replace(old, new)))


def _to_columns(kinds: FieldKinds, schema: pa.Schema) -> MapBatches:
    def convert(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = [json.loads(record) for record in batch.column(0).to_pylist()]
            columns = [column(name, kind, rows) for name, kind in zip(kinds, schema.types, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return convert


def _to_cells(kinds: FieldKinds, csv_safe: bool) -> MapBatches:
    names = [cell(name, safe=csv_safe) for name in kinds]

    def convert(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            rows = [json.loads(record) for record in batch.column(0).to_pylist()]
            columns = [pa.array([cell(row.get(name), safe=csv_safe) for row in rows], pa.string()) for name in kinds]
            yield pa.RecordBatch.from_arrays(columns, names)

    return convert
