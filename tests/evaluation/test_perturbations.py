import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.evaluation.perturbations import PERTURBATIONS
from pipeline.text.normalize import normalize

BY_NAME = {perturbation.name: perturbation for perturbation in PERTURBATIONS}
UNDONE = [perturbation for perturbation in PERTURBATIONS if perturbation.undone]
RU = "Заказала плиту 3 марта, а привезли без ручки 😡. Мастер сказал «ждите» и пропал! Где съёмная ручка?"
UK = "Замовила плиту 3 березня, а привезли без ручки 😡. Майстер сказав «чекайте» і зник! Де її об'єм?"


@pytest.mark.parametrize("text", [RU, UK])
@pytest.mark.parametrize("perturbation", PERTURBATIONS, ids=lambda one: one.name)
def test_each_changes_an_ordinary_complaint_and_in_the_same_way_every_time(perturbation, text):
    changed = perturbation.apply(text)
    assert changed != text
    assert changed == perturbation.apply(text)


def test_names_are_unique():
    assert len(BY_NAME) == len(PERTURBATIONS)


@pytest.mark.parametrize("perturbation", PERTURBATIONS, ids=lambda one: one.name)
@given(text=st.text())
@example("")
@example("😡")
@example("?!")
@example("\ud83d ь")
@example("ь")
def test_no_text_breaks_one_and_none_becomes_blank(perturbation, text):
    changed = perturbation.apply(text)
    assert bool(changed.strip()) == bool(text.strip())


@pytest.mark.parametrize("perturbation", UNDONE, ids=lambda one: one.name)
def test_normalisation_takes_disguises_back(perturbation, corpus):
    """Names and abbreviations lose their capitals for good; a word with a true double vowel may lose one letter."""
    texts = corpus["text"].iloc[:100]
    plain = [normalize(text).text.lower() for text in texts]
    again = [normalize(perturbation.apply(text)).text.lower() for text in texts]
    assert sum(map(str.__eq__, plain, again)) >= 93


def test_lookalikes_replace_their_share_of_the_letters_that_have_a_twin():
    text = "асеорхАВСЕНКМОРТХ" * 200
    for name, share in (("lookalikes_15", 0.15), ("lookalikes_50", 0.5)):
        latin = sum(char.isascii() for char in BY_NAME[name].apply(text))
        assert latin / len(text) == pytest.approx(share, abs=0.03)
    assert BY_NAME["lookalikes_50"].apply("бгджзилнптфцчшщ") == "бгджзилнптфцчшщ"


def test_zero_width_characters_follow_half_of_the_letters():
    changed = BY_NAME["zero_width"].apply("я" * 2000 + " 1!")
    assert len(changed) - 2003 == pytest.approx(1000, abs=100)
    assert changed.endswith(" 1!")


def test_typos_touch_one_letter_in_twenty():
    text = "привет" * 500
    changed = BY_NAME["typos"].apply(text)
    dropped = len(text) - len(changed)
    assert dropped == pytest.approx(len(text) * 0.05 / 3, abs=25)
    assert set(BY_NAME["typos"].apply("й" * 300)) == {"й", "ц"}
    assert "ы" not in BY_NAME["typos"].apply("їф" * 500)


@pytest.mark.parametrize(
    ("name", "text", "changed"),
    [
        ("capitals", "Де мої гроші?", "ДЕ МОЇ ГРОШІ?"),
        ("no_punctuation", "Ну, «что» это? Объём — 5 л! 😡", "Ну что это Объём  5 л 😡"),
        ("transliteration", "Щёки горят, хамы, съезд", "Shchyoki goryat, khamy, sezd"),
        ("transliteration", "Її гроші — наш ґрунт", "Yiyi hroshi — nash grunt"),
        ("no_emoji", "Ура ❤\ufe0f, где чек № 5 👍🏽", "Ура , где чек № 5 "),
        ("no_emoji", "😡", "😡"),
        ("without_first_sentence", "Раз. Два! Три?", "Два! Три?"),
        ("without_first_sentence", "раз\nдва", "два"),
        ("without_first_sentence", "Один раз", "Один раз"),
        ("without_last_sentence", "Раз. Два! Три?", "Раз. Два!"),
        ("without_last_sentence", "Один раз.", "Один раз."),
        ("pasted_twice", "Раз.", "Раз.\n\nРаз."),
    ],
)
def test_what_is_the_same_for_every_text(name, text, changed):
    assert BY_NAME[name].apply(text) == changed


def test_drawn_out_letters_are_vowels_three_to_six_in_a_row():
    changed = BY_NAME["repeated_letters"].apply("гром " * 300)
    words = set(changed.split())
    assert words == {"гром", *(f"гр{'о' * times}м" for times in range(3, 7))}
    assert 60 < sum(word != "гром" for word in changed.split()) < 140
