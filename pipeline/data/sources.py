"""Sources as sources.yaml describes them → one table of labelled rows with our field names and labels."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.data.annotations import Annotation, check_labels, fingerprint, read_annotations, renew
from pipeline.data.catalogue import SEVERAL, TASKS, Part, Source, Task
from pipeline.data.files import Row, raw_rows
from pipeline.errors import SkargaError, nearest
from pipeline.labels import Labels

COLUMNS = ("id", "text", "language", "source", "part", "group", "weight", *TASKS)


def read_sources(sources: Mapping[str, Source], labels: Labels) -> pd.DataFrame:
    """Read every source into one table of labelled rows (columns: `COLUMNS`); a label that a row lacks is None.

    Rows without any label are left out.

    Raises:
        SkargaError: A source cannot be found, was changed, lacks a field or any label, or has one that is not mapped.
    """
    rows = pd.DataFrame(
        [row for name, source in sources.items() for row in _read(name, source, labels)], columns=list(COLUMNS)
    )
    twice = rows["id"][rows["id"].duplicated()]
    if len(twice):
        raise SkargaError(
            f"{len(twice)} rows have the id of another row, {twice.iloc[0]!r} first", "give rows ids of their own"
        )
    return rows


def _read(name: str, source: Source, labels: Labels) -> list[Row]:
    rows = []
    for number, (part, raw) in enumerate(raw_rows(name, source), start=1):
        row = renew(_convert(name, source, part, number, raw), labels)
        _check(name, row, labels)
        rows.append(row)
    if source.labels:
        _annotate(rows, read_annotations(Path(source.labels), labels), source.labels)
    labelled = [row for row in rows if any(row[task] is not None for task in TASKS)]
    if not labelled:
        raise SkargaError(
            f"source {name!r} has no row with a label",
            "name its label fields under `fields` or `flags`, or give a file of `labels` (configs/sources.yaml)",
        )
    return labelled


def _annotate(rows: list[Row], annotations: dict[str, Annotation], path: str) -> None:
    """Put the labels of their texts over the rows' own."""
    prints = [fingerprint(row["text"]) for row in rows]
    strays = annotations.keys() - set(prints)
    if strays:
        raise SkargaError(
            f"{path}: {len(strays)} of {len(annotations)} lines belong to no text of the source, "
            f"text_sha256 {min(strays)} first",
            "the texts have changed since: remove these lines, or restore the texts",
        )
    for row, text in zip(rows, prints, strict=True):
        if text in annotations:
            row.update(annotations[text].given())


def _convert(name: str, source: Source, part: Part, number: int, raw: Row) -> Row:
    for field in _named_fields(source):
        if field not in raw:
            raise SkargaError(f"source {name!r} has no field {field!r}", nearest(field, raw))
    get = {ours: raw[theirs] for ours, theirs in source.fields.items()}
    identity = number if get.get("id") is None else get["id"]
    return {
        "id": f"{name}-{identity}",
        "text": raw[source.text],
        "language": source.language or get["language"],
        "source": name,
        "part": _part_of(source, part, raw),
        "group": get.get("group"),
        "weight": source.weight,
        **{task: _label(task, source, raw) for task in TASKS},
    }


def _named_fields(source: Source) -> list[str]:
    flags = [field for codes in source.flags.values() for field in codes]
    split = [source.split.field] if source.split else []
    return [source.text, *source.fields.values(), *flags, *split]


def _part_of(source: Source, part: Part, raw: Row) -> Part:
    if source.split is None:
        return part
    value = raw[source.split.field]
    if value in source.split.test:
        return "test"
    if value in source.split.train:
        return "train"
    known = ", ".join([*source.split.train, *source.split.test])
    raise SkargaError(
        f"field {source.split.field!r} has the unknown value {value!r}", f"name it under `split` beside {known}"
    )


def _label(task: Task, source: Source, raw: Row) -> Any:  # noqa: ANN401 - a code, a list of codes or a number
    if task in source.flags:
        return sorted({ours for theirs, ours in source.flags[task].items() if raw[theirs]})
    if task not in source.fields:
        return None
    value = _cell(task, raw[source.fields[task]])
    second = _cell(task, raw.get(source.second_pass[task])) if task in source.second_pass else None
    if second is not None and not _same(value, second):
        return None  # two readers disagree: nobody should be measured by it
    mapping = source.values.get(task)
    if mapping is None or value is None:
        return value
    if task in SEVERAL:
        return sorted({ours for theirs in value if (ours := mapping.get(theirs, theirs)) is not None})
    return mapping.get(value, value)


def _cell(task: Task, value: Any) -> Any:  # noqa: ANN401
    """Read a label as CSV files have it, too: several in one cell (`delivery; deception`), a whole number as 2.0."""
    if task in SEVERAL and isinstance(value, str):
        return [code for part in re.split("[;,|]", value) if (code := part.strip())]
    if isinstance(value, float):
        return int(value) if value.is_integer() else None if math.isnan(value) else value
    return value


def _same(first: Any, second: Any) -> bool:  # noqa: ANN401
    return set(first) == set(second) if isinstance(first, list) else bool(first == second)


def _check(name: str, row: Row, labels: Labels) -> None:
    where = f"source {name!r}, row {row['id']}"
    if not isinstance(row["text"], str) or not row["text"].strip():
        raise SkargaError(f"{where}: no text", "remove the row, or name the right field as `text`")
    check_labels({task: row[task] for task in TASKS}, labels, where, "map it under `values` in configs/sources.yaml")
