import hashlib

import pytest

from pipeline.errors import SkargaError
from pipeline.serving.records import Columns
from pipeline.serving.spark.inputs import open_input, path_of

LINE = b'{"text": "a"}\n'


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "in"
    path.mkdir()
    return path


def test_a_folder_holds_files_of_one_format(folder):
    (folder / "part-1.jsonl").write_bytes(LINE)
    (folder / "part-0.jsonl").write_bytes(LINE * 2)
    (folder / "_SUCCESS").touch()
    (folder / ".part-0.jsonl.crc").touch()
    source = open_input(folder, Columns())
    assert [part.stem for part in source.parts] == ["part-0", "part-1"]
    assert source.is_text
    assert not source.is_csv
    listed = "".join(f"{hashlib.sha256(LINE * n).hexdigest()}  part-{2 - n}.jsonl\n" for n in (2, 1))
    described = source.describe()
    assert (described.sha256, described.bytes) == (hashlib.sha256(listed.encode()).hexdigest(), 3 * len(LINE))


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        ([], "holds nothing"),
        (["a.jsonl", "b.csv"], r"holds \.csv, \.jsonl"),
        (["a.txt"], "does not read '.txt'"),
    ],
)
def test_other_folders_are_refused(folder, names, problem):
    for name in names:
        (folder / name).write_bytes(LINE)
    with pytest.raises(SkargaError, match=problem):
        open_input(folder, Columns())


def test_an_address_is_refused_with_the_way_to_read_it(tmp_path, monkeypatch):
    from pathlib import Path

    with pytest.raises(SkargaError, match=r"s3a:/bucket/in\.csv.*\n.*tag_frame"):
        open_input(Path("s3a://bucket/in.csv"), Columns())


def test_a_file_that_spark_would_overlook_is_refused(tmp_path):
    (tmp_path / "_in.jsonl").write_bytes(LINE)
    with pytest.raises(SkargaError, match="begins so\nrename"):
        open_input(tmp_path / "_in.jsonl", Columns())


def test_the_path_of_an_address_and_the_pattern_of_a_path(tmp_path):
    path = tmp_path / "скарги [2026]*.jsonl"
    path.write_bytes(LINE)
    (part,) = open_input(path, Columns()).parts
    assert part.pattern == f"{tmp_path}/скарги \\[2026\\]\\*.jsonl"
    assert path_of(path.as_uri()) == str(path)
