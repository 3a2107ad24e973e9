import contextlib
import datetime
import resource
import zipfile
from contextlib import closing

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.serving.readers import open_source, xlsx_file
from pipeline.serving.records import MAX_ROW_BYTES, Columns, Rejected, RejectReason

DAY = datetime.datetime(2026, 11, 13)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "in.xlsx"


def write(path, rows, *more_sheets):
    book = openpyxl.Workbook(write_only=True)
    for sheet_rows in (rows, *more_sheets):
        sheet = book.create_sheet()
        for row in sheet_rows:
            sheet.append(row)
    book.save(path)


def read(path, columns=None):
    with closing(open_source(path, columns or Columns())) as source:
        items = list(source)
        assert source.share_read() == 1
    return items


def rows(path, columns=None):
    return [item.fields for item in read(path, columns)]


def column(texts):
    """Return the XML of a sheet with one column; the key is the number of the row."""
    rows = "".join(f'<row r="{n}"><c t="inlineStr"><is><t>{text}</t></is></c></row>' for n, text in texts.items())
    return SHEET.format(rows=rows)


def with_sheet(path, sheet):
    """Write a workbook whose first sheet is this XML."""
    write(path, [["text"]])
    members = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    members["xl/worksheets/sheet1.xml"] = sheet if isinstance(sheet, bytes) else sheet.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_values_are_what_a_person_sees(path):
    write(
        path,
        [
            ["id", "text", "date", "moment", "amount", "count", "vip", "nothing"],
            [1, "Верніть гроші\nза чайник", DAY.date(), DAY.replace(hour=10, minute=5), 12.5, 3, True, None],
        ],
    )
    assert rows(path) == [
        {"id": 1, "text": "Верніть гроші\nза чайник", "date": "2026-11-13", "moment": "2026-11-13T10:05:00",
         "amount": 12.5, "count": 3, "vip": True, "nothing": None},
    ]  # fmt: skip


def test_huge_whole_numbers_stay_exact(path):
    with_sheet(
        path,
        SHEET.format(
            rows='<row r="1"><c t="inlineStr"><is><t>text</t></is></c><c t="inlineStr"><is><t>id</t></is></c></row>'
            '<row r="2"><c t="inlineStr"><is><t>т</t></is></c><c><v>123456789012345678901</v></c></row>'
        ),
    )
    assert rows(path) == [{"text": "т", "id": 123456789012345678901}]


def test_empty_rows_and_columns_hold_nothing(path):
    write(path, [[None, None], ["text", None, "shop", None], [], ["перша", 7, "Київ", None], [None, None], ["друга"]])
    assert rows(path) == [
        {"text": "перша", "column_2": 7, "shop": "Київ"},
        {"text": "друга", "column_2": None, "shop": None},
    ]
    assert [item.number for item in read(path)] == [1, 2]


def test_cells_beyond_the_header_are_carried(path):
    write(path, [["text", "column_3"], ["перша", 1, "перевірити!"]])
    assert rows(path) == [{"text": "перша", "column_3": 1, "extra_column_3": "перевірити!"}]


def test_first_sheet_is_read_and_columns_of_the_user_are_found(path):
    write(path, [["коментар"], ["перша"]], [["text"], ["друга"]])
    assert rows(path, Columns(text="коментар")) == [{"коментар": "перша"}]
    with pytest.raises(SkargaError, match="no column 'text'"):
        read(path)


def test_message_of_digits_alone_is_a_text(path):
    write(path, [["text"], [12345]])
    assert rows(path) == [{"text": "12345"}]


def test_wrong_dimensions_lose_no_row(path):
    sheet = column({n: "text" if n == 1 else n for n in range(1, 9)})
    with_sheet(path, sheet.replace("<sheetData>", '<dimension ref="A1"/><sheetData>'))
    assert [row["text"] for row in rows(path)] == [str(n) for n in range(2, 9)]


def test_no_rows(path):
    write(path, [])
    assert read(path) == []
    path.write_bytes(b"")
    with closing(open_source(path, Columns())) as source:
        assert list(source) == []


def test_two_hundred_columns(path):
    names = [f"c{n}" for n in range(200)]
    write(path, [["text", *names], ["т", *range(200)]])
    assert rows(path) == [{"text": "т"} | {name: n for n, name in enumerate(names)}]


def test_row_too_large_is_set_aside_alone(path):
    with_sheet(path, column({1: "text", 2: "а" * MAX_ROW_BYTES, 3: "т"}))
    large, small = read(path)
    assert isinstance(large, Rejected)
    assert large.reason == RejectReason.ROW_TOO_LARGE
    assert len(large.raw) < 100_000
    assert small.fields == {"text": "т"}


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 nonsense", b"id,text\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a password"]
)
def test_other_content_is_an_error(path, content):
    path.write_bytes(content)
    with pytest.raises(SkargaError, match=r"not an \.xlsx file"):
        open_source(path, Columns())


def test_archive_without_a_workbook_is_an_error(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    with pytest.raises(SkargaError, match=r"not an \.xlsx file"):
        open_source(path, Columns())


def test_sheet_that_breaks_off_is_an_error_and_no_short_file(path):
    with_sheet(path, column(dict.fromkeys(range(1, 5_001), "text"))[:-60])
    with pytest.raises(SkargaError, match=r"not an \.xlsx file|cannot be read"):
        read(path)


def test_bomb_is_refused_before_it_is_unpacked(path):
    write(path, [["text"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.xml", bytes(2**28 + 1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SkargaError, match="500-fold"):
        open_source(path, Columns())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_table_of_texts_beyond_memory_is_refused(path, monkeypatch):
    write(path, [["text"], ["друга"]])
    monkeypatch.setattr(xlsx_file, "MAX_HELD_BYTES", 10)
    with pytest.raises(SkargaError, match="too large to be held"):
        read(path)


def test_entities_are_refused(path):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ха"}">' for n in range(10))
    with_sheet(path, f"<!DOCTYPE worksheet [{laughs}]>{column({1: '&l9;'})}")
    with pytest.raises(SkargaError, match=r"not an \.xlsx file|cannot be read"):
        read(path)


def test_row_number_beyond_every_sheet_is_refused(path, monkeypatch):
    monkeypatch.setattr(xlsx_file, "MAX_ROWS", 1_000)
    with_sheet(path, column({1: "text", 10**12: "т"}))
    with pytest.raises(SkargaError, match="more than 1,000 rows"):
        read(path)


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: text.strip() and text[0] != "="
)
MOST = 1e300  # openpyxl writes 16 digits, which makes the very largest numbers infinite
VALUES = st.none() | TEXTS | st.integers(-(2**53), 2**53) | st.booleans() | st.floats(-MOST, MOST)


@given(st.lists(st.tuples(TEXTS, VALUES), max_size=5))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(path, table):
    write(path, [["text", "field"], *table])
    for fields, (text, value) in zip(rows(path), table, strict=True):
        assert fields["text"] == text
        assert fields["field"] == pytest.approx(value) if isinstance(value, float) else fields["field"] == value


DAMAGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=5)


@given(DAMAGES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_anywhere_is_an_error_or_rows(path, damages):
    write(path, [["text"], *([f"рядок {n}"] for n in range(20))])
    content = bytearray(path.read_bytes())
    for place, byte in damages:
        content[int(place * len(content))] = byte
    path.write_bytes(content)
    with contextlib.suppress(SkargaError):  # nothing else may come out
        assert len(read(path)) <= 20
