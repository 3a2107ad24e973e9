"""A sample of rows against a reference → what moved, how surely, and what to do about it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from pipeline.drift.histograms import Histogram, name_kinds
from pipeline.drift.measures import MEASURES, WORDING, Measure, Observed, Value
from pipeline.drift.reference import Reference
from pipeline.drift.statistics import Counts, chance, holm, moved

LEVEL = 0.01  # of all measures together: at most one comparison in a hundred of unchanged messages cries drift
LARGE = 0.1  # share of rows that moved: less is not worth an alarm, however sure
FEWEST = 30  # values of a measure: fewer say nothing
_CODES_TOLD = 3

Retrain = Literal["no", "check", "yes"]


@dataclass(frozen=True)
class Change:
    """A code's share of the rows, before and now; "" stands for codes that the reference lacks."""

    code: str
    before: float
    now: float


@dataclass(frozen=True)
class Finding:
    """What became of one measure."""

    measure: str
    rows: int
    moved: float  # share of the rows that would have to change to be as before
    p_value: float  # corrected for the number of measures
    drifted: bool
    worse: bool  # drifted, and towards what the model does not know
    mean_before: float | None  # of numbers
    mean_now: float | None
    changes: list[Change]  # of codes, the largest first


@dataclass(frozen=True)
class Comparison:
    """All findings, those that moved most first, and the verdict on them."""

    rows: int  # compared
    reference_rows: int
    findings: list[Finding]
    skipped: dict[str, int]  # measure → rows that had it
    retrain: Retrain

    @property
    def drifted(self) -> bool:
        """Whether anything did."""
        return any(finding.drifted for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Plain values, for monitoring."""
        return {"drifted": self.drifted, "level": LEVEL, "large": LARGE, **asdict(self)}


def compare(observed: Observed, rows: int, reference: Reference) -> Comparison:
    """Compare every measure that both sides have with enough rows."""
    values = dict(observed.values)
    values[WORDING] = name_kinds(observed.vectors, np.array(reference.kinds)) if reference.kinds else []
    known = [name for name in MEASURES if name in reference.histograms]
    compared = [name for name in known if len(values[name]) >= FEWEST]
    pairs = {name: _counts(reference.histograms[name], values[name]) for name in compared}
    chances = holm([chance(*pair, MEASURES[name].ordered) for name, pair in pairs.items()])
    findings = [
        _judge(MEASURES[name], reference.histograms[name], values[name], p)
        for name, p in zip(pairs, chances, strict=True)
    ]
    findings.sort(key=lambda finding: (-finding.drifted, -finding.moved))
    skipped = {name: len(values[name]) for name in MEASURES if name not in compared}
    return Comparison(rows, reference.rows, findings, skipped, _retrain(findings))


def _counts(histogram: Histogram, values: Sequence[Value]) -> tuple[Counts, Counts]:
    return np.array(histogram.counts), histogram.count(values)


def _judge(measure: Measure, histogram: Histogram, values: Sequence[Value], p_value: float) -> Finding:
    before, now = _counts(histogram, values)
    share = float(moved(before, now, measure.ordered))
    drifted = p_value <= LEVEL and share >= LARGE
    mean = float(np.mean(np.array(values, np.float64))) if measure.ordered else None
    risen = mean is not None and histogram.mean is not None and (mean - histogram.mean) * measure.worse > 0
    return Finding(
        measure=measure.name,
        rows=len(values),
        moved=round(share, 4),
        p_value=round(p_value, 4),
        drifted=drifted,
        worse=drifted and risen,
        mean_before=histogram.mean,
        mean_now=None if mean is None else round(mean, 4),
        changes=[] if measure.ordered else _changes(histogram.codes or [], before, now),
    )


def _changes(codes: Sequence[str], before: Counts, now: Counts) -> list[Change]:
    shares = zip([*codes, ""], before / before.sum(), now / now.sum(), strict=True)
    changes = [Change(code, round(float(was), 4), round(float(is_now), 4)) for code, was, is_now in shares]
    changes.sort(key=lambda change: -abs(change.now - change.before))
    return [change for change in changes[:_CODES_TOLD] if change.now != change.before]


def _retrain(findings: Sequence[Finding]) -> Retrain:
    """Yes, if the model doubts more than it did or reads more that it has not seen; else check what has moved."""
    if any(finding.worse for finding in findings):
        return "yes"
    return "check" if any(finding.drifted for finding in findings) else "no"
