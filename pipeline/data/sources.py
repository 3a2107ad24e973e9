"""Sources as sources.yaml describes them → one table of labelled rows with our field names and labels."""

import hashlib
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import datasets
import pandas as pd

from pipeline.data.catalogue import SEVERAL, TASKS, Part, Source, Task
from pipeline.errors import SkargaError, nearest
from pipeline.labels import Labels

COLUMNS = ("id", "text", "language", "source", "part", "group", "weight", *TASKS)
DATA_DIR = "SKARGA_DATA_DIR"

Row = dict[str, Any]


def read_sources(sources: Mapping[str, Source], labels: Labels) -> pd.DataFrame:
    """Read every source into one table (columns: `COLUMNS`); a label that a row does not have is None.

    Raises:
        SkargaError: A source cannot be found, was changed, lacks a field or has a label that is not mapped.
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


def _read(name: str, source: Source, labels: Labels) -> Iterator[Row]:
    all_parts = ((part, raw) for part, rows in _parts(name, source) for raw in rows)
    for number, (part, raw) in enumerate(all_parts, start=1):
        row = _convert(name, source, part, number, raw)
        _check(name, row, labels)
        yield row


def _parts(name: str, source: Source) -> Iterator[tuple[Part, Iterable[Row]]]:
    if source.path:
        yield "all", _open(source.reader, sorted(map(str, Path().glob(source.path))))
        return
    folder = os.environ.get(DATA_DIR)
    if folder:
        for part, file in source.files.items():
            yield part, _open(source.reader, [str(_pinned(Path(folder) / file, source.sha256.get(file)))])
        return
    if source.hub is None:
        raise SkargaError(f"source {name!r} is not in the repository", f"name the folder that holds it: {DATA_DIR}=…")
    yield "all", _from_hub(source)


def _open(reader: str, files: list[str]) -> Iterable[Row]:
    if not files:
        raise SkargaError("a source of configs/sources.yaml has no files", "restore data/corpus from git")
    # Streamed: the library's cache on disk would hide that a file has changed.
    stream: Iterable[Row] = datasets.load_dataset(reader, data_files=files, split="train", streaming=True)
    return stream


def _from_hub(source: Source) -> Iterator[Row]:
    assert source.hub is not None
    parts = datasets.load_dataset(source.hub.id, source.hub.config, revision=source.hub.revision, streaming=True)
    for split, rows in parts.items():
        for row in rows:
            yield {"split": split, **row}


def _pinned(path: Path, expected: str | None) -> Path:
    if not path.is_file():
        raise SkargaError(f"{path}: no such file", f"set {DATA_DIR} to the folder that holds {path.name}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if expected and digest != expected:
        raise SkargaError(
            f"{path} is not the file that configs/sources.yaml pins (SHA-256 {digest[:12]}…)",
            "if the change is meant, write the new sha256 into configs/sources.yaml",
        )
    return path


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
    if not isinstance(row["text"], str) or not row["text"].strip():
        raise SkargaError(
            f"source {name!r}, row {row['id']}: no text", "remove the row, or name the right field as `text`"
        )
    for task in TASKS:
        codes = labels.codes["category" if task == "categories" else task]
        value = row[task]
        for code in value if task in SEVERAL and value is not None else [value]:
            if code is not None and str(code) not in codes:
                raise SkargaError(
                    f"source {name!r}, row {row['id']}: unknown {task} label {code!r}",
                    f"map it under `values` in configs/sources.yaml; {nearest(str(code), codes)}",
                )
