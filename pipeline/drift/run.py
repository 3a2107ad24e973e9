"""Files → a comparison of them with a reference, or a new reference."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.drift.comparison import Comparison, compare
from pipeline.drift.measures import WORDING, Watch, observe
from pipeline.drift.reference import Reference, load_wording, make_reference, read_reference
from pipeline.drift.stream import ROWS, Stream, draw_rows
from pipeline.drift.words import describe
from pipeline.errors import SkargaError
from pipeline.reporting.tagged import read_tagged
from pipeline.serving.bundle import default_bundle
from pipeline.serving.durable import written_whole

_LONG = 366  # days: a file that spans more has probably changed within itself


@dataclass(frozen=True)
class Report:
    """A comparison, and what a reader should know beside it."""

    comparison: Comparison
    notes: list[str]

    def lines(self) -> Iterator[str]:
        """Everything in words."""
        yield from describe(self.comparison)
        yield from (f"note: {note}" for note in self.notes)

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {**self.comparison.as_json(), "notes": self.notes}


def report_drift(tagged: Path, reference_path: Path, model: Path | None, watch: Watch) -> Report:
    """Compare a tagged file with a reference, a bundle or a file.

    Args:
        tagged: The file that `skarga tag` wrote.
        reference_path: A bundle that has a reference, or the file of one.
        model: The bundle that reads the wording; else the one in `reference_path`, else the default.
        watch: Shows progress.

    Raises:
        SkargaError: A file is missing, damaged or not what it should be.
    """
    reference = read_reference(reference_path)
    stream = draw_rows(read_tagged(tagged))
    wording = load_wording(model or (reference_path if reference_path.is_dir() else default_bundle()))
    same = wording.hashes == reference.linear
    observed = observe(stream.sample, wording.model if same else None, watch)
    return Report(compare(observed, len(stream.sample), reference), list(_notes(stream, reference, same)))


def write_reference(tagged: Path, output: Path, model: Path | None, watch: Watch) -> str:
    """Make a reference of a tagged file; return what to tell the person.

    Raises:
        SkargaError: The file has too few rows, or rows of several models.
    """
    stream = draw_rows(read_tagged(tagged))
    if len(stream.versions) > 1:
        raise SkargaError(
            f"{tagged} has rows of several models: {', '.join(stream.versions)}", "tag all of them with one model"
        )
    version = next(iter(stream.versions), None)
    wording = load_wording(model or default_bundle())
    observed = observe(stream.sample, wording.model, watch)
    reference = make_reference(observed, len(stream.sample), wording.hashes, version)
    write_text(output, reference.model_dump_json() + "\n")
    return f"reference of {reference.rows:,} rows: {output}; compare with: skarga drift TAGGED --reference {output}"


def write_json(report: Report, output: Path) -> None:
    """Write a report for monitoring, whole or not at all."""
    write_text(output, json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n")


def write_text(output: Path, text: str) -> None:
    """Write a file whole or not at all."""
    with written_whole(output) as file:
        file.write(text.encode())


def _notes(stream: Stream, reference: Reference, same_wording: bool) -> Iterator[str]:
    if stream.rows > len(stream.sample):
        yield f"{ROWS:,} of {stream.rows:,} rows were drawn at random"
    others = stream.versions.keys() - {reference.model_version}
    if others:
        yield (
            f"rows were tagged by {', '.join(sorted(name or 'an unknown model' for name in others))}, the reference by "
            f"{reference.model_version}: what moved in labels, confidence or review may be the model, not the messages"
        )
    if not same_wording:
        yield (
            f"the reference was made with another linear model, so that {WORDING} and vocabulary are not compared: "
            "name its bundle with --model"
        )
    if stream.first is None or stream.last is None:
        yield "no row has a date that can be read: the period is unknown"
    elif (stream.last - stream.first).days > _LONG:
        yield (
            f"the rows span {stream.first} to {stream.last} and are compared as one: "
            "split the file by period to see when something moved"
        )
    if not any(row.text for row in stream.sample):
        yield f"the file has no texts: {', '.join(('length', 'vocabulary', WORDING))} are not compared"
