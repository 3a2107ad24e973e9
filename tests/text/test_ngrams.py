from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from pipeline.text.ngrams import LENGTHS, ngrams


def test_words_are_cut_apart_and_their_ends_marked():
    assert list(ngrams("Ні, я")) == [
        " н", "ні", "і,", ", ", " ні", "ні,", "і, ", " ні,", "ні, ", " ні, ", " я", "я ", " я ",
    ]  # fmt: skip


def test_letters_of_ukrainian_and_russian_stay_as_they_are():
    grams = set(ngrams("Їжак з'їв ґедзя, ещё ёж"))
    assert {" їж", "'ї", " ґе", "щё", " ёж "} <= grams


def test_nothing_has_no_ngrams():
    assert list(ngrams(" \n ")) == []


@given(st.text("абв їґ'!?\n", max_size=40))
def test_long_words_give_what_sklearn_counts_within_words(text):
    """Where a word is shorter than an n-gram, sklearn counts the whole word once more; we do not."""
    reference = CountVectorizer(analyzer="char_wb", ngram_range=(LENGTHS[0], LENGTHS[-1])).build_analyzer()
    words = [word for word in text.split() if len(word) + 2 >= LENGTHS[-1]]
    assert sorted(ngrams(" ".join(words))) == sorted(reference(" ".join(words)))


@given(st.text(max_size=60), st.text(max_size=60))
def test_texts_do_not_run_together(first, second):
    assert list(ngrams(f"{first} {second}")) == [*ngrams(first), *ngrams(second)]
