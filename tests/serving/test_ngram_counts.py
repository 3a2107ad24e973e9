from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.ngram_counts import NgramCounter
from pipeline.text.ngrams import ngrams


def knowing(text):
    return NgramCounter({gram: row for row, gram in enumerate(sorted(set(ngrams(text))))})


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("доставка", 0.0),
        ("Доставка доставка", 0.0),
        ("шлямбур", 1.0),
        ("я и ты", 1.0),
        ("доставка шлямбур", 11 / 24),
        ("", 0.0),
        ("а", 0.0),
    ],
)
def test_long_ngrams_that_are_not_known_count_as_unknown(text, share):
    assert knowing("доставка").count(text).unknown == pytest.approx(share)


@given(st.text(), st.text())
def test_unknown_is_a_share_and_a_known_text_has_none(text, other):
    assert 0 <= knowing(other).count(text).unknown <= 1
    assert knowing(text).count(text).unknown == 0


@given(st.text("аб ґ'!", max_size=120), st.text("аб ґ'!", max_size=60))
def test_every_known_ngram_is_counted_as_often_as_it_occurs_also_in_words_seen_before(text, known):
    counter = knowing(known)
    expected = Counter(gram for gram in ngrams(text) if gram in set(ngrams(known)))
    names = sorted(set(ngrams(known)))
    for _ in range(2):
        counts = counter.count(text)
        assert {names[row]: times for row, times in zip(counts.rows, counts.times, strict=True)} == expected
        assert list(counts.rows) == sorted(counts.rows)
