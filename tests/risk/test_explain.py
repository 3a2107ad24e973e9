"""What people read: complete, in their language, without jargon, and the same as the record."""

import re

import pytest

from pipeline.data.schema import Tag
from pipeline.risk.explain import explain
from pipeline.serving.judging import risk_fields

PLAIN = {
    "id": "17", "language": "ru", "category": "delivery", "category_confidence": 0.9, "categories": ["delivery"],
    "emotion": "neutral", "emotion_confidence": 0.9, "emotions": [], "severity": 1, "signals": [],
    "needs_review": False, "review_reasons": [], "truncated": False, "model_version": "1",
}  # fmt: skip
# Words of the trade, and words that accuse.
FORBIDDEN = re.compile(
    r"логарифм|шанс|log|odds|score|feature|вес\b|модел[ьи] предсказ|мошенник|шахра|экстремис|вымога|обман|недобросовест"
    r"|професси|профес|злоупотреб|зловжив|чёрн|чорн|заблокир|заблок",
    re.IGNORECASE,
)


@pytest.fixture
def tag(model):
    def make(features, facts):
        return Tag.model_validate(PLAIN | risk_fields(model.assess(features, facts)))

    return make


@pytest.mark.parametrize("speech", ["ru", "uk"])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"earlier_complaints": 0},
        {"claimed_ratio": 0.0, "demands": 0, "threats": 0},
        {"rejected_share": None},
        {"closed": 2, "upheld": 2},
    ],
)
def test_nothing_is_left_unfilled_and_nobody_is_accused(tag, conduct, changed, speech):
    text = explain(tag(*conduct(**changed)), speech)
    assert "{" not in text
    assert "None" not in text
    assert not FORBIDDEN.search(text), FORBIDDEN.search(text)
    assert not re.search(r"[A-Za-z]{4,}", re.sub("GDPR|UAH", "", text)), "no English"


def test_both_readers_get_reasons_for_and_against_what_lowers_it_and_how_to_object(tag, conduct):
    text = explain(tag(*conduct(tenure_days=2000)), "ru")
    agent, customer = text.split("ДЛЯ КЛИЕНТА")
    for part in (agent, customer):
        assert "раньше запрошено: 28\u00a0600 UAH; потрачено на покупки: 35\u00a0808 UAH (сильно)" in part
        assert "просьба о деньгах или скидке есть в 6 из 10 сообщений" in part.split("не влияет:")[1]
        assert "клиент уже дней: 2000 (заметно)" in part
        assert "требования, соразмерные заказу и потере" in part
        assert "730 дней" in part
        assert "не согласн" in part or "не согласен" in part
    assert "решаете вы" in agent
    assert "смоделированных, то есть придуманных" in agent
    assert "Решает всегда человек" in customer
    assert "152-ФЗ" in customer


@pytest.mark.parametrize(
    ("score", "russian", "ukrainian"),
    [
        (0.999, "больше 95", "понад 95"),
        (0.951, "больше 95", "понад 95"),
        (0.95, "примерно 95", "приблизно 95"),
        (0.37, "примерно 37", "приблизно 37"),
        (0.01, "примерно 1", "приблизно 1"),
        (0.004, "меньше одного", "менше одного"),
    ],
)
def test_nobody_is_said_to_be_certain(tag, conduct, score, russian, ukrainian):
    known = tag(*conduct()).model_copy(update={"complainer_risk_score": score})
    assert f"так ведут себя {russian}. " in explain(known, "ru", ["agent"])
    assert f"так поводяться {ukrainian}. " in explain(known, "uk", ["agent"])


def test_ukrainian_is_ukrainian(tag, conduct):
    text = explain(tag(*conduct()), "uk")
    assert "Вирішує завжди людина" in text
    assert not re.search("[ыэъё]", text, re.IGNORECASE)


def test_what_hardly_counts_is_not_held_up_to_anybody(tag, conduct):
    known = tag(*conduct())
    reasons = [one.model_copy(update={"weight": 0.04}) if one.code == "rejected_share" else one
               for one in known.complainer_risk_reasons]  # fmt: skip
    assert "человек отклонил" in explain(known, "ru")
    assert "человек отклонил" not in explain(known.model_copy(update={"complainer_risk_reasons": reasons}), "ru")


def test_a_section_can_be_had_alone(tag, conduct):
    text = explain(tag(*conduct()), "ru", ["customer"])
    assert text.startswith("ДЛЯ КЛИЕНТА")
    assert "ДЛЯ СОТРУДНИКА" not in text


def test_guards_are_told_as_what_they_are(tag, conduct):
    text = explain(tag(*conduct(incident_reports=30)), "ru")
    assert text.count("о том же сообщили другие (30): вероятно, виновата компания") == 2


def test_without_history_nothing_is_held_against_anybody(tag, conduct):
    text = explain(tag(*conduct(earlier_complaints=1)), "uk", ["customer"])
    assert "жодної оцінки немає" in text
    assert "Що привернуло увагу" not in text


def test_a_record_without_customer_is_explained_too():
    bare = Tag.model_validate(
        PLAIN
        | {"complainer_risk": "insufficient_history", "complainer_risk_score": None, "complainer_risk_reasons": []}
    )
    assert "Оценки нет" in explain(bare, "ru", ["agent"])
