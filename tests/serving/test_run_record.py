import hashlib
from pathlib import Path

import pytest

from pipeline.errors import SkargaError
from pipeline.serving.run_record import RunRecord, check_conserved, count_lines, describe_input, summary

RECORD = RunRecord.model_validate(
    {
        "rows_in": 1000,
        "rows_out": 990,
        "rows_rejected": 10,
        "rejected": {"bad_json": 4, "empty_text": 6},
        "duplicate_ids": 3,
        "renamed_fields": {"category": "input_category"},
        "unread_dates": 2,
        "seconds": 2.0,
        "rows_per_second": 500.0,
        "rows_resumed": 0,
        "started": "2026-01-01T00:00:00+00:00",
        "finished": "2026-01-01T00:00:02+00:00",
        "model_version": "0.1.0+abc",
        "skarga_version": "0.1.0",
        "input": {"path": "in.csv", "sha256": "0", "bytes": 1, "modified_ns": 1},
        "options": {},
    }
)


def test_summary_says_what_a_person_should_know():
    assert summary(RECORD, Path("out.csv")) == [
        "990 rows tagged in 2.0 s: out.csv",
        "10 rows set aside (bad_json 4, empty_text 6): out.csv.rejected.jsonl",
        "warning: 3 rows have an id that an earlier row has already; all were kept",
        "warning: 2 dates are in no known form (the day comes first) and stay so",
        "names that the output needs itself: category is now input_category",
    ]


def test_empty_run_has_no_share_and_says_so():
    update = {"rows_in": 0, "rows_out": 0, "rows_rejected": 0, "duplicate_ids": 0, "renamed_fields": {}} | {
        "unread_dates": 0
    }
    empty = RECORD.model_copy(update=update)
    assert empty.rejected_share == 0
    assert summary(empty, Path("out.csv")) == ["0 rows tagged in 2.0 s: out.csv", "the input holds no rows"]


def test_lost_and_doubled_rows_are_noticed():
    check_conserved(3, 2, 1)
    for rows_out in (1, 3):
        with pytest.raises(SkargaError, match="3 rows in, but"):
            check_conserved(3, rows_out, 1)


def test_files_are_described_and_counted(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(b"a\nb\n")
    assert describe_input(path).sha256 == hashlib.sha256(b"a\nb\n").hexdigest()
    assert describe_input(path).bytes == 4
    assert count_lines([path, path]) == 4
