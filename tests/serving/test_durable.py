import pytest

from pipeline.serving.durable import written_whole


def write_and_fail(path, scratch):
    with written_whole(path, scratch) as file:
        file.write(b"half")
        raise ValueError("disk")


def test_file_appears_whole_or_not_at_all(tmp_path):
    path, scratch = tmp_path / "out.csv", tmp_path / "scratch"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="disk"):
        write_and_fail(path, scratch)
    assert path.read_bytes() == b"old"
    with written_whole(path, scratch) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
