"""The review queues: order, one line a customer, reasons on both sides."""

import numpy as np

from pipeline.data.schema import Reason
from pipeline.reporting.manager.queues import doubtful_queue, risk_queue, urgent_queue, weigh


def test_urgent_ones_are_the_newest_first_and_closed_ones_are_gone(table) -> None:
    rows = table({"severity": 3, "date": "2026-01-01"}, {"severity": 3, "date": "2026-01-03"}, {"severity": 3}, {})
    closed = np.array([False, False, True, False])
    assert urgent_queue(rows, closed).order == [1, 0]


def test_doubtful_ones_are_the_least_certain_first_and_urgency_alone_is_no_doubt(table) -> None:
    unsure = {"needs_review": True, "review_reasons": ["low_confidence:category"]}
    rows = table(
        {**unsure, "category_confidence": 0.4},
        {**unsure, "category_confidence": 0.2},
        {"needs_review": True, "review_reasons": ["urgent"]},
        {"needs_review": True, "review_reasons": ["urgent", "too_short"]},
        {},
    )
    assert doubtful_queue(rows).order == [1, 0, 3]


def test_conduct_is_one_line_a_customer_the_gravest_first(table) -> None:
    def at(level: str, score: float, day: str, customer: str | None) -> dict:
        return {"complainer_risk": level, "complainer_risk_score": score, "date": day, "customer_id": customer}

    rows = table(
        at("elevated", 0.6, "2026-01-01", "К1"),
        at("review", 0.8, "2026-01-02", "К1"),
        at("elevated", 0.7, "2026-01-02", "К2"),
        at("review", 0.9, "2026-01-01", None),
        at("low", 0.1, "2026-01-01", "К3"),
        {"customer_id": "К4"},
    )
    queue = risk_queue(rows)
    assert queue.order == [3, 1, 2]
    assert queue.rows.tolist() == [True, True, True, True, False, False]


def test_the_base_is_no_reason_and_counter_evidence_needs_no_weight() -> None:
    weights = {
        "base": -4.1,
        "rejected_share": 1.2,
        "known_incident": 0.0,
        "tenure_days": -0.4,
        "context:demand_share": 0.0,
    }
    weighing = weigh([Reason(code=code, weight=weight, detail="") for code, weight in weights.items()])
    assert [reason.code for reason in weighing.points_to] == ["rejected_share"]
    assert [reason.code for reason in weighing.speaks_against] == ["known_incident", "tenure_days"]


def test_reasons_are_weighed_on_both_sides() -> None:
    weights = {"a": 0.5, "b": -1.0, "c": 2.0, "d": 0.0, "e": -2.0}
    weighing = weigh([Reason(code=code, weight=weight, detail="") for code, weight in weights.items()])
    assert [reason.code for reason in weighing.points_to] == ["c", "a"]
    assert [reason.code for reason in weighing.speaks_against] == ["e", "b"]
