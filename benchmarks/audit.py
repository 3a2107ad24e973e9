"""The committed corpus with planted label errors → how many of them `skarga audit` ranks first, as a small table.

Run from the repository's root: python benchmarks/audit.py
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline import config, paths
from pipeline.audit.findings import Finding, find
from pipeline.audit.predictions import out_of_fold
from pipeline.data.catalogue import load_catalogue
from pipeline.data.duplicates import group_rows, near_duplicates
from pipeline.data.sources import read_sources
from pipeline.labels import load_labels

SHARE = 0.05
DEPTHS = (0.25, 0.5, 1.0, 2.0)  # of the number of planted errors


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


def ranked(rows: pd.DataFrame) -> list[Finding]:
    """The audit's findings about categories, the worst first."""
    labels, params = load_labels(paths.LABELS), config.load_params().split
    groups = group_rows(rows, near_duplicates(rows, params.duplicate_similarity))
    findings = find(rows, groups, out_of_fold(rows, groups, labels, params.seed), labels)
    return [finding for finding in findings if finding.task == "category"]


def main() -> None:
    """Print precision and recall of the ranking, and the label errors left if every suggestion about them is taken."""
    labels = load_labels(paths.LABELS)
    rows = read_sources(load_catalogue(paths.SOURCES).choose("corpus"), labels)
    planted = plant(rows, SHARE, labels.codes["category"], config.load_params().split.seed)
    findings = ranked(planted.rows)
    count = len(planted.places)
    print(f"{len(rows)} rows, {count} planted errors, {len(findings)} findings\n")
    print("| looked at | planted among them | precision | recall | by chance | suggestion is the true one |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for looked_at in sorted({*(round(depth * count) for depth in DEPTHS), len(findings)}):
        hits = [finding for finding in findings[:looked_at] if finding.row in planted.places]
        mended = sum(finding.suggested == (rows["category"].iloc[finding.row],) for finding in hits)
        print(
            f"| {looked_at} | {len(hits)} | {len(hits) / looked_at:.2f} | {len(hits) / count:.2f} "
            f"| {SHARE:.2f} | {mended / max(len(hits), 1):.2f} |"
        )


if __name__ == "__main__":
    main()
