"""The command line: arguments in, calls out. Data go to stdout or a file, everything else to stderr."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.cli_command import Command
from pipeline.errors import SkargaError

if TYPE_CHECKING:
    from pipeline.serving.backlog import Job
    from pipeline.serving.records import Columns
    from pipeline.serving.tagger import Tagger

TOO_MANY_BAD_ROWS = 3
STREAM_ROWS = 64  # of waiting lines, how many are tagged at once: more would keep the first one waiting

app = typer.Typer(
    name="skarga",
    help="Tag Russian and Ukrainian customer complaints: category, emotion, signals, severity, doubts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

Model = Annotated[
    Path | None,
    typer.Option("--model", metavar="DIR", help="Bundle; else SKARGA_MODEL, models/released, models/bundle."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing on stderr but errors.")]


@app.command(
    cls=Command,
    epilog="Examples: `skarga tag complaints.csv -o tagged.parquet` · `skarga tag - < new.jsonl` · "
    "`skarga tag --replay tagged.csv.rejected.jsonl -o corrected.csv`",
)
def tag(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="INPUT", help=".csv, .jsonl, .jsonl.gz or .parquet; - reads JSONL on stdin."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUTPUT", help="Its ending picks the format.")
    ] = None,
    model: Model = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            metavar="REJECTED",
            help="Instead of INPUT: the OUTPUT.rejected.jsonl of an earlier run, after `raw` was corrected in it. "
            "Its rows are tagged from `raw`, with their old row numbers and ids.",
        ),
    ] = None,
    text_column: Annotated[str, typer.Option(help="The column called `text` in the output.")] = "text",
    id_column: Annotated[str, typer.Option(help="The column called `id` in the output.")] = "id",
    customer_column: Annotated[str, typer.Option(help="… called `customer_id` in the output.")] = "customer_id",
    date_column: Annotated[str, typer.Option(help="… called `date` in the output.")] = "date",
    batch_size: Annotated[int | None, typer.Option(min=1, help="Rows tagged at a time; the unit of --resume.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a killed run stopped.")] = False,
    max_bad_share: Annotated[float, typer.Option(min=0, max=1, help="More bad rows than this: exit code 3.")] = 0.01,
    csv_safe: Annotated[bool, typer.Option(help="In CSV, put ' before what a spreadsheet would run.")] = True,
    quiet: Quiet = False,
) -> None:
    """Tag a file of complaints, or a stream of them."""
    from pipeline.serving.backlog import PART_ROWS, Job
    from pipeline.serving.records import Columns

    columns = Columns(text_column, id_column, customer_column, date_column)
    if (source is None) == (replay is None):
        raise typer.BadParameter("give either INPUT or --replay REJECTED")
    if source == Path("-"):
        if resume:
            raise typer.BadParameter("a stream cannot be resumed", param_hint="--resume")
        share = _tag_stream(_load(model, quiet), columns, output, batch_size or STREAM_ROWS, quiet)
    elif output is None:
        raise typer.BadParameter("name the file to write", param_hint="-o")
    else:
        path = replay or source or Path()
        job = Job(path, output, columns, replay is not None, batch_size or PART_ROWS, csv_safe, resume)
        share = _tag_file(job, _load(model, quiet), quiet)
    if share > max_bad_share:
        _say(f"{share:.2%} of the rows are bad, more than --max-bad-share {max_bad_share:.2%}", quiet)
        raise typer.Exit(TOO_MANY_BAD_ROWS)


@app.command(cls=Command, epilog='Example: `skarga predict "Третій тиждень чекаю на повернення коштів"`')
def predict(
    text: Annotated[str, typer.Argument(help="The message; - reads it on stdin.")],
    model: Model = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, as also when stdout is no terminal.")] = False,
    quiet: Quiet = False,
) -> None:
    """Tag one message."""
    from pipeline.serving.json_lines import encode_line
    from pipeline.serving.panel import prediction_panel
    from pipeline.serving.single import tag_message

    message = sys.stdin.buffer.read().decode("utf-8", errors="replace") if text == "-" else text
    tagger = _load(model, quiet)
    record = tag_message(message, tagger)
    if as_json or not sys.stdout.isatty():
        typer.echo(encode_line(record), nl=False)
    else:
        Console().print(prediction_panel(record, tagger.labels))


@app.command(cls=Command, epilog="Example: `skarga report tagged.parquet -o report.html --lang uk`")
def report(
    tagged: Annotated[Path, typer.Argument(metavar="TAGGED", help="What `skarga tag` wrote.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="HTML", help="The page to write.")],
    language: Annotated[
        str | None, typer.Option("--lang", help="ru, uk or en; else what most messages are in.")
    ] = None,
    show_text: Annotated[bool, typer.Option("--show-text", help="Show messages, personal data masked.")] = False,
) -> None:
    """Write one self-contained page for a manager."""
    from pipeline.reporting.backlog import write_report

    write_report(tagged, output, language, show_text)


@app.command(cls=Command, epilog="Example: `skarga schema > skarga.schema.json`")
def schema() -> None:
    """Print the JSON Schemas of the record in and the record out."""
    from pipeline.data.schema import SCHEMA_VERSION, Complaint, Tag

    schemas = {
        "version": SCHEMA_VERSION,
        "record_in": Complaint.model_json_schema(),
        "record_out": Tag.model_json_schema(mode="serialization"),
    }
    typer.echo(json.dumps(schemas, indent=2))


def _tag_file(job: "Job", tagger: "Tagger", quiet: bool) -> float:
    from pipeline.serving.backlog import tag_file
    from pipeline.serving.progress import progress_bar
    from pipeline.serving.run_record import summary

    console = Console(stderr=True)
    with progress_bar(console, visible=console.is_terminal and not quiet) as advance:
        record = tag_file(job, tagger, lambda line: _say(line, quiet), advance)
    for line in summary(record, job.output):
        _say(line, quiet)
    return record.rejected_share


def _tag_stream(tagger: "Tagger", columns: "Columns", output: Path | None, batch_rows: int, quiet: bool) -> float:
    from pipeline.serving.stream import tag_stream

    if output is not None and output.suffix.lower() != ".jsonl":
        raise SkargaError(f"{output}: a stream is written as JSON lines", "end its name in .jsonl, or leave out -o")
    target = output.open("wb") if output else sys.stdout.buffer
    counts = tag_stream(sys.stdin.buffer, target, tagger, columns, batch_rows)
    _say(f"{counts.rows_in:,} lines read, {counts.rows_rejected:,} of them bad", quiet)
    return counts.rejected_share


def _load(model: Path | None, quiet: bool) -> "Tagger":
    from pipeline.serving.bundle import default_bundle
    from pipeline.serving.tagger import Tagger

    path = model or default_bundle()
    tagger = Tagger.load(path)
    _say(f"model: {path} ({tagger.model_version})", quiet)
    return tagger


def _say(line: str, quiet: bool) -> None:
    if not quiet:
        typer.echo(line, err=True)


def main() -> None:
    """Run the command line."""
    app()
