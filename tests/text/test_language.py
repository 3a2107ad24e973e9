import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SkargaError
from pipeline.text.language import MIXED_ODDS, LanguageDetector

LEXICON = Path(__file__).parents[2] / "configs" / "language.yaml"
WRITTEN = Path(__file__).parents[2] / "data" / "language" / "mixed_test.jsonl"


@pytest.fixture(scope="module")
def detector():
    return LanguageDetector.load(LEXICON)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Заказал чайник, привезли без крышки. Деньги не возвращают уже месяц.", "ru"),
        ("Отвратительно!", "ru"),
        ("iPhone 15 Pro Max 256 GB Desert Titanium не включается", "ru"),
        ("Верните 18 642 руб. за заказ 77-1234, Samsung Galaxy S24 Ultra", "ru"),
        ("Замовила чайник, привезли без кришки. Кошти не повертають уже місяць.", "uk"),
        ("Жахливо, ніколи більше!", "uk"),
        (
            "Оператор відповів: «ждите». Оце і вся розмова, хоч я чекала дві години на лінії з самого ранку, а потім "
            "ще годину у відділенні, бо касирка пішла на обід і ніхто не знав, коли вона повернеться.",
            "uk",
        ),
        ("Шо за магазин, звоню третій день, нікто трубку не бере, канєшно всьо понімаю", "mixed"),
        ("Здрастуйте, я звонила вчора, мне сказали ждать, а сьогодні вже ніхто не відповідає, это как?", "mixed"),
        ("Замовляв у вас телефон, получив не той, кажуть больше нема", "mixed"),
        ("The parcel never came and nobody answers", "other"),
        ("Пратката не пристигна, а никой не вдига телефона", "other"),
        ("Пасылка так і не прыйшла, ніхто не адказвае на тэлефон", "other"),
        ("Тауар келген жоқ, ешкім жауап бермейді", "other"),
        ("Brak odpowiedzi od sklepu, ок", "other"),
        ("12345 !!! 😡", "other"),
        ("", "other"),
    ],
)
def test_languages_are_told_apart(detector, text, language):
    assert detector.detect(text) == language


def test_shares_say_why(detector):
    shares = detector.shares("Шо це? Получила тиждень тому, а воно сломано")
    assert shares.words == 8
    assert shares.surzhyk == pytest.approx(1 / 8)
    assert shares.russian == pytest.approx(1 / 8)
    assert shares.ukrainian > shares.russian


def test_words_of_the_other_language_raise_the_odds(detector):
    clean = "Замовила чайник, привезли без кришки, кошти не повертають."
    assert (
        detector.mixed_odds(clean, "uk") < MIXED_ODDS < detector.mixed_odds(clean + " Звонила, обещали вернуть.", "uk")
    )


def test_the_written_set_is_told_apart(detector):
    rows = [json.loads(line) for line in WRITTEN.read_text("utf-8").splitlines()]
    found = [(row["lang"], detector.detect(row["text"])) for row in rows]
    both = found.count(("mixed", "mixed"))
    wrong = sum((language == "mixed") != (answer == "mixed") for language, answer in found)
    assert 2 * both / (2 * both + wrong) > 0.85


@given(st.text())
def test_any_text_gets_a_language(detector, text):
    assert detector.detect(text) in {"ru", "uk", "mixed", "other"}


def test_a_hostile_text_takes_linear_time(detector):
    for piece in ("а", "а-", "а'", "слово ", "і ", "я1", "ё'"):
        started = time.perf_counter()
        detector.detect(piece * (40_000 // len(piece)))
        assert time.perf_counter() - started < 2


def test_a_missing_or_broken_lexicon_is_named(tmp_path):
    with pytest.raises(SkargaError, match=r"none\.yaml: no such file"):
        LanguageDetector.load(tmp_path / "none.yaml")
    broken = tmp_path / "language.yaml"
    broken.write_text("russian: что\nukranian: що\nsurzhyk: шо\nspoken: шо\nngrams: ва 1 1\n", "utf-8")
    with pytest.raises(SkargaError, match="ukrainian"):
        LanguageDetector.load(broken)
