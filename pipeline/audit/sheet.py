"""Findings → a CSV file that a person fills in, with texts masked; and the filled file → decisions."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.audit.findings import Finding
from pipeline.errors import SkargaError
from pipeline.serving.cells import escape, unescape
from pipeline.text.mask import mask

COLUMNS = (
    "id", "source", "language", "task", "given_label", "suggested_label", "quality", "problem", "text", "decision"
)  # fmt: skip
KEEP = "keep"
ACCEPT = "accept"
_SHOWN = 300  # characters of a text
_SEPARATOR = "; "


@dataclass(frozen=True)
class Decision:
    """What a person wants a label changed to."""

    line: int
    identity: str
    source: str
    task: str
    given: tuple[str, ...]
    wanted: tuple[str, ...]


def write_sheet(findings: Sequence[Finding], rows: pd.DataFrame, path: Path) -> None:
    """Write a line per finding in the order given; the column `decision` is empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells spreadsheets that it is UTF-8
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for finding in findings:
            writer.writerow(_line(finding, rows.iloc[finding.row]))


def read_decisions(path: Path) -> list[Decision]:
    """Read the lines whose decision changes something; an empty decision or `keep` changes nothing.

    Raises:
        SkargaError: The file is absent or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_decisions(csv.DictReader(file), path))
    except FileNotFoundError as error:
        raise SkargaError(f"{path}: no such file", "make it with: skarga audit -o audit.csv") from error


def _line(finding: Finding, row: "pd.Series[str]") -> dict[str, object]:
    return {
        "id": escape(row["id"]),
        "source": row["source"],
        "language": row["language"],
        "task": finding.task,
        "given_label": _SEPARATOR.join(finding.given),
        "suggested_label": _SEPARATOR.join(finding.suggested),
        "quality": f"{finding.quality:.4f}",
        "problem": finding.problem,
        "text": escape(" ".join(mask(row["text"]).split())[:_SHOWN]),
        "decision": "",
    }


def _decisions(lines: "csv.DictReader[str]", path: Path) -> Iterator[Decision]:
    missing = set(COLUMNS) - {"text", "quality", "problem", "language"} - set(lines.fieldnames or ())
    if missing:
        raise SkargaError(
            f"{path} has no column {min(missing)!r}", "take the file that `skarga audit` wrote, and fill in `decision`"
        )
    for line in lines:
        decision = (line["decision"] or "").strip()
        if decision in ("", KEEP):
            continue
        wanted = line["suggested_label"] if decision == ACCEPT else decision
        yield Decision(
            line=lines.line_num,
            identity=unescape(line["id"]),
            source=line["source"],
            task=line["task"],
            given=_codes(line["given_label"]),
            wanted=_codes(wanted),
        )


def _codes(cell: str) -> tuple[str, ...]:
    """Codes of a cell, of which `none` is the absence."""
    return tuple(code for part in cell.split(";") if (code := part.strip()) and code != "none")
