import hashlib
import json

import pytest
from pydantic import ValidationError

from pipeline.data.schema import SCHEMA_VERSION, Complaint, Tag, schemas

TAG = {
    "id": "1",
    "language": "uk",
    "category": "delivery",
    "category_confidence": 0.9,
    "categories": ["delivery"],
    "emotion": "neutral",
    "emotion_confidence": 0.8,
    "emotions": [],
    "severity": 2,
    "signals": [{"code": "ultimatum", "start": 0, "end": 4, "text": "Якщо"}],
    "complainer_risk": "insufficient_history",
    "complainer_risk_score": None,
    "complainer_risk_reasons": [],
    "automation": "automatic",
    "needs_review": False,
    "review_reasons": [],
    "truncated": False,
    "model_version": "1+abc",
}


def test_a_tag_has_the_fields_that_other_programs_rely_on():
    assert list(Tag.model_fields) == list(TAG)
    assert Tag.model_validate(TAG).model_dump() == TAG


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "en"),
        ("category_confidence", 1.01),
        ("severity", 4),
        ("complainer_risk", "refuse"),
        ("signals", [{"code": "ultimatum", "start": -1, "end": 4, "text": "Якщо"}]),
        ("complainer_risk_score", -0.1),
    ],
)
def test_a_value_outside_its_range_is_no_tag(field, value):
    with pytest.raises(ValidationError, match=field):
        Tag.model_validate(TAG | {field: value})


def test_a_complaint_needs_a_text_and_keeps_fields_of_others():
    assert Complaint.model_validate({"text": "Де замовлення?", "shop": 5}).model_dump()["shop"] == 5
    with pytest.raises(ValidationError, match="text"):
        Complaint.model_validate({"id": 1})


# Each version of the records as other programs know it: never changed, only added to. A changed field makes a new
# version: raise SCHEMA_VERSION, write `skarga schema > configs/schema/v2.json`, and add the new structure here.
PUBLISHED = {"1": "95dafdf000cb33c4"}


def structure(schema):
    """Return a schema without the words for people, which may get better at any time."""
    if isinstance(schema, dict):
        words = {name for name in ("title", "description") if isinstance(schema.get(name), str)}
        return {name: structure(value) for name, value in schema.items() if name not in words}
    return [structure(value) for value in schema] if isinstance(schema, list) else schema


def fingerprint(schema):
    return hashlib.sha256(json.dumps(structure(schema), sort_keys=True).encode()).hexdigest()[:16]


def test_the_schemas_in_the_repository_are_those_of_the_code(root):
    files = {path.stem.removeprefix("v"): json.loads(path.read_text()) for path in (root / "configs/schema").iterdir()}
    assert files[SCHEMA_VERSION] == schemas(), "write it again: skarga schema > configs/schema/v….json"
    assert {version: fingerprint(schema) for version, schema in files.items()} == PUBLISHED


@pytest.mark.parametrize("change", [{"properties": {}}, {"required": []}, {"title": {"type": "string"}}])
def test_a_changed_field_is_a_changed_structure_and_better_words_are_not(change):
    schema = schemas()
    assert fingerprint(schema | {"record_out": schema["record_out"] | change}) != PUBLISHED[SCHEMA_VERSION]
    assert fingerprint(schema | {"record_out": schema["record_out"] | {"description": "better"}}) == PUBLISHED["1"]


def test_records_are_what_the_schemas_say():
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(TAG, schemas()["record_out"])
    jsonschema.validate({"text": "Де замовлення?", "date": "13.11.2026", "shop": 5}, schemas()["record_in"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(TAG | {"severity": 4}, schemas()["record_out"])
