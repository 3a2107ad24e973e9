from pathlib import Path

import pytest

from pipeline.errors import SkargaError
from pipeline.serving.readers import ending, open_source, stem
from pipeline.serving.records import Columns


@pytest.mark.parametrize(
    ("name", "end", "rest"),
    [("a.csv", ".csv", "a"), ("a.b.JSONL.gz", ".jsonl.gz", "a.b"), ("a.xls", ".xls", "a"), ("a", "", "a")],
)
def test_names_are_taken_apart(name, end, rest):
    assert (ending(Path(name)), stem(Path(name))) == (end, rest)


def test_what_cannot_be_opened_is_an_error(tmp_path):
    (tmp_path / "in.doc").touch()
    with pytest.raises(SkargaError, match=r"unknown format '\.doc'"):
        open_source(tmp_path / "in.doc", Columns())
    with pytest.raises(SkargaError, match="no such file"):
        open_source(tmp_path / "in.csv", Columns())
    with pytest.raises(SkargaError, match="not a file"):
        open_source(tmp_path, Columns())
