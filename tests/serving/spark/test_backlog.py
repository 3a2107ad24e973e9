import gzip
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import SkargaError
from pipeline.serving import backlog as local
from pipeline.serving.job import Job
from pipeline.serving.records import Columns
from tests.serving.test_backlog import MESSAGES, complaints, lines, quiet, record, rejected

# Spark speaks to its own Java and Python processes over 127.0.0.1, and warns of pandas 3, which we call nothing of.
pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.filterwarnings("ignore")]

BAD = (
    b'{"id": "x", "text": "\xff\xfe"}\n{"text": ""}\n\n  \n[1]\n{"id": 7, "text": "' + MESSAGES[1].encode() + b'"}\r\n'
    b'{"text": "'
    + MESSAGES[0].encode()
    + b'", "order_amount": "1 200,50", "category": "mine", "more": {"a": [1, null]}}'
)
CSV = (
    "\ufeffticket;message;note\r\n"
    f'1;"{MESSAGES[0]}\r\nдруга строка; ""цитата""";=1+1\r\n'
    f'2;{MESSAGES[1]};"open quote\r\n'
    f"3;{MESSAGES[2]}; two spaces before\r\n"
    "4;;empty\r\n5;too;many;cells\r\n"
    f"6;{MESSAGES[3]};\\ back\\slash \r\n"
).encode()
TICKETS = Columns(text="message", id="ticket")


@pytest.fixture
def both(spark, tagger, bundle_dir, tmp_path):
    """Tag with both engines; return the outputs, the local one first."""
    from pipeline.serving.spark.backlog import tag_file

    def both(source, ending=".jsonl", **options):
        outputs = [tmp_path / f"{engine}{ending}" for engine in ("local", "spark, [2] {a} *")]
        local.tag_file(Job(source, outputs[0], **options), tagger, quiet, quiet)
        tag_file(Job(source, outputs[1], batch_rows=3, **options), bundle_dir, bar=False)
        return outputs

    return both


def joined(folder, pattern="part-*"):
    return b"".join(path.read_bytes() for path in sorted(folder.glob(pattern)))


def companions_agree(ours, theirs):
    one, other = record(ours), record(theirs)
    for name in ("rows_in", "rows_out", "rows_rejected", "rejected", "duplicate_ids", "renamed_fields", "input"):
        assert one[name] == other[name]
    assert other["options"]["engine"] == "spark"
    if one["rows_rejected"]:
        assert rejected(ours) == rejected(theirs)
    assert list(theirs.parent.glob(".*")) == []


def test_json_lines_come_out_byte_by_byte_as_from_the_local_engine(both, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_bytes(lines(*complaints(20)) + BAD + b"\n" + lines(*complaints(2)))
    ours, theirs = both(source)
    assert joined(theirs, "part-*.jsonl") == ours.read_bytes()
    assert len(list(theirs.glob("part-*"))) > 1  # several tasks had their share
    assert record(theirs)["rejected"] == {"bad_encoding": 1, "empty_text": 1, "not_an_object": 1}
    companions_agree(ours, theirs)


@pytest.mark.slow
def test_csv_with_line_breaks_damage_and_formulas(both, tmp_path):
    source = tmp_path / "скарги [2026] *.csv"
    source.write_bytes(CSV)
    ours, theirs = both(source, ".csv", columns=TICKETS)
    assert csv_rows(theirs) == csv_rows(ours)
    assert csv_rows(theirs)[0]["note"] == "'=1+1"
    companions_agree(ours, theirs)


def csv_rows(path):
    from pipeline.serving.readers import open_source

    files = sorted(path.glob("part-*.csv")) if path.is_dir() else [path]
    return [item.fields for file in files for item in open_source(file, Columns())]


@pytest.mark.slow
def test_windows_1251_packed(both, tmp_path):
    source = tmp_path / "in.jsonl.gz"
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in complaints(12))
    source.write_bytes(gzip.compress(text.encode("cp1251")))
    ours, theirs = both(source, ".jsonl.gz")
    assert gzip.decompress(joined(theirs, "part-*.jsonl.gz")) == gzip.decompress(ours.read_bytes())
    companions_agree(ours, theirs)


@pytest.mark.slow
def test_parquet_keeps_its_types(both, tmp_path):
    source = tmp_path / "in.parquet"
    table = pa.table(
        {
            "id": pa.array(range(9)),
            "text": [MESSAGES[n % 4] if n != 5 else None for n in range(9)],
            "order_amount": pa.array([n / 4 for n in range(9)]),
            "day": pa.array(range(9), pa.date32()),
            "moment": pa.array(range(9), pa.timestamp("us")),
            "tags": [[str(n)] for n in range(9)],
            "where": [{"city": "Київ", "flat": n} for n in range(9)],
            "Text": pa.array([None] * 9, pa.string()),
        }
    )
    pq.write_table(table, source)
    ours, theirs = both(source, ".parquet")
    found = pa.concat_tables(pq.read_table(path) for path in sorted(theirs.glob("part-*")))
    expected = pq.read_table(ours)
    assert found.schema.names == expected.schema.names
    assert found.to_pylist() == expected.to_pylist()
    companions_agree(ours, theirs)


@pytest.mark.slow
def test_a_folder_is_read_in_the_order_of_its_names(spark, bundle_dir, tmp_path):
    from pipeline.serving.spark.backlog import tag_file

    folder = tmp_path / "in"
    folder.mkdir()
    for name, count in (("b", 2), ("a", 30), ("c", 1)):
        (folder / f"{name}.jsonl").write_bytes(lines(*({"text": MESSAGES[n % 4]} for n in range(count))))
    (folder / "_SUCCESS").touch()
    output = tmp_path / "out.jsonl"
    done = tag_file(Job(folder, output, batch_rows=3), bundle_dir, bar=False)
    ids = [json.loads(line)["id"] for line in joined(output).splitlines()]
    assert ids == [f"{name}-{n + 1}" for name, count in (("a", 30), ("b", 2), ("c", 1)) for n in range(count)]
    assert (done.rows_in, done.rows_out, done.input.bytes) == (33, 33, sum(f.stat().st_size for f in folder.iterdir()))


@pytest.mark.slow
def test_nothing_in_nothing_out(both, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\n")
    ours, theirs = both(source)
    assert joined(theirs) == ours.read_bytes() == b""
    companions_agree(ours, theirs)


@pytest.mark.slow
def test_a_lost_row_stops_the_publication(spark, bundle_dir, tmp_path, monkeypatch):
    from pipeline.serving.spark import backlog

    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(*complaints(4)))
    write = backlog.write
    monkeypatch.setattr(backlog, "write", lambda records, *more, **options: write(records.limit(3), *more, **options))
    with pytest.raises(SkargaError, match="4 rows in, but 3 tagged and 0 set aside"):
        backlog.tag_file(Job(source, output), bundle_dir, bar=False)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"resume": True}, "no --resume"),
        ({"replay": True}, "no --replay"),
        ({}, "exists already"),
    ],
)
def test_what_spark_cannot_do_is_refused_before_it_is_started(tmp_path, bundle_dir, options, problem):
    backlog = pytest.importorskip("pipeline.serving.spark.backlog")
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(SkargaError, match=re.escape(problem)):
        backlog.tag_file(Job(tmp_path / "in.csv", tmp_path / "out.csv", **options), bundle_dir, bar=False)
