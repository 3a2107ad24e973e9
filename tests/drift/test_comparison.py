"""Planted drifts are found, an unchanged stream is left in peace; benchmarks/drift.py does it on real messages."""

import numpy as np
import pytest
from scipy import stats

from pipeline.drift.comparison import LEVEL, compare
from pipeline.drift.measures import Observed, observe
from pipeline.drift.reference import make_reference
from pipeline.evaluation.perturbations import PERTURBATIONS

BEFORE, NOW = 400, 200
SLANG = {
    "ru": "чё за кринж, админы тупо скамят и рофлят, вайб помойный, забайтили на трешак, ору чисто",
    "uk": "шо за крінж, адміни тупо скамлять і рофлять, вайб помийний, забайтили на трешак, ору чисто",
}
RAGE = {
    "ru": " Это возмутительно! Я в ярости, ненавижу вас, наглые хамы!!!",
    "uk": " Це обурливо! Я в люті, ненавиджу вас, нахабні хами!!!",
}


@pytest.fixture(scope="module")
def reference(messages, reference_of):
    return reference_of(messages[:BEFORE])


@pytest.fixture(scope="module")
def stream(messages):
    return messages[BEFORE : BEFORE + NOW]


def compared(rows, reference, wording):
    return compare(observe(rows, wording.model), len(rows), reference)


def only(observed, places):
    """Some of the rows that were observed."""
    return Observed(
        {name: [values[i] for i in places] for name, values in observed.values.items()}, observed.vectors[places]
    )


def by_name(comparison):
    return {finding.measure: finding for finding in comparison.findings}


def test_an_unchanged_stream_raises_no_alarm_in_a_hundred_draws(messages, wording):
    """At most `LEVEL` of the draws may: of a hundred, more than that only by bad luck of one in a thousand."""
    random = np.random.default_rng(13)
    observed = observe(messages, wording.model)
    alarms = 0
    for _ in range(100):
        order = random.permutation(len(messages))
        reference = make_reference(only(observed, order[:BEFORE]), BEFORE, wording.hashes, "1")
        alarms += compare(only(observed, order[BEFORE : BEFORE + NOW]), NOW, reference).drifted
    assert alarms <= stats.binom.isf(0.001, 100, LEVEL)


def test_shorter_texts_are_found(stream, reference, wording, tagged):
    rows = tagged([row.text[:60] for row in stream])
    assert by_name(compared(rows, reference, wording))["length"].drifted


def test_another_mix_of_languages_is_found(messages, reference, wording):
    rows = [row for row in messages[BEFORE:] if row.language == "uk"]
    assert by_name(compared(rows, reference, wording))["language"].drifted


def test_another_topic_is_found_and_called_a_thing_to_check(messages, reference, wording):
    rows = [row for row in messages[BEFORE:] if row.category == messages[0].category] * 3
    assert by_name(compared(rows, reference, wording))["category"].drifted


def test_slang_and_typos_are_found_and_are_a_reason_to_retrain(stream, reference, wording, tagged):
    typos = next(one for one in PERTURBATIONS if one.name == "typos")
    texts = [typos.apply(typos.apply(f"{SLANG.get(row.language, SLANG['ru'])}. {row.text}")) for row in stream]
    comparison = compared(tagged(texts), reference, wording)
    assert by_name(comparison)["vocabulary"].worse
    assert comparison.retrain == "yes"


def test_another_tone_is_found(stream, reference, wording, tagged):
    texts = [row.text + 2 * RAGE.get(row.language, RAGE["ru"]) for row in stream]
    found = by_name(compared(tagged(texts), reference, wording))
    assert found["emotion"].drifted or found["emotion_confidence"].drifted


def test_a_small_change_of_very_many_rows_is_no_alarm(stream, reference, wording):
    many = stream * 400
    few = [row.model_copy(update={"severity": 1 if n % 50 == 0 else row.severity}) for n, row in enumerate(many)]
    assert not by_name(compare(observe(few, None), len(few), reference))["severity"].drifted


def test_one_row_is_no_ground_for_a_verdict(stream, reference, wording):
    comparison = compared(stream[:1], reference, wording)
    assert (comparison.findings, comparison.drifted, comparison.retrain) == ([], False, "no")
    assert set(comparison.skipped.values()) == {1}


def test_rows_of_one_category_are_compared_like_others(stream, wording, reference_of):
    rows = [row.model_copy(update={"category": "delivery"}) for row in stream]
    found = by_name(compared(rows, reference_of(rows), wording))["category"]
    assert (found.moved, found.p_value) == (0, 1)
