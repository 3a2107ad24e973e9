from collections import Counter

import pandas as pd
import pytest

from pipeline.modeling.wordforms import fit, respellings, word_counts
from pipeline.text.wordforms import WordForms


@pytest.mark.parametrize(
    ("word", "spelling"), [("деньги", "дєньгі"), ("моё", "мойо"), ("хорошо", "харошо"), ("это", "ето")]
)
def test_russian_is_spelled_by_ear(word, spelling):
    assert spelling in respellings(word)


def test_counts_hold_words_of_three_kinds():
    rows = pd.DataFrame({"text": ["верните деньги", "поверніть гроші"], "language": ["ru", "uk"]})
    russian, ukrainian, spelled = word_counts(rows, ["шо"])
    assert set(russian) == {"верните", "деньги"}
    assert set(ukrainian) == {"поверніть", "гроші"}
    assert {"дєньгі", "шо"} <= set(spelled)


def test_a_fitted_table_tells_words_apart():
    counts = [Counter(["плохой", "злой", "мой"]), Counter(["поганий", "злий", "мамин"]), Counter(["плохий", "плохіє"])]
    forms = WordForms(fit(counts))
    assert forms.foreignness("больной").to_ukrainian > 0 > forms.foreignness("дивний").to_ukrainian
