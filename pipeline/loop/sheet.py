"""The queue → a file that people fill in (CSV, or tasks of Label Studio), and beside it the texts as they are."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import SkargaError
from pipeline.labels import Labels
from pipeline.loop.label_studio import interface, tasks
from pipeline.loop.queued import TASKS, Queued
from pipeline.serving.cells import cell
from pipeline.serving.durable import written_whole
from pipeline.text.mask import mask

SUGGESTED = "suggested_"
BY = "by"
COLUMNS = ("id", "why", "language", "text", *(SUGGESTED + task for task in TASKS), *TASKS, BY)
NONE = "none"
JSON = ".json"
_SEPARATOR = "; "


class Kept(BaseModel):
    """A row of the queue as the file beside it keeps it: what the person saw, and the text as the customer wrote it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    text: str
    language: str
    suggested: dict[str, list[str]]
    model_version: str


def beside(queue: Path) -> Path:
    """The file of the texts that belong to a queue."""
    return queue.with_name(f"{queue.name}.texts.jsonl")


def write_queue(rows: Sequence[Queued], labels: Labels, output: Path, show_text: bool) -> list[Path]:
    """Write the queue, and the file of its texts; return what was written.

    In a CSV file the cells of the tasks are empty for a person to fill; it opens in spreadsheets as UTF-8, and runs no
    formula. A `.json` file holds tasks and predictions for Label Studio, and its labelling interface stands beside it.
    """
    shown = [" ".join((row.text if show_text else mask(row.text)).split()) for row in rows]
    files = {beside(output): "".join(_kept(row).model_dump_json() + "\n" for row in rows)}
    if output.suffix.lower() == JSON:
        files[output] = json.dumps(tasks(rows, shown), ensure_ascii=False, indent=1) + "\n"
        files[output.with_name(f"{output.name}.interface.xml")] = interface(labels)
    else:
        files[output] = "\ufeff" + _csv(rows, shown)  # the mark tells spreadsheets that it is UTF-8
    for path, content in files.items():
        with written_whole(path) as file:
            file.write(content.encode("utf-8", "replace"))
    return list(files)


def read_kept(queue: Path) -> dict[str, Kept]:
    """Read the rows of a queue by id, from the file beside it.

    Raises:
        SkargaError: It is missing or damaged.
    """
    path = beside(queue)
    try:
        return {row.id: row for row in _read_lines(path)}
    except FileNotFoundError as error:
        raise SkargaError(
            f"{path}: no such file", "keep it beside the queue, under the queue's name: it holds the texts"
        ) from error


def _read_lines(path: Path) -> Iterator[Kept]:
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if line:
            try:
                yield Kept.model_validate_json(line)
            except ValidationError as error:
                raise SkargaError(f"{path}, line {number} is damaged", "restore it, or make the queue again") from error


def _kept(row: Queued) -> Kept:
    return Kept(
        id=row.id, text=row.text, language=row.language, suggested=row.suggested, model_version=row.model_version
    )


def _csv(rows: Sequence[Queued], shown: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, restval="")
    table.writeheader()
    for row, words in zip(rows, shown, strict=True):
        suggested = {SUGGESTED + task: _SEPARATOR.join(row.suggested[task]) or NONE for task in TASKS}
        line = {"id": row.id, "why": row.why, "language": row.language, "text": words, **suggested}
        table.writerow({name: cell(value, safe=True) for name, value in line.items()})
    return text.getvalue()
