import math

import numpy as np
import pandas as pd
import pytest

from pipeline.config import Calibrate
from pipeline.evaluation.calibration import (
    DEFAULT_THRESHOLD,
    best_threshold,
    calibrate,
    fit_head,
    review_confidence,
)
from pipeline.evaluation.metrics import calibration_error

ROWS, LABELS = 3000, 4
PARAMS = Calibrate(min_language_rows=50, min_label_rows=3, review_precision=0.8, small_margin=0.1)


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def sample(logits):
    """Labels that come true as often as the logits say."""
    drawn = np.random.default_rng(12).random((len(logits), 1))
    return (softmax(logits).cumsum(axis=1) < drawn).sum(axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def honest():
    logits = np.random.default_rng(11).normal(size=(ROWS, LABELS)) * 1.5
    return logits, sample(logits)


def fit(logits, target, languages=None, one_answer=True, rows=10**6):
    names = np.array(languages or ["ru"] * len(logits), object)
    return fit_head({"network": logits}, target, names, one_answer, rows)


def scale(fitted, language="ru"):
    """What the logits are multiplied by."""
    return fitted.weights["network"] * fitted.slopes.get(language, 1.0)


def probabilities(fitted, logits, language="ru"):
    return fitted.probabilities({"network": logits}, language)


def test_honest_logits_stay_as_they_are(honest):
    fitted = fit(*honest)
    assert scale(fitted) == pytest.approx(1, abs=0.1)
    assert fitted.biases == pytest.approx([0] * LABELS, abs=0.15)


@pytest.mark.parametrize("sharpness", [0.5, 3.0])
def test_logits_that_are_too_sharp_or_too_flat_are_set_right(honest, sharpness):
    logits, target = honest
    fitted = fit(logits * sharpness, target)
    assert scale(fitted) == pytest.approx(1 / sharpness, rel=0.12)
    before, after = (
        calibration_error(each.max(axis=1), each.argmax(axis=1) == target)
        for each in (softmax(logits * sharpness), probabilities(fitted, logits * sharpness))
    )
    assert before > 0.05
    assert after < 0.05


def test_biases_make_up_for_other_shares_of_the_labels(honest):
    logits, _ = honest
    shift = np.array([1.0, -1.0, 0.5, -0.5])
    fitted = fit(logits, sample(logits + shift))
    assert np.array(fitted.biases) - np.mean(fitted.biases) == pytest.approx(shift, abs=0.25)


def test_labels_that_may_all_hold_are_calibrated_one_by_one():
    random = np.random.default_rng(13)
    logits = random.normal(size=(ROWS, 2)) * 2
    target = (random.random((ROWS, 2)) < 1 / (1 + np.exp(-logits - [1.0, -1.0]))).astype(np.float32)
    fitted = fit(logits * 2, target, one_answer=False)
    assert scale(fitted) == pytest.approx(0.5, rel=0.12)
    assert fitted.biases == pytest.approx([1.0, -1.0], abs=0.3)
    assert probabilities(fitted, logits * 2).mean(axis=0) == pytest.approx(target.mean(axis=0), abs=0.03)


def test_a_language_with_enough_rows_has_a_slope_of_its_own(honest):
    logits, target = honest
    sharpened = logits * np.repeat([1.0, 4.0, 1.0], [1500, 1400, 100])[:, None]
    fitted = fit(sharpened, target, ["ru"] * 1500 + ["uk"] * 1400 + ["mixed"] * 100, rows=101)
    assert set(fitted.slopes) == {"ru", "uk"}
    assert scale(fitted, "ru") == pytest.approx(1, rel=0.15)
    assert scale(fitted, "uk") == pytest.approx(0.25, rel=0.15)


def test_languages_with_few_rows_share_what_is_common(honest):
    logits, target = honest
    fitted = fit(logits * 2, target, ["ru"] * 2900 + ["mixed"] * 100, rows=101)
    assert set(fitted.slopes) == {"ru"}
    np.testing.assert_array_equal(probabilities(fitted, logits, "mixed"), probabilities(fitted, logits, "other"))
    assert scale(fitted, "mixed") == fitted.weights["network"]


def test_a_model_that_knows_nothing_is_hardly_heard(honest):
    logits, target = honest
    noise = np.random.default_rng(16).normal(size=logits.shape) * 1.5
    names = np.array(["ru"] * ROWS, object)
    weights = fit_head({"network": logits, "linear": noise}, target, names, True, 10**6).weights
    assert list(weights) == ["network", "linear"]
    assert weights["network"] == pytest.approx(1, abs=0.15)
    assert weights["linear"] < 0.15


def test_two_models_that_know_half_each_are_heard_both():
    random = np.random.default_rng(17)
    first, second = random.normal(size=(2, ROWS, LABELS))
    target = sample(first + second)
    names = np.array(["ru"] * ROWS, object)
    fitted = fit_head({"network": first * 2, "linear": second / 2}, target, names, True, 10**6)
    assert fitted.weights["network"] == pytest.approx(0.5, rel=0.2)
    assert fitted.weights["linear"] == pytest.approx(2, rel=0.2)
    blended = fitted.probabilities({"network": first * 2, "linear": second / 2}, "ru")
    alone = probabilities(fit(first, target), first)
    assert (blended.argmax(axis=1) == target).mean() > (alone.argmax(axis=1) == target).mean() + 0.05


@pytest.mark.parametrize("target", [np.full(5, np.nan, np.float32), np.full((5, 3), np.nan, np.float32)])
def test_a_head_that_no_row_labels_is_left_alone(target):
    fitted = fit(np.ones((5, 3)), target, one_answer=target.ndim == 1)
    assert (fitted.weights, fitted.slopes, fitted.biases) == ({"network": 1.0}, {}, [0.0] * 3)


def test_rows_without_a_label_change_nothing(honest):
    logits, target = honest
    more = np.concatenate([logits, logits * 50])
    holes = np.concatenate([target, np.full(ROWS, np.nan, np.float32)])
    assert fit(more, holes) == fit(logits, target)


def test_a_label_that_hardly_occurs_keeps_moderate_biases():
    logits = np.random.default_rng(14).normal(size=(300, 3))
    target = np.zeros((300, 3), np.float32)
    target[0, 0] = 1
    fitted = fit(logits, target, one_answer=False)
    assert all(math.isfinite(bias) and -12 < bias < 0 for bias in fitted.biases)


def test_the_best_threshold_is_where_answers_and_labels_part():
    probabilities = np.array([0.05, 0.1, 0.2, 0.62, 0.7, 0.9])
    target = np.array([0, 0, 0, 1, 1, 1])
    assert 0.2 < best_threshold(probabilities, target, np.zeros(6, bool), 1) <= 0.62


def test_of_a_plateau_the_middle_is_taken():
    probabilities = np.array([0.11] * 5 + [0.88] * 5)
    threshold = best_threshold(probabilities, np.arange(10) >= 5, np.zeros(10, bool), 1)
    assert threshold == pytest.approx(0.5, abs=0.06)


def test_a_rare_label_keeps_the_default_threshold():
    probabilities, target = np.array([0.1, 0.2, 0.15, 0.9]), np.array([0, 1, 1, 0])
    assert best_threshold(probabilities, target, np.zeros(4, bool), 3) == DEFAULT_THRESHOLD
    assert best_threshold(probabilities, target, np.zeros(4, bool), 2) != DEFAULT_THRESHOLD


def test_what_a_rule_answers_needs_no_low_threshold():
    """Positives that a rule finds anyway would otherwise pull the threshold down over the negatives."""
    probabilities = np.array([0.2, 0.2, 0.2, 0.25, 0.25, 0.8, 0.8])
    target = np.array([1, 1, 1, 0, 0, 1, 1])
    by_rule = np.array([True, True, True, False, False, False, False])
    assert best_threshold(probabilities, target, np.zeros(7, bool), 1) <= 0.2
    assert best_threshold(probabilities, target, by_rule, 1) > 0.25


def test_a_person_looks_below_the_confidence_that_is_right_often_enough():
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    correct = np.array([True, True, False, True, False])
    assert review_confidence(confidence, correct, 1.0) == 0.8
    assert review_confidence(confidence, correct, 0.75) == 0.6
    assert review_confidence(confidence, correct, 0.6) == 0.5
    assert review_confidence(confidence, ~correct, 0.9) == 1.0
    assert review_confidence(np.array([]), np.array([], bool), 0.9) == 1.0


def test_all_heads_together(labels):
    rows = pd.DataFrame(
        {
            "language": ["ru", "uk"] * 60,
            "category": ["delivery", "deception", None] * 40,
            "categories": [["delivery"], ["deception", "delivery"], None] * 40,
            "emotion": [["anger"], [], None] * 40,
            "signals": [["insult"], [], []] * 40,
            "severity": [2, 3, 1] * 40,
        }
    )
    sizes = {"category": 13, "categories": 13, "emotion": 6, "signals": 10, "severity": 3}
    random = np.random.default_rng(15)
    logits = {head: random.normal(size=(120, size)) for head, size in sizes.items()}
    calibration = calibrate({"network": logits}, rows, labels, PARAMS)
    assert {head: len(fitted.biases) for head, fitted in calibration.heads.items()} == sizes
    assert {head for head, fitted in calibration.heads.items() if fitted.one_answer} == {"category", "severity"}
    assert {head: list(thresholds) for head, thresholds in calibration.thresholds.items()} == {
        "categories": labels.codes["category"], "emotion": labels.codes["emotion"], "signals": labels.codes["signals"],
    }  # fmt: skip
    assert calibration.thresholds["emotion"]["joy"] == DEFAULT_THRESHOLD
    assert calibration.review.margin == 0.1
    assert set(calibration.heads["severity"].slopes) == {"ru", "uk"}
    assert set(calibration.heads["emotion"].slopes) == set(), "40 rows of each language are labelled"
