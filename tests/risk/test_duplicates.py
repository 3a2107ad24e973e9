import numpy as np
import pytest

from pipeline.risk.duplicates import Templates
from pipeline.risk.wording import read_wording

LETTER = (
    "Замовив у вас чайник {date}, номер замовлення {order}. Кур'єр {name} привіз коробку без кришки "
    "і поїхав до міста {city}. "
    "На гарячій лінії двічі обіцяли передзвонити, але ніхто так і не зателефонував. "
    "Вимагаю повернути {sum} грн і компенсувати зіпсований вечір протягом трьох днів."
)
HONEST = [
    "Чайник із вашого магазину {order} прийшов без кришки, а курʼєр навіть не вибачився. "
    "Поверніть, будь ласка, гроші за товар, чек додаю до листа.",
    "Третій день не можу додзвонитися: у коробці від {date} немає кришки до чайника. "
    "Як ним користуватися без неї, скажіть мені?",
    "Мені теж привезли чайник без кришки! Схоже, вся партія така. Коли чекати на заміну, якщо живу в місті {city}?",
]
ONE = {"date": "12 січня", "order": "77-1184", "name": "Петро", "city": "Львова", "sum": "1 200"}
TWO = {"date": "03.02.2026", "order": "90017", "name": "Олена", "city": "Дніпра", "sum": "5000"}


def templates(*texts, owners=None):
    return Templates().add(read_wording(texts, owners or [str(place) for place in range(len(texts))])).tolist()


def test_a_template_is_known_whatever_is_filled_in():
    assert templates(LETTER.format(**ONE), LETTER.format(**TWO)) == [0, 0]


def test_a_template_is_known_with_a_sentence_dropped_or_moved():
    first, second, third = (
        LETTER.format(**TWO).split(". ")[:1],
        LETTER.format(**TWO).split(". ")[1:3],
        LETTER.format(**TWO).split(". ")[3:],
    )
    dropped = ". ".join(first + second[:1] + third)
    moved = ". ".join(second + first + third)
    assert templates(LETTER.format(**ONE), dropped, moved) == [0, 0, 0]


def test_honest_people_on_one_incident_have_words_of_their_own():
    texts = [text.format(**ONE) for text in HONEST]
    assert templates(LETTER.format(**ONE), *texts) == [0, 1, 2, 3]


def test_capitals_and_punctuation_change_nothing():
    text = LETTER.format(**ONE)
    assert templates(text, text.replace(",", "").replace("!", "")) == [0, 0]
    assert templates(text.upper(), text.lower()) == [0, 0]


def test_few_words_are_anybodys_but_the_same_customers():
    assert templates("Верните деньги!", "верните деньги", "Верните деньги", owners=["a", "b", "a"]) == [0, 1, 0]


def test_one_by_one_or_all_at_once_is_the_same():
    texts = [LETTER.format(**ONE), HONEST[0], LETTER.format(**TWO), "Коротко", "", HONEST[0], "Коротко"]
    owners = list("abcdefd")
    live = Templates()
    singly = [live.add(read_wording([text], [owner]))[0] for text, owner in zip(texts, owners, strict=True)]
    assert singly == templates(*texts, owners=owners) == [0, 1, 0, 3, 4, 1, 3]


def test_nothing_in_nothing_out():
    assert templates() == []
    assert len(read_wording([], []).take(np.empty(0, np.int64)).sizes) == 0


@pytest.mark.parametrize("text", ["\ud800 " * 20, "a" * 100_000, "0 " * 30, "\x00", "İ ß ﬁ " * 9])
def test_any_text_has_a_wording(text):
    assert templates(text, text, owners=["a", "a"]) == [0, 0]
