"""The commands of the loop around the model, for `pipeline.cli` to name: what to review, what was said, what moved."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from pipeline.cli_failures import explained
from pipeline.cli_options import Model, Quiet, Tagged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.reporting.tagged import TaggedRow

DRIFTED = 4  # 0 to 3 are taken by every command alike

REFERENCE_HELP = "A bundle, or a file of --make-reference; else the bundle that `skarga tag` would use."
Reference = Annotated[Path | None, Option("--reference", metavar="PATH", help=REFERENCE_HELP)]
MakeReference = Annotated[bool, Option("--make-reference", help="Instead: make TAGGED the reference, in OUTPUT.")]
AsJson = Annotated[bool, Option("--json", help="JSON on stdout instead of words.")]
DriftOutput = Annotated[Path | None, Option("-o", "--output", metavar="OUTPUT", help="Also write the JSON to a file.")]


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
        if not quiet:
            typer.echo(said, err=True)
        return
    report = report_drift(tagged, reference or default_bundle(), model, lambda rows: _watched(rows, quiet))
    if output:
        write_json(report, output)
    typer.echo(json.dumps(report.as_json(), ensure_ascii=False) if as_json else "\n".join(report.lines()))
    if report.comparison.drifted:
        raise typer.Exit(DRIFTED)


def _watched(rows: "Sequence[TaggedRow]", quiet: bool) -> "Iterable[TaggedRow]":
    """Show on a terminal how far the reading has come."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(rows, "reading", console=console, transient=True, disable=quiet or not console.is_terminal)
