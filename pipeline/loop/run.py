"""A tagged file → the queue: the file that people fill in, and what to tell them."""

from collections.abc import Iterator
from pathlib import Path

from pipeline import paths
from pipeline.errors import SkargaError
from pipeline.loop.candidates import Candidates, gather
from pipeline.loop.journal import read_journal
from pipeline.loop.queue import Watch, rank
from pipeline.loop.sheet import write_queue
from pipeline.reporting.tagged import read_tagged
from pipeline.serving.tagger import Tagger


def make_queue(
    tagged: Path, output: Path, places: int, tagger: Tagger, *, show_text: bool, watch: Watch
) -> Iterator[str]:
    """Write the queue; yield what to tell the person.

    Raises:
        SkargaError: The file is not a tagged one, or no row of it can be reviewed.
    """
    if output.resolve() == tagged.resolve():
        raise SkargaError(f"{output} is the tagged file itself", "name another file after -o, such as queue.csv")
    reviewed = {entry.text_sha256 for entry in read_journal(paths.FEEDBACK_JOURNAL)}
    candidates = gather(read_tagged(tagged), places, reviewed)
    rows = rank(candidates, tagger, places, watch)
    if not rows:
        raise SkargaError(
            f"{tagged}: no row to review, {candidates.without_text} have no text, {candidates.reviewed} were reviewed",
            "tag a file with texts, or newer messages",
        )
    yield from _left_out(candidates, tagger)
    for path in write_queue(rows, tagger.labels, output, show_text):
        yield f"{len(rows)} rows: {path}" if path == output else f"beside it: {path}"
    yield f"fill in what you can ({output}), then: skarga feedback {output}"


def _left_out(candidates: Candidates, tagger: Tagger) -> Iterator[str]:
    if candidates.without_text:
        yield f"{candidates.without_text:,} rows have no text and cannot be reviewed"
    if candidates.reviewed:
        yield f"{candidates.reviewed:,} rows were reviewed before and are left out"
    others = candidates.versions.keys() - {tagger.model_version}
    if others:
        names = ", ".join(sorted(name or "an unknown model" for name in others))
        yield f"the file was tagged by {names}; the suggestions are of {tagger.model_version}, which read it anew"
