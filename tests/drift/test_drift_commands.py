"""`skarga drift` from a file to the verdict, and what it says of files that are not what they should be."""

import json
import shutil

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.cli_loop import DRIFTED
from pipeline.drift.reference import load_wording
from pipeline.drift.validation import reference_of
from pipeline.serving import bundle


def skarga(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def before(write, messages, bundle_dir):
    """A reference made by the command."""
    tagged = write("before.jsonl", messages[:400])
    reference = tagged.with_name("reference.json")
    result = skarga("drift", tagged, "--make-reference", "-o", reference, "--model", bundle_dir)
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert reference.stat().st_size < 100_000
    return reference


def test_the_same_kind_of_messages_is_no_drift(before, write, messages, bundle_dir):
    result = skarga("drift", write("now.jsonl", messages[400:]), "--reference", before, "--model", bundle_dir)
    assert result.exit_code == 0, result.output
    assert "drift: no" in result.stdout
    assert "retrain: no" in result.stdout


def test_other_messages_are_drift_in_words_in_json_and_in_the_exit_code(before, write, messages, bundle_dir, tmp_path):
    rows = [row.model_copy(update={"category": "delivery", "category_confidence": 0.1}) for row in messages[400:]]
    call = ("drift", write("now.jsonl", rows), "--reference", before, "--model", bundle_dir)
    words = skarga(*call, "-o", tmp_path / "drift.json")
    assert words.exit_code == DRIFTED == 4
    assert "category: " in words.stdout
    assert "retrain: yes" in words.stdout
    report = json.loads((tmp_path / "drift.json").read_text("utf-8"))
    assert report == json.loads(skarga(*call, "--json").stdout)
    assert (report["drifted"], report["retrain"]) == (True, "yes")
    found = {finding["measure"]: finding for finding in report["findings"]}
    assert found["confidence"]["worse"]
    assert not found["length"]["drifted"]


def test_a_bundle_without_a_reference_says_how_to_make_one(write, messages, bundle_dir):
    result = skarga("drift", write("now.jsonl", messages[:50]), "--reference", bundle_dir)
    assert result.exit_code == 1
    assert "has no reference.json" in result.stderr
    assert "skarga drift --make-reference TAGGED -o reference.json" in result.stderr


def test_a_bundle_carries_the_reference_of_its_validation_messages(write, messages, bundle_dir, tagger, tmp_path):
    folder = tmp_path / "bundle"
    shutil.copytree(bundle_dir, folder)
    rows = pd.DataFrame([{"id": row.id, "text": row.text} for row in messages[:400]])
    reference = reference_of(rows, tagger, load_wording(folder))
    (folder / bundle.REFERENCE).write_text(reference.model_dump_json(), "utf-8")
    manifest = bundle.seal(folder, data={}, params="", metrics={})
    now = [row.model_copy(update={"model_version": manifest.version}) for row in messages[400:]]
    result = skarga("drift", write("now.jsonl", now), "--reference", folder)
    assert result.exit_code == 0, result.output
    assert "rows were tagged by" not in result.stdout


def test_rows_of_another_model_are_compared_with_a_warning(before, write, messages, bundle_dir):
    rows = [row.model_copy(update={"model_version": "0.0.9+old"}) for row in messages[400:]]
    result = skarga("drift", write("now.jsonl", rows), "--reference", before, "--model", bundle_dir)
    assert "rows were tagged by 0.0.9+old" in result.stdout
    assert "may be the model, not the messages" in result.stdout


def test_without_texts_the_rest_is_compared(before, write, messages, bundle_dir):
    tagged = write("now.jsonl", messages[400:], without=["text"])
    result = skarga("drift", tagged, "--reference", before, "--model", bundle_dir)
    assert result.exit_code == 0, result.output
    assert "the file has no texts" in result.stdout
    assert "not compared: vocabulary, 0 rows have it" in result.stdout


def test_one_row_gets_no_verdict(before, write, messages, bundle_dir):
    result = skarga("drift", write("now.jsonl", messages[:1]), "--reference", before, "--model", bundle_dir)
    assert result.exit_code == 0
    assert "no verdict: fewer than 30 rows" in result.stdout


def test_ten_years_in_one_file_are_pointed_out_and_dates_are_not_needed(before, write, messages, bundle_dir):
    rows = [row.model_copy(update={"date": f"{2015 + n % 11}-03-01"}) for n, row in enumerate(messages[400:])]
    dated = skarga("drift", write("now.jsonl", rows), "--reference", before, "--model", bundle_dir)
    assert "span 2015-03-01 to 2025-03-01" in dated.stdout
    undated = skarga("drift", write("now.jsonl", messages[400:]), "--reference", before, "--model", bundle_dir)
    assert "no row has a date that can be read" in undated.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "is not a reference for drift"), ("[1", "is not a reference for drift"), (None, "no such file")],
)
def test_a_reference_that_is_none_is_refused(content, said, tmp_path):
    path = tmp_path / "reference.json"
    if content is not None:
        path.write_text(content, "utf-8")
    result = skarga("drift", tmp_path / "now.jsonl", "--reference", path)
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_reference_of_few_rows_or_of_several_models_is_refused(write, messages, tmp_path, bundle_dir):
    few = skarga("drift", write("few.jsonl", messages[:20]), "--make-reference", "-o", tmp_path / "r.json")
    assert "20 rows are too few for a reference" in few.stderr
    rows = [row.model_copy(update={"model_version": f"v{n % 2}"}) for n, row in enumerate(messages[:150])]
    mixed = skarga("drift", write("mixed.jsonl", rows), "--make-reference", "-o", tmp_path / "r.json")
    assert "rows of several models: v0, v1" in mixed.stderr
    assert not (tmp_path / "r.json").exists()


def test_a_file_that_was_not_tagged_is_refused_by_row_and_field(before, tmp_path, bundle_dir):
    (tmp_path / "raw.jsonl").write_text('{"id": "1", "text": "Где заказ?"}\n', "utf-8")
    result = skarga("drift", tmp_path / "raw.jsonl", "--reference", before, "--model", bundle_dir)
    assert result.exit_code == 1
    assert "row 1: field" in result.stderr


def test_the_help_has_an_example_and_the_exit_code():
    result = skarga("drift", "--help")
    assert "skarga drift tagged.parquet --reference models/released" in " ".join(result.stdout.split())
    assert "4: drift" in " ".join(result.stdout.split())
