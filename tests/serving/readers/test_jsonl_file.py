import gzip
import json
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.serving.readers import open_source
from pipeline.serving.readers.jsonl_file import parse_line
from pipeline.serving.readers.lines import Line
from pipeline.serving.records import MAX_ROW_BYTES, Columns, RawRow, Rejected, RejectReason

GOOD = '{"text": "Верните деньги"}'


def read(path, content, columns=None):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with closing(open_source(path, columns or Columns())) as source:
        return list(source)


def reasons(items):
    return {item.number: item.reason for item in items if isinstance(item, Rejected)}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "обрыв', RejectReason.BAD_JSON),
        ("просто текст", RejectReason.BAD_JSON),
        ('{"text": "раз", "text": "два"}', RejectReason.BAD_JSON),
        ('{"text": "много цифр", "n": ' + "9" * 5_000 + "}", RejectReason.BAD_JSON),
        ("[" * 100_000, RejectReason.BAD_JSON),
        ('{"text": "т", "x": ' + "[" * 100 + "]" * 100 + "}", RejectReason.BAD_JSON),
        ("[1, 2]", RejectReason.NOT_AN_OBJECT),
        ("null", RejectReason.NOT_AN_OBJECT),
        ("17", RejectReason.NOT_AN_OBJECT),
    ],
)
def test_broken_line_harms_no_other(tmp_path, line, reason):
    items = read(tmp_path / "in.jsonl", f"{GOOD}\n{line}\n{GOOD}\n")
    assert [item.number for item in items] == [1, 2, 3]
    assert reasons(items) == {2: reason}
    assert items[1].raw == line


def test_why_a_line_is_broken_is_said_without_quoting_it(tmp_path):
    (item,) = read(tmp_path / "in.jsonl", '{"text": Іваненко}\n')
    assert item.detail
    assert "Іваненко" not in item.detail


def test_empty_lines_hold_no_row_and_line_ends_do_not_matter(tmp_path):
    items = read(tmp_path / "in.jsonl", f"\ufeff{GOOD}\r\n\r\n   \n{GOOD}")
    assert [(item.number, item.fields["text"]) for item in items] == [(1, "Верните деньги"), (2, "Верните деньги")]


def test_bytes_that_are_no_text_are_kept_as_they_are(tmp_path):
    broken = '{"text": "Где посылка?"}'.encode("koi8-r")
    items = read(tmp_path / "in.jsonl", f"{GOOD}\n".encode() * 3 + broken + b"\n")
    assert reasons(items) == {4: RejectReason.BAD_ENCODING}
    assert items[3].raw_bytes == broken


def test_nesting_within_reason_is_a_row(tmp_path):
    (item,) = read(
        tmp_path / "in.jsonl", '{"text": "т", "x": ' + "[" * 90 + "]" * 90 + ', "y": [' + "[]," * 200 + "[]]}"
    )
    assert len(item.fields["y"]) == 201


def test_cp1251_is_recognised(tmp_path):
    text = "Третій тиждень чекаю на повернення коштів, ніхто не відповідає"
    path = tmp_path / "in.jsonl"
    items = read(path, json.dumps({"text": text}, ensure_ascii=False).encode("cp1251") + b"\n")
    assert [item.fields["text"] for item in items] == [text]
    source = open_source(path, Columns())
    assert source.encoding == "cp1251"
    source.close()


def test_what_json_cannot_hold_is_read_as_absent_or_as_text(tmp_path):
    (item,) = read(tmp_path / "in.jsonl", '{"text": "т", "a": NaN, "b": Infinity, "c": 1e999, "d": 1.5}')
    assert item.fields == {"text": "т", "a": None, "b": "Infinity", "c": "1e999", "d": 1.5}


def test_oversized_line_is_set_aside_with_its_place(tmp_path):
    huge = '{"text": "' + "а" * MAX_ROW_BYTES + '"}'
    items = read(tmp_path / "in.jsonl", f"{GOOD}\n{huge}\n{GOOD}\n")
    assert reasons(items) == {2: RejectReason.ROW_TOO_LARGE}
    assert f"{len(huge.encode()) + 1} bytes from byte {len(GOOD.encode()) + 1} on" in items[1].detail
    assert items[2].fields["text"] == "Верните деньги"


def test_million_characters_are_a_row(tmp_path):
    (item,) = read(tmp_path / "in.jsonl", json.dumps({"text": "ї" * 1_000_000}, ensure_ascii=False))
    assert len(item.fields["text"]) == 1_000_000


def test_wrong_column_name_is_an_error_that_names_the_nearest(tmp_path):
    with pytest.raises(SkargaError, match=r"no column 'text'.*id, tekst") as caught:
        read(tmp_path / "in.jsonl", '{"id": 1, "tekst": "Верните деньги"}\n')
    assert caught.value.remedy == "did you mean 'tekst'? use --text-column tekst"


def test_text_missing_in_some_rows_is_no_error(tmp_path):
    assert len(read(tmp_path / "in.jsonl", '{"id": 1}\n{"id": 2, "text": "т"}\n')) == 2


def test_gzip_holds_the_same_rows(tmp_path):
    content = f"{GOOD}\nкривая строка\n{GOOD}\n".encode()
    packed = read(tmp_path / "in.jsonl.gz", gzip.compress(content))
    assert packed == read(tmp_path / "in.jsonl", content)


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"\x1f\x8b nonsense", lambda d: b"no"]
)
def test_damaged_gzip_is_an_error(tmp_path, damage):
    packed = gzip.compress(b"".join(b'{"text": "%d"}\n' % number for number in range(1_000)))
    with pytest.raises(SkargaError, match="damaged or cut short"):
        read(tmp_path / "in.jsonl.gz", damage(packed))


def test_gzip_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.serving.readers.opening.FREE_BYTES", 2**20)
    with pytest.raises(SkargaError, match="grows more than 500-fold"):
        read(tmp_path / "in.jsonl.gz", gzip.compress(bytes(2**23)))


def test_utf16_is_an_error(tmp_path):
    with pytest.raises(SkargaError, match="UTF-16"):
        read(tmp_path / "in.jsonl", GOOD.encode("utf-16"))


def test_share_read_grows_to_one(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(f"{GOOD}\n" * 1_000)
    source = open_source(path, Columns())
    shares = [source.share_read() for _ in source]
    assert shares == sorted(shares)
    assert source.share_read() == 1
    source.close()


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_a_row_or_a_reason(data):
    item = parse_line(7, Line(data, 0, len(data)))
    assert item.number == 7
    assert isinstance(item, RawRow | Rejected)


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())))
def test_any_object_is_read_as_it_was_written(fields):
    line = json.dumps(fields).encode()
    item = parse_line(1, Line(line, 0, len(line)))
    assert item.fields == fields
