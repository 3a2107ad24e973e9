"""The commands of the loop around the model, for `pipeline.cli` to name: what to review, what was said, what moved."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from typer import Argument, Option

from pipeline.cli_failures import explained
from pipeline.cli_options import Model, Quiet, Tagged
from pipeline.errors import SkargaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")

REFUSED = 3
DRIFTED = 4  # 0 to 3 are taken by every command alike

REFERENCE_HELP = "A bundle, or a file of --make-reference; else the bundle that `skarga tag` would use."
Reference = Annotated[Path | None, Option("--reference", metavar="PATH", help=REFERENCE_HELP)]
MakeReference = Annotated[bool, Option("--make-reference", help="Instead: make TAGGED the reference, in OUTPUT.")]
AsJson = Annotated[bool, Option("--json", help="JSON on stdout instead of words.")]
QUEUE_HELP = "The queue: .csv for spreadsheets and Label Studio; .json for Label Studio, with the suggestions."
QueueFile = Annotated[Path, Option("-o", "--output", metavar="QUEUE", help=QUEUE_HELP)]
Rows = Annotated[int, Option("--rows", min=1, help="How many rows to review.")]
ShowText = Annotated[bool, Option("--show-text", help="Show messages as they are; else personal data are masked.")]
FILLED_HELP = "The queue as people filled it in, or an export of Label Studio (JSON)."
FilledQueue = Annotated[Path, Argument(metavar="FILLED", help=FILLED_HELP)]
QUEUE_OF_HELP = "The queue as `skarga queue` wrote it, where FILLED lies elsewhere or has another name."
QueueOf = Annotated[Path | None, Option("--queue", metavar="QUEUE", help=QUEUE_OF_HELP)]
By = Annotated[str | None, Option("--by", metavar="NAME", help="Who answered, where a row does not say; else you.")]
DriftOutput = Annotated[Path | None, Option("-o", "--output", metavar="OUTPUT", help="Also write the JSON to a file.")]


@explained
def queue(
    tagged: Tagged,
    *,
    output: QueueFile,
    rows: Rows = 100,
    model: Model = None,
    show_text: ShowText = False,
    quiet: Quiet = False,
) -> None:
    """List the rows that are worth a person's minute, the worthiest first, for people to label."""
    from pipeline.serving.bundle import default_bundle
    from pipeline.serving.tagger import Tagger

    try:
        from pipeline.loop.run import make_queue
    except ModuleNotFoundError as error:
        raise SkargaError(f"{error.name} is not installed", "pip install 'skarga[train]'") from error

    tagger = Tagger.load(model or default_bundle())
    for line in make_queue(
        tagged, output, rows, tagger, show_text=show_text, watch=lambda batches: _watched(batches, quiet)
    ):
        _say(line, quiet)


@explained
def feedback(filled: FilledQueue, *, by: By = None, of: QueueOf = None, quiet: Quiet = False) -> None:
    """Take people's answers back: into a journal that only grows, and a source that the next training reads.

    Exit code 0: done. 3: done, but rows were refused, each told with its reason. 1 and 2 as everywhere.
    """
    import getpass

    from pipeline.loop.feedback import describe, take_feedback

    taken = take_feedback(filled, of or filled, by or getpass.getuser())
    for line in describe(taken):
        _say(line, quiet)
    if taken.filled.refused:
        raise typer.Exit(REFUSED)


@explained
def drift(
    tagged: Tagged,
    *,
    reference: Reference = None,
    make_reference: MakeReference = False,
    model: Model = None,
    output: DriftOutput = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say whether messages are still like those that the model was made for, and whether to retrain.

    Exit code 0: no drift. 4: drift. 1 and 2 as everywhere: failed, wrong usage.
    """
    from pipeline.drift.run import report_drift, write_json, write_reference
    from pipeline.serving.bundle import default_bundle

    if make_reference:
        if output is None or reference is not None:
            raise typer.BadParameter("name the file to write, and no --reference", param_hint="-o")
        said = write_reference(tagged, output, model, lambda rows: _watched(rows, quiet))
        _say(said, quiet)
        return
    report = report_drift(tagged, reference or default_bundle(), model, lambda rows: _watched(rows, quiet))
    if output:
        write_json(report, output)
    typer.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else "\n".join(report.lines()))
    if report.comparison.drifted:
        raise typer.Exit(DRIFTED)


def _watched(items: "Sequence[T]", quiet: bool) -> "Iterable[T]":
    """Show on a terminal how far the reading has come."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(items, "reading", console=console, transient=True, disable=quiet or not console.is_terminal)


def _say(line: str, quiet: bool) -> None:
    if not quiet:
        typer.echo(line, err=True)
