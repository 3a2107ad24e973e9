import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.promotion.changes import changes
from pipeline.promotion.tagged_files import compare_files

TAG = {
    "language": "uk",
    "category": "delivery",
    "category_confidence": 0.9,
    "categories": ["delivery"],
    "emotion": "anger",
    "emotion_confidence": 0.8,
    "emotions": ["anger"],
    "severity": 2,
    "signals": [],
    "complainer_risk": "insufficient_history",
    "complainer_risk_score": None,
    "complainer_risk_reasons": [],
    "automation": "automatic",
    "needs_review": False,
    "review_reasons": [],
    "truncated": False,
    "model_version": "0.1.0+aa",
}


def tag(identity, **given):
    return {"id": identity, **TAG, **given}


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_moves_are_counted_by_language_with_ids_and_without_texts(tmp_path):
    old = write(tmp_path / "old.jsonl", [tag(str(n), text="СЕКРЕТ") for n in range(10)])
    flipped = [tag(str(n), text="СЕКРЕТ", category="other", model_version="0.1.0+bb") for n in range(7)]
    new = write(tmp_path / "new.jsonl", [*flipped, tag("7", severity=3), tag("11")])
    found = compare_files(old, new)
    record = found.record()
    assert (record["only_old"], record["only_new"], record["rows"]) == (2, 1, {"uk": 8})
    assert record["flipped"]["category"] == {"uk": 7}
    assert record["flipped"]["severity"] == {"uk": 1}
    assert record["old_models"] == ["0.1.0+aa"]
    assert record["new_models"] == ["0.1.0+aa", "0.1.0+bb"]
    (move,) = record["categories"]
    assert (move["before"], move["after"], move["rows"]) == ("delivery", "other", 7)
    assert move["examples"] == ["0", "1", "2", "3", "4"]
    shown = "\n".join(found.lines())
    assert "7 (87.5%)" in shown
    assert "СЕКРЕТ" not in shown + json.dumps(record, ensure_ascii=False)


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(["delivery", "other", "deception"])] * 2, st.sampled_from(["ru", "uk"]))))
def test_moves_add_up(pairs):
    found = changes(
        [tag(n, category=old, language=language) for n, (old, _, language) in enumerate(pairs)],
        [tag(n, category=new, language=language) for n, (_, new, language) in enumerate(pairs)],
    )
    assert found.rows.total() == found.before.total() == len(pairs)
    assert found.moves.total() == found.flipped["category"].total() == sum(old != new for old, new, _ in pairs)
    assert all("%" in line or line.count(" ") for line in found.lines() if line)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([tag("1")], [tag("2")], "no id in common"),
        ([tag("1"), tag("1")], [tag("1")], "stands twice"),
        ([tag("1")], [tag("1"), tag("1")], "stands twice"),
        ([{"id": "1", "text": "х"}], [tag("1")], "row 1: field"),
    ],
)
def test_files_that_cannot_be_compared_are_refused(tmp_path, old, new, said):
    with pytest.raises(SkargaError, match=said):
        compare_files(write(tmp_path / "old.jsonl", old), write(tmp_path / "new.jsonl", new))
