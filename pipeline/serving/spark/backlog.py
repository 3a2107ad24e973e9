"""Files of complaints in; a folder of tagged rows, the rejected rows and the record of the run out, through Spark."""

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as sql

from pipeline.errors import SkargaError
from pipeline.serving.backlog import record_of
from pipeline.serving.bundle import verify
from pipeline.serving.clock import Clock
from pipeline.serving.durable import publish, written_whole
from pipeline.serving.fields import in_output_order
from pipeline.serving.job import Job, check_read_is_kept
from pipeline.serving.lock import only_run
from pipeline.serving.publishing import beside
from pipeline.serving.readers import ending
from pipeline.serving.run_record import RiskRecord, RunRecord, check_conserved, count_lines
from pipeline.serving.set_aside import Files, publish_set_aside
from pipeline.serving.spark.checked import Checks
from pipeline.serving.spark.inputs import FORMATS, Input, open_input
from pipeline.serving.spark.risk_pass import Judge, add_risk, open_judge
from pipeline.serving.spark.session import spark_session
from pipeline.serving.spark.shipping import ship
from pipeline.serving.spark.tagged import Rows, read_input
from pipeline.serving.spark.writing import count, write
from pipeline.serving.tally import Tally


@dataclass(frozen=True)
class _Done:
    """What lies in the scratch folder, complete and counted."""

    tally: Tally
    duplicate_ids: int
    risk: RiskRecord | None
    set_aside: Files


def tag_file(job: Job, model: Path, *, bar: bool) -> RunRecord:
    """Tag a file, or a folder of files, into the folder OUTPUT, with the same companions as the local engine writes.

    Args:
        job: What to tag and how; its history may be a folder of files, too.
        model: The bundle.
        bar: Whether Spark shows its progress on the terminal.

    Raises:
        SkargaError: An option is not for Spark, a file cannot be read, OUTPUT exists, or Spark failed.
    """
    _check(job)
    clock, version = Clock(), verify(model).version
    source, judge = open_input(job.input, job.columns), open_judge(job, model)
    options = job.options | {"engine": "spark"}
    scratch = job.output.with_name(f".{job.output.name}.spark")
    with only_run(job.output), spark_session(bar=bar) as spark:
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        try:
            done = _tag(spark, job, source, judge, model=model, scratch=scratch)
            record = record_of(job, source.describe(), done.tally, version, clock).model_copy(
                update={"duplicate_ids": done.duplicate_ids, "options": options, "risk": done.risk}
            )
            _publish(job.output, scratch, record, done.set_aside)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return record


def _check(job: Job) -> None:
    for asked, option, remedy in (
        (job.resume, "--resume", "start it again: Spark itself repeats what an executor lost"),
        (job.replay, "--replay", "tag the corrected rows with --engine local"),
    ):
        if asked:
            raise SkargaError(f"the engine spark has no {option}", remedy)
    if ending(job.output) not in FORMATS:
        raise SkargaError(f"{job.output}: unknown format {ending(job.output)!r}", f"formats: {', '.join(FORMATS)}")
    if not job.output.parent.is_dir():
        raise SkargaError(f"{job.output.parent}: no such folder", f"make it first: mkdir -p {job.output.parent}")
    if job.output.exists():
        raise SkargaError(f"{job.output}: exists already", "Spark replaces nothing: remove it, or choose another name")
    check_read_is_kept(job)


def _tag(spark: SparkSession, job: Job, source: Input, judge: Judge | None, *, model: Path, scratch: Path) -> _Done:
    """Write tagged and rejected rows into the scratch folder, and make sure that none is missing."""
    bundle, form = ship(spark.sparkContext, model), ending(job.output)
    with ExitStack() as kept:
        rows = read_input(spark, source, Checks(job.columns), job.batch_rows, kept)
        risk = add_risk(spark, job, rows, judge, bundle, scratch=scratch, kept=kept)
        write(risk.lines, scratch / "output", form, in_output_order(rows.tally.kinds), csv_safe=job.csv_safe)
        rejected = count_lines([rows.write_rejected(scratch / "rejected")])
        check_conserved(rows.total, count(spark, scratch / "output", form), rejected)
        check_conserved(rows.total, rows.tally.rows_out, rows.tally.rejected.total())
        return _Done(rows.tally, _duplicate_ids(rows), risk.record, risk.set_aside)


def _duplicate_ids(rows: Rows) -> int:
    """Count the rows whose id is not new."""
    distinct = rows.accepted.select(sql.count_distinct("id")).head()
    return rows.tally.rows_out - (distinct[0] if distinct else 0)


def _publish(output: Path, scratch: Path, record: RunRecord, set_aside: Files) -> None:
    """Rename all into place; the record of the run comes last, as the sign that all is there."""
    beside(output, "run.json").unlink(missing_ok=True)
    beside(output, "rejected.jsonl").unlink(missing_ok=True)
    if record.rows_rejected:
        publish(scratch / "rejected.jsonl", beside(output, "rejected.jsonl"))
    publish(scratch / "output", output)
    publish_set_aside(output, set_aside, lambda name: scratch / f"{name}.tmp")
    with written_whole(beside(output, "run.json"), scratch / "record") as file:
        file.write(record.model_dump_json(indent=2).encode() + b"\n")
