"""The command about risk, for `pipeline.cli` to name."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from typer import Argument, Option

from pipeline import cli_options as options
from pipeline.cli_failures import explained

NO_RISK_MODEL = "the model has no risk part: complainer_risk stays insufficient_history"

_SOURCE_HELP = "A file that `skarga tag` wrote; or complaints, which are tagged first."

Source = Annotated[Path, Argument(metavar="INPUT", help=_SOURCE_HELP)]
Identity = Annotated[str, Option("--id", metavar="ID", help="The complaint.")]
Speech = Annotated[Literal["ru", "uk"] | None, Option("--lang", help="Else the language of the complaint.")]
Reader = Annotated[Literal["agent", "customer"] | None, Option("--for", help="Who reads it; else a text for each.")]


@explained
def explain(
    source: Source,
    *,
    identity: Identity,
    history: options.History = None,
    customers: options.CustomersFile = None,
    model: options.Model = None,
    speech: Speech = None,
    reader: Reader = None,
    text_column: options.TextColumn = "text",
    id_column: options.IdColumn = "id",
    customer_column: options.CustomerColumn = "customer_id",
    date_column: options.DateColumn = "date",
) -> None:
    """Say in plain Russian or Ukrainian why a complaint's risk is what it is.

    What was looked at, which data were used, what speaks for and against, what would lower it, that a person decides
    and how to object: for the agent, and for the customer who asks.
    """
    from pipeline.reporting.explaining import find_record
    from pipeline.risk.explain import READERS
    from pipeline.risk.explain import explain as explanation
    from pipeline.serving.bundle import default_bundle
    from pipeline.serving.job import Job
    from pipeline.serving.progress import progress_bar
    from pipeline.serving.records import Columns
    from pipeline.serving.tagger import Tagger

    columns = Columns(text_column, id_column, customer_column, date_column)
    job = Job(source, source, columns, history=history, customers=customers)
    console = Console(stderr=True)
    with progress_bar(console, visible=console.is_terminal) as advance:
        record = find_record(job, identity, lambda: Tagger.load(model or default_bundle()), _say, advance)
    language = speech or ("uk" if record.language == "uk" else "ru")
    typer.echo(explanation(record, language, (reader,) if reader else READERS), nl=False)


def _say(line: str) -> None:
    typer.echo(line, err=True)
