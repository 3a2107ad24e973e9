"""The commands about models in use and candidates, for `pipeline.cli` to register."""

import getpass
import json
import subprocess
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer import Argument, Option

from pipeline import cli_options as options
from pipeline import paths
from pipeline.cli_failures import explained
from pipeline.errors import SkargaError

WHY_HELP = "A sentence for the log; with --force it must be given."
TEST_HELP = "A labelled file (text, language, any of the tasks), instead of the frozen tests; may be given again."
ROWS_HELP = "Look at this many rows at most, drawn evenly from the file."

Candidate = Annotated[Path, Argument(metavar="CANDIDATE", help="The bundle that should take over.")]
Tests = Annotated[list[Path] | None, Option("--test", metavar="FILE", help=TEST_HELP)]
DryRun = Annotated[bool, Option("--dry-run", help="Compare and show the gates; change nothing.")]
Force = Annotated[bool, Option("--force", help="Promote although a gate refuses; needs --why.")]
Why = Annotated[str, Option("--why", metavar="TEXT", help=WHY_HELP)]
By = Annotated[str | None, Option("--by", metavar="NAME", help="Who decides; else git's user.name.")]
OwnRows = Annotated[Path, Argument(metavar="FILE", help="Messages as they come: what `skarga tag` reads.")]
Rows = Annotated[int, Option("--rows", min=1, help=ROWS_HELP)]
AsJson = Annotated[bool, Option("--json", help="JSON instead of words.")]
Old = Annotated[Path, Argument(metavar="OLD_TAGGED", help="What `skarga tag` wrote with the old model.")]
New = Annotated[Path, Argument(metavar="NEW_TAGGED", help="… of the same rows with the new model.")]


@explained
def promote(
    candidate: Candidate = paths.BUNDLE,
    *,
    test: Tests = None,
    dry_run: DryRun = False,
    force: Force = False,
    why: Why = "",
    by: By = None,
) -> None:
    """Make a candidate the model in use, if it loses nothing that matters against the one that is."""
    if force and not why.strip():
        raise typer.BadParameter("say why the gates are overruled", param_hint="--why")
    try:
        from pipeline.promotion.promote import Request, promote
    except ModuleNotFoundError as error:
        raise _untrained(error) from error

    request = Request(candidate, by or _whoever(), test or [], why.strip(), force, dry_run)
    promote(request, typer.echo, _say)


@explained
def rollback(*, why: Why = "", by: By = None) -> None:
    """Undo the last promotion: the model before it comes back, bit for bit."""
    try:
        from pipeline.promotion.rollback import rollback
    except ModuleNotFoundError as error:
        raise _untrained(error) from error

    rollback(by or _whoever(), why.strip(), _say)


@explained
def check(
    file: OwnRows,
    *,
    model: options.Model = None,
    text_column: options.TextColumn = "text",
    rows: Rows = 1_000,
    as_json: AsJson = False,
) -> None:
    """Say whether the model is fit for messages like these, which need no labels."""
    from pipeline.promotion.sample import check_file
    from pipeline.serving.bundle import default_bundle
    from pipeline.serving.progress import progress_bar
    from pipeline.serving.records import Columns

    console = Console(stderr=True)
    path = model or default_bundle()
    with progress_bar(console, visible=console.is_terminal) as advance:
        version, fitness = check_file(file, Columns(text=text_column), path, rows, advance)
    _say(f"model: {path} ({version})")
    if as_json:
        typer.echo(json.dumps({"model_version": version, **fitness.record()}, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(fitness.lines()))


@explained
def compare(old: Old, new: New, *, as_json: AsJson = False) -> None:
    """Show what changed for whom between two models' tags of the same rows."""
    from pipeline.promotion.tagged_files import compare_files

    found = compare_files(old, new)
    typer.echo(json.dumps(found.record(), ensure_ascii=False, indent=2) if as_json else "\n".join(found.lines()))


def _whoever() -> str:
    """The name that git knows, else that of the account."""
    said = subprocess.run(["git", "config", "user.name"], check=False, capture_output=True, text=True).stdout
    return said.strip() or getpass.getuser()


def _untrained(error: ModuleNotFoundError) -> SkargaError:
    return SkargaError(f"{error.name} is not installed", "pip install 'skarga[train]'")


def _say(line: str) -> None:
    typer.echo(line, err=True)


def register(app: typer.Typer) -> None:
    """Add the commands, each with an example."""
    app.command(
        epilog="Examples: `skarga promote --dry-run` · `skarga promote` · "
        "`skarga promote models/bundle --force --why 'the old one is trained on a withdrawn source'`"
    )(promote)
    app.command(epilog="Example: `skarga rollback --why 'complaints from the branches'`")(rollback)
    app.command(epilog="Example: `skarga check sample.csv --text-column comment`")(check)
    app.command(epilog="Example: `skarga compare tagged_old.parquet tagged_new.parquet`")(compare)
