from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from sklearn.metrics import f1_score

from pipeline.evaluation.metrics import (
    Scored,
    accuracy_at,
    calibration_error,
    coverage_risk,
    figures,
    macro_f1,
    reliability,
    row_confidence,
)

FEW = settings(max_examples=40, deadline=None)
PAIRS = st.tuples(st.integers(1, 12), st.integers(1, 5)).flatmap(
    lambda shape: st.tuples(nps.arrays(bool, shape), nps.arrays(bool, shape))
)
ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40).map(
    lambda pairs: (np.array([share for share, _ in pairs]), np.array([right for _, right in pairs]))
)


def scored(rows=80, labels=4, one_answer=True):
    random = np.random.default_rng(rows)
    true = np.eye(labels, dtype=bool)[random.integers(0, labels, rows)]
    probabilities = random.dirichlet(np.ones(labels), rows) + 0.3 * true
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    answered = np.eye(labels, dtype=bool)[probabilities.argmax(axis=1)]
    return Scored(answered, true, probabilities, one_answer)


@FEW
@given(PAIRS)
def test_macro_f1_is_that_of_sklearn_over_the_labels_that_occur(pair):
    answered, true = pair
    known = (answered | true).any(axis=0)
    if not known.any():
        assert np.isnan(macro_f1(answered, true))
        return
    labels = np.flatnonzero(known).tolist() if answered.shape[1] > 1 else None
    expected = (
        f1_score(true, answered, labels=labels, average="macro", zero_division=0)
        if labels
        else f1_score(true[:, 0], answered[:, 0], zero_division=0)
    )
    assert macro_f1(answered, true) == pytest.approx(expected)


@FEW
@given(PAIRS)
def test_micro_f1_is_that_of_sklearn(pair):
    answered, true = pair
    result = figures(Scored(answered, true, None, one_answer=False), samples=2, seed=1)
    expected = f1_score(true.ravel(), answered.ravel(), zero_division=0)
    assert result["micro_f1"] == pytest.approx(expected, abs=1e-4)


def test_a_perfect_answer_has_perfect_figures():
    one = scored()
    result = figures(Scored(one.true, one.true, one.true.astype(float), one_answer=True), samples=20, seed=1)
    assert result.pop("n") == 80
    assert result.pop("ece") == 0
    assert set(result.values()) == {1}


def test_probabilities_that_come_true_as_often_as_they_say_have_no_error():
    confidence = np.repeat([0.25, 0.5, 0.75], 40)
    correct = np.concatenate([np.arange(40) < 40 * share for share in (0.25, 0.5, 0.75)])
    assert calibration_error(confidence, correct) == pytest.approx(0)


@pytest.mark.parametrize("confidence", [0.55, 0.8, 0.99])
def test_overconfidence_is_the_gap_between_what_is_said_and_what_comes_true(confidence):
    correct = np.arange(100) < 30
    assert calibration_error(np.full(100, confidence), correct) == pytest.approx(confidence - 0.3)


def test_gaps_of_different_bins_do_not_cancel_out():
    confidence = np.repeat([0.05, 0.95], 10)
    correct = np.arange(20) < 10
    assert confidence.mean() == pytest.approx(correct.mean())
    assert calibration_error(confidence, correct) == pytest.approx(0.95)


@FEW
@given(ANSWERS)
def test_bins_of_the_reliability_diagram_hold_every_row_once(answers):
    confidence, correct = answers
    points = reliability(confidence, correct)
    assert sum(count for *_, count in points) == len(confidence)
    assert sum(mean * count for mean, _, count in points) == pytest.approx(confidence.sum())
    assert sum(share * count for _, share, count in points) == pytest.approx(correct.sum())
    assert 0 <= calibration_error(confidence, correct) <= 1


@FEW
@given(ANSWERS)
def test_full_coverage_is_plain_accuracy(answers):
    confidence, correct = answers
    assert accuracy_at(confidence, correct, 1.0) == pytest.approx(correct.mean())
    curve = coverage_risk(confidence, correct)
    assert [share for share, _ in curve] == pytest.approx(np.arange(1, 21) / 20)
    assert curve[-1][1] == pytest.approx(1 - correct.mean())


@FEW
@given(ANSWERS)
def test_where_confidence_is_earned_risk_never_falls_with_coverage(answers):
    _, correct = answers
    confidence = np.where(correct, 0.9, 0.1)
    risks = [risk for _, risk in coverage_risk(confidence, correct)]
    assert all(first <= second + 1e-9 for first, second in pairwise(risks))


def test_the_most_confident_rows_are_answered_first():
    confidence, correct = np.array([0.2, 0.9, 0.8, 0.3]), np.array([False, True, True, False])
    assert accuracy_at(confidence, correct, 0.5) == 1
    assert accuracy_at(confidence, ~correct, 0.5) == 0


@pytest.mark.parametrize("one_answer", [True, False])
def test_the_bootstrap_interval_holds_the_figure_and_is_the_same_every_time(one_answer):
    one = scored(one_answer=one_answer)
    result = figures(one, samples=500, seed=3)
    assert 0 <= result["macro_f1_low"] < result["macro_f1"] < result["macro_f1_high"] <= 1
    assert figures(one, samples=500, seed=3) == result
    assert figures(one, samples=500, seed=4) != result


def test_more_rows_make_the_interval_narrower():
    few, many = (figures(scored(rows), 300, 1) for rows in (40, 1000))
    assert many["macro_f1_high"] - many["macro_f1_low"] < 0.5 * (few["macro_f1_high"] - few["macro_f1_low"])


def test_common_labels_are_those_with_twenty_positives():
    true = np.zeros((60, 3), bool)
    true[:30, 0] = true[:20, 1] = true[:19, 2] = True
    answered = true.copy()
    answered[:, 2] = False
    result = figures(Scored(answered, true, None, one_answer=False), samples=2, seed=1)
    assert result["macro_f1_common"] == 1
    assert result["macro_f1"] == pytest.approx(2 / 3, abs=1e-4)


def test_figures_that_cannot_be_told_are_left_out():
    nothing = np.zeros((3, 2), bool)
    assert figures(Scored(nothing, nothing, None, one_answer=False), samples=5, seed=1) == {
        "n": 3, "accuracy": 1, "micro_f1": 0,
    }  # fmt: skip


def test_a_slice_has_its_own_figures():
    one = scored()
    chosen = np.arange(80) < 30
    part = one.only(chosen)
    assert len(part.true) == len(part.answered) == len(part.probabilities) == 30
    assert figures(part, 5, 1)["accuracy"] == pytest.approx(
        (one.answered == one.true).all(axis=1)[:30].mean(), abs=1e-4
    )


def test_an_answer_of_several_labels_is_as_sure_as_all_its_parts_together():
    answered = np.array([[True, False], [True, True]])
    true = np.array([[True, False], [True, False]])
    probabilities = np.array([[0.9, 0.2], [0.8, 0.5]])
    confidence, right = row_confidence(Scored(answered, true, probabilities, one_answer=False))
    assert confidence.tolist() == pytest.approx([0.9 * 0.8, 0.8 * 0.5])
    assert right.tolist() == [True, False]
