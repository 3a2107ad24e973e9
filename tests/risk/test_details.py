"""What reasons say: of every code, in every language, with numbers as each language writes them."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.risk.details import Sheet, number, translated, values_of
from pipeline.risk.features import NEEDS, Facts, Features
from pipeline.risk.guards import GUARDS
from pipeline.risk.phrases import phrases
from pipeline.risk.scorecard import CONDUCT, SHOWN

MODEL = {"memory_days": 730, "least_earlier": 2, "origin": "simulated customers"}
CODES = [*CONDUCT, *SHOWN, *GUARDS, "base", "short_history"]


def braces(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", phrases()["reasons"])
def test_translations_need_no_number_that_the_english_phrase_lacks(code):
    said = phrases()["reasons"][code]
    assert set(said) == {"en", "ru", "uk"}
    assert braces(said["ru"]) <= braces(said["en"])
    assert braces(said["uk"]) == braces(said["ru"])


def test_whatever_may_be_unknown_has_a_name():
    assert set(phrases()["names"]) == set(NEEDS) & set(CONDUCT)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("speech", ["ru", "uk"])
def test_a_translation_says_what_would_have_been_said_in_that_language(conduct, code, speech):
    features, facts = conduct()
    english = Sheet(features, facts, MODEL).detail(code)
    assert translated(code, english, speech) == Sheet(features, facts, MODEL, speech).detail(code)


@given(
    claimed=st.floats(0, 1e9),
    ordered=st.none() | st.floats(0.01, 1e9),
    currency=st.none() | st.sampled_from(["UAH", "₴"]),
)
def test_money_survives_translation(claimed, ordered, currency):
    features = Features(5, 1, 0, 0, 0, 0, 0, 0.1, 0.1, 0.1, claimed_ratio=0.5)
    for basis in ("spend", "orders"):
        facts = Facts(1, 0, 0, 0, claimed=claimed, ordered=ordered, money_basis=basis, currency=currency)
        english = Sheet(features, facts, MODEL).detail("claimed_ratio")
        assert translated("claimed_ratio", english, "uk") == Sheet(features, facts, MODEL, "uk").detail("claimed_ratio")


def test_numbers_are_written_as_each_language_does():
    assert number(35807.5, "en", 2) == "35,807.50"
    assert number(35807.5, "ru", 2) == number(35807.5, "uk", 2) == "35\u00a0807,50"


def test_a_sentence_that_no_phrase_says_is_refused():
    with pytest.raises(ValueError, match="upheld"):
        translated("upheld", "nobody knows", "ru")
    assert values_of("upheld", "3 of 5 decided complaints were found justified") == {"upheld": "3", "closed": "5"}


def test_no_reason_speaks_of_another_person(conduct):
    """Numbers of others appear as counts and means only."""
    features, facts = conduct(campaign_customers=11, incident_reports=14)
    sheet = Sheet(features, facts, MODEL)
    assert sheet.detail("campaign_customers") == "11 other customers have sent the same wording"
    assert sheet.detail("incident_reports") == "14 others report the same thing within two weeks"
