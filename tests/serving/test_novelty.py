import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.serving.novelty import unknown_share
from pipeline.text.ngrams import ngrams


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
def test_long_ngrams_that_are_not_known_count(text, share):
    assert unknown_share(text, set(ngrams("доставка"))) == pytest.approx(share)


@given(st.text(), st.text())
def test_it_is_a_share_and_a_known_text_has_none(text, other):
    assert 0 <= unknown_share(text, set(ngrams(other))) <= 1
    assert unknown_share(text, set(ngrams(text))) == 0
