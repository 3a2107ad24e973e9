import datetime
import decimal
import itertools
import resource
from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import SkargaError
from pipeline.serving.readers import open_source
from pipeline.serving.records import Columns, Rejected, RejectReason


def read(path, table):
    pq.write_table(table, path)
    source = open_source(path, Columns())
    items = list(source)
    assert source.share_read() == 1
    source.close()
    return items


@pytest.fixture
def path(tmp_path):
    return tmp_path / "in.parquet"


def test_values_become_what_json_can_hold(path):
    day = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    table = pa.table(
        {
            "text": ["Верните деньги"],
            "date": pa.array([day], pa.timestamp("ns", "UTC")),
            "amount": pa.array([decimal.Decimal("12.30")]),
            "share": [float("nan")],
            "tags": [["a", None]],
            "note": pa.array([b"caf\xc3\xa9"]),
            "box": [{"a": 1}],
        }
    )
    (item,) = read(path, table)
    assert item.fields == {
        "text": "Верните деньги",
        "date": "2026-01-02T03:04:05+00:00",
        "amount": "12.30",
        "share": None,
        "tags": ["a", None],
        "note": "café",
        "box": {"a": 1},
    }


def test_row_that_is_not_utf8_is_set_aside_alone(path):
    binary = pa.array([b"ok", "Где деньги".encode("cp1251"), "і це".encode()], pa.binary())
    text = pa.StringArray.from_buffers(3, binary.buffers()[1], binary.buffers()[2])
    items = read(path, pa.table({"text": text}))
    assert [item.reason for item in items if isinstance(item, Rejected)] == [RejectReason.BAD_ENCODING]
    assert [items[0].fields, items[2].fields] == [{"text": "ok"}, {"text": "і це"}]


def test_more_rows_than_a_batch_keep_their_numbers(path):
    items = read(path, pa.table({"text": [str(number) for number in range(1, 2_502)]}))
    assert [(item.number, item.fields["text"]) for item in items] == [(n, str(n)) for n in range(1, 2_502)]


def test_text_that_repeats_is_held_once(path):
    """A file of 1 KB: without care, a batch of it would take 16 GB."""
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000 + [1], pa.int32()), ["а" * 5_000_000, "т"])
    nested = pa.array([["т"]] * 2_001)
    pq.write_table(pa.table({"text": texts, "tags": nested}), path, dictionary_pagesize_limit=2**30, store_schema=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with closing(open_source(path, Columns())) as source:
        items = list(itertools.islice(source, 20))
    assert {item.reason for item in items} == {RejectReason.ROW_TOO_LARGE}
    assert all(len(item.raw) < 100_000 for item in items)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes


def test_file_that_would_grow_out_of_all_proportion_is_refused(path):
    pq.write_table(pa.table({"text": pa.array(["т"])}), path)
    bomb = pa.table({"text": ["а" * 2**20] * 300})
    pq.write_table(bomb, path, compression="zstd", use_dictionary=False)
    with pytest.raises(SkargaError, match="500-fold"):
        open_source(path, Columns())


def test_wrong_column_is_an_error(path):
    with pytest.raises(SkargaError, match="no column 'text'"):
        read(path, pa.table({"texts": ["т"]}))


@pytest.mark.parametrize("content", [b"PAR1 nonsense PAR1", b"text\n"])
def test_other_content_is_an_error(path, content):
    path.write_bytes(content)
    with pytest.raises(SkargaError, match="not a Parquet file"):
        open_source(path, Columns())


def test_no_bytes_are_no_rows(path):
    path.write_bytes(b"")
    source = open_source(path, Columns())
    assert list(source) == []
    source.close()
