import pandas as pd
import pytest

from pipeline.config import load_params
from pipeline.evaluation.novelty import limit_unknown
from pipeline.serving.ngram_counts import NgramCounter
from pipeline.text.language import LanguageDetector
from pipeline.text.ngrams import ngrams


@pytest.fixture(scope="module")
def detector(root):
    return LanguageDetector.load(root / "configs/language.yaml")


@pytest.fixture
def params(root):
    return load_params(root / "configs/params.yaml").calibrate.model_copy(
        update={"novel_share": 0.1, "target_sources": []}
    )


KNOWN = NgramCounter({gram: i for i, gram in enumerate(set(ngrams("заказ опоздал на неделю верните деньги")))})
FAMILIAR, ODD, LATIN = "Заказ опоздал на неделю", "Заказ пропал вместе с курьером", "Everything broke again, stay away"


def table(texts, source="shop", category="delivery"):
    return pd.DataFrame({"text": texts, "source": source, "category": category})


def test_the_share_of_messages_that_exceed_the_limit_is_the_wanted_one(detector, params):
    rows = table([FAMILIAR] * 90 + [ODD] * 10)
    limit = limit_unknown(rows, KNOWN, detector, params)
    assert sum(KNOWN.count(text).unknown > limit for text in rows["text"]) <= 10
    assert limit < 1


def test_texts_with_a_doubt_of_their_own_do_not_lift_the_limit(detector, params):
    rows = table([FAMILIAR] * 50 + [LATIN] * 50)
    assert limit_unknown(rows, KNOWN, detector, params) == KNOWN.count(FAMILIAR).unknown


def test_only_messages_count_those_of_the_target_sources_if_there_are_any(detector, params):
    tweets = table([ODD] * 50, "tweets", None)
    rows = pd.concat([table([FAMILIAR] * 50), tweets, table([ODD] * 50, "forum")])
    familiar, odd = (KNOWN.count(text).unknown for text in (FAMILIAR, ODD))
    for sources, limit in (([], odd), (["shop"], familiar), (["forum"], odd), (["tweets"], odd)):
        chosen = params.model_copy(update={"target_sources": sources})
        assert limit_unknown(rows, KNOWN, detector, chosen) == limit


def test_without_messages_nothing_is_novel(detector, params):
    assert limit_unknown(table([ODD], category=None), KNOWN, detector, params) == 1
