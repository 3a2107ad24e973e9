import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.levels import earn_level


def test_a_level_begins_where_the_lower_bound_reaches_the_promise():
    """95 of 100 rows right: the one-sided 90 % bound is 0.909 (tables of Clopper and Pearson)."""
    confidence = np.repeat([0.9, 0.4], 100)
    correct = np.concatenate([np.arange(100) >= 5, np.arange(100) >= 50])
    level = earn_level(confidence, correct, 0.9)
    assert (level.promised, level.confidence, level.coverage, level.precision, level.rows) == (0.9, 0.9, 0.5, 0.95, 200)
    assert earn_level(confidence, correct, 0.92).confidence is None
    assert earn_level(confidence, correct, 0.65).confidence == 0.4


def test_a_few_lucky_rows_earn_nothing():
    for rows, earned in ((20, False), (30, True)):
        level = earn_level(np.linspace(0.8, 1, rows), np.ones(rows, bool), 0.9)
        assert (level.confidence is not None) == earned


def test_rows_of_equal_confidence_stand_or_fall_together():
    confidence, correct = np.full(60, 0.7), np.arange(60) < 30
    assert earn_level(confidence, correct, 0.8).confidence is None


def test_no_rows_earn_nothing():
    level = earn_level(np.zeros(0), np.zeros(0, bool), 0.5)
    assert (level.confidence, level.precision, level.coverage, level.rows) == (None, None, 0.0, 0)


def test_precision_on_new_rows_keeps_the_promise_on_average():
    random = np.random.default_rng(3)
    kept = []
    for _ in range(30):
        confidence = random.beta(3, 2, size=(2, 500))
        correct = random.random((2, 500)) < confidence
        level = earn_level(confidence[0], correct[0], 0.75)
        kept.append(correct[1][confidence[1] >= level.confidence].mean())
    assert np.mean(kept) >= 0.75


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60), st.floats(0.05, 1))
def test_an_earned_level_keeps_its_promise_on_the_rows_it_was_earned_with(rows, promised):
    confidence, correct = np.array([c for c, _ in rows], float), np.array([right for _, right in rows], bool)
    level = earn_level(confidence, correct, promised)
    if level.confidence is not None:
        covered = correct[confidence >= level.confidence]
        assert covered.mean() == pytest.approx(level.precision, abs=1e-4)
        assert covered.mean() >= promised
        assert len(covered) / len(correct) == pytest.approx(level.coverage, abs=1e-4)
