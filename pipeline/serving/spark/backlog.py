"""Files of complaints in; a folder of tagged rows, the rejected rows and the record of the run out, through Spark."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import SparkSession
from pyspark.sql import functions as sql

from pipeline.errors import SkargaError
from pipeline.serving.backlog import Job, record_of
from pipeline.serving.bundle import verify
from pipeline.serving.clock import Clock
from pipeline.serving.durable import publish, written_whole
from pipeline.serving.fields import in_output_order
from pipeline.serving.json_lines import encode_line
from pipeline.serving.lock import only_run
from pipeline.serving.publishing import beside
from pipeline.serving.readers import ending
from pipeline.serving.run_record import RunRecord, check_conserved, count_lines
from pipeline.serving.spark.arrow import MapBatches, map_batches
from pipeline.serving.spark.checked import check_rows, sum_up, unpacked
from pipeline.serving.spark.inputs import FORMATS, Input, open_input
from pipeline.serving.spark.session import spark_session
from pipeline.serving.spark.shipping import ship, worker_tagger
from pipeline.serving.spark.writing import count, write
from pipeline.serving.tagging import tagged
from pipeline.serving.tally import Tally

_LOCAL_RISK = "conduct is judged by --engine local; see docs/scale.md, The risk of customers"


def tag_file(job: Job, model: Path, *, bar: bool) -> RunRecord:
    """Tag a file, or a folder of files, into the folder OUTPUT, with the same companions as the local engine writes.

    Nobody's conduct is judged: every row is `insufficient_history`, whatever else the backlog holds of its customer.

    Args:
        job: What to tag and how.
        model: The bundle.
        bar: Whether Spark shows its progress on the terminal.

    Raises:
        SkargaError: An option is not for Spark, the input cannot be read, OUTPUT exists, or Spark failed.
    """
    _check(job)
    clock, version = Clock(), verify(model).version
    source = open_input(job.input, job.columns)
    scratch = job.output.with_name(f".{job.output.name}.spark")
    with (
        only_run(job.output),
        spark_session(batch_rows=job.batch_rows, cut_files=not source.is_csv, bar=bar) as spark,
    ):
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            tally, duplicate_ids = _tag(spark, job, source, model, scratch)
            record = record_of(job, source.describe(), tally, version, clock)
            own = {"duplicate_ids": duplicate_ids, "options": job.options | {"engine": "spark"}}
            _publish(job.output, scratch, record.model_copy(update=own))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return record.model_copy(update=own)


def _check(job: Job) -> None:
    for asked, option, remedy in (
        (job.resume, "--resume", "start it again: Spark itself repeats what an executor lost"),
        (job.replay, "--replay", "tag the corrected rows with --engine local"),
        (job.history, "--history", _LOCAL_RISK),
        (job.customers, "--customers", _LOCAL_RISK),
    ):
        if asked:
            raise SkargaError(f"the engine spark has no {option}", remedy)
    if ending(job.output) not in FORMATS:
        raise SkargaError(f"{job.output}: unknown format {ending(job.output)!r}", f"formats: {', '.join(FORMATS)}")
    if not job.output.parent.is_dir():
        raise SkargaError(f"{job.output.parent}: no such folder", f"make it first: mkdir -p {job.output.parent}")
    if job.output.exists():
        raise SkargaError(f"{job.output}: exists already", "Spark replaces nothing: remove it, or choose another name")


def _tag(spark: SparkSession, job: Job, source: Input, model: Path, scratch: Path) -> tuple[Tally, int]:
    """Write tagged and rejected rows into the scratch folder; return the counts, and the rows whose id is not new."""
    bundle = ship(spark.sparkContext, model)
    unkept, total = check_rows(spark, source, job.columns, job.batch_rows)
    checked = unkept.persist(StorageLevel.DISK_ONLY)
    tally = sum_up(checked)
    accepted = checked.where("row is not null")
    form = ending(job.output)
    records = map_batches(accepted.select("place", "row"), _tag_rows(bundle), "place long, record string")
    write(records, scratch / "output", form, in_output_order(tally.kinds), csv_safe=job.csv_safe)
    lines = checked.where("rejected is not null").select("rejected")
    lines.write.text(str(scratch / "rejected"), lineSep="\n")
    rejected = _join(scratch / "rejected", scratch / "rejected.jsonl")
    check_conserved(total, count(spark, scratch / "output", form), rejected)
    check_conserved(total, tally.rows_out, tally.rejected.total())
    distinct = accepted.select(sql.count_distinct("id")).head()
    checked.unpersist()
    return tally, tally.rows_out - (distinct[0] if distinct else 0)


def _tag_rows(bundle: str) -> MapBatches:
    def tag_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        tagger = worker_tagger(bundle)
        for batch in batches:
            records = tagged([unpacked(row) for row in batch.column("row").to_pylist()], tagger)
            lines = [encode_line(record).decode().rstrip("\n") for record in records]
            yield pa.RecordBatch.from_arrays([batch.column("place"), pa.array(lines, pa.string())], ["place", "record"])

    return tag_rows


def _join(folder: Path, joined: Path) -> int:
    """Join part files, whose names are in the order of the rows, into one; return its lines."""
    with written_whole(joined) as file:
        for part in sorted(folder.glob("part-*")):
            with part.open("rb") as lines:
                shutil.copyfileobj(lines, file)
    return count_lines([joined])


def _publish(output: Path, scratch: Path, record: RunRecord) -> None:
    """Rename all into place; the record of the run comes last, as the sign that all is there."""
    beside(output, "run.json").unlink(missing_ok=True)
    beside(output, "rejected.jsonl").unlink(missing_ok=True)
    if record.rows_rejected:
        publish(scratch / "rejected.jsonl", beside(output, "rejected.jsonl"))
    publish(scratch / "output", output)
    with written_whole(beside(output, "run.json"), scratch / "record") as file:
        file.write(record.model_dump_json(indent=2).encode() + b"\n")
