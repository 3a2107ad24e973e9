import csv
import io
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.serving.readers import open_source
from pipeline.serving.readers.csv_file import Record, Records, guess_delimiter
from pipeline.serving.readers.lines import Line, read_lines
from pipeline.serving.records import MAX_ROW_BYTES, Columns, RawRow, Rejected, RejectReason


def read(path, content, columns=None):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with closing(open_source(path, columns or Columns())) as source:
        return list(source)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "in.csv"


def rows(items):
    return [item.fields for item in items]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_byte_order_marks(path, delimiter, line_end, mark):
    lines = [["id", "text"], ["1", "Верните деньги"], ["2", "Жду ответа"]]
    content = mark + "".join(delimiter.join(cells) + line_end for cells in lines)
    assert rows(read(path, content)) == [{"id": "1", "text": "Верните деньги"}, {"id": "2", "text": "Жду ответа"}]


def test_delimiter_is_the_one_that_finds_the_text():
    assert guess_delimiter("text;a,b,c\n", "text") == ";"
    assert guess_delimiter("коментар\n", "коментар") == ","


def test_quoted_cells_hold_line_breaks_delimiters_and_quotes(path):
    items = read(path, 'id,text\r\n1,"Жду, жду\r\n""и жду"""\r\n2,дальше\r\n')
    assert rows(items) == [{"id": "1", "text": 'Жду, жду\r\n"и жду"'}, {"id": "2", "text": "дальше"}]
    assert items[0].raw == '1,"Жду, жду\r\n""и жду"""'


def test_cp1251_is_recognised(path):
    items = read(path, "id;text\n1;Верните деньги за куртку, третий день жду ответа\n".encode("cp1251"))
    assert rows(items) == [{"id": "1", "text": "Верните деньги за куртку, третий день жду ответа"}]


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "iso8859-5"])
def test_other_encodings_go_to_quarantine_row_by_row(path, encoding):
    row = "1;Верните деньги за куртку, которую я отправил обратно три недели назад".encode(encoding)
    items = read(path, b"id;text\n" + row + b"\n2;plain\n")
    assert [item.reason for item in items if isinstance(item, Rejected)] == [RejectReason.BAD_ENCODING]
    assert items[0].raw_bytes == row
    assert items[1].fields == {"id": "2", "text": "plain"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,лишняя,ячейка", RejectReason.WRONG_COLUMN_COUNT),
        ("1", RejectReason.WRONG_COLUMN_COUNT),
        ('1,"кавычка" в середине', RejectReason.BAD_QUOTES),
        ('1,"кавычка не закрыта', RejectReason.BAD_QUOTES),
        ('1,"кавычка",закрыта,"позже', RejectReason.BAD_QUOTES),
    ],
)
def test_damaged_row_harms_no_other(path, line, reason):
    items = read(path, f'id,text\n0,до\n{line}\n2,после\n3,"ещё, одна"\n4,последняя\n')
    assert [item.number for item in items] == [1, 2, 3, 4, 5]
    assert [item.reason for item in items if isinstance(item, Rejected)] == [reason]
    assert items[1].raw == line
    assert items[1].layout.columns == ("id", "text")


def test_many_open_quotes_take_linear_time(path, monkeypatch):
    monkeypatch.setattr("pipeline.serving.readers.csv_file.REREAD_BYTES", 10_000)
    items = read(path, "id,text\n" + '1,"открыта\n' * 3_000)
    assert all(item.reason == RejectReason.BAD_QUOTES for item in items)
    assert "".join(f"{item.raw}\n" for item in items) == '1,"открыта\n' * 3_000


def test_oversized_row_is_set_aside(path):
    items = read(path, "id,text\n1," + "а" * MAX_ROW_BYTES + "\n2,после\n")
    assert [items[0].reason, items[1].fields] == [RejectReason.ROW_TOO_LARGE, {"id": "2", "text": "после"}]


def test_million_characters_and_nuls_are_a_row(path):
    items = read(path, "id,text\n1," + "ї\0" * 500_000 + "\n")
    assert len(items[0].fields["text"]) == 1_000_000


def test_many_extra_columns_are_carried(path):
    extra = ",".join(f"c{place}" for place in range(200))
    (item,) = read(path, f"text,{extra}\nскарга{',x' * 200}\n")
    assert len(item.fields) == 201


def test_empty_lines_hold_no_row(path):
    assert rows(read(path, "\ntext\n\nодин\n\r\nдва\n\n")) == [{"text": "один"}, {"text": "два"}]


@pytest.mark.parametrize("content", ["", "text\n", "\n\n"])
def test_file_without_rows_is_no_error(path, content):
    assert read(path, content) == []


def test_column_without_a_name_gets_one(path):
    assert rows(read(path, "text,,\nодин,2,3\n")) == [{"text": "один", "column_2": "2", "column_3": "3"}]


@pytest.mark.parametrize(
    ("content", "columns", "problem", "remedy"),
    [
        ("id,tekst\n", Columns(), "no column 'text'; its columns are: id, tekst", "did you mean 'tekst'?"),
        ("id,zzz\n", Columns(), "no column 'text'", "name the right one with --text-column"),
        ("text,ticket\n", Columns(id="tiket"), "no column 'tiket'", "did you mean 'ticket'? use --id-column ticket"),
        ("text,klient\n", Columns(customer_id="client"), "no column 'client'", "--customer-column"),
        ("text,text\n", Columns(), "2 columns are called 'text'", "a name of its own"),
        ('"text\n', Columns(), "its first line is not a CSV header", "names the columns"),
    ],
)
def test_wrong_header_is_an_error(path, content, columns, problem, remedy):
    with pytest.raises(SkargaError) as caught:
        read(path, content, columns)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_words_of_a_customer_in_place_of_a_header_are_clipped(path):
    with pytest.raises(SkargaError) as caught:
        read(path, "1,Мене звати Остап Вигаданий і я чекаю вже третій тиждень\n")
    assert "третій" not in str(caught.value)


@given(st.lists(st.lists(st.text(), min_size=2, max_size=4).filter(any), max_size=5))
def test_whatever_is_written_as_csv_is_read_back(table):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    data = text.getvalue().encode("utf-8", "surrogatepass")
    if "\ufeff" in text.getvalue() or any("\ud800" <= c <= "\udfff" for c in text.getvalue()):
        return
    records = Records(read_lines(io.BytesIO(data)), "utf-8", ",")
    assert [record.cells for record in records] == table


@given(
    st.lists(st.sampled_from([b'"', b",", b"a", b"\n", b"\r", b"\xff", b"\0", "ї".encode()]), max_size=60).map(b"".join)
)
def test_no_byte_is_lost_whatever_the_damage(data):
    records = Records(read_lines(io.BytesIO(data)), "utf-8", ",")
    records.width = 2
    kept = b"".join(record.data for record in records)
    assert kept.replace(b"\n", b"").replace(b"\r", b"") == data.replace(b"\n", b"").replace(b"\r", b"")


def test_record_types_are_what_the_reader_tells_apart():
    records = list(Records(read_lines(io.BytesIO(b'a,b\n"c\n')), "utf-8", ","))
    assert [type(record) for record in records] == [Record, Line]
    assert not isinstance(records[0], RawRow)
