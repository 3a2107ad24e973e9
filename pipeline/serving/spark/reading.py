"""Files in, frames of what stands in them out, read by Spark itself; and how many rows stand before each piece."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from pipeline.errors import SkargaError
from pipeline.serving.readers.opening import FREE_BYTES, MAX_RATIO
from pipeline.serving.spark.arrow import map_batches
from pipeline.serving.spark.inputs import Input, InputPart
from pipeline.serving.spark.lines import NOTHING, Block, Extent, measure

EXTENTS = "path string, start long, rows long, bytes long"
PATH, NUMBER = "_path", "_number"  # of a row of a Parquet file, the number from 0


@dataclass(frozen=True)
class Census:
    """What was counted in the files before any row was looked at."""

    rows: Mapping[str, int]  # path → rows of the file
    starts: Mapping[Block, Extent]  # block → what stands before it in its file

    @property
    def total(self) -> int:
        """Return the rows of all files."""
        return sum(self.rows.values())

    @property
    def rows_before(self) -> dict[str, int]:
        """Return for each file the rows of all files before it."""
        before, seen = {}, 0
        for path, rows in self.rows.items():
            before[path] = seen
            seen += rows
        return before


def read_lines(spark: SparkSession, source: Input) -> DataFrame:
    """Read lines as bytes, each with the block that it stands in."""
    lines = spark.read.option("lineSep", "\n").text([part.pattern for part in source.parts])
    return lines.select(sql.col("value").cast("binary"), "_metadata.file_path", "_metadata.file_block_start")


def read_parquet(spark: SparkSession, source: Input) -> DataFrame:
    """Read the rows of Parquet files, each with its file and its number."""
    rows = spark.read.option("mergeSchema", "true").parquet(*(part.pattern for part in source.parts))
    return rows.select("*", sql.col("_metadata.file_path").alias(PATH), sql.col("_metadata.row_index").alias(NUMBER))


def count_lines(spark: SparkSession, source: Input) -> Census:
    """Go once over all lines of an input.

    Raises:
        SkargaError: A file grows out of all proportion when it is unpacked.
    """
    parts, multiline = source.by_path, source.is_csv

    def count(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return measure(batches, parts, multiline=multiline)

    counted = map_batches(read_lines(spark, source), count, EXTENTS).collect()
    ends = dict.fromkeys(parts, NOTHING)
    starts: dict[Block, Extent] = {}
    for path, start, rows, size in sorted(counted):
        starts[path, start] = ends[path]
        ends[path] += Extent(rows, size)
    for path, part in parts.items():
        _check_growth(part, ends[path].bytes)
    return Census({path: end.rows for path, end in ends.items()}, starts)


def count_parquet(source: Input) -> Census:
    """Read the number of rows that each file itself states."""
    return Census({path: pq.read_metadata(path).num_rows for path in source.by_path}, {})


def _check_growth(part: InputPart, unpacked: int) -> None:
    if unpacked > max(FREE_BYTES, MAX_RATIO * part.path.stat().st_size):
        remedy = "unpack it yourself if you trust it, and tag the unpacked file"
        raise SkargaError(f"{part.path}: grows more than {MAX_RATIO}-fold when unpacked", remedy)
