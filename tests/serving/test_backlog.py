import csv
import gzip
import json
import os
import shutil
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.data.schema import Tag
from pipeline.errors import SkargaError
from pipeline.serving.backlog import batches, tag_file
from pipeline.serving.job import Job
from pipeline.serving.records import Columns, Row
from pipeline.serving.run_record import summary

MESSAGES = [
    "Вже третій тиждень чекаю на повернення коштів за чайник",
    "Курьер нахамил и бросил коробку под дверью, верните деньги!",
    "Шо за діла, заказ не приїхав, а гроші списали",
    "Дякую, все добре",
]


EMPTY = gzip.compress(b"")


def lines(*records):
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def complaints(count):
    return [{"id": f"c{n}", "text": MESSAGES[n % 4], "date": "2026-02-03", "shop": n % 3} for n in range(count)]


def write_sheet(path, table):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for cells in (list(table[0]), *(list(row.values()) for row in table)):
        sheet.append(cells)
    book.save(path)


def quiet(*_):
    """Take what a run says and leave it."""


def run(tagger, source, output, said=None, **options):
    return tag_file(Job(source, output, **options), tagger, quiet if said is None else said.append, quiet)


def rows(path):
    data = path.read_bytes()
    return [json.loads(line) for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines()]


def record(output):
    return json.loads(output.with_name(f"{output.name}.run.json").read_bytes())


def rejected(output):
    return rows(output.with_name(f"{output.name}.rejected.jsonl"))


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(*complaints(10)))
    return path


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out.jsonl"


def test_rows_out_are_the_contract_field_for_field(tagger, source, output):
    run(tagger, source, output)
    tagged = rows(output)
    assert [row["id"] for row in tagged] == [f"c{n}" for n in range(10)]
    assert all(list(row) == ["id", "text", "date", "shop", *list(Tag.model_fields)[1:]] for row in tagged)
    assert [Tag.model_validate(row).model_dump() for row in tagged] == tagger.tag(complaints(10))
    assert {row["model_version"] for row in tagged} == {tagger.model_version}


def test_record_of_the_run_adds_up(tagger, source, output):
    source.write_bytes(
        lines({"text": "т", "category": "x"}, {"text": ""}, {"id": 1, "text": "ж"}, {"id": 1, "text": "ж"}) + b"no\n"
    )
    run(tagger, source, output)
    kept = record(output)
    assert (kept["rows_in"], kept["rows_out"], kept["rows_rejected"]) == (5, 3, 2)
    assert kept["rejected"] == {"bad_json": 1, "empty_text": 1}
    assert kept["duplicate_ids"] == 1
    assert kept["renamed_fields"] == {"category": "input_category"}
    assert kept["model_version"] == tagger.model_version
    assert kept["input"]["bytes"] == source.stat().st_size
    assert [line["row"] for line in rejected(output)] == [2, 5]
    assert [row["id"] for row in rows(output)] == ["in-1", "1", "1"]


def test_nothing_but_the_results_is_left(tagger, source, output, tmp_path):
    run(tagger, source, output)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl", "out.jsonl.run.json"]


def test_stale_rejected_file_of_an_earlier_run_goes(tagger, source, output):
    source.write_bytes(b"no\n" + lines({"text": "т"}))
    run(tagger, source, output)
    assert len(rejected(output)) == 1
    source.write_bytes(lines({"text": "т"}))
    run(tagger, source, output)
    assert not output.with_name("out.jsonl.rejected.jsonl").exists()


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz", "in.jsonl", "in.jsonl.gz", "in.parquet", "in.xlsx"])
@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet"])
def test_file_without_rows_gives_a_file_without_rows(tagger, tmp_path, name, ending):
    source, output = tmp_path / name, tmp_path / f"out{ending}"
    source.write_bytes({"in.csv": b"id,text\r\n", "in.csv.gz": EMPTY, "in.jsonl.gz": EMPTY}.get(name, b""))
    run(tagger, source, output)
    kept = record(output)
    assert (kept["rows_in"], kept["rows_out"], kept["rows_rejected"], kept["rejected"]) == (0, 0, 0, {})
    if ending == ".parquet":
        assert pq.read_table(output).num_rows == 0


def test_every_input_format_gives_the_same_rows(tagger, source, tmp_path):
    table = complaints(10)
    with (tmp_path / "in.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, table[0])
        writer.writeheader()
        writer.writerows(table)
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(source.read_bytes()))
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress((tmp_path / "in.csv").read_bytes()))
    pq.write_table(pa.Table.from_pylist(table), tmp_path / "in.parquet")
    write_sheet(tmp_path / "in.xlsx", table)
    results = []
    for name in ("in.jsonl", "in.jsonl.gz", "in.csv", "in.csv.gz", "in.parquet", "in.xlsx"):
        output = tmp_path / f"{name}.out.jsonl"
        run(tagger, tmp_path / name, output)
        results.append([row | {"shop": str(row["shop"])} for row in rows(output)])
    assert all(result == results[0] for result in results)


def test_every_output_format_holds_the_same_rows(tagger, source, output, tmp_path):
    run(tagger, source, output)
    for ending in (".jsonl.gz", ".csv", ".csv.gz", ".parquet"):
        run(tagger, source, tmp_path / f"out{ending}")
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()) == (tmp_path / "out.csv").read_bytes()
    assert rows(tmp_path / "out.jsonl.gz") == rows(output)
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == rows(output)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        cells = list(csv.DictReader(file))
    assert [json.loads(row["signals"]) for row in cells] == [row["signals"] for row in rows(output)]
    assert [float(row["category_confidence"]) for row in cells] == [row["category_confidence"] for row in rows(output)]


def test_same_input_gives_the_same_bytes(tagger, source, tmp_path):
    for ending in (".jsonl.gz", ".csv", ".csv.gz", ".parquet"):
        first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
        run(tagger, source, first)
        run(tagger, source, second)
        assert first.read_bytes() == second.read_bytes()


def test_awkward_texts_are_tagged(tagger, source, output):
    texts = [
        "Де мої гроші? " * 75_000,
        "обрыв\0внутри\0слова",
        "пів \ud83d смайла",
        "😡" * 50,
        "=1+1",
        "\u202eтекст\u202c",
    ]
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    run(tagger, source, output)
    tagged = rows(output)
    assert [row["text"] for row in tagged] == texts
    assert tagged[0]["truncated"]
    for row in tagged:
        for signal in row["signals"]:
            assert row["text"][signal["start"] : signal["end"]].replace("\ud83d", "\ufffd") == signal["text"]


@pytest.fixture(autouse=True)
def impatient_disk(monkeypatch):
    """Do not wait for the disk: these tests end no electric current."""
    monkeypatch.setattr(os, "fsync", quiet)


class KilledError(BaseException):
    """Stands for a power cut: nothing catches it."""


@pytest.fixture
def kill_at(monkeypatch):
    """Return a function that makes the n-th forcing of a file or folder to the disk the last thing that happens."""

    def arm(step):
        left = iter(range(step))

        def dying_fsync(descriptor):
            if next(left, None) is None:
                raise KilledError

        monkeypatch.setattr(os, "fsync", dying_fsync)

    return arm


@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
def test_resume_after_death_at_any_step_gives_the_same_bytes(tagger, source, tmp_path, kill_at, ending):
    source.write_bytes(lines(*complaints(5)) + b"no\n")
    whole, output = tmp_path / f"whole{ending}", tmp_path / f"out{ending}"
    run(tagger, source, whole, batch_rows=2)
    deaths = 0
    for step in range(1_000):
        shutil.rmtree(tmp_path / f".out{ending}.parts", ignore_errors=True)
        kill_at(step)
        try:
            run(tagger, source, output, batch_rows=2)
        except KilledError:
            deaths += 1
        else:
            break
        kill_at(1_000)
        resumed = run(tagger, source, output, batch_rows=2, resume=True)
        assert (resumed.rows_in, resumed.rows_out, resumed.rows_rejected) == (6, 5, 1)
        assert output.read_bytes() == whole.read_bytes()
        assert rejected(output) == rejected(whole)
    assert deaths > 15


def test_finished_parts_are_not_tagged_again(tagger, source, output, kill_at):
    kill_at(15)
    with pytest.raises(KilledError):
        run(tagger, source, output, batch_rows=2)
    kill_at(1_000)
    assert run(tagger, source, output, batch_rows=2, resume=True).rows_resumed == 4


def test_resume_under_another_plan_is_refused(tagger, source, output, kill_at):
    kill_at(15)
    with pytest.raises(KilledError):
        run(tagger, source, output, batch_rows=2)
    kill_at(1_000)
    with pytest.raises(SkargaError, match="batch_size was 2 when the run began, now it is 3"):
        run(tagger, source, output, batch_rows=3, resume=True)
    with source.open("ab") as file:
        file.write(lines({"text": "ещё"}))
    with pytest.raises(SkargaError, match="cannot resume: input_sha256"):
        run(tagger, source, output, batch_rows=2, resume=True)
    said = []
    assert run(tagger, source, output, said, batch_rows=2).rows_resumed == 0
    assert "is dropped" in said[0]


def test_resume_of_nothing_starts_from_the_first_row(tagger, source, output):
    said = []
    assert run(tagger, source, output, said, resume=True).rows_out == 10
    assert "starting from the first row" in said[0]


def test_lost_rows_are_never_published(tagger, source, output, monkeypatch):
    monkeypatch.setattr("pipeline.serving.publishing.count_lines", lambda paths: 4)
    with pytest.raises(SkargaError, match="10 rows in, but 4 tagged and 4 set aside"):
        run(tagger, source, output)
    assert not output.exists()


def test_replay_tags_what_was_corrected(tagger, source, output, tmp_path):
    source.write_bytes(lines({"text": "первое"}) + b'{"text": "\xd0"}\n' + lines({"id": "c", "text": ""}))
    run(tagger, source, output)
    corrected = [
        line | {"raw": '{"id": "c", "text": "третье"}'} if line["row"] == 3 else line for line in rejected(output)
    ]
    replayed = tmp_path / "corrected.jsonl"
    replayed.write_bytes(lines(*corrected))
    second = tmp_path / "second.jsonl"
    run(tagger, replayed, second, replay=True)
    assert [(row["id"], row["text"]) for row in rows(second)] == [("c", "третье")]
    assert rejected(second) == rejected(output)[:1]


@pytest.mark.parametrize(
    ("job", "problem"),
    [
        (Job(Path("in.jsonl"), Path("in.jsonl")), "would replace its own input"),
        (Job(Path("out.jsonl.rejected.jsonl"), Path("out.jsonl"), replay=True), "would replace its own input"),
        (Job(Path("in.jsonl"), Path("out.txt")), "unknown format '.txt'"),
        (Job(Path("in.jsonl"), Path("out.xlsx")), ".xlsx is read, not written"),
        (Job(Path("in.jsonl"), Path("nowhere/out.jsonl")), "no such folder"),
        (Job(Path("in.jsonl"), Path("folder.csv")), "is a folder"),
        (Job(Path("none.jsonl"), Path("out.jsonl")), "no such file"),
    ],
)
def test_impossible_jobs_are_refused_and_leave_nothing(tagger, source, monkeypatch, job, problem):
    monkeypatch.chdir(source.parent)
    Path("out.jsonl.rejected.jsonl").write_bytes(b"")
    Path("folder.csv").mkdir()
    before = sorted(source.parent.iterdir())
    with pytest.raises(SkargaError, match=problem):
        tag_file(job, tagger, quiet, quiet)
    assert sorted(source.parent.iterdir()) == before


def test_encoding_other_than_utf8_is_said(tagger, tmp_path, output):
    source, said = tmp_path / "in.csv", []
    source.write_bytes("id;text\n1;Третий день жду возврата денег за куртку\n".encode("cp1251"))
    run(tagger, source, output, said)
    assert said == [f"{source} is not UTF-8: read as cp1251"]
    assert record(output)["input"]["encoding"] == "cp1251"
    assert record(output)["input"]["delimiter"] == ";"
    assert rows(output)[0]["text"] == "Третий день жду возврата денег за куртку"


def test_dates_in_local_forms_are_normalised_and_others_counted(tagger, source, output):
    dates = ["13.11.2026", "13/11/26", "2026-11-13T10:00:00+02:00", "тоді", ""]
    source.write_bytes(lines(*({"text": "Де гроші?", "date": date} for date in dates)))
    said = []
    kept = run(tagger, source, output, said)
    assert [row["date"] for row in rows(output)] == ["2026-11-13", "2026-11-13", dates[2], "тоді", ""]
    assert kept.unread_dates == 1
    assert "1 dates are in no known form" in "\n".join(summary(kept, output))


def test_two_hundred_columns_are_carried_through(tagger, source, tmp_path):
    extra = {f"поле {n}": n for n in range(200)}
    source.write_bytes(lines(extra | {"id": 10**40, "text": "Де гроші?"}))
    for name in ("out.jsonl", "out.parquet"):
        run(tagger, source, tmp_path / name)
    (row,) = rows(tmp_path / "out.jsonl")
    assert row["id"] == str(10**40)
    assert {name: row[name] for name in extra} == extra
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == [row]


def test_columns_of_the_user_are_found(tagger, tmp_path, output):
    source = tmp_path / "in.csv"
    source.write_text("nomer;komment;text\n5;Верните деньги;x\n", encoding="utf-8")
    run(tagger, source, output, columns=Columns(text="komment", id="nomer"))
    (row,) = rows(output)
    assert (row["id"], row["text"], row["input_text"]) == ("5", "Верните деньги", "x")


GOOD_LINE = st.sampled_from(MESSAGES).map(lambda text: lines({"text": text}).rstrip())
BAD_LINE = st.sampled_from([b"{", b"[]", b"{}", b'{"text": " "}', b'{"text": 1}', b"\xff", b'{"text": "\xff"}', b'"'])


@given(st.lists(GOOD_LINE | BAD_LINE | st.just(b""), max_size=12), st.sampled_from([1, 3, 100]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_in_are_rows_out_plus_rows_rejected(tagger, tmp_path, content, batch_rows):
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines({"text": "первая"}) + b"\n".join(content))
    kept = run(tagger, source, output, batch_rows=batch_rows)
    expected = 1 + sum(bool(line) for line in content)
    assert kept.rows_in == kept.rows_out + kept.rows_rejected == expected
    numbers = [int(row["id"].removeprefix("in-")) for row in rows(output)]
    if kept.rows_rejected:
        numbers += [line["row"] for line in rejected(output)]
    assert sorted(numbers) == list(range(1, expected + 1))


def test_parts_are_bounded_in_rows_and_bytes():
    items = [Row(n, str(n), "т", {}, 12 * 2**20 if n < 4 else 1) for n in range(9)]
    assert [[item.number for item in batch] for batch in batches(items, 4)] == [[0, 1, 2], [3, 4, 5, 6], [7, 8]]
