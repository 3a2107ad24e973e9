import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.wordforms import WordForms, ngrams

FORMS = WordForms("_що 30 10\nдєн -20 40\nва 0 1")


def test_weights_of_found_ngrams_add_up():
    odds = FORMS.foreignness("що")
    assert (odds.to_russian, odds.to_ukrainian) == pytest.approx((3, -2))
    assert FORMS.foreignness("дєнь").to_ukrainian == pytest.approx(6)


def test_a_letter_that_russian_lacks_speaks_against_it():
    assert FORMS.foreignness("їжа").to_russian == pytest.approx(6)
    assert FORMS.foreignness("рыба").to_ukrainian == pytest.approx(6)


@given(st.text(min_size=1))
def test_ngrams_lie_in_the_word(word):
    assert all(ngram in f"_{word}_" for ngram in ngrams(word))


@pytest.mark.parametrize("table", ["що 3", "що 3 x"])
def test_a_broken_table_is_refused(table):
    with pytest.raises(ValueError, match=r"values to unpack|invalid literal"):
        WordForms(table)
