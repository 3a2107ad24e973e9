"""`skarga tag --engine spark`: the call, and what a person is told of it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipeline import cli_risk

if TYPE_CHECKING:
    from pipeline.serving.job import Job


def tag_file(job: "Job", model: Path | None, quiet: bool) -> float:
    """Tag a file or a folder of files on Spark; return the share of bad rows.

    Raises:
        SkargaError: Spark or Java is missing, or the run failed.
    """
    from pipeline.serving.bundle import RISK, default_bundle
    from pipeline.serving.run_record import summary
    from pipeline.serving.spark.session import check_installed

    check_installed()
    from pipeline.serving.spark import backlog

    folder = model or default_bundle()
    if not (folder / RISK).is_file() and (job.history or job.customers) and not quiet:
        typer.echo(cli_risk.NO_RISK_MODEL, err=True)
    record = backlog.tag_file(job, folder, bar=sys.stderr.isatty() and not quiet)
    if not quiet:
        lines = [f"model: {folder} ({record.model_version})", *summary(record, job.output)]
        typer.echo("\n".join(lines), err=True)
    return record.rejected_share
