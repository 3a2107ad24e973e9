"""An .xlsx file in, raw rows of plain Python values out: the first sheet, under its first row that is not empty."""

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import SkargaError
from pipeline.serving.readers.opening import check_growth
from pipeline.serving.readers.source import check_columns
from pipeline.serving.readers.values import row_of_values
from pipeline.serving.records import MAX_FIELDS, Columns, RawRow, Rejected

MAX_ROWS = 1_048_576  # of a sheet, says Excel; a file that claims more could have empty rows counted for ever
MAX_HELD_BYTES = 512 * 2**20  # of what is held in memory: all but the sheets, above all the table of texts
SHEETS = "xl/worksheets/"
REMEDY = "open it in a spreadsheet and save it again as .xlsx, or as .csv in UTF-8"

Cells = tuple[Any, ...]


class XlsxFile:
    """Rows of a sheet; empty rows hold no row. Dates become ISO text, whole numbers stay exact."""

    encoding = "utf-8"
    delimiter: str | None = None

    def __init__(self, path: Path, columns: Columns) -> None:
        _check_archive(path)
        self._path = path
        self._text = columns.text
        self._read = 0
        with ExitStack() as on_error:
            self._file = on_error.enter_context(path.open("rb"))
            self._sheet = _first_sheet(path, self._file)
            self._rows_claimed: int = self._sheet.max_row or 0
            self._sheet.reset_dimensions()  # some programs write wrong ones, and rows would be lost
            self._rows = (cells for cells in self._cells() if any(cell is not None for cell in cells))
            self._names = _column_names(path, next(self._rows, ()))
            if self._names:
                check_columns(path, self._names, columns)
            on_error.pop_all()

    def __iter__(self) -> Iterator[RawRow | Rejected]:
        """Yield the rows in the sheet's order."""
        for number, cells in enumerate(self._rows, start=1):
            yield row_of_values(number, self._fields(cells))

    def share_read(self) -> float:
        """Tell how much of the sheet has been read, from 0 to 1."""
        return min(self._read / self._rows_claimed, 1.0) if self._rows_claimed else 1.0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _cells(self) -> Iterator[Cells]:
        rows = self._sheet.iter_rows(values_only=True)
        while (cells := self._next(rows)) is not None:
            self._read += 1
            if self._read > MAX_ROWS:
                raise SkargaError(f"{self._path}: more than {MAX_ROWS:,} rows in a sheet", REMEDY)
            yield cells
        self._rows_claimed = self._read

    def _next(self, rows: Iterator[Cells]) -> Cells | None:
        try:
            with warnings.catch_warnings(action="ignore"):  # of styles that it does not know
                return next(rows, None)
        except Exception as error:  # whatever the library meets in a damaged file
            raise SkargaError(f"{self._path}: cannot be read to its end", REMEDY) from error

    def _fields(self, cells: Cells) -> dict[str, Any]:
        """Name the cells; a cell beyond the header is carried under its place."""
        fields = dict.fromkeys(self._names) | dict(zip(self._names, map(_value, cells), strict=False))
        for place, cell in enumerate(cells[len(self._names) :], start=len(self._names) + 1):
            if cell is not None:
                fields[_free_name(place, fields)] = _value(cell)
        if isinstance(fields.get(self._text), int | float):  # digits alone, of which Excel made a number
            fields[self._text] = str(fields[self._text])
        return fields


def _check_archive(path: Path) -> None:
    """Look at the table of contents before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        problem = f"{path}: not an .xlsx file, a damaged one, or one with a password"
        raise SkargaError(problem, REMEDY) from error
    check_growth(path, sum(sizes.values()))
    if sum(size for name, size in sizes.items() if not name.startswith(SHEETS)) > MAX_HELD_BYTES:
        raise SkargaError(f"{path}: its texts are too large to be held in memory", "save it as .csv in UTF-8")


def _first_sheet(path: Path, file: BinaryIO) -> Any:  # noqa: ANN401 - of a library without types
    import openpyxl

    if not openpyxl.DEFUSEDXML:  # without it, the parser would expand what a hostile file defines
        raise SkargaError("the package defusedxml is missing", "install it: pip install defusedxml")
    try:
        with warnings.catch_warnings(action="ignore"):
            sheets = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets
            return sheets[0]
    except Exception as error:  # whatever the library meets in a damaged file
        raise SkargaError(f"{path}: not an .xlsx file, or a damaged one", REMEDY) from error


def _column_names(path: Path, header: Cells) -> tuple[str, ...]:
    width = max((place for place, cell in enumerate(header, start=1) if cell is not None), default=0)
    if width > MAX_FIELDS:
        raise SkargaError(f"{path}: {width} columns, {MAX_FIELDS} are allowed", "leave out those that are not needed")
    shown = ["" if cell is None else str(_value(cell)).strip() for cell in header[:width]]
    return tuple(name or f"column_{place}" for place, name in enumerate(shown, start=1))


def _free_name(place: int, taken: dict[str, Any]) -> str:
    name = f"column_{place}"
    while name in taken:
        name = f"extra_{name}"
    return name


def _value(cell: Any) -> Any:  # noqa: ANN401 - a cell may hold anything
    """Return a cell's value; a day is a moment at midnight for Excel, and a day again here."""
    midnight = isinstance(cell, datetime.datetime) and cell.time() == datetime.time()
    return cell.date() if midnight else cell
