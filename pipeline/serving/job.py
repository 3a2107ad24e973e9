"""What a run of `skarga tag` is asked to do, and what is refused before it begins."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import SkargaError
from pipeline.serving.publishing import beside
from pipeline.serving.readers import ending, stem
from pipeline.serving.records import Columns
from pipeline.serving.run_record import describe_input
from pipeline.serving.set_aside import SET_ASIDE
from pipeline.serving.writers import writer_for

PART_ROWS = 1_000

Say = Callable[[str], None]  # receives what a person should know, line by line
Advance = Callable[[float, int], None]  # receives the share of the input that is done, and the rows that are done


@dataclass(frozen=True)
class Job:
    """What is asked for: tag `input` into `output`."""

    input: Path
    output: Path
    columns: Columns = field(default_factory=Columns)
    replay: bool = False  # `input` is the rejected file of an earlier run
    batch_rows: int = PART_ROWS
    csv_safe: bool = True
    resume: bool = False
    history: Path | None = None  # earlier complaints of the same customers
    customers: Path | None = None

    @property
    def options(self) -> dict[str, str | int | bool]:
        """What decides the output's bytes, besides the input's content and the model."""
        columns = {f"{name}_column": column for name, column in vars(self.columns).items()}
        return columns | {
            "input_name": stem(self.input),
            "output_format": ending(self.output),
            "replay": self.replay,
            "batch_size": self.batch_rows,
            "csv_safe": self.csv_safe,
            **{f"{name}_sha256": describe_input(path).sha256 for name, path in self._background.items() if path},
        }

    @property
    def _background(self) -> dict[str, Path | None]:
        return {"history": self.history, "customers": self.customers}


def check_paths(job: Job) -> None:
    """Make sure that a run can write where it is asked to, and destroys nothing that it reads.

    Raises:
        SkargaError: It cannot, or it would.
    """
    writer_for(job.output)
    if not job.output.parent.is_dir():
        raise SkargaError(f"{job.output.parent}: no such folder", f"make it first: mkdir -p {job.output.parent}")
    if job.output.exists() and not job.output.is_file():
        what = "is a folder" if job.output.is_dir() else "is no ordinary file"
        raise SkargaError(f"{job.output}: {what}", "name a file after -o")
    for path in (job.history, job.customers):
        if path and path.is_dir():
            raise SkargaError(f"{path}: is a folder", "name a file; --engine spark reads folders of complaints")
    check_read_is_kept(job)


def check_read_is_kept(job: Job) -> None:
    """Make sure that the run would not put OUTPUT, or what stands beside it, in the place of a file that it reads.

    Raises:
        SkargaError: It would.
    """
    written = [job.output, *(beside(job.output, name) for name in ("rejected.jsonl", *SET_ASIDE))]
    read = [path for path in (job.input, job.history, job.customers) if path and path.exists()]
    for path in written:
        if path.exists() and any(map(path.samefile, read)):
            raise SkargaError(f"{path}: this run would replace its own input", "choose another name after -o")
