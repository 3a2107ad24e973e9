"""Rows in, columns out: the same values, counted as a person would count them."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reporting.manager.columns import Builder, Several, Single
from pipeline.reporting.manager.table import NO_DAY, day_of, read_table

from .conftest import places

VALUES = st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=30)
SETS = st.lists(st.lists(st.sampled_from("abc"), unique=True, max_size=3).map(tuple), max_size=30)


@given(VALUES)
def test_single_values_are_counted(values: list[str]) -> None:
    builder: Builder[str] = Builder()
    for value in values:
        builder.add(value)
    column = Single(builder.codes, builder.values)
    assert [column[row] for row in range(len(values))] == values
    assert column.count() == Counter(value for value in values if value)
    assert places(column.equal("b")) == [row for row, value in enumerate(values) if value == "b"]


@given(SETS, st.lists(st.sampled_from("abc"), unique=True, max_size=2))
def test_sets_of_values_are_counted_once_a_row(sets: list[tuple[str, ...]], wanted: list[str]) -> None:
    builder: Builder[tuple[str, ...]] = Builder()
    for members in sets:
        builder.add(members)
    column = Several(builder.codes, builder.values)
    assert column.count() == Counter(member for members in sets for member in members)
    assert places(column.holding(*wanted)) == [row for row, members in enumerate(sets) if set(wanted) <= set(members)]
    assert places(column.holding_any(wanted)) == [row for row, members in enumerate(sets) if set(wanted) & set(members)]


def test_a_table_of_no_rows(table) -> None:
    empty = table()
    assert len(empty) == 0
    assert empty.complaints.shape == empty.dated.shape == (0,)
    assert empty.sketches.shape[0] == 0


def test_the_primary_category_is_among_the_categories_and_neutral_is_an_emotion(table) -> None:
    one = table({"category": "deception", "categories": ["delivery"], "emotions": []})
    assert one.categories[0] == ("deception", "delivery")
    assert one.emotions[0] == ("neutral",)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-03", "2026-02-03"),
        ("2026-02-03T23:30:00+02:00", "2026-02-03"),
        ("3.02.2026", "2026-02-03"),
        ("колись", None),
        ("2026-02-30", None),
        (None, None),
    ],
)
def test_dates_as_people_write_them(text, day) -> None:
    assert day_of(text) == (np.datetime64(day, "D").astype(int) + 719163 if day else NO_DAY)


def test_dates_that_cannot_be_read_are_counted_and_absent_ones_are_not(table) -> None:
    assert table({"date": "колись"}, {"date": "2026-01-01"}, {}).unread_dates == 1


def test_what_an_earlier_model_did_not_write_is_named(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_text(
        '{"id": "1", "language": "uk", "category": "delivery", "category_confidence": 0.5, "categories": [], '
        '"emotion": "neutral", "emotions": [], "severity": 1, "needs_review": false, "review_reasons": null}\n',
        "utf-8",
    )
    old = read_table(path, lambda rows: None)
    assert sorted(old.absent) == ["complainer_risk", "emotion_confidence", "model_version", "review_reasons", "signals"]
    assert old.risk[0] == "insufficient_history"


def test_names_are_masked_and_merged(table) -> None:
    two = table({"product": "пошта olena@example.com"}, {"product": "пошта ivan@example.com"})
    assert two.product.count() == {"пошта <email>": 2}
