"""Findings and probabilities → what the audit says on the console."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from cleanlab.dataset import find_overlapping_classes

from pipeline.audit.findings import Finding, single
from pipeline.audit.predictions import HEADS, Probabilities
from pipeline.labels import Labels

_PAIRS = 5
_FEW = 20  # rows: five folds leave four of them to judge each label by


def summarize(
    findings: Sequence[Finding], rows: pd.DataFrame, probabilities: Mapping[str, Probabilities], labels: Labels
) -> Iterator[str]:
    """Yield the count of findings per task, the categories that overlap most, and labels with too few rows."""
    for (task, problem), count in sorted(Counter((finding.task, finding.problem) for finding in findings).items()):
        yield f"{task}: {count:,} of {rows[task].notna().sum():,} rows, {problem.replace('_', ' ')}"
    yield from _overlaps(rows, probabilities["category"], labels)
    for task in HEADS:
        counts = Counter(rows[task].explode().dropna())
        few = [f"{code} {counts[code]}" for code in labels.codes[task] if counts[code] < _FEW]
        if few and rows[task].notna().any():
            yield f"{task}: fewer than {_FEW} rows, too few to judge: {', '.join(few)}"


def _overlaps(rows: pd.DataFrame, probabilities: Probabilities, labels: Labels) -> Iterator[str]:
    asked = single(rows, probabilities, labels.codes["category"])
    if len(asked.codes) < 2:  # noqa: PLR2004
        return
    overlaps = find_overlapping_classes(asked.given, asked.probabilities, class_names=asked.codes)
    for pair in overlaps.head(_PAIRS).to_dict("records"):
        count = pair["Num Overlapping Examples"]
        yield f"categories that overlap: {pair['Class Name A']} and {pair['Class Name B']}, about {count:.0f} rows"
