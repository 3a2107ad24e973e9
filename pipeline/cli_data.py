"""The commands about training data and taxonomy, for `pipeline.cli` to name."""

from pathlib import Path

import typer

from pipeline import cli_options as options
from pipeline.cli_failures import explained
from pipeline.errors import SkargaError

labels = typer.Typer(help="The taxonomy, configs/labels.yaml.", no_args_is_help=True, rich_markup_mode="markdown")


@explained
def audit(
    *, output: options.Sheet = Path("audit.csv"), source: options.AuditSource = None, apply: options.Filled = None
) -> None:
    """List likely label errors in the training data; take over a person's corrections."""
    try:
        from pipeline.audit import run
    except ModuleNotFoundError as error:
        raise SkargaError(f"{error.name} is not installed", "pip install 'skarga[train]'") from error

    for line in run.apply_sheet(apply, source) if apply else run.audit(source, output):
        typer.echo(line, err=True)


@labels.command(epilog="Example: `skarga labels preview labels_new.yaml --tagged tagged.parquet`")
@explained
def preview(new_labels: options.NewLabels, *, tagged: options.TaggedToo = None) -> None:
    """Show how many rows each category of a changed taxonomy would get; nothing is written.

    In the changed copy, `replaces: [old codes]` beside a category's names says whose rows it takes over.
    """
    from pipeline.audit.preview import preview_files

    for line in preview_files(new_labels, tagged):
        typer.echo(line)


@labels.callback()
def _labels() -> None:
    """Keep `preview` a command of its own while it is the only one."""
