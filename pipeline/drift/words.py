"""A comparison → lines that say what moved, how surely, and what to do."""

from collections.abc import Iterator

from pipeline.drift.comparison import FEWEST, LARGE, LEVEL, Comparison, Finding, Retrain
from pipeline.drift.measures import MEASURES

_SURE = 0.001
_ADVICE: dict[Retrain, str] = {
    "no": "retrain: no reason to. Nothing moved that is both sure and large.",
    "check": "retrain: check first. Other messages come in than before, but the model is no less sure of them. "
    "Have 100 rows labelled (skarga queue), see whether the tags are right, and retrain only if they are not.",
    "yes": "retrain: yes. The model doubts more than it did, or reads wording that training has not seen. "
    "Have some hundred rows labelled (skarga queue, skarga feedback), retrain, and make a new reference.",
}


def describe(comparison: Comparison) -> Iterator[str]:
    """Yield the verdict, a line for each measure that moved, and what could not be compared."""
    moved = [finding for finding in comparison.findings if finding.drifted]
    still = [finding for finding in comparison.findings if not finding.drifted]
    yield f"{comparison.rows:,} rows compared with {comparison.reference_rows:,} rows of the reference"
    if not comparison.findings:
        yield f"no verdict: fewer than {FEWEST} rows are too few to judge by; gather more"
    else:
        yield f"drift: {'yes' if moved else 'no'}"
    yield from (_moved(finding) for finding in moved)
    yield from (_small(finding) for finding in still if finding.p_value <= LEVEL)
    if still:
        yield f"  no drift: {', '.join(finding.measure for finding in still)}"
    for name, rows in comparison.skipped.items():
        yield f"  not compared: {name}, {rows} rows have it here, or the reference lacks it"
    if comparison.findings:
        yield _ADVICE[comparison.retrain]


def _moved(finding: Finding) -> str:
    title = MEASURES[finding.measure].title
    return f"  {title}: {finding.moved:.0%} of the rows moved, {_how_sure(finding)}. {_what(finding)}"


def _small(finding: Finding) -> str:
    title = MEASURES[finding.measure].title
    return f"  {title}: sure but small, {finding.moved:.0%} of the rows, under {LARGE:.0%}"


def _how_sure(finding: Finding) -> str:
    if finding.p_value <= _SURE * 2:
        return "which chance hardly ever does"
    return f"which chance does in {finding.p_value:.1%} of comparisons"


def _what(finding: Finding) -> str:
    if finding.mean_before is not None and finding.mean_now is not None:
        return f"On average {_number(finding.mean_before)} before, {_number(finding.mean_now)} now."
    changes = (
        f"{change.code or 'unknown before'} {change.before:.0%} → {change.now:.0%}" for change in finding.changes
    )
    return f"{', '.join(changes)}."


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 1 else f"{value:.3f}"
