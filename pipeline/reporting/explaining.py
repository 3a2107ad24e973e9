"""A file and an id → the tagged record that is to be explained; complaints that are not tagged yet are tagged first."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import SkargaError
from pipeline.reporting.tagged import TaggedRow, read_tagged
from pipeline.serving.backlog import tag_file
from pipeline.serving.job import Advance, Job, Say
from pipeline.serving.tagger import Tagger


def find_record(job: Job, identity: str, load: Callable[[], Tagger], say: Say, advance: Advance) -> TaggedRow:
    """Return the last record with an id, as `skarga tag` has written or would write it.

    Args:
        job: Its input is a tagged file, or complaints; its output is not used.
        identity: The id.
        load: Loads the bundle; not called for a tagged file.
        say: Receives what a person should know.
        advance: Receives the progress.

    Raises:
        SkargaError: The file cannot be read, or no record has this id.
    """
    if is_tagged(job.input):
        if job.history or job.customers:
            say(f"{job.input} is tagged already: --history and --customers are not read again")
        return _find(job.input, identity, job.input)
    with TemporaryDirectory() as folder:
        output = Path(folder) / "tagged.jsonl"
        tag_file(replace(job, output=output), load(), say, advance)
        return _find(output, identity, job.input)


def is_tagged(path: Path) -> bool:
    """Whether the first row is one that `skarga tag` has written."""
    try:
        return next(read_tagged(path), None) is not None
    except SkargaError:
        return False


def _find(tagged: Path, identity: str, named: Path) -> TaggedRow:
    found = None
    for row in read_tagged(tagged):
        found = row if row.id == identity else found
    if found is None:
        raise SkargaError(f"{named}: no tagged complaint has the id {identity!r}", "take one from the column `id`")
    return found
