import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.serving.fields import in_output_order, observe
from pipeline.serving.json_lines import encodable, encode_line
from pipeline.serving.writers import TAG_TYPES, column_type, writer_for

TAGS = {
    "language": "ru",
    "category": "delivery",
    "category_confidence": 0.75,
    "categories": ["delivery", "waiting_time"],
    "emotion": "anger",
    "emotion_confidence": 0.5,
    "emotions": ["anger"],
    "severity": 2,
    "signals": [{"code": "insult", "start": 0, "end": 5, "text": "хамло"}],
    "complainer_risk": "insufficient_history",
    "complainer_risk_score": None,
    "complainer_risk_reasons": [],
    "automation": "suggest",
    "needs_review": True,
    "review_reasons": ["too_short"],
    "truncated": False,
    "model_version": "0.1.0+12345678",
}


def write(folder, name, parts, *, csv_safe=True):
    """Write rows, given as carried fields part by part, as an output; return its bytes."""
    paths, kinds = [], {}
    for place, carried_rows in enumerate(parts):
        path = folder / f"{place}.part"
        path.write_bytes(b"".join(encode_line({"id": f"r{n}", **row, **TAGS}) for n, row in enumerate(carried_rows)))
        paths.append(path)
        for row in carried_rows:
            observe(kinds, row)
    file = io.BytesIO()
    writer_for(folder / name)(paths, file, in_output_order(kinds), csv_safe)
    return file.getvalue()


PARTS = [[{"text": "хамло", "n": 1}], [{"text": "=1+1", "n": 2.5, "extra": ["й"]}, {"text": "\ud800"}]]


def test_jsonl_is_the_parts_one_after_another(tmp_path):
    lines = write(tmp_path, "out.jsonl", PARTS).splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["хамло", "=1+1", "\ud800"]
    assert list(json.loads(lines[1])) == ["id", "text", "n", "extra", *TAGS]


def test_gzip_holds_the_same_and_repeats_its_bytes(tmp_path):
    packed = write(tmp_path, "out.jsonl.gz", PARTS)
    assert gzip.decompress(packed) == write(tmp_path, "out.jsonl", PARTS)
    assert packed == write(tmp_path, "other.jsonl.gz", PARTS)


def test_csv_has_one_header_for_all_parts(tmp_path):
    text = write(tmp_path, "out.csv", PARTS).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0]) == ["id", "text", "n", "extra", *TAGS]
    assert [row["text"] for row in rows] == ["хамло", "'=1+1", "\ufffd"]
    assert [row["n"] for row in rows] == ["1", "2.5", ""]
    assert [row["extra"] for row in rows] == ["", '["й"]', ""]
    assert json.loads(rows[0]["signals"]) == TAGS["signals"]
    assert (rows[0]["needs_review"], rows[0]["complainer_risk_score"], rows[0]["severity"]) == ("true", "", "2")


def test_csv_is_left_alone_on_request(tmp_path):
    assert b",=1+1," in write(tmp_path, "out.csv", PARTS, csv_safe=False)


def test_parquet_has_one_schema_for_all_parts(tmp_path):
    table = pq.read_table(pa.BufferReader(write(tmp_path, "out.parquet", PARTS)))
    assert table.column_names == ["id", "text", "n", "extra", *TAGS]
    assert {name: table.schema.field(name).type for name in TAGS} == {name: TAG_TYPES[name] for name in TAGS}
    assert table.schema.field("n").type == pa.float64()
    rows = table.to_pylist()
    assert [row["extra"] for row in rows] == [None, '["й"]', None]
    assert [row["text"] for row in rows] == ["хамло", "=1+1", "\ufffd"]
    assert rows[0] | {"extra": None} == {"id": "r0", "text": "хамло", "n": 1.0, "extra": None} | TAGS


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.jsonl.gz", "out.parquet"])
def test_no_rows_are_a_valid_file(tmp_path, name):
    data = write(tmp_path, name, [])
    if name.endswith("csv"):
        assert data.decode() == ",".join(["id", *TAGS]) + "\r\n"
    elif name.endswith("parquet"):
        assert pq.read_table(pa.BufferReader(data)).schema.names == ["id", *TAGS]
    else:
        assert (gzip.decompress(data) if name.endswith("gz") else data) == b""


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ({"null"}, pa.string()),
        ({"bool", "null"}, pa.bool_()),
        ({"int", "long"}, pa.int64()),
        ({"int", "float", "null"}, pa.float64()),
        ({"long", "float"}, pa.string()),
        ({"huge"}, pa.string()),
        ({"bool", "int"}, pa.string()),
        ({"int", "string"}, pa.string()),
        ({"json"}, pa.string()),
    ],
)
def test_type_of_a_column_holds_every_value_exactly(kinds, kind):
    assert column_type(kinds) == kind


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES |= st.lists(VALUES, max_size=2)


@given(st.lists(st.fixed_dictionaries({"text": st.text()}, optional={"a": VALUES, "b": VALUES}), max_size=6))
def test_parquet_never_fails_and_loses_no_value(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("parquet")
    table = pq.read_table(pa.BufferReader(write(folder, "out.parquet", [rows[:2], rows[2:]])))
    for name in {"a", "b"} & set(table.column_names):
        stored = table[name].to_pylist()
        for kept, row in zip(stored, rows, strict=True):
            value = row.get(name)
            if isinstance(value, str):
                assert kept == encodable(value)
            else:
                assert (json.loads(kept) if isinstance(kept, str) else kept) == value


def test_unknown_ending_is_an_error(tmp_path):
    with pytest.raises(SkargaError, match=r"unknown format '\.xml'"):
        writer_for(tmp_path / "out.xml")
