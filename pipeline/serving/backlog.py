"""A file of complaints in; tagged rows, rejected rows and the record of the run out, whatever happens on the way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

import pipeline
from pipeline.serving.checks import Checker
from pipeline.serving.clock import Clock, now
from pipeline.serving.fields import FieldKinds, observe
from pipeline.serving.job import Advance, Job, Say, check_paths
from pipeline.serving.lock import only_run
from pipeline.serving.publishing import publish_record, publish_rows
from pipeline.serving.quarantine import RejectedFile, rejected_line
from pipeline.serving.readers import Source, open_source, stem
from pipeline.serving.records import Rejected, RejectReason, Row
from pipeline.serving.risk_pass import add_risk
from pipeline.serving.run_record import InputFile, RunRecord, check_unchanged, describe_input
from pipeline.serving.set_aside import publish_set_aside
from pipeline.serving.tagger import Tagger
from pipeline.serving.tagging import Tags, tagged
from pipeline.serving.tally import Tally, id_digests
from pipeline.serving.work_folder import Part, Plan, WorkFolder

UTF8 = ("utf-8", "utf-8-sig")
PART_BYTES = 32 * 2**20  # a part of huge rows is closed early, so that memory stays flat


def tag_file(job: Job, tagger: Tagger, say: Say, advance: Advance) -> RunRecord:
    """Tag a file into OUTPUT, with OUTPUT.rejected.jsonl (if any row is bad) and OUTPUT.run.json beside it.

    Args:
        job: What to tag and how.
        tagger: What tags the rows.
        say: Receives what a person should know, line by line.
        advance: Receives the progress after each part.

    Raises:
        SkargaError: The input cannot be read or has changed meanwhile, the output cannot be written, or another run is
            at it.
    """
    if job.output.is_symlink():  # a renaming would put a file in the link's place
        job = replace(job, output=job.output.resolve())
        say(f"the output is a link: writing {job.output} and what stands beside it")
    check_paths(job)
    clock = Clock()
    with only_run(job.output), closing(_open_source(job)) as source:
        file = describe_input(job.input).model_copy(update={"encoding": source.encoding, "delimiter": source.delimiter})
        if source.encoding not in UTF8:
            say(f"{job.input} is not UTF-8: read as {source.encoding}")
        plan = Plan(file.sha256, tagger.model_version, pipeline.__version__, job.options)
        folder = _open_folder(job, plan, say)
        tally = _tag_parts(job, source, tagger, folder, advance)
        check_unchanged(job.input, file)
        tag_parts = partial(_tag_parts, advance=advance)
        risk = add_risk(job, folder, plan, tagger, tag_parts, parts=tally.parts, advance=advance)
        publish_rows(job.output, risk.folder, tally, csv_safe=job.csv_safe)
        publish_set_aside(job.output, risk.set_aside, folder.scratch)
        record = record_of(job, file, tally, tagger.model_version, clock).model_copy(update={"risk": risk.record})
        publish_record(job.output, record, folder)
        folder.remove()
    return record


def _open_source(job: Job) -> Source:
    return RejectedFile(job.input) if job.replay else open_source(job.input, job.columns)


def _open_folder(job: Job, plan: Plan, say: Say) -> WorkFolder:
    folder = WorkFolder(job.output)
    if folder.exists() and job.resume:
        folder.resume(plan)
        return folder
    if folder.exists():
        say(f"an unfinished run of {job.output} is dropped (--resume would have gone on with it)")
    elif job.resume:
        say(f"there is no unfinished run of {job.output}: starting from the first row")
    folder.start(plan)
    return folder


def _tag_parts(job: Job, source: Source, tagger: Tags, folder: WorkFolder, advance: Advance) -> Tally:
    """Tag part by part; parts that are finished are read over, so that every row falls into the part it fell into."""
    checker = Checker(job.columns, stem(job.input))
    tally = Tally()
    for place, items in enumerate(batches(map(checker.check, source), job.batch_rows)):
        part = folder.part(place)
        if part is None:
            part = _tag_part(place, items, tagger, folder)
        else:
            tally.rows_resumed += part.rows_in
        tally.add(part)
        advance(source.share_read(), tally.rows_in)
    return tally


def batches(items: Iterable[Row | Rejected], most_rows: int) -> Iterator[list[Row | Rejected]]:
    """Group rows into parts bounded in rows and in bytes; where a part ends depends on the input alone."""
    batch: list[Row | Rejected] = []
    size = 0
    for item in items:
        batch.append(item)
        size += item.size
        if len(batch) == most_rows or size >= PART_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _tag_part(place: int, items: list[Row | Rejected], tagger: Tags, folder: WorkFolder) -> Part:
    rows = [item for item in items if isinstance(item, Row)]
    rejected = [item for item in items if isinstance(item, Rejected)]
    part = part_of(rows, [item.reason for item in rejected])
    folder.add(place, tagged(rows, tagger), map(rejected_line, rejected), part)
    return part


def part_of(rows: Sequence[Row], rejected: Sequence[RejectReason]) -> Part:
    """Sum up the rows that can be tagged, and why the others of the same part cannot."""
    kinds: FieldKinds = {}
    for row in rows:
        observe(kinds, row.carried)
    return Part(
        rows_in=len(rows) + len(rejected),
        rows_out=len(rows),
        rejected=dict(Counter(map(str, rejected))),
        fields={name: sorted(seen) for name, seen in kinds.items()},
        renamed={theirs: ours for row in rows for theirs, ours in row.renamed.items()},
        unread_dates=sum(row.unread_date for row in rows),
        id_digests=id_digests(row.id for row in rows),
    )


def record_of(job: Job, file: InputFile, tally: Tally, model_version: str, clock: Clock) -> RunRecord:
    """Put together the record of a run that has just ended."""
    seconds = clock.seconds()
    return RunRecord(
        rows_in=tally.rows_in,
        rows_out=tally.rows_out,
        rows_rejected=tally.rejected.total(),
        rejected=dict(sorted(tally.rejected.items())),
        duplicate_ids=tally.duplicate_ids(),
        renamed_fields=tally.renamed,
        unread_dates=tally.unread_dates,
        seconds=round(seconds, 3),
        rows_per_second=round((tally.rows_in - tally.rows_resumed) / seconds, 1),
        rows_resumed=tally.rows_resumed,
        started=clock.started,
        finished=now(),
        model_version=model_version,
        skarga_version=pipeline.__version__,
        input=file,
        options=job.options,
    )
