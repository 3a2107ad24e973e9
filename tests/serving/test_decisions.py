import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from pipeline.labels import NEUTRAL
from pipeline.serving.calibration import LINEAR, NETWORK, Calibration, HeadCalibration, Level, Levels
from pipeline.serving.decisions import NO_SPECIFICS, NOT_COMPLAINT, decide

SIZES = {"category": 13, "categories": 13, "emotion": 6, "signals": 10, "severity": 3}
SINGLE = ("category", "severity")


def level(confidence):
    return Level(promised=0.5, confidence=confidence, coverage=0.5, precision=0.6, rows=100)


def calibration_for(labels, preselect=0.5, automatic=0.8, slopes=None, weights=None):
    codes = labels.codes
    several = {"categories": codes["category"], "emotion": codes["emotion"], "signals": codes["signals"]}
    return Calibration(
        heads={
            head: HeadCalibration(
                one_answer=head in SINGLE,
                weights=weights or {NETWORK: 1.0},
                slopes=slopes or {},
                biases=[0.0] * size,
                language_biases={},
            )
            for head, size in SIZES.items()
        },
        thresholds={head: dict.fromkeys(names, 0.5) for head, names in several.items()},
        levels=Levels(preselect=level(preselect), automatic=level(automatic)),
        small_margin=0.1,
    )


@pytest.fixture(scope="module")
def calibration(labels):
    return calibration_for(labels)


def logits(labels, low=-5.0, **chosen):
    """Logits that are low but for the chosen codes."""
    values = {head: np.full(size, low, np.float32) for head, size in SIZES.items()}
    for head, codes in chosen.items():
        names = labels.codes["category" if head == "categories" else head]
        for code, value in codes.items():
            values[head][names.index(code)] = value
    values["severity"][1] = max(values["severity"][1], -4.0)
    return values


def answer(values, calibration, labels, by_rule=(), language="uk"):
    return decide({NETWORK: values}, calibration, labels, language, set(by_rule))


def test_the_likeliest_category_leads_those_over_their_threshold(labels, calibration):
    values = logits(
        labels, category={"delivery": 4.0}, categories={"deception": 1.0, "other": 3.0, "waiting_time": -0.1}
    )
    given_answer = answer(values, calibration, labels)
    assert given_answer.category == "delivery"
    assert given_answer.categories == ["delivery", "other", "deception"]
    assert given_answer.category_confidence == pytest.approx(1 / (1 + 12 * np.exp(-9.0)), abs=1e-4)


def test_a_probability_on_its_threshold_is_over_it(labels, calibration):
    assert answer(logits(labels, emotion={"joy": 0.0}), calibration, labels).emotions == ["joy"]


def test_thresholds_are_those_of_each_label(labels, calibration):
    strict = calibration.model_copy(deep=True)
    strict.thresholds["emotion"]["anger"] = 0.9
    values = logits(labels, emotion={"anger": 2.0, "fear": 1.0})
    assert answer(values, strict, labels).emotions == ["fear"]
    assert answer(values, strict, labels).emotion == "fear"
    assert answer(values, calibration, labels).emotion == "anger"


def test_no_emotion_over_its_threshold_is_neutral(labels, calibration):
    given_answer = answer(logits(labels, emotion={"anger": -1.0}), calibration, labels)
    assert (given_answer.emotion, given_answer.emotions) == (NEUTRAL, [])
    assert given_answer.emotion_confidence == pytest.approx(1 - 1 / (1 + np.exp(1.0)), abs=1e-4)


def test_no_complaint_excludes_other_categories_and_the_lack_of_facts(labels, calibration):
    values = logits(
        labels, category={NOT_COMPLAINT: 3.0}, categories={"delivery": 3.0}, signals={NO_SPECIFICS: 3.0, "insult": 1.0}
    )
    given_answer = answer(values, calibration, labels)
    assert given_answer.categories == [NOT_COMPLAINT]
    assert given_answer.signals == ["insult"]


def test_a_complaint_never_lists_that_it_is_none(labels, calibration):
    values = logits(labels, category={"delivery": 3.0}, categories={NOT_COMPLAINT: 3.0}, signals={NO_SPECIFICS: 3.0})
    given_answer = answer(values, calibration, labels)
    assert given_answer.categories == ["delivery"]
    assert given_answer.signals == [NO_SPECIFICS]


def test_a_signal_found_by_a_rule_is_always_part_of_the_answer(labels, calibration):
    values = logits(labels, signals={"insult": 2.0})
    assert answer(values, calibration, labels, by_rule=["legalese"]).signals == ["insult", "legalese"]
    assert answer(values, calibration, labels, by_rule=["insult"]).signals == ["insult"]


@pytest.mark.parametrize(
    ("category", "severity", "doubts"),
    [
        ({"delivery": 9.0}, {}, []),
        ({"delivery": -4.0}, {}, ["low_confidence:category"]),
        ({"delivery": 5.0, "other": 4.95}, {}, ["small_margin:category"]),
        ({}, {}, ["low_confidence:category", "small_margin:category"]),
        ({"delivery": 9.0}, {"3": 3.0}, ["urgent"]),
    ],
)
def test_doubts_have_their_reasons(labels, category, severity, doubts):
    careful = calibration_for(labels, preselect=0.49)
    given_answer = answer(logits(labels, category=category, severity=severity), careful, labels)
    assert given_answer.doubts == doubts
    assert given_answer.severity == (3 if severity else 2)


@pytest.mark.parametrize(
    ("preselect", "automatic", "logit", "earned"),
    [
        (0.5, 0.8, 9.0, "automatic"),
        (0.5, 0.8, -2.0, "preselect"),
        (0.5, 0.8, -3.0, "suggest"),
        (0.5, None, 9.0, "preselect"),
        (None, None, 9.0, "suggest"),
    ],
)
def test_a_confidence_earns_a_level_of_automation(labels, preselect, automatic, logit, earned):
    """The other twelve categories have the logit -5."""
    strict = calibration_for(labels, preselect=preselect, automatic=automatic)
    given_answer = answer(logits(labels, category={"delivery": logit}), strict, labels)
    assert given_answer.level == earned
    assert ("low_confidence:category" in given_answer.doubts) == (earned == "suggest")


def test_a_language_may_have_a_slope_of_its_own(labels):
    calibration = calibration_for(labels, slopes={"ru": 0.1})
    values = logits(labels, category={"delivery": 3.0})
    sure, unsure = (answer(values, calibration, labels, language=language) for language in ("uk", "ru"))
    assert sure.category_confidence > 0.9
    assert unsure.category_confidence < 0.5
    assert unsure.category == "delivery"


def test_a_language_may_add_to_a_bias(labels, calibration):
    head = calibration.heads["emotion"].model_copy(update={"language_biases": {"uk": [-3.0] * SIZES["emotion"]}})
    calmer = calibration.model_copy(update={"heads": {**calibration.heads, "emotion": head}})
    values = logits(labels, emotion={"joy": 1.0})
    assert answer(values, calmer, labels, language="uk").emotions == []
    for language in ("ru", "mixed"):
        assert answer(values, calmer, labels, language=language).emotions == ["joy"]


def test_two_models_are_heard_by_their_weights(labels):
    network, linear = logits(labels, category={"delivery": 3.0}), logits(labels, category={"deception": 3.0})
    for weights, category in (({NETWORK: 1.0, LINEAR: 0.4}, "delivery"), ({NETWORK: 0.4, LINEAR: 1.0}, "deception")):
        calibration = calibration_for(labels, weights=weights)
        given_answer = decide({NETWORK: network, LINEAR: linear}, calibration, labels, "uk", set())
        assert given_answer.category == category


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {head: nps.arrays(np.float32, size, elements=st.floats(-300, 300, width=32)) for head, size in SIZES.items()}
    ),
    st.sets(st.sampled_from(["insult", "legalese", "ultimatum"])),
)
def test_an_answer_is_consistent_whatever_the_network_says(labels, calibration, values, by_rule):
    given_answer = answer(values, calibration, labels, by_rule)
    assert given_answer.categories[0] == given_answer.category
    assert len(set(given_answer.categories)) == len(given_answer.categories)
    assert (NOT_COMPLAINT in given_answer.categories) == (given_answer.categories == [NOT_COMPLAINT])
    assert given_answer.emotion == (given_answer.emotions or [NEUTRAL])[0]
    assert by_rule <= set(given_answer.signals)
    assert given_answer.severity in {1, 2, 3}
    for share in (given_answer.category_confidence, given_answer.emotion_confidence):
        assert 0 <= share <= 1


def test_probabilities_of_one_answer_add_up_and_never_overflow(calibration):
    huge = {head: np.array([1e30] + [-1e30] * (size - 1), np.float32) for head, size in SIZES.items()}
    for head, shares in calibration.probabilities({NETWORK: huge}, "ru").items():
        assert np.isfinite(shares).all()
        assert shares.sum() == pytest.approx(1), head


def test_calibration_is_read_as_it_was_written(calibration, tmp_path):
    (tmp_path / "calibration.json").write_text(calibration.model_dump_json())
    assert Calibration.load(tmp_path / "calibration.json") == calibration
