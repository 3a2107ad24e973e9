"""The arguments and options of the commands, each with its help."""

from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option

INPUT_HELP = ".csv, .csv.gz, .jsonl, .jsonl.gz, .parquet or .xlsx (its first sheet); - reads JSON lines on stdin."
REPLAY_HELP = (
    "Instead of INPUT: the OUTPUT.rejected.jsonl of an earlier run, after a person corrected `raw` in it. "
    "Its rows are read from `raw`, under the same column options, and keep their row numbers and ids."
)
MODEL_HELP = "The bundle; else SKARGA_MODEL, else models/released, else models/bundle."
TEXT_HELP = "Your column that holds the message; `text` in the output."
HISTORY_HELP = "Earlier complaints, the same fields: with INPUT itself, what the complainer risk is judged by."
CUSTOMERS_HELP = "customer_id, since, orders, spend; all but the first may be absent."
BATCH_HELP = "Rows tagged at once, and the unit of --resume; 1000, on stdin 64."

Input = Annotated[Path | None, Argument(metavar="INPUT", help=INPUT_HELP)]
Output = Annotated[Path | None, Option("-o", "--output", metavar="OUTPUT", help="Its ending picks the format.")]
Model = Annotated[Path | None, Option("--model", metavar="DIR", help=MODEL_HELP)]
Replay = Annotated[Path | None, Option("--replay", metavar="REJECTED", help=REPLAY_HELP)]
History = Annotated[Path | None, Option("--history", metavar="FILE", help=HISTORY_HELP)]
CustomersFile = Annotated[Path | None, Option("--customers", metavar="FILE", help=CUSTOMERS_HELP)]
TextColumn = Annotated[str, Option("--text-column", metavar="NAME", help=TEXT_HELP)]
IdColumn = Annotated[str, Option("--id-column", metavar="NAME", help="… its id; `id` in the output.")]
CustomerColumn = Annotated[str, Option("--customer-column", metavar="NAME", help="… the customer; `customer_id`.")]
DateColumn = Annotated[str, Option("--date-column", metavar="NAME", help="… the day; `date` in the output.")]
BatchSize = Annotated[int | None, Option("--batch-size", min=1, help=BATCH_HELP)]
Resume = Annotated[bool, Option("--resume", help="Go on where a killed run of the same OUTPUT stopped.")]
MaxBadShare = Annotated[
    float, Option("--max-bad-share", min=0, max=1, help="Exit code 3 above this share of bad rows.")
]
CsvSafe = Annotated[
    bool, Option("--csv-safe/--no-csv-safe", help="In CSV, put ' before what a spreadsheet would run as a formula.")
]
Engine = Annotated[
    Literal["local", "spark"],
    Option("--engine", help="`spark`: INPUT may be a folder of files, OUTPUT becomes one; see docs/scale.md."),
]
Quiet = Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")]

Message = Annotated[str, Argument(metavar="TEXT", help="The message; - reads it on stdin.")]
AsJson = Annotated[bool, Option("--json", help="JSON, as always when stdout is no terminal.")]

Tagged = Annotated[Path, Argument(metavar="TAGGED", help="A file that `skarga tag` wrote.")]
Page = Annotated[Path, Option("-o", "--output", metavar="HTML", help="The page to write.")]
PAGE_HISTORY_HELP = "Earlier complaints of the same customers: who writes again, who was helped before."
PAGE_CUSTOMERS_HELP = "customer_id, since, orders: who has been loyal for long."
PageHistory = Annotated[Path | None, Option("--history", metavar="FILE", help=PAGE_HISTORY_HELP)]
PageCustomers = Annotated[Path | None, Option("--customers", metavar="FILE", help=PAGE_CUSTOMERS_HELP)]
PageLanguage = Annotated[str | None, Option("--lang", help="ru, uk or en; else what most messages are in.")]
ShowText = Annotated[bool, Option("--show-text", help="Show messages, with personal data masked.")]

AUDIT_SOURCE_HELP = "A set or sources of configs/sources.yaml, joined by commas; else the table that `prepare` made."
Sheet = Annotated[Path, Option("-o", "--output", metavar="CSV", help="The findings, for a person to decide.")]
AuditSource = Annotated[str | None, Option("--source", metavar="NAMES", help=AUDIT_SOURCE_HELP)]
Filled = Annotated[Path | None, Option("--apply", metavar="CSV", help="Instead: take over the decisions of this file.")]

NewLabels = Annotated[Path, Argument(metavar="NEW_LABELS", help="The changed copy of configs/labels.yaml.")]
TaggedToo = Annotated[Path | None, Option("--tagged", metavar="FILE", help="Also a file that `skarga tag` wrote.")]
