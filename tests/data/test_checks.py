import pandas as pd
import pytest

from pipeline.data.checks import check
from pipeline.errors import SkargaError

CODES = ["delivery", "deception", "other"]


def table(count=300, **columns):
    """Rows of texts of their own that label only the category, in turn."""
    rows = pd.DataFrame(
        {
            "id": [f"crm-{n}" for n in range(count)],
            "text": [f"Скарга номер {n}" for n in range(count)],
            "language": ["ru", "uk"] * (count // 2),
            "source": "crm",
            "category": (CODES * count)[:count],
        },
        dtype=object,
    )
    return rows.assign(categories=None, emotion=None, signals=None, severity=None, **columns)


def checked(rows, labels, splits=None):
    return check(rows, pd.Series(splits or ["train"] * len(rows), index=rows.index, dtype=str), labels)


def test_leaks_are_counted_by_source_and_named(labels):
    found = checked(table(300), labels, ["leaked"] * 7 + ["train"] * 293)
    assert found.leaked[0].model_dump() == {
        "source": "crm", "rows": 7, "ids": ["crm-0", "crm-1", "crm-2", "crm-3", "crm-4"]
    }  # fmt: skip
    assert any("crm: 7 rows left out as near-duplicates" in line for line in found.lines())


def test_the_same_text_with_another_category_is_reported_by_its_rows(labels):
    rows = table(300)
    rows.loc[0, "text"], rows.loc[1, "text"] = "Де  посилка?!", "ДЕ ПОСИЛКА?!"
    found = checked(rows, labels)
    assert [conflict.model_dump() for conflict in found.conflicts] == [
        {"ids": ["crm-0", "crm-1"], "categories": ["deception", "delivery"]}
    ]
    assert any("crm-0 = crm-1" in line and "skarga audit" in line for line in found.lines())


def test_the_same_text_with_the_same_category_is_no_conflict(labels):
    rows = table(300)
    rows.loc[0, "text"] = rows.loc[3, "text"]
    assert checked(rows, labels).conflicts == []


def test_a_source_that_contradicts_itself_often_is_refused(labels):
    rows = table(300)
    rows.loc[0:3, "text"] = "Де посилка?"
    with pytest.raises(SkargaError) as caught:
        checked(rows, labels)
    assert "source 'crm': 4 rows have the text of another row and a different category: crm-0" in caught.value.problem


def test_sources_may_contradict_each_other_without_being_refused(labels):
    first, second = table(30), table(30).assign(source="other", id=[f"other-{n}" for n in range(30)])
    second["category"] = "other"
    found = checked(pd.concat([first, second], ignore_index=True), labels)
    assert len(found.conflicts) == 20


def test_a_label_of_one_row_is_named_with_its_place(labels):
    rows = table(300)
    rows.loc[5, "category"] = "waiting_time"
    rare = {found.label: found for found in checked(rows, labels).rare_labels}
    assert rare["waiting_time"].model_dump() == {
        "task": "category", "label": "waiting_time", "training_rows": 1, "ids": ["crm-5"]
    }  # fmt: skip
    assert rare["staff_conduct"].training_rows == 0
    assert not set(CODES) & set(rare)


def test_only_training_rows_count_and_every_task_is_looked_at(labels):
    rows = table(300)
    rows.at[0, "emotion"] = ["joy", "fear"]
    rows.at[1, "emotion"] = ["joy"]
    rows.at[2, "emotion"] = ["joy"]
    rows.loc[0:3, "severity"] = 2
    splits = ["test"] + ["train"] * 299
    rare = {(found.task, found.label): found.training_rows for found in checked(rows, labels, splits).rare_labels}
    assert rare["emotion", "fear"] == 0
    assert rare["severity", "3"] == 0
    assert not {("emotion", "joy"), ("severity", "2")} & set(rare)
    assert not any(task == "signals" for task, _ in rare), "nothing labels signals"


def test_a_language_without_training_rows_is_named(labels):
    found = checked(table(300, language="ru"), labels)
    assert found.languages_without_rows == ["uk"]
    assert any("'uk'" in line for line in found.lines())


def test_a_sound_table_has_nothing_to_say(labels):
    rows = table(300).assign(category=(labels.codes["category"] * 300)[:300])
    assert list(checked(rows, labels).lines()) == []
