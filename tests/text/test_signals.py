import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.text.rules import load_rules
from pipeline.text.signals import SignalMatcher, SignalSpan, check

RULES = Path(__file__).parents[2] / "configs" / "signals.yaml"

RULE = """
rules:
  - code: legal_threat
    lang: ru
    patterns: [подам|подаю ~2 в суд, иск*]
    unless: [не ~1 подам]
    matches: [Подам на вас в суд]
    misses: [Не подам в суд]
"""


@pytest.fixture(scope="module")
def matcher():
    return SignalMatcher.load(RULES)


@pytest.fixture
def rule_file(tmp_path):
    path = tmp_path / "signals.yaml"
    path.write_text(RULE, "utf-8")
    return path


def found(matcher, text, language):
    return [(span.code, text[span.start : span.end]) for span in matcher.match(text, language)]


def test_every_rule_keeps_its_promises():
    assert check(RULES) == []


def test_every_signal_has_rules_in_both_languages():
    rules = load_rules(RULES)
    codes = {rule.code for rule in rules}
    assert {(rule.code, rule.lang) for rule in rules} == {(code, lang) for code in codes for lang in ("ru", "uk")}
    assert len(codes) == 9


def test_a_broken_promise_is_reported(rule_file):
    rule_file.write_text(RULE.replace("Не подам в суд", "Подам в суд!").replace("[Подам на", "[Жду и"), "utf-8")
    assert check(rule_file) == [
        "legal_threat ru must match: Жду и вас в суд",
        "legal_threat ru must miss: Подам в суд!",
    ]


def test_spans_are_the_wording(matcher):
    text = "Ещё раз: верните деньги, иначе пойду в прокуратуру. Никому не советую!"
    assert found(matcher, text, "ru") == [
        ("ultimatum", "иначе пойду в прокуратуру"),
        ("legal_threat", "пойду в прокуратуру"),
        ("warns_others", "Никому не советую"),
    ]


def test_a_rule_reads_its_own_language_and_the_mix(matcher):
    text = "Звернуся до суду"
    assert found(matcher, text, "uk") == [("legal_threat", "Звернуся до суду")]
    assert found(matcher, text, "mixed") == found(matcher, text, "uk")
    assert found(matcher, text, "other") == found(matcher, text, "uk")
    assert found(matcher, text, "ru") == []


def test_overlapping_spans_of_one_code_are_one(rule_file):
    matcher = SignalMatcher.load(rule_file)
    assert matcher.match("подам подаю в суд; иск", "ru") == [
        SignalSpan(0, 17, "legal_threat"),
        SignalSpan(19, 22, "legal_threat"),
    ]


def test_a_gap_ends_with_the_sentence_and_an_exception_wins(rule_file):
    matcher = SignalMatcher.load(rule_file)
    assert matcher.match("Подам завтра. В суд", "ru") == []
    assert matcher.match("Не я подам в суд", "ru") == []


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("code: legal_threat", "code: legal_treat", "rules.0.code"),
        ("lang: ru", "lang: be", "rules.0.lang"),
        ("unless:", "except:", "rules.0.except"),
        ("иск*", "и*к", "rules.0.patterns"),
        ("    misses: [Не подам в суд]\n", "", "rules.0.misses"),
        ("rules:", "rules: [", "signals.yaml"),
    ],
)
def test_a_bad_rule_file_is_refused_by_rule_and_key(rule_file, old, new, named):
    rule_file.write_text(RULE.replace(old, new), "utf-8")
    with pytest.raises(SkargaError, match=named):
        SignalMatcher.load(rule_file)


def test_a_missing_rule_file_is_named(tmp_path):
    with pytest.raises(SkargaError, match="no such file"):
        SignalMatcher.load(tmp_path / "none.yaml")


@settings(max_examples=50)
@given(
    st.text()
    | st.lists(
        st.sampled_from(["не", "подам", "в", "суд", "больше", "никогда", "#", ".", "5", "иск", "я", "п'ять"])
    ).map(" ".join)
)
def test_spans_lie_in_the_text_and_are_sorted(matcher, text):
    spans = matcher.match(text, "mixed")
    assert spans == sorted(spans)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@pytest.mark.parametrize("piece", ["не ", "подам ", "если до 5 ", "в суд ", "а", "'", "больше не больше "])
def test_a_hostile_text_takes_linear_time(matcher, piece):
    started = time.perf_counter()
    matcher.match(piece * (20_000 // len(piece)), "mixed")
    assert time.perf_counter() - started < 3


def test_the_rules_import_neither_torch_nor_transformers():
    program = (
        "import sys; import pipeline.text.signals, pipeline.text.language, pipeline.text.mask; "
        "assert not {'torch', 'transformers', 'pandas', 'tensorflow', 'spacy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=RULES.parents[1])
