"""Validation rows → from which share of unknown wording on a text is unlike what the model was made for."""

import numpy as np
import pandas as pd

from pipeline import config
from pipeline.serving.ngram_counts import NgramCounter
from pipeline.text.language import LanguageDetector
from pipeline.text.normalize import normalize


def limit_unknown(
    rows: pd.DataFrame, counter: NgramCounter, detector: LanguageDetector, params: config.Calibrate
) -> float:
    """The share of unknown n-grams that `params.novel_share` of the messages exceed; 1 if there are no messages.

    Messages are the rows with a category, of `params.target_sources` where these have any. Texts in no language of
    ours are left out, in Latin letters above all: they have a doubt of their own and would lift the limit for all.
    """
    messages = rows[rows["category"].notna()]
    wanted = messages[messages["source"].isin(params.target_sources)]
    texts = [normalize(text).text for text in (wanted if len(wanted) else messages)["text"]]
    shares = [counter.count(text).unknown for text in texts if detector.detect(text) != "other"]
    return float(np.quantile(shares, 1 - params.novel_share, method="higher")) if shares else 1.0
