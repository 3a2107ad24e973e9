import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.annotations import Annotation, fingerprint, read_annotations, renew, write_annotations
from pipeline.errors import SkargaError

TEXT = "Де моє замовлення?"


def line(text=TEXT, **given):
    return json.dumps({"text_sha256": hashlib.sha256(text.encode()).hexdigest(), **given})


def refused(tmp_path, labels, *lines):
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(SkargaError) as caught:
        read_annotations(path, labels)
    return caught.value


@given(st.text())
def test_any_text_has_a_fingerprint(text):
    assert len(fingerprint(text)) == 64


def test_what_was_written_is_read_and_silence_about_a_task_stays_silence(tmp_path, labels):
    one = Annotation(text_sha256=fingerprint(TEXT), category="delivery", emotion=[], severity=2)
    two = Annotation(text_sha256=fingerprint("інше"), signals=["insult"])
    write_annotations([one, two], tmp_path / "new/labels.jsonl")
    found = read_annotations(tmp_path / "new/labels.jsonl", labels)
    assert found == {one.text_sha256: one, two.text_sha256: two}
    assert found[fingerprint(TEXT)].given() == {"category": "delivery", "emotion": [], "severity": 2}


def test_a_missing_file_is_named(tmp_path, labels):
    with pytest.raises(SkargaError, match=r"none\.jsonl: no such file"):
        read_annotations(tmp_path / "none.jsonl", labels)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (line(category="deliverry"), "line 2: unknown category label 'deliverry'"),
        (line(signals=["rage"]), "line 2: unknown signals label 'rage'"),
        (line(severity=4), "line 2: unknown severity label 4"),
        (line(mood="joy"), "line 2: mood: Extra inputs"),
        (line(category=["delivery"]), "line 2: category: Input should be"),
        ('{"text_sha256": "abc"}', "line 2: text_sha256: String should match"),
        ("{", "line 2: line: Invalid JSON"),
        (line("перший", severity=1), "line 2 labels a text that an earlier line labels"),
    ],
)
def test_a_wrong_line_is_refused_by_its_number(tmp_path, labels, wrong, problem):
    assert problem in refused(tmp_path, labels, line("перший", severity=2), wrong).problem


def test_a_renamed_or_merged_category_takes_over_the_rows_of_its_old_codes(labels):
    names = {"ru": "новое", "uk": "нове"}
    old = {code: value for code, value in labels.category.items() if code not in ("delivery", "other", "deception")}
    new = {
        "logistics": {**names, "replaces": ["delivery", "other"]},
        "fraud": {**names, "replaces": ["deception"]},
        "lies": {**names, "replaces": ["deception"]},
    }
    changed = labels.model_validate({**labels.model_dump(), "category": {**old, **new}})
    given = {"category": "delivery", "categories": ["delivery", "waiting_time", "other"], "severity": 1}
    assert renew(given, changed) == {
        "category": "logistics",
        "categories": ["logistics", "waiting_time"],
        "severity": 1,
    }
    split = {"category": "deception", "categories": None}
    assert renew(split, changed) == split, "which of the two, only a person knows"
