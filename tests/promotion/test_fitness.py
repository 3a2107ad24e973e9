import json

import pytest

from pipeline.promotion.fitness import FEW, assess
from pipeline.serving.calibration import Level, Levels

LEVELS = Levels(
    preselect=Level(promised=0.75, confidence=0.4, coverage=0.9, precision=0.8, rows=400),
    automatic=Level(promised=0.9, confidence=0.8, coverage=0.5, precision=0.93, rows=400),
)
GOOD = {
    "language": "uk",
    "category_confidence": 0.85,
    "automation": "automatic",
    "review_reasons": [],
    "truncated": False,
}


def look(odd, count=40, unreadable=0, total=200):
    tags = [GOOD | odd] * count + [GOOD] * (total - count)
    return assess(tags, ["Третій тиждень чекаю"] * total, unreadable, LEVELS)


def levels(fitness):
    return {aspect.name: aspect.level for aspect in fitness.aspects if aspect.level != "good"}


def test_rows_like_those_of_validation_are_fit():
    fitness = look({})
    assert (fitness.verdict, levels(fitness)) == ("fit", {})
    assert [aspect.remedy for aspect in fitness.aspects if aspect.remedy] == []


@pytest.mark.parametrize(
    ("odd", "count", "aspect", "level"),
    [
        ({"language": "other", "review_reasons": ["unsupported_language"]}, 40, "language", "care"),
        ({"language": "other", "review_reasons": ["unsupported_language"]}, 120, "language", "bad"),
        ({"review_reasons": ["out_of_distribution"]}, 30, "wording", "care"),
        ({"review_reasons": ["out_of_distribution"]}, 90, "wording", "bad"),
        ({"truncated": True, "review_reasons": ["truncated"]}, 60, "too long", "care"),
        ({"review_reasons": ["too_short"]}, 80, "too short", "care"),
        ({"category_confidence": 0.3, "automation": "suggest"}, 60, "confidence", "care"),
        ({"category_confidence": 0.3, "automation": "suggest"}, 150, "confidence", "bad"),
    ],
)
def test_each_kind_of_misfit_is_found_and_alone(odd, count, aspect, level):
    fitness = look(odd, count)
    assert levels(fitness) == {aspect: level}
    assert fitness.verdict == ("not fit" if level == "bad" else "fit with care")
    remedies = [one.remedy for one in fitness.aspects if one.name == aspect]
    assert f"next: {remedies[0]}" in list(fitness.lines())


def test_rows_that_cannot_be_read_count_too():
    assert levels(look({}, unreadable=20)) == {"unreadable": "care"}
    assert look({}, unreadable=200).verdict == "not fit"


def test_few_rows_prove_nothing():
    assert look({}, 0, total=FEW - 1).verdict == "too few rows to say"
    one = assess([GOOD | {"review_reasons": ["out_of_distribution"]}], ["х"], 0, LEVELS)
    assert (one.verdict, one.rows) == ("too few rows to say", 1)
    assert list(assess([], [], 3, LEVELS).lines())


def test_the_record_is_json_and_says_the_same():
    fitness = look({"review_reasons": ["out_of_distribution"]}, 90)
    record = json.loads(json.dumps(fitness.record()))
    assert record["verdict"] == fitness.verdict
    wording = next(aspect for aspect in record["aspects"] if aspect["name"] == "wording")
    assert (wording["level"], wording["found"]["value"]) == ("bad", 0.45)
