"""Training rows and word lists come in; the table of n-gram weights by which words are told apart goes out.

python -m pipeline.modeling.wordforms data/split/train.parquet configs/language.yaml
"""

import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.text.normalize import normalize
from pipeline.text.ownwords import own_words
from pipeline.text.wordforms import STEPS, ngrams

KEPT = 24_000  # n-grams
_SURZHYK_WEIGHT = 0.5  # spellings made by rule count half
_TABLE = "ngrams: |\n"
_CONSONANT = "бвгдзклмнпрстфхцчшщ"
_RUSSIAN_ONLY = re.compile("[ыэёъ]")
_UKRAINIAN_ONLY = re.compile("[іїєґ]")


def respellings(word: str) -> set[str]:
    """Spell a Russian word with Ukrainian letters, as writers of surzhyk do: by ear, halfway, with reduced vowels."""
    heard = re.sub("ться$|тся$", "цця", word)
    by_ear = _soften(_iotate(heard.replace("и", "і")))
    reduced = re.sub("о(?=.*[аоуеєиіюя])", "а", by_ear, count=1)
    return {by_ear, reduced, _iotate(word.replace("и", "і")), _soften(_iotate(heard))} - {word}


def _iotate(word: str) -> str:
    word = re.sub(f"(?<=[{_CONSONANT}])ё", "ьо", word).replace("ё", "йо")
    return word.replace("ы", "и").replace("э", "е").replace("ъ", "'")


def _soften(word: str) -> str:
    return re.sub(f"(?<=[{_CONSONANT}жаеиоуіию])е", "є", word)


def word_counts(rows: pd.DataFrame, surzhyk: list[str]) -> list[Counter[str]]:
    """Count the words of `ru`, of `uk` and of Russian in Ukrainian spelling (made by rule, and listed)."""
    russian, ukrainian = (
        Counter(
            word
            for text in rows.loc[rows["language"] == language, "text"]
            for word in own_words(normalize(text).text)
            if not foreign.search(word)
        )
        for language, foreign in (("ru", _UKRAINIAN_ONLY), ("uk", _RUSSIAN_ONLY))
    )
    spelled: Counter[str] = Counter()
    for word, count in russian.items():
        for respelled in respellings(word) - russian.keys() - ukrainian.keys():
            spelled[respelled] = max(spelled[respelled], count)
    spelled.update({word: 10 for word in surzhyk if word not in russian and word not in ukrainian})
    return [russian, ukrainian, spelled]


def fit(counts: list[Counter[str]]) -> str:
    """Fit the weights and write the n-grams that tell most, one a line: n-gram, Ukrainian, surzhyk."""
    words = [word for counter in counts for word in counter]
    labels = np.repeat(np.arange(len(counts)), [len(counter) for counter in counts])
    vectorizer = CountVectorizer(analyzer=lambda word: set(ngrams(word)), min_df=2)
    features = vectorizer.fit_transform(words)
    model = LogisticRegression(C=1, max_iter=1000, tol=1e-3).fit(features, labels, sample_weight=_importance(counts))
    return _table(vectorizer.get_feature_names_out(), model.coef_, features)


def _importance(counts: list[Counter[str]]) -> npt.NDArray[np.float64]:
    """Weigh a word by the root of its count, and the languages alike."""
    roots = [np.sqrt(list(counter.values())) for counter in counts]
    mean = np.mean([root.sum() for root in roots])
    shares = (1.0, 1.0, _SURZHYK_WEIGHT)
    return np.concatenate([root / root.sum() * mean * share for root, share in zip(roots, shares, strict=True)])


def _table(names: npt.NDArray[np.object_], weights: npt.NDArray[np.float64], features: csr_matrix) -> str:
    relative = np.rint((weights[1:] - weights[0]) * STEPS).astype(int)
    telling = np.ptp(weights, axis=0) * np.sqrt(np.asarray(features.sum(0)).ravel())
    kept = sorted(np.argsort(-telling)[:KEPT], key=lambda i: names[i])
    return "\n".join(f"{names[i]} {relative[0, i]} {relative[1, i]}" for i in kept if relative[:, i].any())


def main(rows: Path, lexicon: Path) -> None:
    """Write the table into the lexicon, after its word lists."""
    lists = lexicon.read_text("utf-8").partition(_TABLE)[0]
    listed = [word for word in yaml.safe_load(lists)["surzhyk"].split() if not word.endswith("*")]
    table = fit(word_counts(pd.read_parquet(rows), listed))
    lexicon.write_text(lists + _TABLE + "".join(f"  {line}\n" for line in table.splitlines()), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
