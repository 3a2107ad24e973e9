"""The command line: arguments in, calls out. Data go to stdout or a file, everything else to stderr."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from pipeline import cli_data, cli_loop, cli_models, cli_risk, cli_spark
from pipeline import cli_options as options
from pipeline.cli_failures import explained
from pipeline.errors import SkargaError

if TYPE_CHECKING:
    from io import BufferedReader

    from pipeline.serving.job import Job
    from pipeline.serving.live_risk import LiveRisk
    from pipeline.serving.records import Columns
    from pipeline.serving.tagger import Tagger

STDIN = Path("-")
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


@app.command(
    epilog="Examples: `skarga tag complaints.csv -o tagged.parquet` · `skarga tag - < new.jsonl` · "
    "`skarga tag --replay tagged.csv.rejected.jsonl -o corrected.csv`",
)
@explained
def tag(
    source: options.Input = None,
    *,
    output: options.Output = None,
    model: options.Model = None,
    replay: options.Replay = None,
    history: options.History = None,
    customers: options.CustomersFile = None,
    text_column: options.TextColumn = "text",
    id_column: options.IdColumn = "id",
    customer_column: options.CustomerColumn = "customer_id",
    date_column: options.DateColumn = "date",
    batch_size: options.BatchSize = None,
    resume: options.Resume = False,
    max_bad_share: options.MaxBadShare = 0.01,
    csv_safe: options.CsvSafe = True,
    engine: options.Engine = "local",
    quiet: options.Quiet = False,
) -> None:
    """Tag a file of complaints, or a stream of them."""
    from pipeline.serving.job import PART_ROWS, Job
    from pipeline.serving.records import Columns

    columns = Columns(text_column, id_column, customer_column, date_column)
    path = _one_input(source, replay)
    if path == STDIN:
        if engine == "spark":
            raise typer.BadParameter("a stream is tagged by the local engine", param_hint="--engine")
        if resume:
            raise typer.BadParameter("a stream cannot be resumed", param_hint="--resume")
        tagger = _load(model, quiet)
        risk, unused = _load_risk(tagger, columns, history, customers, quiet)
        share = max(unused, _tag_stream(tagger, columns, output, batch_size or STREAM_ROWS, risk=risk, quiet=quiet))
    else:
        if output is None:
            raise typer.BadParameter("name the file to write", param_hint="-o")
        rows = batch_size or PART_ROWS
        job = Job(path, output, columns, replay is not None, rows, csv_safe, resume, history, customers)
        if engine == "spark":
            share = cli_spark.tag_file(job, model, quiet)
        else:
            share = _tag_file(job, _load(model, quiet), quiet)
    if share > max_bad_share:
        _say(f"{share:.2%} of the rows are bad, more than --max-bad-share {max_bad_share:.2%}", quiet)
        raise typer.Exit(TOO_MANY_BAD_ROWS)


@app.command(epilog='Example: `skarga predict "Третій тиждень чекаю на повернення коштів"`')
@explained
def predict(
    text: options.Message, *, model: options.Model = None, as_json: options.AsJson = False, quiet: options.Quiet = False
) -> None:
    """Tag one message."""
    from pipeline.serving.json_lines import encode_line
    from pipeline.serving.single import tag_message

    message = sys.stdin.buffer.read().decode("utf-8", errors="replace") if text == str(STDIN) else text
    tagger = _load(model, quiet)
    record = tag_message(message, tagger)
    if as_json or not sys.stdout.isatty():
        typer.echo(encode_line(record), nl=False)
    else:
        from rich.console import Console

        from pipeline.serving.panel import prediction_panel

        Console().print(prediction_panel(record, tagger.labels))


@app.command(epilog="Example: `skarga report tagged.parquet -o report.html --history earlier.csv --lang uk`")
@explained
def report(
    tagged: options.Tagged,
    *,
    output: options.Page,
    history: options.PageHistory = None,
    customers: options.PageCustomers = None,
    language: options.PageLanguage = None,
    show_text: options.ShowText = False,
) -> None:
    """Write one self-contained page for a manager."""
    from rich.console import Console

    from pipeline.reporting.backlog import write_report
    from pipeline.reporting.manager.findings import Sources

    with Console(stderr=True).status("reading rows") as status:
        sources = Sources(tagged, history, customers)
        write_report(sources, output, language, show_text, lambda rows: status.update(f"{rows:,} rows read"))


app.command(epilog="Example: `skarga explain tagged.parquet --id 17 --for customer`")(cli_risk.explain)
app.command(epilog="Examples: `skarga audit -o audit.csv` · `skarga audit --apply audit.csv`")(cli_data.audit)
app.add_typer(cli_data.labels, name="labels")
app.command(epilog="Example: `skarga queue tagged.parquet -o queue.csv --rows 200`")(cli_loop.queue)
app.command(epilog="Example: `skarga feedback queue.csv --by Olena`")(cli_loop.feedback)
app.command(epilog="Example: `skarga drift tagged.parquet --reference models/released --json`")(cli_loop.drift)
cli_models.register(app)


@app.command(epilog="Example: `skarga schema > skarga.schema.json`")
@explained
def schema() -> None:
    """Print the JSON Schemas of the record in and the record out."""
    from pipeline.data.schema import schemas

    typer.echo(json.dumps(schemas(), indent=2))


def _one_input(source: Path | None, replay: Path | None) -> Path:
    if source is None and replay is not None:
        return replay
    if source is None or replay is not None:
        raise typer.BadParameter("give either INPUT or --replay REJECTED", param_hint="INPUT")
    return source


def _tag_file(job: "Job", tagger: "Tagger", quiet: bool) -> float:
    from rich.console import Console

    from pipeline.serving.backlog import tag_file
    from pipeline.serving.progress import progress_bar
    from pipeline.serving.run_record import summary

    if tagger.risk is None and (job.history or job.customers):
        _say(cli_risk.NO_RISK_MODEL, quiet)
    console = Console(stderr=True)
    with progress_bar(console, visible=console.is_terminal and not quiet) as advance:
        record = tag_file(job, tagger, lambda line: _say(line, quiet), advance)
    for line in summary(record, job.output):
        _say(line, quiet)
    return record.rejected_share


def _load_risk(
    tagger: "Tagger", columns: "Columns", history: Path | None, customers: Path | None, quiet: bool
) -> tuple["LiveRisk | None", float]:
    """What judges the lines of a stream by a history, and the share of that history's rows that are not used."""
    from pipeline.serving.live_risk import load_live_risk

    if history is None and customers is None:
        return None, 0.0
    risk, aside = load_live_risk(tagger, columns, history, customers)
    if risk is None:
        _say(cli_risk.NO_RISK_MODEL, quiet)
    for name, rows in aside.items():
        if rows.reasons:
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(rows.reasons.items()))
            _say(f"{rows.reasons.total():,} rows of the {name} are not used ({reasons})", quiet)
    return risk, max((rows.share for rows in aside.values()), default=0.0)


def _tag_stream(
    tagger: "Tagger", columns: "Columns", output: Path | None, batch_rows: int, *, risk: "LiveRisk | None", quiet: bool
) -> float:
    from pipeline.serving.stream import tag_stream

    if output is not None and output.suffix.lower() != ".jsonl":
        raise SkargaError(f"{output}: a stream is written as JSON lines", "end its name in .jsonl, or leave out -o")
    with output.open("wb") if output else nullcontext(sys.stdout.buffer) as target:
        counts = tag_stream(cast("BufferedReader", sys.stdin.buffer), target, tagger, columns, batch_rows, risk=risk)
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
