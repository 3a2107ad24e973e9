import pytest
from pydantic import ValidationError

from pipeline.data.schema import Complaint, Tag

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
