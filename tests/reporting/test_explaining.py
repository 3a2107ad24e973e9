"""`skarga explain`: the record that `skarga tag` has written or would write, in words."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import SkargaError
from pipeline.reporting.explaining import find_record, is_tagged
from pipeline.reporting.tagged import read_tagged
from pipeline.risk.scorecard import FILE
from pipeline.serving import bundle
from pipeline.serving.backlog import tag_file
from pipeline.serving.job import Job
from pipeline.serving.tagger import Tagger


@pytest.fixture(scope="module")
def risky(bundle_dir, tmp_path_factory):
    """The tiny bundle with a small risk model."""
    folder = tmp_path_factory.mktemp("risky") / "bundle"
    shutil.copytree(bundle_dir, folder)
    model = {
        "format": 1, "origin": "own cases", "memory_days": 730, "least_earlier": 2, "fault_reports": 5, "base": -1.5,
        "terms": [
            {"feature": "earlier_complaints", "edges": [3.0], "weights": [-0.2, 0.6]},
            {"feature": "rejected_share", "edges": [0.4], "weights": [-1.0, 1.4]},
            {"feature": "tenure_days", "edges": [365.0], "weights": [0.1, -0.5]},
        ],
        "thresholds": {"elevated": 0.3, "review": 0.8},
    }  # fmt: skip
    (folder / FILE).write_text(json.dumps(model), "utf-8")
    bundle.seal(folder, data={}, params="", metrics={})
    return folder


@pytest.fixture
def files(tmp_path):
    """A backlog of one, and what its customer has complained of before."""
    theirs = {"customer_id": "K-1", "outcome": "rejected"}
    earlier = [theirs | {"id": f"e{n}", "date": f"2026-0{n}-05", "text": f"Верните деньги, {n}"} for n in range(1, 5)]
    new = [{"id": "17", "customer_id": "K-1", "date": "2026-06-01", "text": "Курьер опоздал на три часа, заказ 5518"}]
    for name, rows in (("earlier", earlier), ("new", new)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["explain", *map(str, arguments)])


def test_complaints_are_tagged_first_and_the_answer_is_that_of_the_tagged_file(files, risky):
    job = Job(files / "new.jsonl", files / "tagged.csv", history=files / "earlier.jsonl")
    tag_file(job, Tagger.load(risky), lambda line: None, lambda share, rows: None)
    (row,) = read_tagged(files / "tagged.csv")
    assert row.complainer_risk == "elevated"
    history = ("--history", files / "earlier.jsonl", "--model", risky)
    fresh = run(files / "new.jsonl", "--id", "17", *history)
    tagged = run(files / "tagged.csv", "--id", "17")
    assert fresh.exit_code == tagged.exit_code == 0, fresh.output
    assert fresh.stdout == tagged.stdout
    assert "из решённых жалоб (4) человек отклонил: 4 (сильно)" in tagged.stdout
    assert "ДЛЯ СОТРУДНИКА" in tagged.stdout
    assert "ДЛЯ КЛИЕНТА" in tagged.stdout


def test_the_reader_and_the_language_can_be_chosen(files, risky):
    result = run(files / "new.jsonl", "--id", "17", "--model", risky, "--for", "customer", "--lang", "uk")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("ДЛЯ КЛІЄНТА")
    assert "жодної оцінки немає" in result.stdout
    assert "ПРАЦІВНИКА" not in result.stdout


def test_an_id_that_is_not_there_is_said_so(files, risky):
    result = run(files / "new.jsonl", "--id", "18", "--model", risky)
    assert result.exit_code == 1
    assert "no tagged complaint has the id '18'" in result.stderr


def test_of_two_records_with_one_id_the_last_is_explained(files, risky):
    rows = [json.loads(line) for line in (files / "earlier.jsonl").read_text("utf-8").splitlines()]
    (files / "twice.jsonl").write_text("".join(json.dumps(row | {"id": "1"}) + "\n" for row in rows), "utf-8")
    found = find_record(
        Job(files / "twice.jsonl", files / "unused"), "1", lambda: Tagger.load(risky), lambda _: None, lambda *_: None
    )
    assert found.text == rows[-1]["text"]
    assert not (files / "unused").exists()


def test_only_a_tagged_file_is_taken_for_one(files, risky):
    tag_file(Job(files / "new.jsonl", files / "tagged.jsonl"), Tagger.load(risky), lambda _: None, lambda *_: None)
    assert is_tagged(files / "tagged.jsonl")
    assert not is_tagged(files / "new.jsonl")
    said = []
    job = Job(files / "tagged.jsonl", files / "unused", history=files / "earlier.jsonl")
    find_record(job, "17", lambda: pytest.fail("no bundle is needed"), said.append, lambda *_: None)
    assert "not read again" in said[0]


def test_a_missing_file_is_an_error_in_words(files, risky):
    with pytest.raises(SkargaError):
        find_record(Job(files / "no.jsonl", files / "unused"), "1", lambda: Tagger.load(risky), print, print)
