import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation.metrics import Scored, calibration_error, confidence_and_truth, macro_f1, macro_f1s
from pipeline.evaluation.paired import (
    accuracies,
    calibration_errors,
    draw_with_the_rows,
    drops,
    language_gaps,
    loss_of,
    paired_loss,
)


def scored(seed, rows=200, labels=4, right=0.7, one_answer=True):
    """Answers of which a share is right."""
    random = np.random.default_rng(seed)
    true = random.integers(labels, size=rows)
    answered = np.where(random.random(rows) < right, true, (true + 1) % labels)
    probabilities = np.full((rows, labels), 0.1 / (labels - 1))
    probabilities[np.arange(rows), answered] = 0.9
    return Scored(answered[:, None] == np.arange(labels), true[:, None] == np.arange(labels), probabilities, one_answer)


def on_the_rows(part):
    return np.ones((1, len(part.true)))


@pytest.mark.parametrize("one_answer", [True, False])
def test_on_the_rows_as_they_are_figures_are_those_of_the_evaluation(one_answer):
    part = scored(1, one_answer=one_answer)
    weights = on_the_rows(part)
    assert accuracies(part, weights)[0] == pytest.approx((part.answered == part.true).all(1).mean())
    assert macro_f1s(part, weights)[0] == pytest.approx(macro_f1(part.answered, part.true))
    expected = calibration_error(*confidence_and_truth(part))
    assert calibration_errors(part, weights)[0] == pytest.approx(expected)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_a_weight_of_two_is_the_row_twice(seed, rows):
    part = scored(seed, rows)
    weights = np.random.default_rng(seed).integers(1, 3, size=(1, rows)).astype(float)
    repeated = part.only(np.repeat(np.arange(rows), weights[0].astype(int)))
    for statistic in (accuracies, macro_f1s, calibration_errors):
        assert statistic(part, weights)[0] == pytest.approx(statistic(repeated, on_the_rows(repeated))[0])


@pytest.mark.parametrize("statistic", [accuracies, macro_f1s, calibration_errors])
def test_the_same_answers_lose_nothing(statistic):
    part = scored(2)
    loss = paired_loss(statistic, part, part, draw_with_the_rows(200, 100, 13), less_is_better=False)
    assert (loss.value, loss.low, loss.high) == (0, 0, 0)


@pytest.mark.parametrize("statistic", [accuracies, macro_f1s])
def test_worse_answers_are_surely_worse_and_better_ones_surely_better(statistic):
    weights = draw_with_the_rows(200, 500, 13)
    good, poor = scored(3, right=0.9), scored(3, right=0.4)
    loss = paired_loss(statistic, good, poor, weights, less_is_better=False)
    assert 0.2 < loss.low < loss.value < loss.high
    assert paired_loss(statistic, poor, good, weights, less_is_better=False).high < -0.2


def test_pairs_are_judged_more_sharply_than_each_model_alone():
    """One answer more that is wrong is little, but it is sure: the interval of the difference knows of the pairing."""
    good = scored(4, rows=400, right=0.5)
    answered = good.answered.copy()
    hits = np.flatnonzero((answered & good.true).any(1))[:12]
    answered[hits] = np.roll(answered[hits], 1, axis=1)
    poor = Scored(answered, good.true, good.probabilities, True)
    weights = draw_with_the_rows(400, 500, 13)
    assert paired_loss(accuracies, good, poor, weights, less_is_better=False).low > 0
    low, high = np.quantile(accuracies(good, weights)[1:], [0.025, 0.975])
    assert low < accuracies(poor, weights)[0] < high


def test_a_growing_gap_between_languages_is_a_loss():
    even = [scored(5, right=0.8), scored(6, right=0.8)]
    apart = [scored(5, right=0.9), scored(6, right=0.5)]
    weights = [draw_with_the_rows(200, 300, seed) for seed in (1, 2)]
    loss = loss_of(language_gaps(even, weights), language_gaps(apart, weights), less_is_better=True)
    assert loss.low > 0.1


def test_what_a_change_of_the_texts_costs():
    before, after = scored(7, right=0.9), scored(7, right=0.5)
    assert drops(before, after, on_the_rows(before))[0] > 0.2
    assert drops(before, before, on_the_rows(before))[0] == 0
