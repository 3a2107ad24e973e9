"""Reading tagged files: the same rows from every format, and kind refusals."""

import contextlib
import csv
import gzip
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.reporting.tagged import TaggedRow, read_tagged
from pipeline.serving.cells import cell

Row = dict[str, Any]


@pytest.fixture
def rows(row: Callable[..., Row]) -> list[Row]:
    signal = {"code": "ultimatum", "start": 0, "end": 6, "text": "Третій"}
    return [
        row(signals=[signal], company="=Оріон", date="2026-02-03", complainer_risk_score=0.25),
        row(id="r-2", emotion="neutral", emotions=[], severity=3, review_reasons=["too_short"], needs_review=True),
    ]


def write(path: Path, rows: list[Row]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path.name.endswith(".csv.gz"):
        path.write_bytes(gzip.compress(write(path.with_suffix(""), rows).read_bytes()))
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(lines.encode()))
    elif path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows]), path)
    elif path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(names)
            table.writerows([cell(row.get(name), safe=True) for name in names] for row in rows)
    else:
        path.write_text(lines, "utf-8")
    return path


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.jsonl", "t.jsonl.gz", "t.parquet", "T.JSONL"])
def test_every_format_gives_the_same_rows(tmp_path: Path, rows: list[Row], name: str) -> None:
    assert list(read_tagged(write(tmp_path / name, rows))) == [TaggedRow.model_validate(row) for row in rows]


@given(st.text(st.sampled_from("'=+-@＝\t\r\n,;\"0aї ")) | st.text(st.characters(exclude_categories=("Cs",))))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_escaped_is_read_as_it_was(tmp_path: Path, row: Callable[..., Row], text: str) -> None:
    (read,) = read_tagged(write(tmp_path / "t.csv", [row(text=f"{text}т", company=f"{text}ї")]))
    assert (read.text, read.company) == (f"{text}т", f"{text}ї")


def test_a_long_csv_cell_is_read(tmp_path: Path, row: Callable[..., Row]) -> None:
    path = write(tmp_path / "long.csv", [row(text="ой " * 100_000)])
    assert len(next(read_tagged(path)).text or "") == 300_000


def test_carried_fields_of_any_kind_become_text(tmp_path: Path, row: Callable[..., Row]) -> None:
    path = tmp_path / "t.parquet"
    kinds = row(date=datetime(2026, 2, 3, 10, 30), product=7, company=" ", channel=None)
    pq.write_table(pa.Table.from_pylist([kinds]), path)
    read = next(read_tagged(path))
    assert (read.date, read.product, read.company, read.channel) == ("2026-02-03 10:30:00", "7", None, None)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("t.xml", b"", "must end in"),
        ("t.jsonl", b"{]\n", "line 1 is not JSON"),
        ("t.jsonl", b"[1]\n", "line 1 is not a JSON object"),
        ("t.jsonl", b"\xff\xfe\n", "cannot be read"),
        ("t.jsonl.gz", b"plain", "cannot be read"),
        ("t.jsonl.gz", gzip.compress(b'{"id": "1"}' * 100)[:-12], "cannot be read"),
        ("t.parquet", b"plain", "cannot be read"),
        ("t.jsonl", b'{"id": "1", "sevrity": 2}\n', "row 1: field 'language'"),
    ],
)
def test_what_is_not_a_tagged_file_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SkargaError, match=r"skarga tag|must end") as refused:
        list(read_tagged(path))
    assert words in str(refused.value)


def test_a_missing_field_names_the_nearest(tmp_path: Path, row: Callable[..., Row]) -> None:
    near = row(sevrity=2)
    del near["severity"]
    with pytest.raises(SkargaError, match="did you mean 'sevrity'"):
        list(read_tagged(write(tmp_path / "t.jsonl", [row(), near])))


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SkargaError, match=r"no such file\nmake a tagged file with"):
        list(read_tagged(tmp_path / "t.jsonl"))


def test_a_refusal_quotes_no_message(tmp_path: Path, row: Callable[..., Row]) -> None:
    path = write(tmp_path / "t.jsonl", [row(severity="моя таємниця")])
    with pytest.raises(SkargaError) as refused:
        list(read_tagged(path))
    assert "таємниця" not in str(refused.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("t.csv", "t.csv.gz", "t.jsonl", "t.jsonl.gz", "t.parquet"):
        (folder / name).write_bytes(content)
        with contextlib.suppress(SkargaError):  # anything else is a traceback in the user's face
            assert all(isinstance(row, TaggedRow) for row in read_tagged(folder / name))
