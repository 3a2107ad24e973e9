"""Figures of the risk (as the stage `evaluate_risk` writes them) → Markdown tables."""

from typing import Any

from pipeline.evaluation.risk_gates import GATES, Gate
from pipeline.reporting.scores import markdown_table, show

Figures = dict[str, Any]

_SYSTEMS = {
    "skarga": "**skarga**",
    "boosting": "boosted trees without constraints",
    "complaints": "number of complaints",
    "keywords": "demands and threats in the wording",
}


def markdown_tables(figures: Figures) -> str:
    """Write a line on the customers, then a table of systems, of levels, of behaviours and of what is to be reached."""
    customers = figures["customers"]
    intro = (
        f"**{figures['origin']}**: {customers['complained']:,} have complained, {customers['scored']:,} of them often "
        f"enough for a score; {_percent(customers['professional_share'])} of these are professional. "
        f"Calibration error {show(figures['calibration_error'])}."
    )
    return "\n\n".join([intro, _systems(figures), _levels(figures), _behaviours(figures), _goals(figures)])


def _systems(figures: Figures) -> str:
    rows = [[_SYSTEMS[name], show(one["auc"]), show(one["precision"])] for name, one in figures["systems"].items()]
    return _table(["ranked by", "ROC-AUC", "precision of the first `risk.review_share`"], rows)


def _levels(figures: Figures) -> str:
    names = {"elevated": "`elevated` and above", "review": "`review`"}
    rows = [
        [names[name], _percent(one["share"]), _percent(one["precision"]), _percent(one["recall"])]
        for name, one in figures["levels"].items()
    ]
    return _table(["level", "share of scored customers", "of them professional", "of the professionals found"], rows)


def _behaviours(figures: Figures) -> str:
    rows = [
        [name.replace("_", " "), f"{one['scored']:,}", _percent(one["elevated"], 1), _percent(one["review"], 2)]
        for name, one in figures["behaviours"].items()
    ]
    return _table(["behaviour", "scored", "`elevated` and above", "`review`"], rows)


def _goals(figures: Figures) -> str:
    rows = [
        [gate.name, show(gate.figure(figures)), _bound(gate), "missed" if gate.missed_by(figures) else "reached"]
        for gate in GATES
    ]
    return _table(["goal", "figure", "wanted", "so it is"], rows)


def _bound(gate: Gate) -> str:
    return f"at least {gate.least}" if gate.least is not None else f"at most {gate.most}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    return markdown_table([head, ["---", *["---:"] * (len(head) - 1)], *rows])


def _percent(share: float | None, decimals: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{decimals}f} %"
