from contextlib import closing
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.readers import open_source
from pipeline.serving.records import MAX_ROW_BYTES, Columns, RejectReason
from pipeline.serving.spark.inputs import InputPart
from pipeline.serving.spark.lines import Lines, blocks, measure, read_rows

PIECES = [b"a", b'"', b";", b",", b"\r\n", b"\n", b'""', "є".encode(), b"\xff", b" "]


def part(path):
    return InputPart(Path(path), "utf-8", None)


def spark_lines(data):
    """Lines as Spark's text reader hands them over."""
    return data.split(b"\n")[: -1 if data.endswith(b"\n") or not data else None]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_csv_is_read_as_the_local_engine_reads_it(tmp_path_factory, body):
    path = tmp_path_factory.getbasetemp() / "in.csv"
    path.write_bytes(b"id,text\n1,okay\n" + body)
    with closing(open_source(path, Columns())) as source:
        expected = list(source)
    mine = InputPart(path, source.encoding, source.delimiter)
    lines = Lines(spark_lines(path.read_bytes()), 0)
    assert list(read_rows(lines, mine, 0, multiline=True)) == expected


def test_numbers_and_offsets_go_on_where_the_blocks_before_ended():
    data = [b'{"text": "a"}', b" ", b"x" * MAX_ROW_BYTES, b"{"]
    found = list(read_rows(Lines(data, 100), part("in.jsonl"), 10, multiline=False))
    assert [item.number for item in found] == [11, 12, 13]
    assert [getattr(item, "reason", None) for item in found] == [
        None,
        RejectReason.ROW_TOO_LARGE,
        RejectReason.BAD_JSON,
    ]
    assert "from byte 116 on" in found[1].detail


def batch(*lines):
    values, uris, starts = zip(*lines, strict=True)
    return pa.RecordBatch.from_pydict({"value": values, "file": uris, "start": starts})


def test_lines_of_a_partition_are_parted_by_file_and_block():
    batches = [
        batch((b"{}", "file:/a%20b.jsonl", 0), (b"", "file:/a%20b.jsonl", 0)),
        batch((b"{}", "file:/a%20b.jsonl", 0), (b"{}", "file:/a%20b.jsonl", 64), (b"{}", "file:///c.jsonl", 0)),
    ]
    assert [(block, list(lines)) for block, lines in blocks(batches)] == [
        (("/a b.jsonl", 0), [b"{}", b"", b"{}"]),
        (("/a b.jsonl", 64), [b"{}"]),
        (("/c.jsonl", 0), [b"{}"]),
    ]
    parts = {path: part(path) for path in ("/a b.jsonl", "/c.jsonl")}
    counted = [row for table in measure(batches, parts, multiline=False) for row in table.to_pylist()]
    assert [(row["path"], row["start"], row["rows"], row["bytes"]) for row in counted] == [
        ("/a b.jsonl", 0, 2, 7),
        ("/a b.jsonl", 64, 1, 3),
        ("/c.jsonl", 0, 1, 3),
    ]
