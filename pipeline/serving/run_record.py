"""What a run did, for OUTPUT.run.json: counts that must add up, times, and what made the rows."""

import hashlib
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.errors import SkargaError

BLOCK_BYTES = 2**20


class InputFile(BaseModel):
    """The file that was tagged, as it was."""

    model_config = ConfigDict(frozen=True)

    path: str
    sha256: str
    bytes: int
    modified_ns: int
    encoding: str | None = None
    delimiter: str | None = None


class RiskRecord(BaseModel):
    """What the risk of the rows was judged by; rows of the history are used, repeated in the input, or rejected."""

    model_config = ConfigDict(frozen=True)

    levels: dict[str, int]  # complainer_risk → rows
    rows_without_history: dict[str, int]  # why a row has no customer or no day → rows
    ignored_values: dict[str, int]  # field:why → values that were taken for unknown
    history: InputFile | None
    history_rows: int
    history_rows_repeated: int  # that are rows of the input, too: the same customer, moment and text
    history_rejected: dict[str, int]  # reason → rows
    customers: InputFile | None
    customers_rows: int
    customers_rejected: dict[str, int]

    @property
    def rejected_share(self) -> float:
        """The larger share of rejected rows, of the history's or of the customers'."""
        history = sum(self.history_rejected.values()) / max(self.history_rows, 1)
        return max(history, sum(self.customers_rejected.values()) / max(self.customers_rows, 1))


class RunRecord(BaseModel):
    """The record of one finished run; `rows_in` is always `rows_out` plus `rows_rejected`."""

    model_config = ConfigDict(frozen=True)

    rows_in: int
    rows_out: int
    rows_rejected: int
    rejected: dict[str, int]  # reason → rows
    duplicate_ids: int  # rows whose id an earlier row has already
    renamed_fields: dict[str, str]  # field of the input → its name in the output
    unread_dates: int  # rows whose `date` is no date that we know; it was carried as it is
    seconds: float
    rows_per_second: float  # of the rows tagged by this call; a resumed run had tagged the others before
    rows_resumed: int
    started: str
    finished: str
    model_version: str
    skarga_version: str
    input: InputFile
    options: dict[str, str | int | bool]
    risk: RiskRecord | None = None  # where the bundle has a risk model

    @property
    def rejected_share(self) -> float:
        """Rejected rows among all rows, 0 for an empty file; of several files the one with most."""
        own = self.rows_rejected / self.rows_in if self.rows_in else 0.0
        return max(own, self.risk.rejected_share if self.risk else 0.0)


def check_conserved(rows_in: int, rows_out: int, rows_rejected: int) -> None:
    """Make sure that no row was lost or doubled on its way.

    Args:
        rows_in: Rows as the reader counted them.
        rows_out: Tagged rows as they lie on the disk.
        rows_rejected: Rows set aside as they lie on the disk.

    Raises:
        SkargaError: The counts do not add up.
    """
    if rows_in != rows_out + rows_rejected:
        problem = f"{rows_in} rows in, but {rows_out} tagged and {rows_rejected} set aside"
        raise SkargaError(problem, "nothing was published; this is a defect of Skarga, please report it")


def data_files(folder: Path) -> list[Path]:
    """Return the data files of a folder by their names; marks and check sums begin with a dot or an underscore."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "_")))


def describe_input(path: Path) -> InputFile:
    """Read a file once for its size and SHA-256; of a folder, that of the list of `<SHA-256>  <name>` of its files."""
    if path.is_dir():
        return _describe_folder(path)
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return InputFile(path=str(path), sha256=digest, bytes=state.st_size, modified_ns=state.st_mtime_ns)


def _describe_folder(folder: Path) -> InputFile:
    files = [describe_input(path) for path in data_files(folder)]
    listed = "".join(f"{file.sha256}  {Path(file.path).name}\n" for file in files)
    return InputFile(
        path=str(folder),
        sha256=hashlib.sha256(listed.encode()).hexdigest(),
        bytes=sum(file.bytes for file in files),
        modified_ns=max((file.modified_ns for file in files), default=0),
    )


def check_unchanged(path: Path, file: InputFile) -> None:
    """Make sure that a file is still the one that was described when its reading began.

    Raises:
        SkargaError: It was written to or replaced meanwhile.
    """
    state = path.stat()
    if (state.st_size, state.st_mtime_ns) != (file.bytes, file.modified_ns):
        remedy = "nothing was published; tag it again when it is complete, or tag a copy"
        raise SkargaError(f"{path}: changed while it was being read", remedy)


def count_lines(paths: list[Path]) -> int:
    """Count the lines of finished files as they lie on the disk."""
    total = 0
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                total += block.count(b"\n")
    return total


def summary(record: RunRecord, output: Path) -> list[str]:
    """Say in a few lines what a person should know of a finished run."""
    lines = [f"{record.rows_out:,} rows tagged in {record.seconds:.1f} s: {output}"]
    if not record.rows_in:
        lines.append("the input holds no rows")
    if record.rows_rejected:
        reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in record.rejected.items())
        lines.append(f"{record.rows_rejected:,} rows set aside ({reasons}): {output}.rejected.jsonl")
    lines += _risk_summary(record.risk, output) if record.risk else []
    if record.duplicate_ids:
        lines.append(
            f"warning: {record.duplicate_ids:,} rows have an id that an earlier row has already; all were kept"
        )
    if record.unread_dates:
        lines.append(f"warning: {record.unread_dates:,} dates are in no known form (the day comes first) and stay so")
    if record.renamed_fields:
        renames = ", ".join(f"{theirs} is now {ours}" for theirs, ours in record.renamed_fields.items())
        lines.append(f"names that the output needs itself: {renames}")
    return lines


def _risk_summary(risk: RiskRecord, output: Path) -> list[str]:
    levels = ", ".join(f"{level} {rows:,}" for level, rows in risk.levels.items())
    lines = [f"complainer risk: {levels}"] if levels else []
    for name, rejected in (("history", risk.history_rejected), ("customers", risk.customers_rejected)):
        if rejected:
            reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in rejected.items())
            count = sum(rejected.values())
            lines.append(f"{count:,} rows of the {name} set aside ({reasons}): {output}.{name}.rejected.jsonl")
    if risk.ignored_values:
        ignored = ", ".join(f"{what} {count:,}" for what, count in risk.ignored_values.items())
        lines.append(f"values taken for unknown: {ignored}")
    return lines
