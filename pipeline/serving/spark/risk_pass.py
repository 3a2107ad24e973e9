"""Tagged lines in, the same lines with the risk of every row out: the driver judges, what tags and writes is spread.

What came before a complaint may lie anywhere in the backlog, so one process reads it all, by the code that the local
engine judges with. The risk goes back to the lines through files in a folder that every node sees, one for each
partition, in its order: the lines are neither moved nor tagged twice.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from pipeline.risk.scorecard import RiskModel
from pipeline.serving.conduct import Background, Conduct
from pipeline.serving.customers import Customers, read_customers
from pipeline.serving.durable import written_whole
from pipeline.serving.job import Job
from pipeline.serving.json_lines import encode_line, line_of, read_records
from pipeline.serving.judging import tomorrow
from pipeline.serving.run_record import RiskRecord, check_conserved, count_lines
from pipeline.serving.set_aside import Files, set_aside_files
from pipeline.serving.spark.arrow import MapBatches, map_batches
from pipeline.serving.spark.checked import Checks
from pipeline.serving.spark.inputs import Input, open_input
from pipeline.serving.spark.tagged import Rows, keep, read_input
from pipeline.serving.tally import Tally


@dataclass(frozen=True)
class RiskPass:
    """What came of it: the lines to write, what was set aside, and what the record of the run says."""

    lines: DataFrame  # `record`, in the order of the input
    record: RiskRecord | None = None
    set_aside: Files = field(default_factory=dict)


@dataclass(frozen=True)
class Judge:
    """The risk model, and the files that it judges by."""

    model: RiskModel
    latest: int  # microseconds since 1970; what is dated later has not happened
    history: Input | None
    customers: Customers | None


def open_judge(job: Job, bundle: Path) -> Judge | None:
    """Look into all that risk is judged by before any row is tagged; None where the bundle has no risk model.

    Raises:
        SkargaError: A file cannot be read, or lacks a column.
    """
    model, latest = RiskModel.load(bundle), tomorrow()
    if model is None:
        return None
    history = open_input(job.history, job.columns) if job.history else None
    return Judge(model, latest, history, read_customers(job.customers, job.columns, latest) if job.customers else None)


def add_risk(
    spark: SparkSession, job: Job, rows: Rows, judge: Judge | None, bundle: str, *, scratch: Path, kept: ExitStack
) -> RiskPass:
    """Judge every row of the backlog by what had been recorded of its customer before.

    Args:
        spark: Where to tag.
        job: The run.
        rows: The backlog.
        judge: What judges; without it nothing is done.
        bundle: What `ship` has shipped.
        scratch: A folder that every node sees.
        kept: Until the end of its block lines are kept; they must be written before.
    """
    lines = rows.tag(bundle)
    if judge is None:
        return RiskPass(lines)
    tally, history, refused = _tag_history(spark, job, judge, bundle, scratch=scratch, kept=kept)
    background = Background(judge.latest, tally, history, judge.customers)
    set_aside = set_aside_files(refused, judge.customers, scratch / "customers.jsonl")
    if not rows.tally.kinds.get("customer_id", set()) - {"null"}:
        conduct = Conduct((), background, judge.model, nobodys=rows.tally.rows_out)
        return RiskPass(lines, conduct.record(job), set_aside)
    lines = keep(lines, kept)
    named = _make(lines)
    nobodys = rows.tally.rows_out - sum(named.values())
    conduct = Conduct(_stream(lines.where("named")), background, judge.model, nobodys=nobodys)
    check_conserved(sum(named.values()), len(conduct), 0)
    _write(conduct, named, scratch / "risk")
    return RiskPass(map_batches(lines, _add(scratch / "risk"), "record string"), conduct.record(job), set_aside)


def _tag_history(
    spark: SparkSession, job: Job, judge: Judge, bundle: str, *, scratch: Path, kept: ExitStack
) -> tuple[Tally, Iterator[Mapping[str, Any]], list[Path]]:
    """Tag the history as the backlog is tagged; return its counts, its rows in order, and the lines set aside."""
    if judge.history is None:
        return Tally(), iter(()), []
    rows = read_input(spark, judge.history, Checks(job.columns, judge.latest), job.batch_rows, kept)
    lines = keep(rows.tag(bundle, keep_tags=True), kept)
    refused = rows.write_rejected(scratch / "history.rejected")
    check_conserved(rows.total, sum(_make(lines).values()), count_lines([refused]))
    return rows.tally, _stream(lines), [refused]


def _make(lines: DataFrame) -> dict[int, int]:
    """Tag all lines that are to be kept, on all cores; count in each partition those that name a customer."""
    part = sql.spark_partition_id().alias("part")
    return {row["part"]: row["count"] for row in lines.where("named").groupBy(part).count().collect()}


def _stream(lines: DataFrame) -> Iterator[Mapping[str, Any]]:
    """Bring lines to the driver in order, one partition at a time."""
    return (json.loads(row.record) for row in lines.select("record").toLocalIterator())


def _write(conduct: Conduct, named: Mapping[int, int], folder: Path) -> None:
    folder.mkdir()
    risks = iter(conduct)
    for part, rows in sorted(named.items()):
        with written_whole(_file(folder, part)) as file:
            file.writelines(map(encode_line, islice(risks, rows)))


def _add(folder: Path) -> MapBatches:
    """Return what gives the lines of a partition that name a customer their risk; the others have theirs."""

    def add(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        context = TaskContext.get()
        assert context
        risks = read_records([_file(folder, context.partitionId())])  # opened for the first line that needs it
        for batch in batches:
            pairs = zip(batch.column("record").to_pylist(), batch.column("named").to_pylist(), strict=True)
            judged = [line_of(json.loads(record) | next(risks)) if named else record for record, named in pairs]
            yield pa.RecordBatch.from_arrays([pa.array(judged, pa.string())], ["record"])

    return add


def _file(folder: Path, part: int) -> Path:
    return folder / f"{part:07}.jsonl"
