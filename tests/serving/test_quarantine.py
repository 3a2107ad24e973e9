import json
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.serving.checks import Checker
from pipeline.serving.json_lines import encode_line
from pipeline.serving.quarantine import RejectedFile, parse_rejected, rejected_line, reread
from pipeline.serving.readers import open_source
from pipeline.serving.records import Columns, CsvLayout, RawRow, Rejected, RejectReason


def set_aside(path, content):
    """Read a file and return its rejected rows as lines of a rejected file."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    checker = Checker(Columns(), "in")
    with closing(open_source(path, Columns())) as source:
        return [encode_line(rejected_line(item)) for item in map(checker.check, source) if isinstance(item, Rejected)]


def replay(path, lines):
    path.write_bytes(b"".join(lines))
    with closing(RejectedFile(path)) as source:
        return [Checker(Columns(), "other").check(item) for item in source]


BAD_JSONL = b'{"text": "\n[1]\n{"text": ""}\n{"text": 1}\n{"text": "\xff"}\n{"text": "x"}\n{"id": 1}\n'
BAD_CSV = b'id,text\n1,a,b\n2,"open\n3,\n4,\xff\n5,ok\n'


@pytest.mark.parametrize(("name", "content"), [("in.jsonl", BAD_JSONL), ("in.csv", BAD_CSV)])
def test_uncorrected_rows_are_rejected_as_before(tmp_path, name, content):
    lines = set_aside(tmp_path / name, content)
    again = replay(tmp_path / "rejected.jsonl", lines)
    assert len(lines) >= 4
    assert [encode_line(rejected_line(item)) for item in again] == lines


def test_corrected_rows_keep_their_numbers_and_ids(tmp_path):
    lines = set_aside(tmp_path / "in.jsonl", f"{'плохо'}\n" + '{"id": "A", "text": ""}\n{"text": "т"}\n')
    corrected = [json.loads(line) | {"raw": '{"text": "исправлено"}'} for line in lines]
    items = replay(tmp_path / "rejected.jsonl", map(encode_line, corrected))
    assert [(item.number, item.id, item.text) for item in items] == [(1, "in-1", "исправлено"), (2, "A", "исправлено")]


def test_corrected_csv_row_is_read_with_its_own_columns(tmp_path):
    (line,) = set_aside(tmp_path / "in.csv", "id;text;date\n7;деньги; где;2026-01-01\n8;ок;\n")
    corrected = json.loads(line) | {"raw": '7;"деньги; где\nони";2026-01-01'}
    (item,) = replay(tmp_path / "rejected.jsonl", [encode_line(corrected)])
    assert (item.number, item.id, item.carried) == (1, "7", {"text": "деньги; где\nони", "date": "2026-01-01"})


def test_head_of_an_oversized_row_is_never_tagged_as_if_it_were_the_row(tmp_path):
    lines = set_aside(tmp_path / "in.csv", "text\n" + "а" * 9_000_000 + "\nок\n")
    (item,) = replay(tmp_path / "rejected.jsonl", lines)
    assert item.reason == RejectReason.ROW_TOO_LARGE


def test_corrected_encoding_is_tagged(tmp_path):
    (line,) = set_aside(tmp_path / "in.jsonl", b'{"text": "ok"}\n{"text": "\xff\xff"}\n')
    (item,) = replay(tmp_path / "rejected.jsonl", [encode_line(json.loads(line) | {"raw": '{"text": "яя"}'})])
    assert item.text == "яя"


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b"{}", b'{"row": 1}', b'{"row": "1", "id": "a", "reason": "bad_json", "raw": ""}',
     b'{"row": 1, "id": "a", "reason": "zzz", "raw": ""}', b'{"row": 1, "id": "a", "reason": "bad_json", "raw": {}}',
     b'{"row": 1, "id": "a", "reason": "bad_json", "raw": "", "more": 1}', b"\xff"],
)  # fmt: skip
def test_other_files_are_refused(tmp_path, line):
    with pytest.raises(SkargaError, match="line 1 is no line of a rejected file"):
        replay(tmp_path / "rejected.jsonl", [line + b"\n"])


def test_missing_file_is_an_error(tmp_path):
    with pytest.raises(SkargaError, match="no such file"):
        RejectedFile(tmp_path / "rejected.jsonl")


REJECTED = st.builds(
    Rejected,
    number=st.integers(1, 10**9),
    reason=st.sampled_from(RejectReason),
    detail=st.text(),
    raw=st.text(st.characters()),
    size=st.just(1),
    raw_bytes=st.none() | st.binary(min_size=1),
    layout=st.none() | st.builds(CsvLayout, st.lists(st.text(), min_size=1).map(tuple), st.sampled_from(",;\t")),
    id=st.text(),
)


@given(REJECTED)
def test_line_holds_all_that_was_kept(rejected):
    line = parse_rejected(encode_line(rejected_line(rejected)))
    assert (line.row, line.id, line.reason, line.raw) == (rejected.number, rejected.id, rejected.reason, rejected.raw)
    assert line.columns == (rejected.layout.columns if rejected.layout else None)


@given(REJECTED)
def test_rereading_never_fails_and_keeps_the_number(rejected):
    item = reread(parse_rejected(encode_line(rejected_line(rejected))))
    assert isinstance(item, RawRow | Rejected)
    assert item.number == rejected.number
