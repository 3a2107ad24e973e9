"""The committed corpus with planted label errors → how many of them `skarga audit` ranks first, what mending brings.

Run from the repository's root: python benchmarks/audit.py
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score
from tabulate import tabulate

from pipeline import config, paths
from pipeline.audit.findings import Finding, find
from pipeline.audit.predictions import Probabilities, out_of_fold
from pipeline.data.catalogue import load_catalogue
from pipeline.data.duplicates import group_rows, near_duplicates
from pipeline.data.sources import read_sources
from pipeline.labels import load_labels

SHARES = (0.05, 0.15)  # of the rows
DEPTHS = (0.25, 0.5, 1.0, 2.0)  # of the number of planted errors
LOOKED_AT = 2.0  # the same, where people mend what they see


@dataclass(frozen=True)
class Planted:
    """Rows, some of which got a wrong category on purpose."""

    rows: pd.DataFrame
    places: frozenset[int]


def plant(rows: pd.DataFrame, share: float, codes: Sequence[str], seed: int) -> Planted:
    """Give a share of the rows another category, each other one as likely."""
    random = np.random.default_rng(seed)
    places = random.choice(len(rows), round(share * len(rows)), replace=False)
    category = rows["category"].to_numpy(copy=True)
    for place in places:
        category[place] = random.choice([code for code in codes if code != category[place]])
    return Planted(rows.assign(category=category), frozenset(map(int, places)))


class Corpus:
    """All rows, and what linear models that have not seen a row say of it."""

    def __init__(self) -> None:
        self.labels = load_labels(paths.LABELS)
        self._split = config.load_params().split
        rows = read_sources(load_catalogue(paths.SOURCES).choose("corpus"), self.labels)
        self.rows = rows.assign(emotion=None, signals=None)  # which are not asked about here
        self._groups = group_rows(self.rows, near_duplicates(self.rows, self._split.duplicate_similarity))

    def plant(self, share: float) -> Planted:
        """Label errors that are the same in every run."""
        return plant(self.rows, share, self.labels.codes["category"], self._split.seed)

    def predict(self, rows: pd.DataFrame) -> dict[str, Probabilities]:
        """Per head, probabilities (rows, labels), learned from the labels of `rows`."""
        return out_of_fold(rows, self._groups, self.labels, self._split.seed)

    def ranked(self, rows: pd.DataFrame, predicted: dict[str, Probabilities]) -> list[Finding]:
        """The audit's findings about categories, the worst first."""
        findings = find(rows, self._groups, predicted, self.labels)
        return [finding for finding in findings if finding.task == "category"]

    def macro_f1(self, predicted: dict[str, Probabilities]) -> float:
        """Of the category, by the true labels."""
        codes = np.array(self.labels.codes["category"])
        answers = codes[predicted["category"].argmax(axis=1)]
        return float(f1_score(self.rows["category"], answers, average="macro"))


def main() -> None:
    """Print precision and recall of the ranking, then macro-F1 before and after people have mended what they saw."""
    corpus = Corpus()
    clean = corpus.macro_f1(corpus.predict(corpus.rows))
    effects = []
    for share in SHARES:
        planted = corpus.plant(share)
        predicted = corpus.predict(planted.rows)
        findings = corpus.ranked(planted.rows, predicted)
        if share == SHARES[0]:
            print(f"{len(corpus.rows)} rows, {len(planted.places)} planted errors, {len(findings)} findings\n")
            print(_ranking(corpus, planted, findings))
        looked_at = findings[: round(LOOKED_AT * len(planted.places))]
        mended = corpus.predict(_mend(corpus, planted, looked_at))
        effects.append([share, len(looked_at), corpus.macro_f1(predicted), corpus.macro_f1(mended), clean])
    head = ["wrong labels", "rows looked at", "macro-F1 before", "after", "without errors"]
    print()
    print(tabulate(effects, head, tablefmt="github", floatfmt=(".2f", "d", ".3f", ".3f", ".3f")))


def _ranking(corpus: Corpus, planted: Planted, findings: Sequence[Finding]) -> str:
    count = len(planted.places)
    lines = []
    for looked_at in sorted({*(round(depth * count) for depth in DEPTHS), len(findings)}):
        hits = [finding for finding in findings[:looked_at] if finding.row in planted.places]
        right = sum(finding.suggested == (corpus.rows["category"].iloc[finding.row],) for finding in hits)
        lines.append([looked_at, len(hits), len(hits) / looked_at, len(hits) / count, right / max(len(hits), 1)])
    head = ["looked at", "planted among them", "precision", "recall", "suggestion is the true one"]
    return str(tabulate(lines, head, tablefmt="github", floatfmt=("d", "d", ".2f", ".2f", ".2f")))


def _mend(corpus: Corpus, planted: Planted, seen: Sequence[Finding]) -> pd.DataFrame:
    """Give the rows that a person has seen their true category again."""
    category = planted.rows["category"].to_numpy(copy=True)
    places = [finding.row for finding in seen]
    category[places] = corpus.rows["category"].to_numpy()[places]
    return planted.rows.assign(category=category)


if __name__ == "__main__":
    main()
