"""An input in; its rows checked, counted and kept out, and from these the tagged lines and the rejected ones."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession

from pipeline.serving.durable import written_whole
from pipeline.serving.history_file import KeepsTags
from pipeline.serving.json_lines import join_files, line_of
from pipeline.serving.spark.arrow import MapBatches, map_batches
from pipeline.serving.spark.checked import Checks, check_rows, sum_up, unpacked
from pipeline.serving.spark.inputs import Input
from pipeline.serving.spark.session import reading_session
from pipeline.serving.spark.shipping import worker_tagger
from pipeline.serving.tagging import tagged
from pipeline.serving.tally import Tally

TAGGED = "place long, record string, named boolean"


@dataclass(frozen=True)
class Rows:
    """The checked rows of an input; see `check_rows`."""

    checked: DataFrame
    total: int  # as counted before any was looked at
    tally: Tally

    @property
    def accepted(self) -> DataFrame:
        """Return the rows that can be tagged."""
        return self.checked.where("row is not null")

    def tag(self, bundle: str, *, keep_tags: bool = False) -> DataFrame:
        """Tag the accepted rows.

        Args:
            bundle: What `ship` has shipped.
            keep_tags: Whether rows that bring the tags of an earlier run keep them.

        Returns:
            `place` in the input, `record` as a JSON line, `named`: whether it names a customer; in the input's order.
        """
        return map_batches(self.accepted.select("place", "row"), _tag_rows(bundle, keep_tags), TAGGED)

    def write_rejected(self, folder: Path) -> Path:
        """Write the lines of the rejected rows, in the input's order, into one file beside `folder`."""
        lines = self.checked.where("rejected is not null").select("rejected")
        lines.write.text(str(folder), lineSep="\n")
        return _joined(folder)


def keep(frame: DataFrame, until: ExitStack) -> DataFrame:
    """Keep the rows of a frame on the executors' disks, once they are made, until the block of `until` ends."""
    until.callback(frame.unpersist)
    return frame.persist(StorageLevel.DISK_ONLY)


def read_input(spark: SparkSession, source: Input, checks: Checks, batch_rows: int, until: ExitStack) -> Rows:
    """Check and count the rows of an input, and keep them until the block of `until` ends."""
    session = reading_session(spark, batch_rows=batch_rows, cut_files=not source.is_csv)
    unkept, total = check_rows(session, source, checks, batch_rows)
    checked = keep(unkept, until)
    return Rows(checked, total, sum_up(checked))


def _tag_rows(bundle: str, keep_tags: bool) -> MapBatches:
    def tag_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        tagger = worker_tagger(bundle)
        tags = KeepsTags(tagger) if keep_tags else tagger
        for batch in batches:
            records = tagged([unpacked(row) for row in batch.column("row").to_pylist()], tags)
            lines = [line_of(record) for record in records]
            named = [record.get("customer_id") is not None for record in records]
            columns = [batch.column("place"), pa.array(lines, pa.string()), pa.array(named, pa.bool_())]
            yield pa.RecordBatch.from_arrays(columns, ["place", "record", "named"])

    return tag_rows


def _joined(folder: Path) -> Path:
    """Join part files, whose names are in the order of the rows, into one."""
    path = folder.with_name(f"{folder.name}.jsonl")
    with written_whole(path) as file:
        join_files(sorted(folder.glob("part-*")), file)
    return path
