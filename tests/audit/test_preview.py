import pytest

from pipeline.audit.preview import describe, preview

NAMES = {"ru": "новое", "uk": "нове"}
COUNTS = {"delivery": 50, "other": 7, "deception": 9, "price_billing": 20, "waiting_time": 3}


@pytest.fixture
def changed(labels):
    """`delivery` and `other` merged, `deception` split, `price_billing` dropped, `parking` new."""
    gone = {"delivery", "other", "deception", "price_billing"}
    category = {code: value for code, value in labels.category.items() if code not in gone} | {
        "logistics": {**NAMES, "replaces": ["delivery", "other"]},
        "fraud": {**NAMES, "replaces": ["deception"]},
        "lies": {**NAMES, "replaces": ["deception"]},
        "parking": NAMES,
    }
    return labels.model_validate({**labels.model_dump(), "category": category})


def test_every_row_is_moved_or_must_be_labelled_again(changed):
    result = preview(COUNTS, changed)
    assert result.moved == {
        ("delivery", "logistics"): 50, ("other", "logistics"): 7, ("waiting_time", "waiting_time"): 3
    }  # fmt: skip
    assert result.unmatched == {"deception": 9, "price_billing": 20}


def test_the_description_names_merged_split_dropped_and_new_categories(changed):
    lines = {line.split()[0].rstrip(":"): line for line in describe(preview(COUNTS, changed), changed)}
    assert lines["logistics"].split(maxsplit=1)[1].strip() == "57  from delivery 50, other 7"
    assert lines["waiting_time"].split() == ["waiting_time", "3"]
    assert "no rows yet" in lines["parking"]
    assert lines["deception"] == "deception: 9 rows to be labelled again, split into fraud, lies"
    assert lines["price_billing"] == "price_billing: 20 rows to be labelled again, nothing `replaces` it"


def test_the_same_taxonomy_changes_nothing(labels):
    assert not preview(COUNTS, labels).unmatched
    assert all(old == new for old, new in preview(COUNTS, labels).moved)
