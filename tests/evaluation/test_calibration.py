import math

import numpy as np
import pandas as pd
import pytest

from pipeline.config import Calibrate, Levels
from pipeline.evaluation.calibration import HeadRows, calibrate, choose_rows, fit_head
from pipeline.evaluation.metrics import calibration_error

ROWS, LABELS = 3000, 4
PARAMS = Calibrate(
    target_sources=[],
    min_language_rows=50,
    min_label_rows=3,
    levels=Levels(preselect=0.6, automatic=0.8),
    small_margin=0.1,
    novel_share=0.02,
)


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


def known(logits, target, languages=None, weights=None):
    """Rows of one head; `logits` per model, or those of the network."""
    parts = logits if isinstance(logits, dict) else {"network": logits}
    true = target > 0 if target.ndim == 2 else np.arange(next(iter(parts.values())).shape[1]) == target[:, None]
    names = np.array(["ru"] * len(true) if languages is None else languages, object)
    return HeadRows(parts, true, np.zeros(true.shape, bool), names, np.ones(len(true)) if weights is None else weights)


def fit(logits, target, languages=None, weights=None, **params):
    rows = known(logits, target, languages, weights)
    return fit_head(rows, target.ndim == 1, PARAMS.model_copy(update={"min_language_rows": 10**6, **params}))


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
    fitted = fit(logits * 2, target)
    assert scale(fitted) == pytest.approx(0.5, rel=0.12)
    assert fitted.biases == pytest.approx([1.0, -1.0], abs=0.3)
    assert probabilities(fitted, logits * 2).mean(axis=0) == pytest.approx(target.mean(axis=0), abs=0.03)


def test_a_language_with_enough_rows_has_a_slope_of_its_own(honest):
    logits, target = honest
    sharpened = logits * np.repeat([1.0, 4.0, 1.0], [1500, 1400, 100])[:, None]
    fitted = fit(sharpened, target, ["ru"] * 1500 + ["uk"] * 1400 + ["mixed"] * 100, min_language_rows=101)
    assert set(fitted.slopes) == {"ru", "uk"}
    assert scale(fitted, "ru") == pytest.approx(1, rel=0.15)
    assert scale(fitted, "uk") == pytest.approx(0.25, rel=0.15)


def test_languages_with_few_rows_share_what_is_common(honest):
    logits, target = honest
    fitted = fit(logits * 2, target, ["ru"] * 2900 + ["mixed"] * 100, min_language_rows=101)
    assert set(fitted.slopes) == {"ru"}
    np.testing.assert_array_equal(probabilities(fitted, logits, "mixed"), probabilities(fitted, logits, "other"))
    assert scale(fitted, "mixed") == fitted.weights["network"]


def test_a_model_that_knows_nothing_is_hardly_heard(honest):
    logits, target = honest
    noise = np.random.default_rng(16).normal(size=logits.shape) * 1.5
    weights = fit({"network": logits, "linear": noise}, target).weights
    assert list(weights) == ["network", "linear"]
    assert weights["network"] == pytest.approx(1, abs=0.15)
    assert weights["linear"] < 0.15


def test_two_models_that_know_half_each_are_heard_both():
    random = np.random.default_rng(17)
    first, second = random.normal(size=(2, ROWS, LABELS))
    target = sample(first + second)
    fitted = fit({"network": first * 2, "linear": second / 2}, target)
    assert fitted.weights["network"] == pytest.approx(0.5, rel=0.2)
    assert fitted.weights["linear"] == pytest.approx(2, rel=0.2)
    blended = fitted.probabilities({"network": first * 2, "linear": second / 2}, "ru")
    alone = probabilities(fit(first, target), first)
    assert (blended.argmax(axis=1) == target).mean() > (alone.argmax(axis=1) == target).mean() + 0.05


def test_a_language_with_other_shares_of_the_labels_has_biases_of_its_own(honest):
    logits, _ = honest
    shift = np.array([1.5, -1.5, 0.0, 0.0])
    languages = np.array(["ru", "uk"] * (ROWS // 2), object)
    target = sample(logits + np.where(languages[:, None] == "uk", shift, 0))
    fitted = fit(logits, target, languages, min_language_rows=50)
    difference = np.subtract(fitted.language_biases["uk"], fitted.language_biases["ru"])
    assert difference == pytest.approx(shift, abs=0.5), "pulled towards the common bias"
    for language in ("ru", "uk"):
        shares = probabilities(fitted, logits[languages == language], language).mean(axis=0)
        true = np.bincount(target[languages == language].astype(int), minlength=LABELS) / (ROWS / 2)
        assert shares == pytest.approx(true, abs=0.04)


def test_a_label_with_few_rows_in_a_language_shares_the_common_bias():
    random = np.random.default_rng(18)
    logits = random.normal(size=(400, 2))
    target = np.zeros((400, 2), np.float32)
    target[:100, 0] = 1  # ru
    target[200:, 0] = 1  # uk
    target[:40, 1] = 1
    target[200:205, 1] = 1
    fitted = fit(logits, target, ["ru"] * 200 + ["uk"] * 200, min_language_rows=50, min_label_rows=6)
    assert fitted.language_biases["uk"][0] > fitted.language_biases["ru"][0]
    assert fitted.language_biases["uk"][1] == 0
    assert fitted.language_biases["ru"][1] != 0


def test_rows_count_by_their_weights(honest):
    logits, target = honest
    half = np.repeat([True, False], ROWS // 2)
    sharpened = np.where(half[:, None], logits, logits * 4)
    assert scale(fit(sharpened, target, weights=np.where(half, 1.0, 1e-6))) == pytest.approx(1, rel=0.15)
    assert scale(fit(sharpened, target, weights=np.where(half, 1e-6, 1.0))) == pytest.approx(0.25, rel=0.15)


@pytest.mark.parametrize("target", [np.zeros(0, np.float32), np.zeros((0, 3), np.float32)])
def test_a_head_that_no_row_labels_is_left_alone(target):
    fitted = fit(np.ones((0, 3)), target)
    assert (fitted.weights, fitted.slopes, fitted.biases) == ({"network": 1.0}, {}, [0.0] * 3)


def test_a_label_that_hardly_occurs_keeps_moderate_biases():
    logits = np.random.default_rng(14).normal(size=(300, 3))
    target = np.zeros((300, 3), np.float32)
    target[0, 0] = 1
    fitted = fit(logits, target)
    assert all(math.isfinite(bias) and -12 < bias < 0 for bias in fitted.biases)


@pytest.fixture(scope="module")
def table():
    return pd.DataFrame(
        {
            "language": ["ru", "uk"] * 60,
            "source": ["shop", "forum", "tweets"] * 40,
            "weight": [1.0, 0.5, 1.0] * 40,
            "category": ["delivery", "deception", None] * 40,
            "categories": [["delivery"], ["deception", "delivery"], None] * 40,
            "emotion": [["anger"], [], ["joy"]] * 40,
            "signals": [["insult"], [], None] * 40,
            "severity": [2, 3, None] * 40,
        }
    )


@pytest.fixture(scope="module")
def logits():
    sizes = {"category": 13, "categories": 13, "emotion": 6, "signals": 10, "severity": 3}
    random = np.random.default_rng(15)
    return {"network": {head: random.normal(size=(120, size)) for head, size in sizes.items()}}


def test_each_head_is_calibrated_on_the_rows_that_are_labelled_for_it(table, logits, labels):
    chosen = choose_rows(logits, table, labels, [], {})
    assert {head: len(rows.true) for head, rows in chosen.items()} == {
        "category": 80, "categories": 80, "emotion": 120, "signals": 80, "severity": 80,
    }  # fmt: skip
    assert (chosen["category"].true.sum(axis=1) == 1).all()
    assert chosen["categories"].true.sum() == 120
    assert set(chosen["category"].weights) == {1.0, 0.5}
    np.testing.assert_array_equal(chosen["severity"].logits["network"][1], logits["network"]["severity"][1])


def test_sources_that_are_like_the_messages_to_come_stand_alone_where_they_have_labels(table, logits, labels):
    chosen = choose_rows(logits, table, labels, ["tweets", "elsewhere"], {"emotion": np.ones((120, 6), bool)})
    assert len(chosen["category"].true) == 80, "tweets have no category"
    assert len(chosen["emotion"].true) == 40
    assert chosen["emotion"].true[:, labels.codes["emotion"].index("joy")].all()
    assert chosen["emotion"].always.all()
    assert not chosen["signals"].always.any()


def test_all_heads_together(table, logits, labels):
    calibration = calibrate(logits, table, labels, PARAMS.model_copy(update={"min_language_rows": 50}))
    sizes = {head: values.shape[1] for head, values in logits["network"].items()}
    assert {head: len(fitted.biases) for head, fitted in calibration.heads.items()} == sizes
    assert {head for head, fitted in calibration.heads.items() if fitted.one_answer} == {"category", "severity"}
    assert {head: list(thresholds) for head, thresholds in calibration.thresholds.items()} == {
        "categories": labels.codes["category"], "emotion": labels.codes["emotion"], "signals": labels.codes["signals"],
    }  # fmt: skip
    assert calibration.small_margin == 0.1
    assert (calibration.levels.preselect.promised, calibration.levels.automatic.promised) == (0.6, 0.8)
    assert calibration.levels.preselect.rows == 80
    assert set(calibration.heads["emotion"].language_biases) == {"ru", "uk"}
    assert calibration.heads["severity"].slopes == {}, "40 rows of each language are labelled"
