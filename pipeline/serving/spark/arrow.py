"""A frame and what to do with its Arrow batches in, the frame of what comes of them out."""

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

MapBatches = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]  # what a worker does with a partition


def map_batches(df: DataFrame, change: MapBatches, schema: StructType | str) -> DataFrame:
    """Do as `mapInArrow` does, whatever the columns are called: it looks them up by name, where a dot means a field."""
    names = df.columns

    def change_named(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return change(batch.rename_columns(names) for batch in batches)

    return df.toDF(*(f"column_{place}" for place in range(len(names)))).mapInArrow(change_named, schema)
