import json
import shutil

import pytest
from typer.testing import CliRunner

from pipeline import paths
from pipeline.cli import app


def skarga(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def here(root, bundle_dir, tmp_path, monkeypatch):
    """A folder with the project's parameters and a model in use."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SKARGA_MODEL", str(bundle_dir))
    shutil.copytree(root / "configs", "configs")
    shutil.copyfile(root / "params.yaml", "params.yaml")
    shutil.copytree(bundle_dir, paths.RELEASED)
    return tmp_path


@pytest.fixture
def complaints(here, corpus):
    path = here / "in.jsonl"
    rows = corpus[["id", "text"]].rename(columns={"text": "comment"}).to_dict("records")
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows) + "no json\n", "utf-8")
    return path


def test_check_speaks_words_and_json_about_the_same_sample(complaints, corpus, tagger):
    words = skarga("check", complaints, "--text-column", "comment", "--rows", 60)
    assert words.exit_code == 0, words.stderr
    assert words.stdout.startswith("verdict: ")
    record = json.loads(skarga("check", complaints, "--text-column", "comment", "--rows", 60, "--json").stdout)
    assert record["model_version"] == tagger.model_version
    assert 59 <= record["rows"] <= 60
    assert f"verdict: {record['verdict']} " in words.stdout
    assert not any(text in words.stdout for text in corpus["text"])


def test_check_looks_at_every_row_of_a_short_file(complaints, corpus):
    record = json.loads(skarga("check", complaints, "--text-column", "comment", "--json").stdout)
    assert record["rows"] == len(corpus)
    assert record["aspects"][0]["found"]["count"] == 1


def test_check_without_the_column_names_the_nearest(complaints):
    result = skarga("check", complaints, "--text-column", "coment")
    assert (result.exit_code, "did you mean 'comment'?" in result.stderr) == (1, True)


def test_compare_of_one_file_with_itself_finds_nothing(complaints, here, corpus):
    tagged = here / "tagged.parquet"
    skarga("tag", complaints, "-o", tagged, "--text-column", "comment", "--max-bad-share", 1)
    result = skarga("compare", tagged, tagged, "--json")
    record = json.loads(result.stdout)
    assert sum(record["rows"].values()) == len(corpus)
    assert record["categories"] == []


def test_force_without_a_reason_is_wrong_usage(here):
    assert skarga("promote", "--force").exit_code == 2


def test_what_cannot_be_done_is_said_in_two_lines(here):
    for command in (("promote",), ("rollback",)):
        result = skarga(*command)
        assert (result.exit_code, result.stdout) == (1, "")
        assert len(result.stderr.strip().splitlines()) == 2
    assert "models/bundle is not a bundle" in skarga("promote").stderr
