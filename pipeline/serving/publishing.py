"""Finished parts in; OUTPUT, OUTPUT.rejected.jsonl and OUTPUT.run.json out, each by one rename."""

from pathlib import Path

from pipeline.serving.durable import publish, written_whole
from pipeline.serving.fields import in_output_order
from pipeline.serving.run_record import RunRecord, check_conserved, count_lines
from pipeline.serving.tally import Tally
from pipeline.serving.work_folder import WorkFolder
from pipeline.serving.writers import write_jsonl, writer_for


def beside(output: Path, what: str) -> Path:
    """Return the path of a companion of OUTPUT, such as `rejected.jsonl` or `run.json`."""
    return output.with_name(f"{output.name}.{what}")


def publish_rows(output: Path, folder: WorkFolder, tally: Tally, *, csv_safe: bool) -> None:
    """Join the parts, check that every row is there, and rename the results into place.

    Raises:
        SkargaError: Rows in are not rows out plus rows rejected; nothing has been published then.
    """
    rows = [folder.rows(place) for place in range(tally.parts)]
    rejected = [folder.rejected(place) for place in range(tally.parts)]
    check_conserved(tally.rows_in, count_lines(rows), count_lines(rejected))
    finished, finished_rejected = folder.scratch("output"), folder.scratch("rejected")
    kinds = in_output_order(tally.kinds)
    with written_whole(finished) as file:
        writer_for(output)(rows, file, kinds, csv_safe)
    with written_whole(finished_rejected) as file:
        write_jsonl(rejected, file, kinds, csv_safe)
    # From here until the new record is there, a reader can see by its absence that the files may not belong together.
    beside(output, "run.json").unlink(missing_ok=True)
    if tally.rejected:
        publish(finished_rejected, beside(output, "rejected.jsonl"))
    else:
        beside(output, "rejected.jsonl").unlink(missing_ok=True)
    publish(finished, output)


def publish_record(output: Path, record: RunRecord, folder: WorkFolder) -> None:
    """Write the record of the run, the sign that all is done."""
    with written_whole(beside(output, "run.json"), folder.scratch("record")) as file:
        file.write(record.model_dump_json(indent=2).encode() + b"\n")
